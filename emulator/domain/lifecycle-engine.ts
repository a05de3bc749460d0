import type { Clock } from '../clock';
import { AccountRuns } from './account-runs';
import { DailySchedule, type AccountSchedule } from './daily-schedule';
import type { RecurringRuns } from './due-runs';
import { setTier } from './lake-change';
import { isLocked } from './lake-lease';
import { contextOf, type Lake } from './lake';
import type { LakeDirectory, LakeEntry, LakeFile } from './lake-entry';
import { LakeFault } from './lake-fault';
import type { LakeContext, LakeFileSystem } from './lake-file-system';
import { changeTier, tierAt, type BlobTier, type TierState } from './lake-tier';
import {
  actionFor,
  comesBack,
  removes,
  returnsOnAccess,
  TIER_OF,
  type LifecycleAction,
  type LifecycleFile,
  type LifecycleRule,
} from './lifecycle-rule';
import type { StateStore, StateTable } from './state-store';
import type { StorageAccount, StorageAccounts } from './storage-account';

const DAY_MS = 86_400_000;
/** A run names this many of the files that left a tier too early, and counts them all. */
const NAMED_EARLY_DELETIONS = 100;

/** Days that a file has to stay in a tier, or else the rest of them is billed all the same. */
const MINIMUM_STAY_DAYS: Readonly<Partial<Record<BlobTier, number>>> = { Cool: 30, Cold: 90, Archive: 180 };

/** What one run did to one account. */
export interface LifecycleRun {
  readonly storageAccountId: string;
  readonly at: number;
  /** Files looked at. */
  readonly files: number;
  readonly actions: Readonly<Partial<Record<LifecycleAction, FileTotals>>>;
  /** Files that went back to hot since the run before, since somebody read them. */
  readonly returnedToHot: FileTotals;
  /** Directories that were empty when the run began, and went. */
  readonly emptyDirectories: number;
  /**
   * What left a tier before its minimum stay was over, by tier; the rest of the stay is billed all the same, here as
   * bytes times days.
   */
  readonly minimumStaysCutShort: Readonly<Partial<Record<BlobTier, FileTotals & { byteDays: number }>>>;
  /** The first 100 of the files that this is about. */
  readonly earlyDeletions: readonly EarlyDeletion[];
}

interface FileTotals {
  files: number;
  bytes: number;
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

interface Schedule extends AccountSchedule {
  /** When rules began to bring back to hot what is read, by their names. */
  readonly returningSince: Readonly<Record<string, number>>;
}

type Returned = Pick<LifecycleRun, 'returnedToHot' | 'earlyDeletions'>;

/** Since when an account records when files are read. */
interface Tracking {
  readonly since: number;
}

/**
 * Carries out lifecycle policies: once a day for each account, the first time a day after the policy was written
 * (Azure: within a day). After a jump of the clock it runs for every day that was left out.
 */
export class LifecycleEngine implements RecurringRuns {
  private readonly schedule: DailySchedule<Schedule>;
  private readonly runs = new AccountRuns<LifecycleRun>();
  private readonly tracking: Map<string, Tracking>;
  private readonly trackingRows: StateTable<Tracking>;
  /** What went back to hot since the last run of an account. */
  private readonly returned = new Map<string, Returned>();

  public constructor(
    private readonly options: {
      readonly clock: Clock;
      readonly lake: Lake;
      readonly accounts: StorageAccounts;
      readonly policies: LifecyclePolicies;
      readonly state: StateStore;
    },
  ) {
    this.schedule = new DailySchedule(options.state.table<Schedule>('lifecycle'));
    this.trackingRows = options.state.table('last access tracking');
    this.tracking = new Map(this.trackingRows.rows());
  }

  /** The policy of an account was written. */
  public policyStored(storageAccountId: string): void {
    const now = this.options.clock.now();
    const before = this.schedule.of(storageAccountId)?.returningSince ?? {};
    const returning = this.options.policies.rulesOf(storageAccountId).filter(returnsOnAccess);
    const returningSince = Object.fromEntries(returning.map(({ name }) => [name, before[name] ?? now]));
    this.schedule.start({ storageAccountId, returningSince }, now);
  }

  /** The settings of the blob service of an account were written. */
  public trackingStored(storageAccountId: string): void {
    const id = storageAccountId.toLowerCase();
    if (this.options.accounts.byId(id)?.lastAccessTracking !== true) {
      this.tracking.delete(id);
      this.trackingRows.delete(id);
    } else if (!this.tracking.has(id)) {
      const tracking = { since: this.options.clock.now() };
      this.tracking.set(id, tracking);
      this.trackingRows.put(id, tracking);
    }
  }

