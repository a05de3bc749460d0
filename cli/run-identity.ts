import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { RunIdentity, RunOwner } from '../verify';

/** What is asked of the process and its system. */
export interface ProcessTable {
  readonly pid: number;
  /** Sends a signal to a process; 0 only asks whether it is there. */
  kill(pid: number, signal: 0): unknown;
}

/** The process that a run is in, by which other runs on this machine see whether it is alive. */
export function runIdentity(table: ProcessTable): RunIdentity {
  const started = startOf(table.pid);
  return {
    host: hostIdentity(),
    pid: table.pid,
    ...(started === undefined ? {} : { processStart: started.time }),
    isAlive: (other) => isAlive(table, other),
  };
}

function isAlive(table: ProcessTable, { pid, processStart }: RunOwner): boolean | undefined {
  try {
    table.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there, as somebody else's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  if (now === undefined || processStart === undefined) return undefined;
  return now.time === processStart && !now.isZombie;
}

/**
 * Name, start and numbering of processes of this machine: the same number means another process after a restart, and in
 * a container, where the name may well be the same.
 */
function hostIdentity(): string {
  const parts = [
    hostname(),
    read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    read(() => readlinkSync('/proc/self/ns/pid')),
  ];
  return parts
    .map((part) => (part ?? '').replace(/[^\w.:[\]-]/g, ''))
    .join(' ')
    .trim();
}

/**
 * When a process started, in ticks since its machine did, where there is a /proc.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
function startOf(pid: number): { readonly time: string; readonly isZombie: boolean } | undefined {
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The name of the program stands in parentheses, and may hold any character itself.
  const [state = '', ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const time = fields[18];
  return time === undefined ? undefined : { time, isZombie: /^[ZXx]$/.test(state) };
}

function read(action: () => string): string | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
