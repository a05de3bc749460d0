import type { LakeFile } from './lake-entry';
import { tierAt, type BlobTier } from './lake-tier';

const DAY_MS = 86_400_000;

/** What a rule does to a file. */
export type LifecycleAction = 'delete' | 'tierToArchive' | 'tierToCold' | 'tierToCool' | 'tierToHot';

/** Cheapest first: of several actions that hold for a file the first of these is taken. */
const CHEAPEST_FIRST = ['delete', 'tierToArchive', 'tierToCold', 'tierToCool'] as const;

export const TIER_OF: Readonly<Record<Exclude<LifecycleAction, 'delete'>, BlobTier>> = {
  tierToArchive: 'Archive',
  tierToCold: 'Cold',
  tierToCool: 'Cool',
  tierToHot: 'Hot',
};

const TIERS: readonly BlobTier[] = ['Hot', 'Cool', 'Cold', 'Archive'];

/** An automatic return to hot happens this often at most. */
const AUTO_TIER_PAUSE_MS = 30 * DAY_MS;

/** How long a file must not have changed, been made, been read or moved, each in days. */
interface Condition {
  readonly daysAfterModificationGreaterThan?: number;
  readonly daysAfterCreationGreaterThan?: number;
  readonly daysAfterLastAccessTimeGreaterThan?: number;
  readonly daysAfterLastTierChangeGreaterThan?: number;
}

type BaseBlobActions = Readonly<Partial<Record<(typeof CHEAPEST_FIRST)[number], Condition>>> & {
  readonly enableAutoTierToHotFromCool?: boolean;
};

/**
 * A rule of a lifecycle policy, as ARM keeps it.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/lifecycle-management-policy-structure
 */
export interface LifecycleRule {
  readonly name: string;
  /** @default true */
  readonly enabled?: boolean;
  readonly definition: {
    readonly actions?: { readonly baseBlob?: BaseBlobActions };
    readonly filters?: { readonly blobTypes?: readonly string[]; readonly prefixMatch?: readonly string[] };
  };
}

/** A file as the rules see it. */
export interface LifecycleFile {
  readonly containerName: string;
  readonly path: string;
  readonly file: LakeFile;
}

export interface LifecycleMoment {
  readonly at: number;
  /** Since when reads are recorded; a file that was not read since counts from then. */
  readonly trackedSince: number | undefined;
}

/** What the rules do to a file at a moment; undefined leaves it alone. */
export function actionFor(
  rules: readonly LifecycleRule[],
  { containerName, path, file }: LifecycleFile,
  moment: LifecycleMoment,
): LifecycleAction | undefined {
  const { tier } = tierAt(file.tier, moment.at);
  const applying = rules
    .filter((rule) => rule.enabled !== false && applies(rule, `${containerName}/${path}`))
    .map(({ definition }) => definition.actions?.baseBlob ?? {});
  const due = CHEAPEST_FIRST.find((action) =>
    applying.some((actions) => actions[action] !== undefined && holds(actions[action], file, moment)),
  );
  if (due === 'delete') return due;
  const isLower = due !== undefined && TIERS.indexOf(TIER_OF[due]) > TIERS.indexOf(tier);
  if (isLower) return due;
  return tier === 'Cool' && due === undefined && applying.some((actions) => comesBack(actions, file, moment))
    ? 'tierToHot'
    : undefined;
}

/** Prefixes begin with the name of the container and care about case. */
function applies({ definition }: LifecycleRule, fullPath: string): boolean {
  const { blobTypes = [], prefixMatch = [] } = definition.filters ?? {};
  if (!blobTypes.some((type) => type.toLowerCase() === 'blockblob')) return false;
  return prefixMatch.length === 0 || prefixMatch.some((prefix) => fullPath.startsWith(prefix));
}

/** All that a condition names has to hold. */
function holds(condition: Condition, file: LakeFile, { at, trackedSince }: LifecycleMoment): boolean {
  const since: Readonly<Record<keyof Condition, number | undefined>> = {
    daysAfterModificationGreaterThan: file.lastModifiedAt,
    daysAfterCreationGreaterThan: file.createdAt,
    daysAfterLastAccessTimeGreaterThan: file.lastAccessedAt ?? trackedSince,
    daysAfterLastTierChangeGreaterThan: tierAt(file.tier, at).changedAt ?? file.createdAt,
  };
  const named = Object.entries(condition).filter(([name, days]) => name in since && typeof days === 'number');
  return (
    named.length > 0 &&
    named.every(([name, days]) => {
      const from = since[name as keyof Condition];
      return from !== undefined && at - from > Number(days) * DAY_MS;
    })
  );
}

/** Only what the last access tiers to cool comes back, once it was read after that. */
function comesBack(actions: BaseBlobActions, file: LakeFile, { at }: LifecycleMoment): boolean {
  const { changedAt } = tierAt(file.tier, at);
  const { autoTieredAt } = file.tier;
  return (
    actions.enableAutoTierToHotFromCool === true &&
    actions.tierToCool?.daysAfterLastAccessTimeGreaterThan !== undefined &&
    changedAt !== undefined &&
    file.lastAccessedAt !== undefined &&
    file.lastAccessedAt > changedAt &&
    (autoTieredAt === undefined || at - autoTieredAt >= AUTO_TIER_PAUSE_MS)
  );
}
