import { auditTextReport } from '../../../../verify';
import {
  auditOf,
  cellOf,
  emptyAudit,
  findingOf,
  hostileAudit,
  inventoryOf,
  metricsAudit,
  sampleAudit,
  sampleCost,
  unplannedCost,
} from '../../../support/sample-audit';

const FOLDER = 'AHDS/hospital/dicom/images';

function sectionOf(text: string, title: string): readonly string[] {
  const lines = text.split('\n');
  const start = lines.indexOf(title);
  return start < 0 ? [] : lines.slice(start + 1, lines.indexOf('', start));
}

test('says what a reader needs, and no more', () => {
  const report = auditOf(
    {
      cells: [
        cellOf({ count: 1_234_567, bytes: 1024 ** 4, ageBand: 1, accessBand: 0 }),
        cellOf({ count: 1, bytes: 2048, tier: 'Archive', ageBand: 6, partition: 'cardiology' }),
        cellOf({ kind: 'probe', partition: '', count: 2, bytes: 72 }),
      ],
      findings: [findingOf('archived', 1, 2048, [`${FOLDER}/cardiology/87_1.dcm`])],
      source: inventoryOf(),
    },
    { findingsFile: 'findings.csv' },
  );
  expect(auditTextReport(report, false)).toBe(
    [
      'Mend the lake: 1 archived',
      'AHDS/hospital/dicom/images in dicom of hospitallake: 1,234,570 files, 1.0 TiB, as of 2026-01-31T08:00:00.000Z',
      '',
      'Findings',
      '  archived: 1 file, 2 KiB',
      '    - AHDS/hospital/dicom/images/cardiology/87_1.dcm (Archive, 512 KiB, changed 2024-05-06T07:08:09.000Z)',
      '  all of them are named in findings.csv',
      '',
      'Files by access tier',
      '  Tier         Files     Size  Share of files  Share of bytes',
      '  Hot      1,234,569  1.0 TiB         100.0 %         100.0 %',
      '  Archive          1    2 KiB           0.0 %           0.0 %',
      '  All      1,234,570  1.0 TiB',
      '',
      'Files by what they are',
      '  Kind       Files     Size',
      '  image  1,234,568  1.0 TiB',
      '  probe          2     72 B',
      '',
      'Images by partition',
      '  Partition              Files   Size    Hot  Archive',
      '  Microsoft.Default  1,234,567  1 TiB  1 TiB        -',
      '  cardiology                 1  2 KiB      -    2 KiB',
      '',
      'Images by age',
      '  Since the last change      Files   Size    Hot  Archive',
      '  up to 30 days                  0    0 B      -        -',
      '  30 to 90 days          1,234,567  1 TiB  1 TiB        -',
      '  90 to 180 days                 0    0 B      -        -',
      '  180 days to 1 year             0    0 B      -        -',
      '  1 to 2 years                   0    0 B      -        -',
      '  2 to 5 years                   0    0 B      -        -',
      '  over 5 years                   1  2 KiB      -    2 KiB',
      '',
      'Images by last access',
      '  Since the last reading      Files   Size    Hot  Archive',
      '  up to 30 days           1,234,567  1 TiB  1 TiB        -',
      '  30 to 90 days                   0    0 B      -        -',
      '  90 to 180 days                  0    0 B      -        -',
      '  180 days to 1 year              0    0 B      -        -',
      '  1 to 2 years                    0    0 B      -        -',
      '  2 to 5 years                    0    0 B      -        -',
      '  over 5 years                    0    0 B      -        -',
      '  not known                       1  2 KiB      -    2 KiB',
      '',
      'What to know and to do',
      ...report.advice.map((sentence) => `  - ${sentence}`),
      '',
      'By inventory: rule images-daily, 1,000,000 rows in 12 Parquet files',
      'dicom-lake 1.2.3, started 2026-01-31T08:00:00.000Z',
      '',
    ].join('\n'),
  );
});

test('names the first five files of a finding, and counts the others', () => {
  const lines = sectionOf(auditTextReport(sampleAudit(), false), 'Findings');
  expect(lines.filter((line) => line.includes('132_10000'))).toHaveLength(5);
  expect(lines).toContain('    - and 271,903 more');
});

