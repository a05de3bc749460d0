import type { Clock } from '../clock';
import { setTier } from './lake-change';
import { isLocked } from './lake-lease';
import { contextOf, type Lake } from './lake';
import type { LakeEntry, LakeFile } from './lake-entry';
import type { LakeFileSystem } from './lake-file-system';
import { successor } from './lake-path-table';
import { tierAt, type BlobTier } from './lake-tier';
import { actionFor, TIER_OF, type LifecycleAction, type LifecycleRule } from './lifecycle-rule';
import { PeriodicTask } from './periodic-task';
import type { StateStore, StateTable } from './state-store';
import type { StorageAccount, StorageAccounts } from './storage-account';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Reports of this many runs are kept for each account. */
const KEPT_RUNS = 400;

/** Days that a file has to stay in a tier, or else the rest of them is billed all the same. */
const MINIMUM_STAY_DAYS: Readonly<Partial<Record<BlobTier, number>>> = { Cool: 30, Cold: 90, Archive: 180 };

/** What one run did to one account. */
export interface LifecycleRun {
  readonly storageAccountId: string;
  readonly at: number;
  /** Files looked at. */
  readonly files: number;
  readonly actions: Readonly<Partial<Record<LifecycleAction, { files: number; bytes: number }>>>;
  /** Files that left a tier before their minimum stay was over, with the days that are billed all the same. */
  readonly earlyDeletions: readonly EarlyDeletion[];
}

export interface EarlyDeletion {
  readonly containerName: string;
  readonly path: string;
  readonly tier: BlobTier;
  readonly daysLeft: number;
  readonly bytes: number;
}

export interface LifecyclePolicies {
  /** The rules of an account; none where it has no policy. */
  rulesOf(storageAccountId: string): readonly LifecycleRule[];
}

/** When an account is due, as it survives a restart. */
interface Schedule {
  readonly storageAccountId: string;
  readonly nextRunAt: number;
  readonly trackedSince?: number;
}

/**
 * Carries out lifecycle policies: once a day for each account, the first time a day after the policy was written
 * (Azure: within a day). After a jump of the clock it runs for every day that was left out.
 */
export class LifecycleEngine {
  private readonly schedules: Map<string, Schedule>;
  private readonly rows: StateTable<Schedule>;
  private readonly runs = new Map<string, LifecycleRun[]>();
  private readonly task: PeriodicTask;

  public constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly lake: Lake;
      readonly accounts: StorageAccounts;
      readonly policies: LifecyclePolicies;
      readonly state: StateStore;
    },
  ) {
    this.rows = options.state.table('lifecycle');
    this.schedules = new Map(this.rows.rows());
    const run = (): Promise<void> => {
      this.runAllDue();
      return Promise.resolve();
    };
    this.task = new PeriodicTask(options.clock, run, {
      firstDelayMs: HOUR_MS,
      periodMs: HOUR_MS,
    });
  }

  /** The policy of an account was written. */
  public policyStored(storageAccountId: string): void {
    this.keep({ storageAccountId, nextRunAt: this.options.clock.now() + DAY_MS });
  }

  public policyRemoved(storageAccountId: string): void {
    this.schedules.delete(storageAccountId.toLowerCase());
    this.rows.delete(storageAccountId.toLowerCase());
  }

  /** Newest last. */
  public lastRuns(storageAccountId?: string): readonly LifecycleRun[] {
    const wanted = storageAccountId?.toLowerCase();
    return [...this.runs].flatMap(([id, runs]) => (wanted === undefined || wanted === id ? runs : []));
  }

  public stop(): Promise<void> {
    return this.task.stop();
  }

  private runAllDue(): void {
    for (const { storageAccountId } of [...this.schedules.values()]) {
      const account = this.options.accounts.byId(storageAccountId);
      if (account === undefined) this.policyRemoved(storageAccountId);
      else this.catchUp(account);
    }
  }

  private catchUp(account: StorageAccount): void {
    const id = account.id.toLowerCase();
    for (
      let schedule = this.schedules.get(id);
      schedule !== undefined && schedule.nextRunAt <= this.options.clock.now();
      schedule = this.schedules.get(id)
    ) {
      const at = schedule.nextRunAt;
      const trackedSince = account.lastAccessTracking ? (schedule.trackedSince ?? at - DAY_MS) : undefined;
      const runs = this.runs.get(id) ?? [];
      runs.push(this.run(account, at, trackedSince));
      this.runs.set(id, runs.slice(-KEPT_RUNS));
      this.keep({
        storageAccountId: account.id,
        nextRunAt: at + DAY_MS,
        ...(trackedSince === undefined ? {} : { trackedSince }),
      });
    }
  }

  private run(account: StorageAccount, at: number, trackedSince: number | undefined): LifecycleRun {
    const rules = this.options.policies.rulesOf(account.id);
    const context = contextOf(account, 'lifecycle management', at);
    const actions: Partial<Record<LifecycleAction, { files: number; bytes: number }>> = {};
    const earlyDeletions: EarlyDeletion[] = [];
    let looked = 0;
    for (const { name: containerName } of this.options.lake.list(account.id)) {
      const files = this.options.lake.files(account, containerName);
      for (const [path, file] of filesIn(files, at)) {
        looked += 1;
        const action = actionFor(rules, { containerName, path, file }, { at, trackedSince });
        if (action === undefined || isLocked(file.lease, at)) continue;
        earlyDeletions.push(...earlyDeletionOf(containerName, path, file, at));
        if (action === 'delete') files.remove(path, context);
        else setTier({ files, path, context, conditions: {} }, TIER_OF[action]);
        if (action === 'tierToHot') noteAutoTiering(files, path, at);
        const done = (actions[action] ??= { files: 0, bytes: 0 });
        done.files += 1;
        done.bytes += file.content.length;
      }
    }
    return { storageAccountId: account.id, at, files: looked, actions, earlyDeletions };
  }

  private keep(schedule: Schedule): void {
    const id = schedule.storageAccountId.toLowerCase();
    this.schedules.set(id, schedule);
    this.rows.put(id, schedule);
  }
}

/** What was there when the run began; directories are no blobs. */
function filesIn(files: LakeFileSystem, now: number): readonly (readonly [string, LakeFile])[] {
  const found: (readonly [string, LakeFile])[] = [];
  for (
    let next = files.firstFrom('', now);
    next !== undefined;
    next = files.firstFrom(successor(next[0]), now)
  ) {
    const [path, entry]: readonly [string, LakeEntry] = next;
    if (entry.kind === 'file') found.push([path, entry]);
  }
  return found;
}

/** A tier that nobody chose has no minimum stay. */
function earlyDeletionOf(
  containerName: string,
  path: string,
  file: LakeFile,
  at: number,
): readonly EarlyDeletion[] {
  const { tier, changedAt, inferred } = tierAt(file.tier, at);
  const minimum = MINIMUM_STAY_DAYS[tier];
  if (minimum === undefined || changedAt === undefined || inferred) return [];
  const daysLeft = Math.ceil(minimum - (at - changedAt) / DAY_MS);
  return daysLeft <= 0 ? [] : [{ containerName, path, tier, daysLeft, bytes: file.content.length }];
}

function noteAutoTiering(files: LakeFileSystem, path: string, at: number): void {
  const file = files.find(path, at);
  if (file?.kind === 'file') files.replace(path, { ...file, tier: { ...file.tier, autoTieredAt: at } });
}
