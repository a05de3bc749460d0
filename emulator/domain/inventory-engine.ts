import type { Clock } from '../clock';
import type { RecurringRuns } from './due-runs';
import { runsOn, type InventoryRule } from './inventory-rule';
import { runInventory, type InventoryRun } from './inventory-run';
import type { Lake } from './lake';
import { LakeFault } from './lake-fault';
import type { StateStore, StateTable } from './state-store';
import type { StorageAccount, StorageAccounts } from './storage-account';

const DAY_MS = 86_400_000;
/** Reports of this many runs are kept for each account. */
const KEPT_RUNS = 400;

export interface InventoryPolicies {
  /** The rules of an account; none where it has no policy, or one that is off. */
  rulesOf(storageAccountId: string): readonly InventoryRule[];
}

/** When an account is due, as it survives a restart. */
interface Schedule {
  readonly storageAccountId: string;
  readonly nextRunAt: number;
}

/**
 * Lists what storage accounts hold, as their inventory policies say: rules are looked at once a day, the first time a
 * day after the policy was written (Azure: within a day). A change of the policy counts from the next time on.
 */
export class InventoryEngine implements RecurringRuns {
  private readonly schedules: Map<string, Schedule>;
  private readonly rows: StateTable<Schedule>;
  private readonly runs = new Map<string, readonly InventoryRun[]>();

  public constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly lake: Lake;
      readonly accounts: StorageAccounts;
      readonly policies: InventoryPolicies;
      readonly state: StateStore;
      /** Endpoint of the blob service of an account, without a slash at the end. */
      readonly endpointOf: (account: StorageAccount) => string;
      /** Whether the firewall of an account lets the platform write. */
      readonly isAdmitted: (account: StorageAccount) => boolean;
    },
  ) {
    this.rows = options.state.table('inventory');
    this.schedules = new Map(this.rows.rows());
  }

  /** The policy of an account was written. */
  public policyStored(storageAccountId: string): void {
    if (this.schedules.has(storageAccountId.toLowerCase())) return;
    this.keep({ storageAccountId, nextRunAt: this.options.clock.now() + DAY_MS });
  }

  public policyRemoved(storageAccountId: string): void {
    this.schedules.delete(storageAccountId.toLowerCase());
    this.rows.delete(storageAccountId.toLowerCase());
  }

  /** Newest last. */
  public lastRuns(storageAccountId?: string): readonly InventoryRun[] {
    const wanted = storageAccountId?.toLowerCase();
    return [...this.runs].flatMap(([id, runs]) => (wanted === undefined || wanted === id ? runs : []));
  }

  public nextRunAt(): number | undefined {
    return this.first()?.nextRunAt;
  }

  public async runNext(): Promise<void> {
    const due = this.first();
    if (due === undefined) return;
    const { storageAccountId, nextRunAt: at } = due;
    const account = this.options.accounts.byId(storageAccountId);
    if (account === undefined) {
      this.policyRemoved(storageAccountId);
      return;
    }
    for (const rule of this.options.policies.rulesOf(storageAccountId)) {
      if (runsOn(at, rule)) this.note(await this.run(account, rule, at));
    }
    // A run that is cut short by the end of the emulator is made again.
    if (this.schedules.has(storageAccountId.toLowerCase())) this.keep({ ...due, nextRunAt: at + DAY_MS });
  }

  private async run(account: StorageAccount, rule: InventoryRule, at: number): Promise<InventoryRun> {
    const { lake, endpointOf, isAdmitted } = this.options;
    const failed = (message: string): InventoryRun => ({
      storageAccountId: account.id,
      ruleName: rule.name,
      at,
      status: 'Failed',
      message,
    });
    if (!isAdmitted(account)) {
      return failed(
        'The firewall of the storage account lets no trusted service through; add AzureServices to networkAcls.bypass.',
      );
    }
    try {
      return await runInventory({ lake, account, rule, at, endpoint: endpointOf(account) });
    } catch (error) {
      const isLost = error instanceof LakeFault && error.kind === 'container-missing';
      return failed(
        isLost
          ? `The destination container ${rule.destination} does not exist; create it.`
          : (error as Error).message,
      );
    }
  }

  private note(run: InventoryRun): void {
    const id = run.storageAccountId.toLowerCase();
    this.runs.set(id, [...(this.runs.get(id) ?? []), run].slice(-KEPT_RUNS));
  }

  private first(): Schedule | undefined {
    return [...this.schedules.values()].sort((a, b) => a.nextRunAt - b.nextRunAt)[0];
  }

  private keep(schedule: Schedule): void {
    const id = schedule.storageAccountId.toLowerCase();
    this.schedules.set(id, schedule);
    this.rows.put(id, schedule);
  }
}