test('names the first ten partitions, and sums the others up', () => {
  const lines = sectionOf(auditTextReport(sampleAudit(), false), 'Images by partition');
  expect(lines).toHaveLength(1 + 10 + 1);
  expect(lines.at(-1)).toMatch(/^ {2}and 5 more +\d/);
  const ten = auditOf({
    cells: Array.from({ length: 10 }, (_, index) => cellOf({ partition: `p${index}` })),
  });
  expect(auditTextReport(ten, false)).not.toContain('more');
});

test('tells what a month costs, now and as planned, and upon what that rests', () => {
  const report = auditOf({ cells: [cellOf()] }, { cost: sampleCost() });
  expect(sectionOf(auditTextReport(report, false), 'Cost per month')).toEqual([
    '  Tier      Storage now   Reads now  Storage as planned  Reads as planned',
    '  Hot      1,405.50 USD   12.40 USD          310.40 USD         11.10 USD',
    '  Cool       318.20 USD   84.10 USD          402.20 USD         95.30 USD',
    '  Cold       402.75 USD  291.60 USD          601.10 USD        301.20 USD',
    '  Archive      0.30 USD    0.00 USD            0.30 USD          0.00 USD',
    '  All      2,514.85 USD                    1,721.60 USD',
    '  Prices of westeurope as of 2026-01-15; it is assumed that 2 % of the images are read in a month.',
    '  As planned: the plan of the deployment, cool 30 days, cold 90 days after the last access.',
    '  Once: 1,537.10 USD for moving 118,240,000 files (29.1 TiB), and 210.55 USD for leaving a tier early.',
    '  This audit: 0.53 USD for what it asked of Azure.',
  ]);
});

test('tells cost without a plan', () => {
  const cost = unplannedCost();
  const report = auditOf({ cells: [cellOf()] }, { cost });
  const lines = sectionOf(auditTextReport(report, false), 'Cost per month');
  expect(lines[0]).toBe('  Tier      Storage now   Reads now');
  expect(lines).toHaveLength(1 + 5 + 2);
});

test('tells what bringing archived images back costs, and what has no price', () => {
  const cost = {
    ...unplannedCost(),
    audit: 0,
    unpriced: [{ tier: 'Smart', count: 3, bytes: 2 ** 31 }],
    bringBack: { files: 7, bytes: 2 ** 30, cost: 1.25 },
  };
  const lines = sectionOf(auditTextReport(auditOf({ cells: [cellOf()] }, { cost }), false), 'Cost per month');
  expect(lines.slice(-3)).toEqual([
    '  Not in these sums: 3 files (2 GiB) in Smart, for which there is no price.',
    '  Once: 1.25 USD for bringing 7 archived images (1 GiB) back at standard priority.',
    '  This audit: 0.00 USD for nothing that is billed.',
  ]);
});

test('tells where index and lake differ', () => {
  expect(sectionOf(auditTextReport(sampleAudit(), false), 'Index and lake')).toEqual([
    '  411,999,960 images in the index, by 415,220,117 entries of the change feed',
    '  1 image without a file',
    `    - ${FOLDER}/Microsoft.Default/201_400001.dcm`,
    '  0 files without an image',
    '  318 came or went meanwhile',
  ]);
});

test('has no table of nothing', () => {
  const text = auditTextReport(emptyAudit(), false);
  expect(text).toMatch(/^All is well: the service has no file in the lake\n/);
  expect(text).not.toMatch(/^(Findings|Files by what|Images|Cost|Index)/m);
});

test('of metrics is of the account, and has tiers alone', () => {
  const text = auditTextReport(metricsAudit(), false);
  expect(text).toContain('the whole storage account hospitallake: 3,000,000 files');
  expect(text).not.toContain(FOLDER);
  expect(text).not.toMatch(/^(Files by what|Images)/m);
});

test('has colours only where they are wanted', () => {
  expect(auditTextReport(sampleAudit(), false)).not.toContain('\u001b');
  expect(auditTextReport(sampleAudit(), true)).toContain('\u001b[31mMend the lake:\u001b');
});

test('shows no character that a terminal would obey, and no line that a name began', () => {
  const text = auditTextReport(hostileAudit(), false);
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f\u202e]/);
  const forged = auditOf({ findings: [findingOf('foreign', 1, 1, ['a\nAll is well: b'])] });
  expect(auditTextReport(forged, false)).not.toMatch(/^All is well/m);
});
