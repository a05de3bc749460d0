import { auditCsvReport } from '../../../../verify';
import {
  auditOf,
  cellOf,
  findingOf,
  hostileAudit,
  metricsAudit,
  sampleAudit,
} from '../../../support/sample-audit';
import { recordsOf } from '../../../support/csv';

test('has every sum of the report', () => {
  const report = sampleAudit();
  const { total, byTier, byKind = [], byPartition = [], byAge = [], byLastAccess = [], findings } = report;
  const row = (dimension: string, name: string, { count, bytes }: { count: number; bytes: number }) => ({
    dimension,
    name,
    count: String(count),
    bytes: String(bytes),
  });
  expect(recordsOf(auditCsvReport(report))).toEqual([
    row('total', '', total),
    ...byTier.map((sums) => row('tier', sums.tier, sums)),
    ...byKind.map((sums) => row('kind', sums.kind, sums)),
    ...byPartition.map((sums) => row('partition', sums.partition, sums)),
    ...byAge.map((sums) => row('age', sums.age, sums)),
    ...byLastAccess.map((sums) => row('last access', sums.lastAccess, sums)),
    ...findings.map((sums) => row('finding', sums.finding, sums)),
    { dimension: 'index', name: 'lost', count: '1', bytes: '' },
    { dimension: 'index', name: 'unknown', count: '0', bytes: '' },
    { dimension: 'index', name: 'unsettled', count: '318', bytes: '' },
  ]);
  expect(byPartition).toHaveLength(15);
});

test('of a small lake is this', () => {
  const report = auditOf({
    cells: [cellOf({ count: 2, bytes: 4096, kind: 'foreign', partition: '' })],
    findings: [findingOf('foreign', 2, 4096, ['a'])],
  });
  const ages = ['up to 30 days', '30 to 90 days', '90 to 180 days', '180 days to 1 year', '1 to 2 years', '2 to 5 years', 'over 5 years']; // prettier-ignore
  expect(auditCsvReport(report)).toBe(
    [
      'dimension,name,count,bytes',
      'total,,2,4096',
      'tier,Hot,2,4096',
      'kind,foreign,2,4096',
      ...ages.map((age) => `age,${age},0,0`),
      'finding,foreign,2,4096',
      '',
    ].join('\r\n'),
  );
});

test('of metrics has tiers alone', () => {
  const dimensions = recordsOf(auditCsvReport(metricsAudit(5))).map(({ dimension }) => dimension);
  expect(dimensions).toEqual(['total', 'tier', 'tier']);
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1'])('%j is no formula for a spreadsheet', (name) => {
  const rows = recordsOf(auditCsvReport(auditOf({ cells: [cellOf({ partition: name, tier: name })] })));
  const names = rows.filter(({ dimension }) => dimension === 'tier' || dimension === 'partition');
  expect(names.map((row) => row['name'])).toEqual([`'${name}`, `'${name}`]);
});

test('is read back, whatever the names are', () => {
  const names = recordsOf(auditCsvReport(hostileAudit())).map(({ name }) => name);
  for (const { partition } of hostileAudit().byPartition ?? []) expect(names).toContain(partition);
});
