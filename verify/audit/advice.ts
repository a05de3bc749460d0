import { bytesText, counted, countText, durationText } from '../quantity';
import { moneyText } from './money-text';
import type { AuditReport, FindingKind, InventoryFacts, ListingFacts, TierPlan } from './model';

type Facts = Omit<AuditReport, 'advice'>;

const HOUR_MS = 3_600_000;

/** Azure writes an inventory within a day, of a lake within two. */
const FRESH_INVENTORY_MS = 2 * 24 * HOUR_MS;

/** Fewer files are listed in so few requests that their time says nothing of a large lake. */
const LEAST_FILES_FOR_A_RATE = 10_000;

/** Where more requests are refused as this, listing goes slower for it. */
const MUCH_THROTTLED = 0.05;

/** What to know and to do, the most pressing first. */
export function adviceOf(facts: Facts, plans: readonly TierPlan[]): readonly string[] {
  return [
    ...(isPastListing(facts) ? sourceAdvice(facts) : []),
    ...resumeAdvice(facts),
    ...offlineAdvice(facts),
    ...strangerAdvice(facts),
    ...indexAdvice(facts),
    ...lastAccessAdvice(facts, plans),
    ...costAdvice(facts),
    ...(isPastListing(facts) ? [] : sourceAdvice(facts)),
  ];
}

/** About how many files can be listed in an hour, as fast as these were; undefined where too few were to tell. */
export function filesListedInAnHour(files: number, listingMs: number): number | undefined {
  if (files < LEAST_FILES_FOR_A_RATE || listingMs <= 0) return undefined;
  return Number(((files / listingMs) * HOUR_MS).toPrecision(2));
}

function isPastListing({ source, total }: Facts): boolean {
  if (source.kind !== 'listing') return false;
  return filesListedInAnHour(total.count, source.listingMs) !== undefined && source.listingMs > HOUR_MS;
}

function sourceAdvice(facts: Facts): readonly string[] {
  switch (facts.source.kind) {
    case 'listing':
      return listingAdvice(facts, facts.source);
    case 'inventory':
      return inventoryAdvice(facts, facts.source);
    case 'metrics':
      return [
        'Metrics are of the whole storage account, whatever else is in it, and name no file: `--source listing` or `--source inventory` tells which files they are.',
      ];
  }
}

function listingAdvice(facts: Facts, source: ListingFacts): readonly string[] {
  const { count } = facts.total;
  const { listingMs, requests, throttled } = source;
  const most = filesListedInAnHour(count, listingMs);
  const took = `listing ${counted(count, 'file')} took ${durationText(listingMs)} and ${counted(requests, 'request')}`;
  const slowed =
    requests > 0 && throttled / requests > MUCH_THROTTLED
      ? [
          `The storage account was busy: it refused ${countText(throttled)} of ${counted(requests, 'request')}, so list when it has less to do.`,
        ]
      : [];
  if (most === undefined) return slowed;
  return [
    isPastListing(facts)
      ? `Read an inventory instead, with \`--source inventory\`: ${took}, and at this rate more than about ${countText(most)} files need more than an hour, while an inventory rule has Azure list them every day.`
      : `From about ${countText(most)} files on an inventory is the better source: ${took}, and at this rate more of them would need more than an hour.`,
    ...slowed,
  ];
}

function inventoryAdvice({ asOf, startedAt }: Facts, source: InventoryFacts): readonly string[] {
  const { rule, missingFields } = source;
  const ageMs = Date.parse(startedAt) - Date.parse(asOf);
  return [
    ...(ageMs > FRESH_INVENTORY_MS
      ? [
          `The inventory is ${durationText(ageMs)} old, and what came or went since is not in it: see whether rule ${rule} still runs.`,
        ]
      : []),
    ...(missingFields.length > 0
      ? [
          `Rule ${rule} leaves out ${missingFields.join(', ')}: add ${missingFields.length === 1 ? 'it' : 'them'} to its fields, and the next inventory tells more.`,
        ]
      : []),
  ];
}

function resumeAdvice({ complete, source }: Facts): readonly string[] {
  if (complete) return [];
  const partial = 'The audit was interrupted, and its numbers are of what was seen until then:';
  return [
    source.kind === 'listing'
      ? `${partial} the same command with the same \`--checkpoint\` file goes on from there; without that file it begins anew.`
      : `${partial} run it again.`,
  ];
}

