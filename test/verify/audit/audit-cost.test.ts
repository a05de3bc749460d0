import fc from 'fast-check';
import { auditCost, type CostQuestion } from '../../../verify/audit/audit-cost';
import { FILE_KINDS, type AuditCell, type AuditCost } from '../../../verify/audit/model';
import type { PriceBook } from '../../../verify';
import { cellOf, listingOf } from '../../support/sample-audit';

const GIB = 1_073_741_824;
const MIB = 1_048_576;

/** Round figures, so that sums can be made by hand. */
const PRICES: PriceBook = {
  currency: 'EUR',
  region: 'westeurope',
  redundancy: 'LRS',
  asOf: '2026-09-01',
  source: 'test',
  tiers: {
    Hot: { storagePerGiBMonth: 0.02, writePer10000: 0.05, readPer10000: 0.004, retrievalPerGiB: 0 },
    Cool: { storagePerGiBMonth: 0.01, writePer10000: 0.1, readPer10000: 0.01, retrievalPerGiB: 0.01 },
    Cold: { storagePerGiBMonth: 0.004, writePer10000: 0.2, readPer10000: 0.1, retrievalPerGiB: 0.03 },
    Archive: { storagePerGiBMonth: 0.001, writePer10000: 0.1, readPer10000: 5, retrievalPerGiB: 0.02 },
  },
  listPer10000: 0.05,
  inventoryPerMillion: 0.0025,
  monthlyReadShare: 0.1,
  smallestBilledBytes: 131_072,
};

const LISTING = listingOf({ requests: 2_000, folders: 0, listingMs: 0 });

/** Without bytes, where nothing is said of them. */
function cell(changes: Partial<AuditCell>): AuditCell {
  return cellOf({ bytes: 0, ...changes });
}

function cost(cells: readonly AuditCell[], changes: Partial<CostQuestion> = {}): AuditCost {
  const plan = [{ basis: 'creation', coolAfterDays: 30 }] as const;
  return auditCost({ cells, prices: PRICES, plan, planOrigin: 'file', source: LISTING, ...changes });
}

function plannedOf({ planned }: AuditCost): NonNullable<AuditCost['planned']> {
  if (planned === undefined) throw new Error('there is no plan');
  return planned;
}

