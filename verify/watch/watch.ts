import type { Clock } from '../clock';
import { ConfigError } from '../error';
import type { EvidenceBundle } from '../evidence-bundle';
import { exitCodeOf, type VerifyExitCode } from '../exit-code';
import type { Check, Report, ReportRow } from '../model';
import { shownOutcome } from '../reporters/shown-outcome';
import { judgeEvidence } from '../verify';
import type { WaiverFile } from '../waiver';
import { isWell, type OutcomeChange, runOutcomeOf, type WatchRun } from './watch-run';

export interface WatchSettings {
  /** From start to start, in milliseconds. */
  readonly intervalMs: number;
  /** Every start but the first is put off by up to this share of the interval, anew each time, from 0 to 1. */
  readonly jitter: number;
  /** @default - no end but the signal */
  readonly maxRuns?: number;
}

export interface WatchEnvironment {
  readonly clock: Clock;
  /** Ends the watch; a run that is under way cleans up first. */
  readonly signal: AbortSignal;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** Told of each run as soon as it has ended. */
  readonly onRun: (run: WatchRun) => void;
  /**
   * Reads the waivers anew for each run, given its start, ISO 8601. Where it throws, nothing is waived in that run.
   *
   * @default - nothing is waived
   */
  readonly readWaivers?: (startedAt: string) => WaiverFile;
  /** Checks of one's own that the evidence is gathered for. @default - none */
  readonly checks?: readonly Check[];
}

/** What counts as waived in one run. */
interface RunWaivers {
  readonly file?: WaiverFile;
  readonly problem?: string;
}

/**
 * Gathers and judges on an interval, one run at a time. A run that takes longer than the interval delays the next to
 * the following slot: what was missed is not caught up with.
 *
 * An error that is not expected counts as a run without a report, and the watch goes on.
 *
 * @returns the exit code of the worst run, or 130 where the signal ended the watch
 * @throws ConfigError where the first run cannot start, and what `readWaivers` throws for it
 */
export async function watch(
  gatherOnce: (signal: AbortSignal) => Promise<EvidenceBundle>,
  { intervalMs, jitter, maxRuns = Infinity }: WatchSettings,
  { clock, signal, random, onRun, readWaivers, checks = [] }: WatchEnvironment,
): Promise<VerifyExitCode> {
  const before = new Map<string, ReportRow>();
  let worst: VerifyExitCode = 0;
  let slot = clock.now();
  for (let number = 1; number <= maxRuns; number += 1) {
    const wait = number === 1 ? 0 : slot + random() * jitter * intervalMs - clock.now();
    if (!(await slept(clock, wait, signal))) return 130;
    const waivers = waiversFor(number, clock.now(), readWaivers);
    const run = await runOnce(number, () => gatherOnce(signal), clock, before, { ...waivers, checks });
    onRun(run);
    if (signal.aborted) return 130;
    worst = worseOf(worst, run.outcome === 'error' ? 3 : exitCodeOf(run.report));
    slot = nextSlot(slot, intervalMs, clock.now());
  }
  return worst;
}

/** @returns whether the time has passed; false where the signal came first */
async function slept(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    if (milliseconds > 0) await clock.sleep(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}

/** The first slot that is not over yet; no later than an interval from now, wherever the clock was put meanwhile. */
function nextSlot(slot: number, intervalMs: number, now: number): number {
  const passed = Math.max(1, Math.ceil((now - slot) / intervalMs));
  return Math.min(slot + passed * intervalMs, now + intervalMs);
}

async function runOnce(
  number: number,
  gatherOnce: () => Promise<EvidenceBundle>,
  clock: Clock,
  before: Map<string, ReportRow>,
  { checks, ...waivers }: RunWaivers & Pick<WatchEnvironment, 'checks'>,
): Promise<WatchRun> {
  const startedAt = clock.now();
  try {
    const bundle = await gatherOnce();
    const report = judgeEvidence(bundle, waivers.file, checks);
    const outcome = runOutcomeOf(report);
    const changes = outcome === 'interrupted' ? [] : changesOf(report, before);
    const durationMs = clock.now() - startedAt;
    return {
      number,
      startedAt,
      durationMs,
      outcome,
      report,
      evidence: bundle.evidence,
      changes,
      ...(waivers.problem === undefined ? {} : { waiverProblem: waivers.problem }),
    };
  } catch (error) {
    if (number === 1 && error instanceof ConfigError) throw error;
    return { number, startedAt, durationMs: clock.now() - startedAt, outcome: 'error', error };
  }
}

/**
 * A file that is broken while the watch runs must neither end it nor leave anything waived that nobody can read any
 * more: so the run is judged as if nothing were waived.
 */
function waiversFor(number: number, now: number, read: WatchEnvironment['readWaivers']): RunWaivers {
  if (read === undefined) return {};
  try {
    return { file: read(new Date(now).toISOString()) };
  } catch (error) {
    if (number === 1) throw error;
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** What is new in a report; remembers it for the next. */
function changesOf(report: Report, before: Map<string, ReportRow>): readonly OutcomeChange[] {
  const isFirst = before.size === 0;
  return report.rows.flatMap((row) => {
    const last = before.get(row.id);
    before.set(row.id, row);
    if (isFirst) return isWell(row.outcome) ? [] : [{ row }];
    if (last === undefined) return [{ row }];
    if (shownOutcome(last) === shownOutcome(row)) return [];
    const until = row.waived === undefined ? last.waived?.until : undefined;
    const hasEnded = until !== undefined && until < report.startedAt.slice(0, 10);
    return [{ row, from: shownOutcome(last), ...(hasEnded ? { waiverEnded: until } : {}) }];
  });
}

function worseOf(one: VerifyExitCode, other: VerifyExitCode): VerifyExitCode {
  const order: readonly VerifyExitCode[] = [0, 3, 1, 130];
  return order.indexOf(other) > order.indexOf(one) ? other : one;
}
