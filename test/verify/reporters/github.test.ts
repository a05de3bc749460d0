import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { githubAnnotations } from '../../../verify';
import { runCli, temporaryFolder } from '../../support/cli';
import { ROWS } from '../../support/report-rows';
import { reportOf } from '../../support/verify-evidence';

/** The way GitHub's runner reads a workflow command. */
function read(line: string): { readonly kind: string; readonly title: string; readonly message: string } {
  const [, kind = '', properties = '', data = ''] = /^::(\w+) ([^:]*)::(.*)$/.exec(line) ?? [];
  const [, title = ''] = /^title=([^,]*)$/.exec(properties) ?? [];
  return { kind, title: decodeURIComponent(title), message: decodeURIComponent(data) };
}

describe('the annotations of GitHub Actions', () => {
  test('are errors for what failed, first, then warnings for the rest, and nothing for what passed', () => {
    const lines = githubAnnotations(reportOf(Object.values(ROWS)))
      .trimEnd()
      .split('\n');
    expect(lines.map(read)).toEqual([
      {
        kind: 'error',
        title: 'tiers/files-online: files are offline',
        message:
          '12 files <cannot> be read & more\nfile 1: expected Hot, got Archive\nand 11 more\nRemedy: move them\nRunbook: docs/runbook/tiers.md#tiersfiles-online',
      },
      {
        kind: 'warning',
        title: 'tiers/policy-as-intended: not known whether the rules are in place',
        message: 'the caller may not read this\nRemedy: grant Reader',
      },
      {
        kind: 'warning',
        title: 'dicomweb/given-files-accepted: some given files were not taken',
        message:
          '1 of 2 files\na & b.dcm: expected a <DICOM> file, got a "text"\nRemedy: mend them\nRunbook: docs/runbook/dicomweb.md#dicomwebgiven-files-accepted',
      },
    ]);
  });

  test('are one line each, whatever the text holds', () => {
    const nasty = '100%\r\n::error::forged, a: b\n%0A';
    const text = githubAnnotations(reportOf([{ ...ROWS.fail, title: nasty, reason: nasty, findings: [] }]));
    expect(text.split(/[\r\n]+/)).toHaveLength(2);
    expect(read(text.trimEnd())).toEqual({
      kind: 'error',
      title: `tiers/files-online: ${nasty}`,
      message: `${nasty}\nRemedy: move them\nRunbook: docs/runbook/tiers.md#tiersfiles-online`,
    });
  });

  test('come with a summary of the step, behind what is there', async () => {
    using folder = temporaryFolder();
    const summary = path.join(folder.path, 'summary.md');
    writeFileSync(summary, 'of another step\n');
    const { exitCode, stdout, stderr } = await runCli(
      [
        'verify',
        '--dicomweb',
        'http://127.0.0.1:1',
        '--only',
        'dicomweb/instance-stored',
        '--github',
        '--json',
      ],
      { cwd: folder.path, env: { GITHUB_STEP_SUMMARY: summary } },
    );
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ counts: { inconclusive: 1 } });
    expect(stderr).toMatch(/^::warning title=dicomweb\/instance-stored%3A not known whether/m);
    expect(readFileSync(summary, 'utf8')).toMatch(
      /^of another step\n## dicom-lake verify: 0 passed, 0 warned, 0 failed, 1 inconclusive/,
    );
  });
});
