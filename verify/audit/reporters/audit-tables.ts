import { bytesText, countText } from '../../quantity';
import { moneyText } from '../money-text';
import type { AuditCost, AuditReport, CostOfTier, FileSums, TieredSums } from '../model';
import { FINDING_WORDS } from './verdict';

/** What text and page have in common: a table of which the first column names the rows. */
export interface AuditTable {
  readonly caption: string;
  readonly heads: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function findingsTable({ findings }: Pick<AuditReport, 'findings'>): AuditTable {
  return {
    caption: 'Files that stand out',
    heads: ['Finding', 'Files', 'Size'],
    rows: findings.map(({ finding, ...sums }) => [FINDING_WORDS[finding], ...sumCells(sums)]),
  };
}

export function tierTable({ byTier, total }: Pick<AuditReport, 'byTier' | 'total'>): AuditTable {
  return {
    caption: 'Files by access tier',
    heads: ['Tier', 'Files', 'Size', 'Share of files', 'Share of bytes'],
    rows: [
      ...byTier.map(({ tier, ...sums }) => [
        tier,
        ...sumCells(sums),
        shareText(sums.count, total.count),
        shareText(sums.bytes, total.bytes),
      ]),
      ['All', ...sumCells(total), '', ''],
    ],
  };
}

export function kindTable(byKind: NonNullable<AuditReport['byKind']>): AuditTable {
  return {
    caption: 'Files by what they are',
    heads: ['Kind', 'Files', 'Size'],
    rows: byKind.map(({ kind, ...sums }) => [kind, ...sumCells(sums)]),
  };
}

/** @param most how many are named; the others are summed up in a last row */
export function partitionTable(
  report: Pick<AuditReport, 'byTier'>,
  byPartition: NonNullable<AuditReport['byPartition']>,
  most: number,
): AuditTable {
  const rows = byPartition.map(({ partition, ...sums }) => ({ name: partition, ...sums }));
  const others = rows.slice(most);
  const shown =
    others.length === 0
      ? rows
      : [...rows.slice(0, most), { name: `and ${countText(others.length)} more`, ...added(others) }];
  return tieredTable('Images by partition', 'Partition', tiersOf(report), shown);
}

export function ageTable(
  report: Pick<AuditReport, 'byTier'>,
  byAge: NonNullable<AuditReport['byAge']>,
): AuditTable {
  const rows = byAge.map(({ age, ...sums }) => ({ name: age, ...sums }));
  return tieredTable('Images by age', 'Since the last change', tiersOf(report), rows);
}

export function accessTable(
  report: Pick<AuditReport, 'byTier'>,
  byLastAccess: NonNullable<AuditReport['byLastAccess']>,
): AuditTable {
  const rows = byLastAccess.map(({ lastAccess, ...sums }) => ({ name: lastAccess, ...sums }));
  return tieredTable('Images by last access', 'Since the last reading', tiersOf(report), rows);
}

/** Per month, now and as planned. */
export function costTable({ currency, now, planned }: AuditCost): AuditTable {
  const months = planned === undefined ? [now] : [now, planned.monthly];
  const tiers = costedTiers(months.map(({ tiers }) => tiers));
  const money = (amount: number): string => moneyText(amount, currency);
  return {
    caption: 'Cost per month',
    heads: [
      'Tier',
      'Storage now',
      'Reads now',
      ...(planned === undefined ? [] : ['Storage as planned', 'Reads as planned']),
    ],
    rows: [
      ...tiers.map((tier) => [
        tier,
        ...months.flatMap(({ tiers }) => {
          const cost = tiers.find((cost) => cost.tier === tier);
          return [money(cost?.storage ?? 0), money(cost?.reads ?? 0)];
        }),
      ]),
      ['All', ...months.flatMap(({ total }) => [money(total), ''])],
    ],
  };
}

/** Tiers that cost something in any of them, in the order in which they come. */
export function costedTiers(costs: readonly (readonly CostOfTier[])[]): readonly string[] {
  return [...new Set(costs.flat().map(({ tier }) => tier))];
}

function tieredTable(
  caption: string,
  head: string,
  tiers: readonly string[],
  rows: readonly (TieredSums & { readonly name: string })[],
): AuditTable {
  return {
    caption,
    heads: [head, 'Files', 'Size', ...tiers],
    rows: rows.map(({ name, tiers: sums, ...all }) => [
      name,
      ...sumCells(all),
      ...tiers.map((tier) => {
        const { count, bytes } = sumsIn(sums, tier);
        return count === 0 ? '-' : bytesText(bytes);
      }),
    ]),
  };
}

/** Of a tier that may not be there. */
export function sumsIn(tiers: TieredSums['tiers'], tier: string): FileSums {
  return (Object.hasOwn(tiers, tier) ? tiers[tier] : undefined) ?? { count: 0, bytes: 0 };
}

function tiersOf({ byTier }: Pick<AuditReport, 'byTier'>): readonly string[] {
  return byTier.map(({ tier }) => tier);
}

function added(rows: readonly TieredSums[]): TieredSums {
  const names = new Set(rows.flatMap(({ tiers }) => Object.keys(tiers)));
  return {
    ...sum(rows),
    tiers: Object.fromEntries(
      [...names].map((tier) => [tier, sum(rows.map(({ tiers }) => sumsIn(tiers, tier)))]),
    ),
  };
}

function sum(rows: readonly FileSums[]): FileSums {
  return rows.reduce<FileSums>(
    (all, { count, bytes }) => ({ count: all.count + count, bytes: all.bytes + bytes }),
    { count: 0, bytes: 0 },
  );
}

function sumCells({ count, bytes }: FileSums): readonly [string, string] {
  return [countText(count), bytesText(bytes)];
}

function shareText(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}
