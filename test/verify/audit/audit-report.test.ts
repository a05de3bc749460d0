import fc from 'fast-check';
import { AGE_BANDS } from '../../../verify/audit/age-band';
import {
  type AuditCell,
  FILE_KINDS,
  type FileSums,
  FINDING_KINDS,
  type TieredSums,
} from '../../../verify/audit/model';
import { auditOf, cellOf, findingOf, metricsAudit } from '../../support/sample-audit';

const CELL: fc.Arbitrary<AuditCell> = fc
  .record({
    kind: fc.constantFrom(...FILE_KINDS),
    partition: fc.constantFrom('Microsoft.Default', 'one', '__proto__', 'constructor'),
    tier: fc.constantFrom('Hot', 'Cool', 'Cold', 'Archive', 'Smart', '__proto__'),
    ageBand: fc.nat(AGE_BANDS.length - 1),
    accessBand: fc.integer({ min: -1, max: AGE_BANDS.length - 1 }),
    count: fc.integer({ min: 1, max: 10 ** 6 }),
    bytes: fc.nat(10 ** 12),
  })
  .map(cellOf);

const CELLS = fc.array(CELL, { maxLength: 60 });

function sum(rows: readonly FileSums[] = []): FileSums {
  return rows.reduce<FileSums>(
    (all, { count, bytes }) => ({ count: all.count + count, bytes: all.bytes + bytes }),
    { count: 0, bytes: 0 },
  );
}

describe('the sums', () => {
  test('come to the same in every dimension', () => {
    fc.assert(
      fc.property(CELLS, (cells) => {
        const { total, byTier, byKind, byPartition, byAge, byLastAccess } = auditOf({ cells });
        const images = sum(cells.filter(({ kind }) => kind === 'image'));
        expect(total).toEqual(sum(cells));
        expect(sum(byTier)).toEqual(total);
        expect(sum(byKind)).toEqual(total);
        expect(sum(byPartition)).toEqual(images);
        expect(sum(byAge)).toEqual(images);
        if (byLastAccess !== undefined) expect(sum(byLastAccess)).toEqual(images);
        const tiered: readonly TieredSums[] = [
          ...(byPartition ?? []),
          ...(byAge ?? []),
          ...(byLastAccess ?? []),
        ];
        for (const { count, bytes, tiers } of tiered)
          expect(sum(Object.values(tiers))).toEqual({ count, bytes });
      }),
    );
  });

  test('are the same in whatever order cells come, partitions with the largest first', () => {
    fc.assert(
      fc.property(CELLS, (cells) => {
        const report = auditOf({ cells });
        expect(auditOf({ cells: [...cells].reverse() })).toEqual(report);
        const bytes = (report.byPartition ?? []).map((row) => row.bytes);
        expect(bytes).toEqual([...bytes].sort((a, b) => b - a));
      }),
    );
  });

  test('have tiers from hot to archive, and others behind', () => {
    const cells = ['Smart', 'Archive', 'Cold', 'Cool', 'Another', 'Hot'].map((tier) => cellOf({ tier }));
    expect(auditOf({ cells }).byTier.map(({ tier }) => tier)).toEqual([
      'Hot',
      'Cool',
      'Cold',
      'Archive',
      'Another',
      'Smart',
    ]);
  });

  test('name every age, and what is not known of reading', () => {
    const { byAge, byLastAccess } = auditOf({
      cells: [
        cellOf({ ageBand: 6, accessBand: -1, count: 3 }),
        cellOf({ ageBand: 1, accessBand: 0, count: 2 }),
      ],
    });
    expect(byAge?.map(({ age, count }) => [age, count])).toEqual([
      ['up to 30 days', 0],
      ['30 to 90 days', 2],
      ['90 to 180 days', 0],
      ['180 days to 1 year', 0],
      ['1 to 2 years', 0],
      ['2 to 5 years', 0],
      ['over 5 years', 3],
    ]);
    expect(byLastAccess?.at(0)).toMatchObject({ lastAccess: 'up to 30 days', count: 2 });
    expect(byLastAccess?.at(-1)).toMatchObject({ lastAccess: 'not known', count: 3 });
  });

  test('leave the last access out where it is known of no image', () => {
    const probe = cellOf({ kind: 'probe', accessBand: 0 });
    expect(auditOf({ cells: [cellOf(), probe] })).not.toHaveProperty('byLastAccess');
  });
});

test('metrics tell of tiers, and of nothing else', () => {
  const report = metricsAudit(5);
  expect(report.total.count).toBe(3_000_007);
  expect(report.byTier.map(({ tier }) => tier)).toEqual(['Hot', 'Archive']);
  for (const dimension of ['byKind', 'byPartition', 'byAge', 'byLastAccess'])
    expect(report).not.toHaveProperty(dimension);
});

test('findings come in one order, the worst first', () => {
  const findings = [...FINDING_KINDS].reverse().map((kind) => findingOf(kind, 1, 1, ['a']));
  expect(auditOf({ findings }).findings.map(({ finding }) => finding)).toEqual(FINDING_KINDS);
});

test('what was not asked for is not there', () => {
  for (const part of ['cost', 'index', 'findingsFile']) expect(auditOf()).not.toHaveProperty(part);
});
