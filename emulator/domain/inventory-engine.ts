import type { Clock } from '../clock';
import { AccountRuns } from './account-runs';
import { DailySchedule } from './daily-schedule';
import type { RecurringRuns } from './due-runs';
import { runsOn, type InventoryRule } from './inventory-rule';
import { runInventory, type InventoryRun } from './inventory-run';
import type { Lake } from './lake';
import { LakeFault } from './lake-fault';
import type { StateStore } from './state-store';
import type { StorageAccount, StorageAccounts } from './storage-account';

export interface InventoryPolicies {
  /** The rules of an account; none where it has no policy, or one that is off. */
  rulesOf(storageAccountId: string): readonly InventoryRule[];
}

/**
 * Lists what storage accounts hold, as their inventory policies say: rules are looked at once a day, the first time a
 * day after the policy was written (Azure: within a day). A change of the policy counts from the next time on.
 */
export class InventoryEngine implements RecurringRuns {
  private readonly schedule: DailySchedule;
  private readonly runs = new AccountRuns<InventoryRun>();

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
    this.schedule = new DailySchedule(options.state.table('inventory'));
  }

  /** The policy of an account was written. */
  public policyStored(storageAccountId: string): void {
    if (this.schedule.of(storageAccountId) !== undefined) return;
    this.schedule.start({ storageAccountId }, this.options.clock.now());
  }

  public policyRemoved(storageAccountId: string): void {
    this.schedule.remove(storageAccountId);
  }

  /** Newest last. */
  public lastRuns(storageAccountId?: string): readonly InventoryRun[] {
    return this.runs.of(storageAccountId);
  }

  public nextRunAt(): number | undefined {
    return this.schedule.first()?.nextRunAt;
  }

  public async runNext(): Promise<void> {
    const due = this.schedule.first();
    if (due === undefined) return;
    const { storageAccountId, nextRunAt: at } = due;
    const account = this.options.accounts.byId(storageAccountId);
    if (account === undefined) {
      this.policyRemoved(storageAccountId);
      return;
    }
    for (const rule of this.options.policies.rulesOf(storageAccountId)) {
      if (runsOn(at, rule)) this.runs.note(await this.run(account, rule, at));
    }
    // A run that is cut short by the end of the emulator is made again.
    if (this.schedule.of(storageAccountId) !== undefined) this.schedule.advance(due);
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
}
