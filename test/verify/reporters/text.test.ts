import { textReport } from '../../../verify';
import { ROWS } from '../../support/report-rows';
import { reportOf } from '../../support/verify-evidence';

const ESCAPE = '\u001b';

describe('the text report', () => {
  test('says of each check what a reader needs, and no more', () => {
    expect(textReport(reportOf(Object.values(ROWS)), false)).toBe(
      [
        'Verified https://hospital-images.dicom.azurehealthcareapis.com in 12.3 s (profile full, deadline 900 s)',
        '',
        'ok    dicomweb/instance-stored             the service stores images (1 instance)',
        'WARN  dicomweb/given-files-accepted        some given files were not taken',
        '      1 of 2 files',
        '      - a & b.dcm: expected a <DICOM> file, got a "text"',
        '      remedy: mend them',
        '      runbook: docs/runbook/dicomweb.md#dicomwebgiven-files-accepted',
        'FAIL  tiers/files-online                   files are offline',
        '      12 files <cannot> be read & more',
        ...Array.from({ length: 10 }, (_, index) => `      - file ${index + 1}: expected Hot, got Archive`),
        '      and 2 more, in the JSON report',
        '      why it matters: w3',
        '      remedy: move them',
        '      runbook: docs/runbook/tiers.md#tiersfiles-online',
        '????  tiers/policy-as-intended             not known whether the rules are in place',
        '      the caller may not read this',
        '      remedy: grant Reader',
        '-     tiers/last-access-tracked            not applicable: no rule counts last access',
        '',
        '1 passed, 1 warned, 1 failed, 1 inconclusive, 1 not applicable',
        '',
        'dicom-lake 1.2.3, profile full, started 2026-01-31T08:00:00.000Z',
        'SHA-256 of the manifest (none was given)',
        `SHA-256 of the evidence ${'e'.repeat(64)}`,
        '',
      ].join('\n'),
    );
  });

  test('shows ten findings whole', () => {
    const text = textReport(reportOf([{ ...ROWS.fail, findings: ROWS.fail.findings.slice(0, 10) }]), false);
    expect(text).toContain('- file 10: expected Hot, got Archive');
    expect(text).not.toContain('more, in the JSON report');
  });

  test('colours the outcome where asked to, and nothing where not', () => {
    const report = reportOf(Object.values(ROWS));
    const plain = textReport(report, false);
    const colored = textReport(report, true);
    expect(plain).not.toContain(ESCAPE);
    expect(colored).toContain(`${ESCAPE}[31mFAIL${ESCAPE}[39m`);
    expect(colored).toContain(`${ESCAPE}[32mok  ${ESCAPE}[39m`);
    expect(colored).toContain(`${ESCAPE}[33mWARN${ESCAPE}[39m`);
    expect(colored).toContain(`${ESCAPE}[33m????${ESCAPE}[39m`);
    expect(colored.replaceAll(new RegExp(`${ESCAPE}\\[\\d+m`, 'g'), '')).toBe(plain);
  });

  test('names the manifest it is of', () => {
    const text = textReport(reportOf([ROWS.pass], { manifestSha256: 'd'.repeat(64) }), false);
    expect(text).toContain(`\nSHA-256 of the manifest ${'d'.repeat(64)}\n`);
  });

  test('names what was left behind', () => {
    const text = textReport(reportOf([ROWS.pass], { leftovers: ['2.25.1', '2.25.2'] }), false);
    expect(text.split('\n').slice(-10, -4)).toEqual([
      '1 passed, 0 warned, 0 failed, 0 inconclusive, 0 not applicable',
      '',
      'Left behind in the service; the next run tries again to delete it:',
      '  study 2.25.1',
      '  study 2.25.2',
      '',
    ]);
  });

  test('says that a run was interrupted', () => {
    expect(textReport(reportOf([ROWS.pass], { interrupted: true }), false)).toContain(
      '\nInterrupted. 1 passed, 0 warned, 0 failed, 0 inconclusive, 0 not applicable\n',
    );
  });
});