describe('by hand', () => {
  test('10,000 hot images of 1 MiB, of which 4,000 would move to cool', () => {
    const stays = cell({ count: 6_000, bytes: 6_000 * MIB });
    const moves = cell({ count: 4_000, bytes: 4_000 * MIB, plannedTier: 'Cool' });
    const { planned, ...told } = cost([stays, moves]);
    // 10,000 MiB are 9.765625 GiB.
    expect(told).toEqual({
      currency: 'EUR',
      region: 'westeurope',
      pricesAsOf: '2026-09-01',
      monthlyReadShare: 0.1,
      now: {
        tiers: [
          {
            tier: 'Hot',
            storage: expect.closeTo(0.1953125, 12) as number,
            reads: expect.closeTo(0.0004, 12) as number,
          },
        ],
        total: expect.closeTo(0.1957125, 12) as number,
      },
      audit: expect.closeTo(0.01, 12) as number,
    });
    // In cool: 3.90625 GiB, of which 0.390625 GiB and 400 images are read.
    expect(planned).toEqual({
      plan: [{ basis: 'creation', coolAfterDays: 30 }],
      planOrigin: 'file',
      monthly: {
        tiers: [
          {
            tier: 'Hot',
            storage: expect.closeTo(0.1171875, 12) as number,
            reads: expect.closeTo(0.00024, 12) as number,
          },
          {
            tier: 'Cool',
            storage: expect.closeTo(0.0390625, 12) as number,
            reads: expect.closeTo(0.00430625, 12) as number,
          },
        ],
        total: expect.closeTo(0.16079625, 12) as number,
      },
      moves: { files: 4_000, bytes: 4_000 * MIB, cost: expect.closeTo(0.04, 12) as number },
      earlyDeletion: 0,
      paidBackAfterMonths: expect.closeTo(0.04 / (0.1957125 - 0.16079625), 9) as number,
    });
  });

  test('early deletion is a thirtieth of the month of the tier that is left, by the day', () => {
    // 30 GiB that leave cool 10 days early, for cold.
    const found = plannedOf(
      cost([
        cell({ tier: 'Cool', plannedTier: 'Cold', count: 30_000, bytes: 30 * GIB, earlyByteDays: 300 * GIB }),
      ]),
    );
    expect(found.earlyDeletion).toBeCloseTo((300 * 0.01) / 30, 12);
    expect(found.moves.cost).toBeCloseTo(0.6, 12);
    // Storage 0.30 less 0.12; reading a tenth costs 0.03 + 0.003 now, and 0.09 + 0.03 then.
    expect(found.paidBackAfterMonths).toBeCloseTo(0.7 / (0.333 - 0.24), 9);
  });

  test('small files are billed as 128 KiB outside of hot, where there is such a rule', () => {
    const small = cell({ count: 8_192, bytes: 8_192 * 100, flooredBytes: GIB, plannedTier: 'Cool' });
    const { now, planned } = cost([small]);
    expect(now.tiers[0]?.storage).toBeCloseTo((819_200 / GIB) * 0.02, 15);
    expect(planned?.monthly.tiers[0]?.storage).toBeCloseTo(0.01, 15);
    expect(planned?.paidBackAfterMonths).toBeUndefined();
    const unruled = plannedOf(cost([small], { prices: { ...PRICES, smallestBilledBytes: null } }));
    expect(unruled.monthly.tiers[0]?.storage).toBeCloseTo((819_200 / GIB) * 0.01, 15);
  });

  test('a large image is read in pieces of 4 MiB', () => {
    const [hot] = cost([cell({ count: 10, bytes: 10 * 40 * MIB })]).now.tiers;
    expect(hot?.reads).toBeCloseTo(0.1 * (100 / 10_000) * 0.004, 15);
  });

  test('nothing but images is read or moved, and nothing is read from the archive', () => {
    const foreign = cell({
      kind: 'foreign',
      bytes: GIB,
      tier: 'Cool',
      plannedTier: 'Cold',
      earlyByteDays: GIB,
    });
    const archived = cell({ tier: 'Archive', count: 2_000, bytes: 10 * GIB });
    const rehydrating = cell({ tier: 'Archive', rehydrating: true, bytes: GIB });
    const { now, bringBack, planned } = cost([archived, foreign, rehydrating]);
    expect(now.tiers).toEqual([
      { tier: 'Cool', storage: 0.01, reads: 0 },
      { tier: 'Archive', storage: expect.closeTo(0.011, 12) as number, reads: 0 },
    ]);
    expect(bringBack).toEqual({ files: 2_000, bytes: 10 * GIB, cost: expect.closeTo(1.2, 12) as number });
    expect(planned).toMatchObject({ monthly: now, moves: { files: 0, bytes: 0, cost: 0 }, earlyDeletion: 0 });
  });

  test('files in a tier without a price are told apart, and in no sum', () => {
    const { Hot, Cool, Cold } = PRICES.tiers;
    const zoneRedundant = { ...PRICES, tiers: { Hot, Cool, Cold } };
    const cells = [
      cell({ bytes: GIB }),
      cell({ tier: 'Archive', count: 2, bytes: 7 }),
      cell({ tier: 'Smart', count: 3, bytes: 5 }),
      cell({ tier: 'Smart', kind: 'foreign', bytes: 6 }),
    ];
    const { unpriced, now, bringBack } = cost(cells, { prices: zoneRedundant });
    expect(unpriced).toEqual([
      { tier: 'Archive', count: 2, bytes: 7 },
      { tier: 'Smart', count: 4, bytes: 11 },
    ]);
    expect(now.tiers).toHaveLength(1);
    expect(bringBack).toBeUndefined();
    expect(cost([cell({ bytes: GIB })])).not.toHaveProperty('unpriced');
  });

  test('an audit costs its requests, a run of the rule, or nothing', () => {
    const inventory = {
      kind: 'inventory',
      rule: 'all',
      format: 'Csv',
      manifest: 'm',
      files: 1,
      rows: 40_000_000,
      missingFields: [],
    } as const;
    expect(cost([], { source: inventory }).audit).toBeCloseTo(0.1, 12);
    expect(cost([], { source: { kind: 'metrics', scope: 'storage account' } }).audit).toBe(0);
  });
});

