import { exitCodeOf, type VerifyExitCode } from '../exit-code';
import type { GatheredMap } from '../gather';
import type { Outcome, Report, ReportRow } from '../model';
import type { ShownOutcome } from '../reporters/shown-outcome';

/** From good to bad; `error` is a run that ended without a report. */
export const RUN_OUTCOMES = ['pass', 'warn', 'inconclusive', 'fail', 'interrupted', 'error'] as const;

export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** A check whose outcome is not what it was in the report before; one that is waived counts as that. */
export interface OutcomeChange {
  readonly row: ReportRow;
  /** Absent in the first report. */
  readonly from?: ShownOutcome;
  /** The last day of the waiver by which it was waived before, `YYYY-MM-DD` in UTC, where that day is over now. */
  readonly waiverEnded?: string;
}

interface RunBase {
  /** Counted from 1. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}

export interface ReportedRun extends RunBase {
  readonly outcome: Exclude<RunOutcome, 'error'>;
  readonly report: Report;
  readonly evidence: GatheredMap;
  /** In the first report, every check that is not well, waived or not. None where the run was interrupted. */
  readonly changes: readonly OutcomeChange[];
  /** Why the waivers could not be used: the run was judged as if there were none. @default - they could */
  readonly waiverProblem?: string;
}

export interface FailedRun extends RunBase {
  readonly outcome: 'error';
  readonly error: unknown;
}

/** One of the runs of a watch. */
export type WatchRun = ReportedRun | FailedRun;

/** Says of a report what its exit code says. */
export function runOutcomeOf(report: Report): ReportedRun['outcome'] {
  const outcomes: Readonly<Record<VerifyExitCode, ReportedRun['outcome']>> = {
    0: report.counts.warn > 0 ? 'warn' : 'pass',
    1: 'fail',
    3: 'inconclusive',
    130: 'interrupted',
  };
  return outcomes[exitCodeOf(report)];
}

/** Whether nobody has to do anything about it. */
export function isWell(outcome: Outcome): boolean {
  return outcome === 'pass' || outcome === 'not-applicable';
}
