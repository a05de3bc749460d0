import type { StateTable } from './state-store';

const DAY_MS = 86_400_000;

/** When something is next done to a storage account, as it survives a restart. */
export interface AccountSchedule {
  readonly storageAccountId: string;
  readonly nextRunAt: number;
}

/** The storage accounts to which something is done once a day. */
export class DailySchedule<Schedule extends AccountSchedule = AccountSchedule> {
  private readonly schedules: Map<string, Schedule>;

  public constructor(private readonly rows: StateTable<Schedule>) {
    this.schedules = new Map(rows.rows());
  }

  public of(storageAccountId: string): Schedule | undefined {
    return this.schedules.get(storageAccountId.toLowerCase());
  }

  /** The account that is due first. */
  public first(): Schedule | undefined {
    return [...this.schedules.values()].sort((a, b) => a.nextRunAt - b.nextRunAt)[0];
  }

  /** The first time is a day from now. */
  public start(schedule: Omit<Schedule, 'nextRunAt'>, now: number): void {
    this.keep({ ...schedule, nextRunAt: now + DAY_MS } as Schedule);
  }

  /** What was due is done; the next time is a day after it was due. */
  public advance(due: Schedule): void {
    this.keep({ ...due, nextRunAt: due.nextRunAt + DAY_MS });
  }

  public remove(storageAccountId: string): void {
    this.schedules.delete(storageAccountId.toLowerCase());
    this.rows.delete(storageAccountId.toLowerCase());
  }

  private keep(schedule: Schedule): void {
    const id = schedule.storageAccountId.toLowerCase();
    this.schedules.set(id, schedule);
    this.rows.put(id, schedule);
  }
}
