import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { junitReport } from '../../../verify';
import type { Report, ReportRow } from '../../../verify/model';
import { ROWS } from '../../support/report-rows';
import { reportOf } from '../../support/verify-evidence';

interface TestCase {
  readonly '@name': string;
  readonly '@classname': string;
  readonly failure?: { readonly '@message': string; readonly '@type': string };
  readonly error?: { readonly '@message': string; readonly '@type': string; readonly '#text': string };
  readonly skipped?: string;
  readonly 'system-out'?: string;
}

interface TestSuite {
  readonly '@name': string;
  readonly '@tests': string;
  readonly '@failures': string;
  readonly '@errors': string;
  readonly '@skipped': string;
  readonly '@timestamp': string;
  readonly testcase: readonly TestCase[];
  readonly properties: { readonly property: readonly { '@name': string; '@value': string }[] };
}

/** The suites as a reader of XML sees them. */
function suitesOf(report: Report): readonly TestSuite[] {
  const xml = junitReport(report);
  expect(XMLValidator.validate(xml)).toBe(true);
  const parser = new XMLParser({
    ignoreAttributes: false,
    htmlEntities: true,
    attributeNamePrefix: '@',
    isArray: (name) => name === 'testsuite' || name === 'testcase',
  });
  return (parser.parse(xml) as { testsuites: { testsuite: readonly TestSuite[] } }).testsuites.testsuite;
}

function caseOf(row: ReportRow): TestCase {
  const [found] = suitesOf(reportOf([row]))[0]?.testcase ?? [];
  if (found === undefined) throw new Error('no test case');
  return found;
}

/** What XML 1.0 (2.2) does not allow in a document, escaped or not. */
function isForbidden(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return (code < 0x20 && !'\t\n\r'.includes(character)) || code === 0xfffe || code === 0xffff;
}

describe('the JUnit report', () => {
  test('has a suite for each topic and counts what it holds', () => {
    expect(suitesOf(reportOf(Object.values(ROWS)))).toMatchObject([
      {
        '@name': 'dicom-lake verify: dicomweb',
        '@tests': '2',
        '@failures': '0',
        '@errors': '0',
        '@skipped': '0',
      },
      {
        '@name': 'dicom-lake verify: tiers',
        '@tests': '3',
        '@failures': '1',
        '@errors': '1',
        '@skipped': '1',
      },
    ]);
  });

  test('names every check, and the time of the run', () => {
    const suites = suitesOf(reportOf(Object.values(ROWS)));
    expect(
      suites.flatMap(({ testcase }) => testcase.map((one) => [one['@classname'], one['@name']])),
    ).toEqual([
      ['dicom-lake.dicomweb', 'dicomweb/instance-stored'],
      ['dicom-lake.dicomweb', 'dicomweb/given-files-accepted'],
      ['dicom-lake.tiers', 'tiers/files-online'],
      ['dicom-lake.tiers', 'tiers/policy-as-intended'],
      ['dicom-lake.tiers', 'tiers/last-access-tracked'],
    ]);
    for (const suite of suites) expect(Date.parse(`${suite['@timestamp']}Z`)).toBe(Date.UTC(2026, 0, 31, 8));
  });

  test('says in every suite what it is of', () => {
    const suites = suitesOf(reportOf(Object.values(ROWS), { manifestSha256: 'd'.repeat(64) }));
    for (const { properties } of suites) {
      expect(properties.property.map((one) => [one['@name'], one['@value']])).toEqual([
        ['version', 'dicom-lake 1.2.3'],
        ['schemaVersion', '1'],
        ['target', 'https://hospital-images.dicom.azurehealthcareapis.com'],
        ['profile', 'full'],
        ['startedAt', '2026-01-31T08:00:00.000Z'],
        ['durationMs', '12345'],
        ['manifestSha256', 'd'.repeat(64)],
        ['evidenceSha256', 'e'.repeat(64)],
      ]);
    }
  });

  test('makes a pass a case with nothing in it', () => {
    expect(caseOf(ROWS.pass)).toEqual({
      '@name': 'dicomweb/instance-stored',
      '@classname': 'dicom-lake.dicomweb',
    });
  });

  test('makes a warning a case that passes, with output', () => {
    const found = caseOf(ROWS.warn);
    expect(Object.keys(found).filter((key) => !key.startsWith('@'))).toEqual(['system-out']);
    expect(found['system-out']?.split('\n')).toEqual([
      'some given files were not taken: 1 of 2 files',
      'a & b.dcm: expected a <DICOM> file, got a "text"',
      'Remedy: mend them',
      'Runbook: docs/runbook/dicomweb.md#dicomwebgiven-files-accepted',
    ]);
  });

  test('makes a fail a failure, with every finding', () => {
    const found = caseOf(ROWS.fail);
    expect(Object.keys(found).filter((key) => !key.startsWith('@'))).toEqual(['failure']);
    expect(found.failure?.['@type']).toBe('files are offline');
    expect(found.failure?.['@message'].split('\n')).toEqual([
      'files are offline: 12 files <cannot> be read & more',
      ...Array.from({ length: 12 }, (_, index) => `file ${index + 1}: expected Hot, got Archive`),
      'Remedy: move them',
      'Runbook: docs/runbook/tiers.md#tiersfiles-online',
    ]);
  });

  test('makes what is inconclusive an error', () => {
    const found = caseOf(ROWS.inconclusive);
    expect(Object.keys(found).filter((key) => !key.startsWith('@'))).toEqual(['error']);
    expect(found.error).toMatchObject({
      '@type': 'inconclusive',
      '@message': 'not known whether the rules are in place',
    });
    expect(found.error?.['#text']).toContain('the caller may not read this\nRemedy: grant Reader');
  });

  test('makes what does not apply a skipped case, with the reason', () => {
    const found = caseOf(ROWS['not-applicable']);
    expect(Object.keys(found).filter((key) => !key.startsWith('@'))).toEqual(['skipped', 'system-out']);
    expect(found['system-out']).toBe('no rule counts last access');
  });

  test.each(['warn', 'fail', 'inconclusive'] as const)(
    'stays XML, and says the same, whatever the reason of a %s holds',
    (outcome) => {
      const nasty = `<a href="x">'&amp; ]]> 5 > 3 < 4 \u00fc \u{1f980}`;
      const text = JSON.stringify(caseOf({ ...ROWS[outcome], reason: nasty }));
      expect(text).toContain(JSON.stringify(nasty).slice(1, -1));
    },
  );

  test('stays XML where a name of a file holds what XML cannot', () => {
    const subject = 'a\u0000b\u0001c\u001b[31md\ufffe.dcm';
    for (const row of [ROWS.warn, ROWS.fail]) {
      const xml = junitReport(
        reportOf([{ ...row, findings: [{ subject, expected: 'a file', actual: 'another' }] }]),
      );
      expect(Array.from(xml).filter(isForbidden)).toEqual([]);
      expect(xml).toContain('.dcm');
    }
  });
});
