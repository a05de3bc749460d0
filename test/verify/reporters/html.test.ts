import { htmlReport } from '../../../verify';
import type { Report, ReportRow } from '../../../verify/model';
import { headlineOf } from '../../../verify/reporters/html/headline';
import { html, plain } from '../../../verify/reporters/html/markup';
import { COLORS } from '../../../verify/reporters/html/style';
import { ROWS } from '../../support/report-rows';
import { hostileReport } from '../../support/sample-reports';
import { reportOf } from '../../support/verify-evidence';

describe('the HTML report', () => {
  test('is the same page for the same report, pictures included', () => {
    expect(htmlReport(hostileReport())).toBe(htmlReport(hostileReport()));
  });

  test('says what it is of', () => {
    const page = htmlReport(reportOf([ROWS.pass], { manifestSha256: 'd'.repeat(64) }));
    for (const text of [
      'dicom-lake 1.2.3, report schema 1',
      '2026-01-31T08:00:00.000Z',
      '2026-01-31T08:00:12.345Z',
      'd'.repeat(64),
      'e'.repeat(64),
      'full, deadline after 900 s',
    ])
      expect(page).toContain(text);
  });

  test('says of a waived row what it would be otherwise, and names what was left behind', () => {
    const waived = { reason: 'a migration is under way', until: '2026-02-28' };
    const page = htmlReport(
      reportOf([{ ...ROWS.fail, severity: 'blocker', waived }], {
        leftovers: ['2.25.1'],
        leftoverFolders: ['dicom-lake-verify/2.25.1'],
      }),
    );
    expect(page).toContain(
      'waived until 2026-02-28, though it FAILS AND IS A BLOCKER: a migration is under way',
    );
    expect(page).toContain('<li>study <code>2.25.1</code></li>');
    expect(page).toContain('<li>folder <code>dicom-lake-verify/2.25.1</code> in the lake</li>');
  });

  test('runs nothing and fetches nothing', () => {
    const page = htmlReport(hostileReport());
    expect(page).not.toMatch(/<(script|img|link|iframe|object|embed|base|form|use|image|foreignObject)\b/i);
    expect(page).not.toMatch(/<[a-z][^>]*\s(on[a-z]+|src|srcset|xlink:href)\s*=/i);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  test('shows the worst first, and counts findings that it leaves out', () => {
    const findings = Array.from({ length: 203 }, (_, index) => ({
      subject: `file ${index}`,
      expected: 'Hot',
      actual: 'Archive',
    }));
    const page = htmlReport(reportOf([ROWS.pass, { ...ROWS.fail, findings }]));
    expect(page.indexOf('<h3>tiers</h3>')).toBeLessThan(page.indexOf('<h3>dicomweb</h3>'));
    expect(page).toContain('And 3 more, in the JSON report.');
  });
});

describe('the headline', () => {
  const WITH = (...rows: readonly ReportRow[]): Report => reportOf(rows);

  test.each<[string, Report]>([
    ['You may deploy: every check that applies passed, 1 in all', WITH(ROWS.pass, ROWS['not-applicable'])],
    [
      'You may deploy: nothing failed, but 1 check warned: some given files were not taken',
      WITH(ROWS.pass, ROWS.warn),
    ],
    ['Do not deploy: 1 check failed: files are offline', WITH(ROWS.pass, ROWS.inconclusive, ROWS.fail)],
    [
      'Do not deploy: 5 checks failed: files are offline; files are offline; files are offline; and 2 more',
      WITH(...Array.from({ length: 5 }, () => ROWS.fail)),
    ],
    [
      'Do not deploy yet: nothing failed, but 1 check could not be judged: not known whether the rules are in place',
      WITH(ROWS.warn, ROWS.inconclusive),
    ],
    ['No verdict: nothing was checked', WITH()],
    ['No verdict: nothing was checked', WITH(ROWS['not-applicable'])],
    ['No verdict: the run was interrupted', reportOf([ROWS.pass], { interrupted: true })],
    [
      'No verdict: the run was interrupted; 1 check had failed: files are offline',
      reportOf([ROWS.fail], { interrupted: true }),
    ],
    [
      'Clean up first: every check that applies passed, 1 in all, but 2 studies of the verifier were left behind',
      reportOf([ROWS.pass], { leftovers: ['2.25.1', '2.25.2'] }),
    ],
    [
      'Clean up first: every check that applies passed, 1 in all, but 1 folder of the verifier was left behind',
      reportOf([ROWS.pass], { leftoverFolders: ['dicom-lake-verify/2.25.1'] }),
    ],
    [
      'Clean up first: every check that applies passed, 1 in all, but 1 study and 1 folder of the verifier were left behind',
      reportOf([ROWS.pass], { leftovers: ['2.25.1'], leftoverFolders: ['dicom-lake-verify/2.25.1'] }),
    ],
  ])('%s', (expected, report) => {
    const { answer, reason } = headlineOf(report);
    expect(`${answer}: ${reason}`).toBe(expected);
  });
});

describe('markup', () => {
  test('escapes all that is put in, but no markup', () => {
    const inner = html`<b>${'<i>&"\''}</b>`;
    expect(html`<p title="${'"x'}">${[inner, 1, undefined]}</p>`.text).toBe(
      '<p title="&#34;x"><b>&#60;i&#62;&#38;&#34;&#39;</b>1</p>',
    );
  });

  test('shows characters that no page may hold, or that turn text round, as missing', () => {
    expect(plain('a\u0000\u001b\u202eb\u2067\ud800c\n\t\u{1f980}é')).toBe('a���b��c\n\t\u{1f980}é');
  });
});

/** WCAG 2.2, 1.4.3 and 1.4.11. */
describe.each(Object.entries(COLORS))('the colours of the %s scheme', (_scheme, colors) => {
  test.each([
    ['ink', 7],
    ['muted', 7],
    ['accent', 4.5],
    ['fail', 4.5],
    ['inconclusive', 4.5],
    ['warn', 4.5],
    ['pass', 4.5],
    ['not-applicable', 4.5],
  ] as const)('%s has a contrast of %d or more to page and card', (name, least) => {
    expect(contrast(colors[name], colors.page)).toBeGreaterThanOrEqual(least);
    expect(contrast(colors[name], colors.card)).toBeGreaterThanOrEqual(least);
  });
});

function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [one, other].map(luminance).sort((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((start) => parseInt(color.slice(start, start + 2), 16) / 255)
    .map((channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
