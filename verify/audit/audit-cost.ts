import type {
  AuditCell,
  AuditCost,
  CostOfTier,
  MonthlyCost,
  PlanOrigin,
  SourceFacts,
  TierPlan,
} from './model';
import type { PriceBook, TierPrices } from './price-book';

const GIB = 1_073_741_824;

/** A read of more is more than one operation. */
const READ_BYTES = 4_194_304;

/** Early deletion is billed by the day, a thirtieth of a month. */
const DAYS_OF_MONTH = 30;

export interface CostQuestion {
  readonly cells: readonly AuditCell[];
  readonly prices: PriceBook;
  /** What the cells were planned with. */
  readonly plan: readonly TierPlan[];
  readonly planOrigin: PlanOrigin;
  readonly source: SourceFacts;
}

/** What the files cost where they are, and where the plan would have them. */
export function auditCost({ cells, prices, plan, planOrigin, source }: CostQuestion): AuditCost {
  const { currency, region, asOf, monthlyReadShare } = prices;
  const book = new Tariff(prices);
  const priced = cells.filter(({ tier }) => book.of(tier) !== undefined);
  const images = priced.filter(({ kind }) => kind === 'image');
  const now = book.monthly(priced, ({ tier }) => tier);
  const monthly = book.monthly(priced, tierAsPlanned);
  const moved = images.filter((cell) => tierAsPlanned(cell) !== cell.tier);
  const movesCost = sum(moved, (cell) => book.move(cell));
  const earlyDeletion = sum(moved, (cell) => book.earlyDeletion(cell));
  const saved = now.total - monthly.total;
  const archived = images.filter(({ tier, rehydrating }) => tier === 'Archive' && !rehydrating);
  const unpriced = sumsByTier(cells.filter(({ tier }) => book.of(tier) === undefined));
  return {
    currency,
    region,
    pricesAsOf: asOf,
    monthlyReadShare,
    now,
    ...(unpriced.length === 0 ? {} : { unpriced }),
    ...(archived.length === 0
      ? {}
      : { bringBack: { ...sumsOf(archived), cost: sum(archived, (cell) => book.read(cell, cell.tier)) } }),
    audit: costOfAudit(source, prices),
    planned: {
      plan,
      planOrigin,
      monthly,
      moves: { ...sumsOf(moved), cost: movesCost },
      earlyDeletion,
      ...(saved > 0 ? { paidBackAfterMonths: (movesCost + earlyDeletion) / saved } : {}),
    },
  };
}

class Tariff {
  private readonly tiers: ReadonlyMap<string, TierPrices>;

  public constructor(private readonly prices: PriceBook) {
    this.tiers = new Map(Object.entries(prices.tiers));
  }

  public of(tier: string): TierPrices | undefined {
    return this.tiers.get(tier);
  }

  public monthly(cells: readonly AuditCell[], tierOf: (cell: AuditCell) => string): MonthlyCost {
    const tiers = [...this.tiers.keys()].flatMap((tier): CostOfTier[] => {
      const inside = cells.filter((cell) => tierOf(cell) === tier);
      if (inside.length === 0) return [];
      return [
        {
          tier,
          storage: sum(inside, (cell) => this.storage(cell, tier)),
          reads: this.prices.monthlyReadShare * sum(inside.filter(isRead), (cell) => this.read(cell, tier)),
        },
      ];
    });
    return { tiers, total: sum(tiers, ({ storage, reads }) => storage + reads) };
  }

  /** Reading every file once, from the archive the same as bringing it back. */
  public read({ count, bytes }: AuditCell, tier: string): number {
    const { readPer10000 = 0, retrievalPerGiB = 0 } = this.of(tier) ?? {};
    return (
      (Math.max(count, tier === 'Archive' ? 0 : bytes / READ_BYTES) / 10_000) * readPer10000 +
      (bytes / GIB) * retrievalPerGiB
    );
  }

  public move(cell: AuditCell): number {
    return (cell.count / 10_000) * (this.of(tierAsPlanned(cell))?.writePer10000 ?? 0);
  }

  public earlyDeletion({ tier, earlyByteDays }: AuditCell): number {
    return ((earlyByteDays / GIB) * (this.of(tier)?.storagePerGiBMonth ?? 0)) / DAYS_OF_MONTH;
  }

  private storage({ bytes, flooredBytes }: AuditCell, tier: string): number {
    const isFloored = tier !== 'Hot' && this.prices.smallestBilledBytes !== null;
    return ((isFloored ? flooredBytes : bytes) / GIB) * (this.of(tier)?.storagePerGiBMonth ?? 0);
  }
}

/** Nobody reads from the archive, and of what is no image nobody knows. */
function isRead({ kind, tier }: AuditCell): boolean {
  return kind === 'image' && tier !== 'Archive';
}

function tierAsPlanned({ kind, tier, plannedTier }: AuditCell): string {
  return kind === 'image' ? plannedTier : tier;
}

function costOfAudit(source: SourceFacts, { listPer10000, inventoryPerMillion }: PriceBook): number {
  switch (source.kind) {
    case 'listing':
      return (source.requests / 10_000) * listPer10000;
    case 'inventory':
      return (source.rows / 1_000_000) * inventoryPerMillion;
    case 'metrics':
      return 0;
  }
}

function sumsByTier(cells: readonly AuditCell[]): NonNullable<AuditCost['unpriced']> {
  return [...new Set(cells.map(({ tier }) => tier))].map((tier) => {
    const { files, bytes } = sumsOf(cells.filter((cell) => cell.tier === tier));
    return { tier, count: files, bytes };
  });
}

function sumsOf(cells: readonly AuditCell[]): { readonly files: number; readonly bytes: number } {
  return { files: sum(cells, ({ count }) => count), bytes: sum(cells, ({ bytes }) => bytes) };
}

function sum<T>(all: readonly T[], amountOf: (one: T) => number): number {
  return all.reduce((total, one) => total + amountOf(one), 0);
}