  /** The tier of a file that is read now, where a policy brings it back to hot. */
  public readonly tierAfterAccess = (
    storageAccountId: string,
    read: LifecycleFile,
    now: number,
  ): TierState | undefined => {
    const id = storageAccountId.toLowerCase();
    const { returningSince = {} } = this.schedule.of(id) ?? {};
    if (Object.keys(returningSince).length === 0) return undefined;
    if (!comesBack(this.options.policies.rulesOf(id), read, returningSince, now)) return undefined;
    const { returnedToHot, earlyDeletions } = this.returned.get(id) ?? noneReturned();
    this.returned.set(id, {
      returnedToHot: plus(returnedToHot, read.file),
      earlyDeletions: [...earlyDeletions, ...earlyDeletionOf(read.containerName, read.path, read.file, now)],
    });
    return { ...changeTier(read.file.tier, 'Hot', now), autoTieredAt: now };
  };

  public policyRemoved(storageAccountId: string): void {
    this.schedule.remove(storageAccountId);
  }

  /** Newest last. */
  public lastRuns(storageAccountId?: string): readonly LifecycleRun[] {
    return this.runs.of(storageAccountId);
  }

  public nextRunAt(): number | undefined {
    return this.schedule.first()?.nextRunAt;
  }

  public runNext(): void {
    const due = this.schedule.first();
    if (due === undefined) return;
    const account = this.options.accounts.byId(due.storageAccountId);
    if (account === undefined) {
      this.policyRemoved(due.storageAccountId);
      return;
    }
    const { since } = this.tracking.get(account.id.toLowerCase()) ?? {};
    const trackedSince = account.lastAccessTracking ? since : undefined;
    this.runs.note(this.run(account, due.nextRunAt, trackedSince));
    this.schedule.advance(due);
  }

  private run(account: StorageAccount, at: number, trackedSince: number | undefined): LifecycleRun {
    const rules = this.options.policies.rulesOf(account.id);
    const context = contextOf(account, 'lifecycle management', at);
    const actions: Partial<Record<LifecycleAction, FileTotals>> = {};
    const { returnedToHot, earlyDeletions: before } =
      this.returned.get(account.id.toLowerCase()) ?? noneReturned();
    this.returned.delete(account.id.toLowerCase());
    const earlyDeletions = [...before];
    let looked = 0;
    let emptyDirectories = 0;
    for (const { name: containerName } of this.options.lake.list(account.id)) {
      const files = this.options.lake.files(account, containerName);
      // What was there when the run began.
      const entries = [...files.below('', at)];
      const empty = emptyDirectoriesIn(entries, files, at);
      for (const [path, file] of filesIn(entries)) {
        looked += 1;
        const action = actionFor(rules, { containerName, path, file }, { at, trackedSince });
        if (action === undefined || isLocked(file.lease, at)) continue;
        earlyDeletions.push(...earlyDeletionOf(containerName, path, file, at));
        if (action === 'delete') files.remove(path, context);
        else setTier({ files, path, context, conditions: {} }, TIER_OF[action]);
        const done = (actions[action] ??= { files: 0, bytes: 0 });
        done.files += 1;
        done.bytes += file.content.length;
      }
      for (const [path, directory] of empty) {
        if (!removes(rules, `${containerName}/${path}`, directory, { at, trackedSince })) continue;
        if (removeEmpty(files, path, context)) emptyDirectories += 1;
      }
    }
    return {
      storageAccountId: account.id,
      at,
      files: looked,
      actions,
      returnedToHot,
      emptyDirectories,
      minimumStaysCutShort: totalsByTier(earlyDeletions),
      earlyDeletions: earlyDeletions.slice(0, NAMED_EARLY_DELETIONS),
    };
  }
}

function noneReturned(): Returned {
  return { returnedToHot: { files: 0, bytes: 0 }, earlyDeletions: [] };
}

function plus({ files, bytes }: FileTotals, { content }: LakeFile): FileTotals {
  return { files: files + 1, bytes: bytes + content.length };
}

function* filesIn(
  entries: readonly (readonly [string, LakeEntry])[],
): Generator<readonly [string, LakeFile]> {
  for (const [path, entry] of entries) if (entry.kind === 'file') yield [path, entry];
}

/** What a run empties the next one removes, and the directory above it the one after that. */
function emptyDirectoriesIn(
  entries: readonly (readonly [string, LakeEntry])[],
  files: LakeFileSystem,
  now: number,
): readonly (readonly [string, LakeDirectory])[] {
  return entries.flatMap(([path, entry]) =>
    entry.kind === 'directory' && files.isEmpty(path, now) ? [[path, entry] as const] : [],
  );
}

/** What the lake refuses to remove stays. */
function removeEmpty(files: LakeFileSystem, path: string, context: LakeContext): boolean {
  try {
    files.remove(path, context);
    return true;
  } catch (error) {
    if (error instanceof LakeFault) return false;
    throw error;
  }
}

function totalsByTier(earlyDeletions: readonly EarlyDeletion[]): LifecycleRun['minimumStaysCutShort'] {
  const totals: Partial<Record<BlobTier, FileTotals & { byteDays: number }>> = {};
  for (const { tier, bytes, daysLeft } of earlyDeletions) {
    const total = (totals[tier] ??= { files: 0, bytes: 0, byteDays: 0 });
    total.files += 1;
    total.bytes += bytes;
    total.byteDays += bytes * daysLeft;
  }
  return totals;
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