const TIERS = ['Hot', 'Cool', 'Cold', 'Archive'] as const;

/** Plans never make a file dearer to store, and leave the archive alone. */
const cells: fc.Arbitrary<readonly AuditCell[]> = fc.array(
  fc
    .record({
      kind: fc.constantFrom(...FILE_KINDS),
      from: fc.nat(3),
      to: fc.nat(2),
      rehydrating: fc.boolean(),
      count: fc.integer({ min: 1, max: 1e9 }),
      size: fc.integer({ min: 0, max: 1e6 }),
      floor: fc.integer({ min: 0, max: 131_072 }),
      days: fc.double({ min: 0, max: 90, noNaN: true }),
    })
    .map(({ kind, from, to, count, size, floor, days, rehydrating }) =>
      cell({
        kind,
        rehydrating,
        tier: TIERS[from] ?? 'Hot',
        plannedTier: TIERS[from === 3 ? 3 : Math.max(from, to)] ?? 'Hot',
        count,
        bytes: count * size,
        flooredBytes: count * Math.max(size, floor),
        earlyByteDays: count * size * days,
      }),
    ),
  { maxLength: 12 },
);

function amountsOf({ now, planned, bringBack, audit }: AuditCost): readonly number[] {
  const months = [now, ...(planned === undefined ? [] : [planned.monthly])];
  return [
    ...months.flatMap(({ tiers, total }) => [
      total,
      ...tiers.flatMap(({ storage, reads }) => [storage, reads]),
    ]),
    planned?.moves.cost ?? 0,
    planned?.earlyDeletion ?? 0,
    planned?.paidBackAfterMonths ?? 0,
    bringBack?.cost ?? 0,
    audit,
  ];
}

describe('whatever the lake', () => {
  test('no cost is negative or no number, and a total is the sum of its parts', () => {
    fc.assert(
      fc.property(cells, (some) => {
        const found = cost(some);
        for (const amount of amountsOf(found)) expect(amount).toBeGreaterThanOrEqual(0);
        for (const { tiers, total } of [found.now, plannedOf(found).monthly])
          expect(total).toBeCloseTo(
            tiers.reduce((all, { storage, reads }) => all + storage + reads, 0),
            6,
          );
      }),
    );
  });

  test('a plan that changes nothing costs the same, moves nothing and has nothing to pay back', () => {
    fc.assert(
      fc.property(cells, (some) => {
        const found = cost(some.map((one) => ({ ...one, plannedTier: one.tier })));
        const { monthly, moves, earlyDeletion, paidBackAfterMonths } = plannedOf(found);
        expect(monthly).toEqual(found.now);
        expect([moves, earlyDeletion, paidBackAfterMonths]).toEqual([
          { files: 0, bytes: 0, cost: 0 },
          0,
          undefined,
        ]);
      }),
    );
  });

  test('the cost of two lakes together is that of each', () => {
    fc.assert(
      fc.property(cells, cells, (one, other) => {
        const parts = [cost(one), cost(other)];
        const all = cost([...one, ...other]);
        const closeTo = (read: (found: AuditCost) => number): void => {
          const apart = parts.reduce((total, part) => total + read(part), 0);
          expect(Math.abs(read(all) - apart)).toBeLessThanOrEqual(1e-9 * Math.max(1, apart));
        };
        closeTo(({ now }) => now.total);
        closeTo((found) => plannedOf(found).monthly.total);
        closeTo((found) => plannedOf(found).moves.cost);
        closeTo((found) => plannedOf(found).earlyDeletion);
        closeTo(({ bringBack }) => bringBack?.cost ?? 0);
      }),
    );
  });

  test('what is paid back is what moving costs, by what a month saves', () => {
    fc.assert(
      fc.property(cells, (some) => {
        const { now, planned } = cost(some);
        const saved = now.total - (planned?.monthly.total ?? 0);
        const months = planned?.paidBackAfterMonths;
        expect(months === undefined).toBe(!(saved > 0));
        if (months === undefined || planned === undefined) return;
        const once = planned.moves.cost + planned.earlyDeletion;
        expect(Math.abs(months * saved - once)).toBeLessThanOrEqual(1e-9 * Math.max(1, once));
      }),
    );
  });
});
