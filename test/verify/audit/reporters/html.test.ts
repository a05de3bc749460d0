import { auditHtmlReport } from '../../../../verify';
import { auditFigures } from '../../../../verify/audit/reporters/html/figures';
import {
  auditOf,
  cellOf,
  emptyAudit,
  findingOf,
  hostileAudit,
  metricsAudit,
  sampleAudit,
  unplannedCost,
} from '../../../support/sample-audit';

test('is the same page for the same report, pictures included', () => {
  expect(auditHtmlReport(hostileAudit())).toBe(auditHtmlReport(hostileAudit()));
});

test('says what it is of', () => {
  const page = auditHtmlReport(sampleAudit());
  for (const text of [
    '<title>Mend the lake: AHDS/hospital/dicom/images in dicom of hospitallake</title>',
    '<b>412,000,050</b> files',
    'dicom-lake 1.2.3, report schema 1',
    'listing: 82,660 requests in 2 h 6 min, 32 at a time, divided by name, 212 refused as the service was busy',
    'as of 2026-01-31T08:00:00.000Z',
    'All of them are named in <code>findings.csv</code>.',
    'with <code>--source inventory</code>: listing',
    'AHDS/hospital/dicom/images/Microsoft.Default/201_400001.dcm',
  ])
    expect(page).toContain(text);
});

test('of metrics is of the account', () => {
  const page = auditHtmlReport(metricsAudit(5));
  expect(page).toContain('<title>Not known: the whole storage account hospitallake</title>');
  expect(page).not.toContain('AHDS/');
});

test('runs nothing and fetches nothing', () => {
  const page = auditHtmlReport(hostileAudit());
  expect(page).not.toMatch(/<(script|img|link|iframe|object|embed|base|form|use|image|foreignObject)\b/i);
  expect(page).not.toMatch(/<[a-z][^>]*\s(on[a-z]+|src|srcset|xlink:href)\s*=/i);
  expect(page).toContain('default-src &#39;none&#39;');
});

describe('the pictures', () => {
  const drawn = (report: Parameters<typeof auditFigures>[0]): readonly string[] =>
    auditFigures(report)
      .filter(({ picture }) => picture !== undefined)
      .map(({ id }) => id);
  const svgOf = (report: Parameters<typeof auditFigures>[0], id: string): string =>
    auditFigures(report).find((figure) => figure.id === id)?.picture?.svg.text ?? '';

  test('are of what there is', () => {
    expect(drawn(sampleAudit())).toEqual(['tiers', 'partitions', 'ages', 'last-access', 'cost']);
    expect(drawn(emptyAudit())).toEqual([]);
    expect(drawn(metricsAudit())).toEqual(['tiers']);
    expect(drawn(auditOf({ cells: [cellOf()] }))).toEqual(['tiers', 'partitions', 'ages']);
    const foreign = cellOf({ kind: 'foreign', partition: '', accessBand: 1 });
    expect(drawn(auditOf({ cells: [foreign] }))).toEqual(['tiers']);
  });

  test('say why they are not there', () => {
    const captions = (report: Parameters<typeof auditFigures>[0]): readonly string[] =>
      auditFigures(report).flatMap(({ picture, caption }) => (picture === undefined ? [caption] : []));
    expect(captions(emptyAudit())).toEqual([
      'There is no file.',
      'There is no image.',
      'There is no image.',
      'There is no image.',
      'No prices were given.',
    ]);
    expect(captions(metricsAudit())[0]).toBe('The source of this audit does not tell.');
    expect(captions(auditOf({ cells: [cellOf()] }))[0]).toMatch(/last access tracking is off/);
  });

  test('draw twelve partitions and say how many they leave out', () => {
    const figure = auditFigures(sampleAudit()).find(({ id }) => id === 'partitions');
    expect(figure?.caption).toContain('leaves out 3 smaller ones');
    expect(svgOf(sampleAudit(), 'partitions')).toContain('>emergency<');
    expect(svgOf(sampleAudit(), 'partitions')).not.toContain('>training<');
    expect(figure?.picture?.table.text).toContain('training');
  });

  test('list fifty partitions and sum the others up', () => {
    const cells = Array.from({ length: 60 }, (_, index) => cellOf({ partition: `p${100 + index}` }));
    const table = auditFigures(auditOf({ cells })).find(({ id }) => id === 'partitions')?.picture?.table.text;
    expect(table?.match(/<th scope="row">/g)).toHaveLength(51);
    expect(table).toContain('and 10 more');
  });

  test('tell tiers apart without colour: all but hot by a pattern, and by name where there is room', () => {
    const svg = svgOf(sampleAudit(), 'ages');
    expect(svg.match(/<pattern /g)?.length).toBeGreaterThanOrEqual(3);
    for (const tier of ['Hot', 'Cool', 'Cold', 'Archive']) expect(svg).toContain(`>${tier}</text>`);
    const narrow = cellOf({ tier: 'Cool', ageBand: 1, bytes: 139 });
    const wide = cellOf({ tier: 'Cool', ageBand: 1, bytes: 140 });
    const named = (cell: typeof wide): number =>
      svgOf(auditOf({ cells: [cellOf({ bytes: 1000 }), cell] }), 'ages').match(/>Cool<\/text>/g)?.length ?? 0;
    expect(named(wide) - named(narrow)).toBe(1);
  });

  test.each(['__proto__', 'constructor', 'toString', 'a\n__proto__'])(
    'take %j for a name like any other',
    (name) => {
      const cells = [cellOf({ partition: name, tier: name, bytes: 5 }), cellOf()];
      const svg = svgOf(auditOf({ cells }), 'partitions');
      const inherited: string[] = [];
      for (const key in {}) inherited.push(key);
      expect(inherited).toEqual([]);
      expect(Object.keys(Object)).toEqual([]);
      expect(svg).toContain(name.replace('\n', ' '));
      expect(svg).not.toContain('NaN');
    },
  );

  test('draw cost without a plan as one bar', () => {
    const cost = unplannedCost();
    const svg = svgOf(auditOf({ cells: [cellOf()] }, { cost }), 'cost');
    expect(svg).toContain('>now<');
    expect(svg).not.toContain('>as planned<');
  });
});

test('names the files that stand out, as many as the report does', () => {
  const page = auditHtmlReport(auditOf({ findings: [findingOf('foreign', 30, 9, ['<a>', '<b>'])] }));
  expect(page).toContain('2 of 30 files, by path');
  expect(page).toContain('&#60;b&#62;');
});
