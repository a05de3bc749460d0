import type { Clock } from '../clock';
import { PeriodicTask } from './periodic-task';

const HOUR_MS = 3_600_000;

/** What the platform does to storage accounts at set times. */
export interface RecurringRuns {
  /** When the next run is due; undefined while none is planned. */
  nextRunAt(): number | undefined;
  /** Makes the run that is due next, as of the time when it was due; the one after it is due later. Must not reject. */
  runNext(): Promise<void> | void;
}

/**
 * Looks every hour for runs that are due. After a jump of the clock all runs that were left out are made, whoever they
 * belong to in order of time: a list of the tenth day shows what the tiering of the ninth day did, not that of the last.
 */
export class DueRuns {
  private readonly task: PeriodicTask;

  public constructor(
    private readonly clock: Clock,
    private readonly all: readonly RecurringRuns[],
  ) {
    this.task = new PeriodicTask(clock, () => this.catchUp(), { firstDelayMs: HOUR_MS, periodMs: HOUR_MS });
  }

  public stop(): Promise<void> {
    return this.task.stop();
  }

  private async catchUp(): Promise<void> {
    for (let next = this.firstDue(); next !== undefined; next = this.firstDue()) await next.runNext();
  }

  private firstDue(): RecurringRuns | undefined {
    const now = this.clock.now();
    return this.all
      .map((runs) => ({ runs, at: runs.nextRunAt() ?? Infinity }))
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at)[0]?.runs;
  }
}
