import { patientSender } from './clients/patient-sender';
import { type Clock, SystemClock } from './clock';
import { machineTime } from './heartbeat';
import { otherJournals } from './sample/other-journals';
import type { RunIdentity } from './sample/run-owner';
import { awaitSettled, foundRun, sweepRuns, type SweptRun } from './sweep';
import { namesOf, openTarget, type VerifyTarget } from './target';

export interface SweepConfig {
  readonly target: VerifyTarget;
  /** The folder that was given to the runs. */
  readonly journalFolder: string;
  /** Say what would be deleted, and touch nothing. @default false */
  readonly dryRun?: boolean;
  /** Seconds after which nothing is tried any more. @default 300 */
  readonly deadlineSeconds?: number;
}

export interface SweepEnvironment {
  /** @default - the clock of the machine */
  readonly clock?: Clock;
  /** Stops it. @default - never */
  readonly signal?: AbortSignal;
  /** @default - runs are told dead once they have given no sign of life for two minutes */
  readonly identity?: RunIdentity;
}

/** What was left by runs on one service, and what became of it. */
export interface SweepReport {
  readonly schemaVersion: 1;
  readonly serviceUrl: string;
  readonly dryRun: boolean;
  readonly interrupted: boolean;
  readonly runs: readonly SweptRun[];
}

/**
 * Deletes what runs left that were killed or could not delete it, and nothing that is not in a journal of theirs.
 *
 * @throws ConfigError where the target cannot be used or a journal cannot be read
 */
export async function sweepLeftovers(
  config: SweepConfig,
  environment: SweepEnvironment = {},
): Promise<SweepReport> {
  const { clock = new SystemClock(), signal = new AbortController().signal, identity } = environment;
  const { journalFolder, dryRun = false, deadlineSeconds = 300 } = config;
  const names = namesOf(config.target);
  const deadline = clock.now() + deadlineSeconds * 1000;
  const target = openTarget(config.target, (send) => patientSender(send, { clock, deadline }));
  const journals = otherJournals({
    ...names,
    folder: journalFolder,
    now: machineTime(),
    ...(identity === undefined ? {} : { identity }),
  });
  const touched = dryRun ? [] : journals.filter(({ state }) => state !== 'live');
  const untouched = journals.filter((journal) => !touched.includes(journal)).map(foundRun);
  const time = AbortSignal.any([signal, clock.timeout(deadlineSeconds * 1000)]);
  await awaitSettled(touched, clock, time);
  const runs = [...(await sweepRuns(touched, target, time)), ...untouched];
  const { serviceUrl } = names;
  return { schemaVersion: 1, serviceUrl, dryRun, interrupted: signal.aborted, runs };
}

/** 0: nothing of dead runs is left that should not be; 3: something could not be deleted; 130: it was interrupted. */
export function sweepExitCode({ runs, interrupted }: SweepReport): 0 | 3 | 130 {
  if (interrupted) return 130;
  return runs.some(({ outcome }) => outcome === 'kept') ? 3 : 0;
}
