import type { LakeDirectory, LakeEntry, LakeFile } from './lake-entry';
import { tierAt, type BlobTier } from './lake-tier';

const DAY_MS = 86_400_000;

/** What a rule does to a file. */
export type LifecycleAction = 'delete' | 'tierToArchive' | 'tierToCold' | 'tierToCool';

/** Cheapest first: of several actions that hold for a file the first of these is taken. */
const CHEAPEST_FIRST = ['delete', 'tierToArchive', 'tierToCold', 'tierToCool'] as const;

export const TIER_OF: Readonly<Record<Exclude<LifecycleAction, 'delete'>, BlobTier>> = {
  tierToArchive: 'Archive',
  tierToCold: 'Cold',
  tierToCool: 'Cool',
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

const CONDITIONS = [
  'daysAfterModificationGreaterThan',
  'daysAfterCreationGreaterThan',
  'daysAfterLastAccessTimeGreaterThan',
  'daysAfterLastTierChangeGreaterThan',
] as const satisfies readonly (keyof Condition)[];

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
  const applying = actionsOf(rules, `${containerName}/${path}`);
  const due = CHEAPEST_FIRST.find((action) =>
    applying.some((actions) => actions[action] !== undefined && holds(actions[action], file, moment)),
  );
  if (due === 'delete') return due;
  const isLower = due !== undefined && TIERS.indexOf(TIER_OF[due]) > TIERS.indexOf(tier);
  return isLower ? due : undefined;
}

/** Whether the rules remove a directory, once it is empty. */
export function removes(
  rules: readonly LifecycleRule[],
  fullPath: string,
  directory: LakeDirectory,
  moment: LifecycleMoment,
): boolean {
  return actionsOf(rules, fullPath).some(
    (actions) => actions.delete !== undefined && holds(actions.delete, directory, moment),
  );
}

/** Whether a rule brings what it cooled back to hot as soon as somebody reads it. */
export function returnsOnAccess({ enabled, definition }: LifecycleRule): boolean {
  const { enableAutoTierToHotFromCool, tierToCool } = definition.actions?.baseBlob ?? {};
  return (
    enabled !== false &&
    enableAutoTierToHotFromCool === true &&
    tierToCool?.daysAfterLastAccessTimeGreaterThan !== undefined
  );
}

/**
 * Whether a file that is read now goes back to hot: from cool alone, once in 30 days, and not where it was cooled
 * before the rule said so.
 *
 * @param since when a rule began to bring back what is read, by its name
 */
export function comesBack(
  rules: readonly LifecycleRule[],
  { containerName, path, file }: LifecycleFile,
  since: Readonly<Record<string, number>>,
  at: number,
): boolean {
  const { tier, changedAt } = tierAt(file.tier, at);
  const { autoTieredAt } = file.tier;
  if (tier !== 'Cool' || changedAt === undefined) return false;
  if (autoTieredAt !== undefined && at - autoTieredAt < AUTO_TIER_PAUSE_MS) return false;
  return rules.some(
    (rule) =>
      returnsOnAccess(rule) &&
      applies(rule, `${containerName}/${path}`) &&
      changedAt >= (since[rule.name] ?? Infinity),
  );
}

/** What Azure cannot do in an account with zone-redundant storage it leaves undone: it has no archive. */
export function withoutArchive(rule: LifecycleRule): LifecycleRule {
  const actions = Object.entries(rule.definition.actions?.baseBlob ?? {});
  const baseBlob = Object.fromEntries(actions.filter(([action]) => action !== 'tierToArchive'));
  return { ...rule, definition: { ...rule.definition, actions: { baseBlob } } };
}

function actionsOf(rules: readonly LifecycleRule[], fullPath: string): readonly BaseBlobActions[] {
  return rules
    .filter((rule) => rule.enabled !== false && applies(rule, fullPath))
    .map(({ definition }) => definition.actions?.baseBlob ?? {});
}

/** Prefixes begin with the name of the container and care about case. */
function applies({ definition }: LifecycleRule, fullPath: string): boolean {
  const { blobTypes = [], prefixMatch = [] } = definition.filters ?? {};
  if (!blobTypes.some((type) => type.toLowerCase() === 'blockblob')) return false;
  return prefixMatch.length === 0 || prefixMatch.some((prefix) => fullPath.startsWith(prefix));
}

/** All that a condition names has to hold. */
function holds(condition: Condition, entry: LakeEntry, moment: LifecycleMoment): boolean {
  const named = CONDITIONS.filter((name) => typeof condition[name] === 'number');
  return (
    named.length > 0 &&
    named.every((name) => {
      const from = sinceOf(name, entry, moment);
      return from !== undefined && moment.at - from > Number(condition[name]) * DAY_MS;
    })
  );
}

function sinceOf(
  name: keyof Condition,
  entry: LakeEntry,
  { at, trackedSince }: LifecycleMoment,
): number | undefined {
  switch (name) {
    case 'daysAfterModificationGreaterThan':
      return entry.lastModifiedAt;
    case 'daysAfterCreationGreaterThan':
      return entry.createdAt;
    case 'daysAfterLastAccessTimeGreaterThan':
      return (entry.kind === 'file' ? entry.lastAccessedAt : undefined) ?? trackedSince;
    case 'daysAfterLastTierChangeGreaterThan':
      return (entry.kind === 'file' ? tierAt(entry.tier, at).changedAt : undefined) ?? entry.createdAt;
  }
}
