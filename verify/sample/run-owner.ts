/** The process of a run, as its journal names it. */
export interface RunOwner {
  /** The machine, told apart from itself after a restart and from containers that number processes on their own. */
  readonly host: string;
  readonly pid: number;
  /** When the process started, in whatever unit the machine tells it: numbers of processes are used again. */
  readonly processStart?: string;
}

/** The process that this run is in, and what it can tell of others on its machine. */
export interface RunIdentity extends RunOwner {
  /** Undefined where it cannot be told, as where the machine tells no process start. */
  readonly isAlive: (other: RunOwner) => boolean | undefined;
}

/** How often a run says that it lives. */
export const HEARTBEAT_MS = 2_000;
/** After that long without a heartbeat a run of another machine is dead. */
export const STALE_MS = 120_000;
/** A request of a run that was killed may still be at work in the service for a while. */
export const SETTLE_MS = HEARTBEAT_MS + 3_000;

/** What a journal tells of the run that wrote it. */
export interface RunSigns {
  readonly owner?: RunOwner;
  /** Whether it came to its end and left something that it could not delete. */
  readonly ended: boolean;
  /** Time of the machine's clock of its last heartbeat. */
  readonly beatAt: number;
}

/** Whether a run may still use what it made; where nothing better is known, by its heartbeat. */
export function isLive(
  { owner, ended, beatAt }: RunSigns,
  us: RunIdentity | undefined,
  now: number,
): boolean {
  if (ended) return false;
  const known = owner !== undefined && owner.host === us?.host ? us.isAlive(owner) : undefined;
  return known ?? now - beatAt < STALE_MS;
}
