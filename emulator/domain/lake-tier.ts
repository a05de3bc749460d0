import { isOnlineTier, type OnlineTier } from '../../contract';
import { LakeFault } from './lake-fault';

export type BlobTier = OnlineTier | 'Archive';
export type RehydratePriority = 'Standard' | 'High';

const HOUR_MS = 3_600_000;

/** @see https://learn.microsoft.com/azure/storage/blobs/archive-rehydrate-overview */
const REHYDRATION_MS: Readonly<Record<RehydratePriority, number>> = {
  Standard: 15 * HOUR_MS,
  High: HOUR_MS,
};

/** Tier of a file that nobody gave one: the default of the account. */
const DEFAULT_TIER: OnlineTier = 'Hot';

/** What was asked of the tier of a file so far. */
export interface TierState {
  /** Undefined while the file follows the default of the account. */
  readonly chosen?: BlobTier;
  readonly changedAt?: number;
  /** When a lifecycle policy last brought the file back to hot by itself. */
  readonly autoTieredAt?: number;
  readonly rehydration?: {
    readonly to: OnlineTier;
    readonly priority: RehydratePriority;
    readonly doneAt: number;
  };
}

/** The tier of a file as it shows at one moment. */
export interface TierView {
  readonly tier: BlobTier;
  readonly inferred: boolean;
  readonly changedAt?: number;
  readonly rehydrating?: { readonly to: OnlineTier; readonly priority: RehydratePriority };
}

export function isBlobTier(text: string): text is BlobTier {
  return text === 'Archive' || isOnlineTier(text);
}

export function tierAt(state: TierState, now: number): TierView {
  const { chosen = DEFAULT_TIER, changedAt, rehydration } = state;
  if (rehydration !== undefined && rehydration.doneAt <= now) {
    return { tier: rehydration.to, inferred: false, changedAt: rehydration.doneAt };
  }
  return {
    tier: chosen,
    inferred: state.chosen === undefined,
    ...(changedAt === undefined ? {} : { changedAt }),
    ...(rehydration === undefined
      ? {}
      : { rehydrating: { to: rehydration.to, priority: rehydration.priority } }),
  };
}

/** How the blob protocol words that a file is on its way out of the archive. */
export function archiveStatus(to: OnlineTier): string {
  return `rehydrate-pending-to-${to.toLowerCase()}`;
}

/** @throws LakeFault `archived` while the content cannot be read or changed */
export function refuseArchived(state: TierState, now: number): void {
  if (tierAt(state, now).tier === 'Archive') throw new LakeFault('archived');
}

/**
 * The state after Set Blob Tier. Leaving the archive takes hours, during which the file stays archived; all that
 * can be changed then is the priority, from standard to high.
 *
 * @throws LakeFault `being-rehydrated` for any other change while the file is on its way
 */
export function changeTier(
  state: TierState,
  to: BlobTier,
  now: number,
  priority?: RehydratePriority,
): TierState {
  const { tier, rehydrating, inferred, changedAt } = tierAt(state, now);
  const kept = state.autoTieredAt === undefined ? {} : { autoTieredAt: state.autoTieredAt };
  if (rehydrating !== undefined) {
    if (rehydrating.to !== to) throw new LakeFault('being-rehydrated');
    if (priority === undefined || priority === rehydrating.priority) return state;
    if (priority === 'Standard') throw new LakeFault('being-rehydrated');
    return rehydrate(state, rehydrating.to, now, priority);
  }
  if (tier === 'Archive' && to !== 'Archive') return rehydrate(state, to, now, priority ?? 'Standard');
  if (tier === to && !inferred && changedAt !== undefined) return { chosen: to, changedAt, ...kept };
  return { chosen: to, changedAt: now, ...kept };
}

function rehydrate(state: TierState, to: OnlineTier, now: number, priority: RehydratePriority): TierState {
  return { ...state, rehydration: { to, priority, doneAt: now + REHYDRATION_MS[priority] } };
}