function offlineAdvice(facts: Facts): readonly string[] {
  const archived = countOf(facts, 'archived');
  const rehydrating = countOf(facts, 'rehydrating');
  const ofAccount = facts.source.kind === 'metrics' && hasArchived(facts);
  return [
    ...(archived > 0
      ? [
          `${counted(archived, 'file')} cannot be read by the service, being archived: set the tier of each to hot, cool or cold (\`az storage blob set-tier\`, \`azcopy set-properties\`), and copy nothing over it, as a copy has another ETag and the service answers 424 for it ever after.`,
          'Before that, remove the lifecycle rule that archived them: setting the tier changes no other time, so the rule would archive them again.',
        ]
      : []),
    ...(archived + rehydrating > 0
      ? [
          `${rehydrating > 0 ? `${counted(rehydrating, 'file')} on the way back from the archive can be read when ${rehydrating === 1 ? 'it is' : 'they are'} back: that` : 'Coming back from the archive'} takes up to 15 hours; with high priority, at a higher price, often less than one for files below 10 GB, but no more than 10 GiB an hour of the storage account.`,
        ]
      : []),
    ...(ofAccount
      ? [
          'Something in the storage account is archived, and metrics do not tell whether it is the service’s, which could not read it.',
        ]
      : []),
  ];
}

/** Whether there is anything in the archive tier. */
export function hasArchived({ byTier }: Pick<AuditReport, 'byTier'>): boolean {
  return byTier.some(({ tier, count, bytes }) => tier === 'Archive' && (count > 0 || bytes > 0));
}

function strangerAdvice(facts: Facts): readonly string[] {
  const misplaced = countOf(facts, 'misplaced');
  const foreign = countOf(facts, 'foreign');
  const workItems = countOf(facts, 'work item');
  const found = [
    ...(misplaced > 0 ? [`${counted(misplaced, 'image')} out of place`] : []),
    ...(foreign > 0 ? [counted(foreign, 'foreign file')] : []),
    ...(workItems > 0 ? [`${counted(workItems, 'work item')}, which the service keeps elsewhere`] : []),
  ];
  if (found.length === 0) return [];
  return [
    `Find out who writes below ${facts.lake.servicePath}, where only the service may: there ${misplaced + foreign + workItems === 1 ? 'is' : 'are'} ${found.join(', and ')}; the service shows none of them, and the logs of the storage account (StorageBlobLogs) name who wrote.`,
  ];
}

function indexAdvice({ index }: Facts): readonly string[] {
  if (index === undefined) return [];
  const { lost, unknown, unsettled } = index;
  return [
    ...(lost.count > 0
      ? [
          `${counted(lost.count, 'image')} of the index ${lost.count === 1 ? 'has' : 'have'} no file: undelete what soft delete still keeps, and store anew what it does not.`,
        ]
      : []),
    ...(unknown.count > 0
      ? [
          `${counted(unknown.count, 'file')} belong${unknown.count === 1 ? 's' : ''} to no image of the index, so no viewer finds ${unknown.count === 1 ? 'it' : 'them'}: find out who wrote or restored ${unknown.count === 1 ? 'it' : 'them'} before you store or delete anything.`,
        ]
      : []),
    ...(unsettled > 0
      ? [
          `${countText(unsettled)} came or went while index and lake were read, which says nothing of ${unsettled === 1 ? 'it' : 'them'}.`,
        ]
      : []),
  ];
}

function lastAccessAdvice({ byAge, byLastAccess }: Facts, plans: readonly TierPlan[]): readonly string[] {
  const images = (byAge ?? []).reduce((sum, { count }) => sum + count, 0);
  const isNeeded = plans.some(({ basis }) => basis === 'lastAccess');
  if (!isNeeded || byLastAccess !== undefined || images === 0) return [];
  return [
    'The plan counts from the last access, which is known of no image: turn last access tracking on (it counts from that day), or the plan moves nothing.',
  ];
}

function costAdvice({ cost }: Facts): readonly string[] {
  if (cost?.planned === undefined) return [];
  const { monthly, moves, earlyDeletion, paidBackAfterMonths } = cost.planned;
  const saved = cost.now.total - monthly.total;
  const once = moveWords(moves, moneyText(moves.cost + earlyDeletion, cost.currency));
  if (saved <= 0 || paidBackAfterMonths === undefined)
    return moves.files === 0 ? [] : [`The plan never pays for itself: ${once} and saves nothing in a month.`];
  return [
    `The plan saves ${moneyText(saved, cost.currency)} a month: ${once}, which is paid back after ${paidBackAfterMonths.toFixed(1)} months.`,
  ];
}

function moveWords(
  { files, bytes }: { readonly files: number; readonly bytes: number },
  once: string,
): string {
  return `it moves ${counted(files, 'file')} (${bytesText(bytes)}) for ${once} once`;
}

function countOf({ findings }: Facts, kind: FindingKind): number {
  return findings.find(({ finding }) => finding === kind)?.count ?? 0;
}
