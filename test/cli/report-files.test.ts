import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodeWithoutReport, writeReports } from '../../cli/report-files';
import { printEvidenceBundle, type Report } from '../../verify';
import { runCli, temporaryFolder } from '../support/cli';
import { bundleOf } from '../support/verify-evidence';

test('a report that cannot be made keeps no other back, and is told with its stack', () => {
  const written: string[] = [];
  const problems = writeReports([
    { name: 'one', write: () => written.push('one') },
    {
      name: 'the html report',
      write: () => {
        throw new TypeError('no such thing');
      },
    },
    { name: 'three', write: () => written.push('three') },
  ]);
  expect(written).toEqual(['one', 'three']);
  expect(problems).toEqual([
    expect.stringMatching(/^the html report could not be written: TypeError: no such thing\n +at /),
  ]);
});

test.each([
  [0, 3],
  [1, 1],
  [3, 3],
  [130, 130],
] as const)('a run that would end with %d ends with %d where a report is missing', (verdict, exitCode) => {
  expect(exitCodeWithoutReport(verdict)).toBe(exitCode);
});

test('a file that cannot be written is named, the others are written, and the run does not pass', async () => {
  using folder = temporaryFolder();
  writeFileSync(path.join(folder.path, 'evidence.json'), printEvidenceBundle(bundleOf()));
  mkdirSync(path.join(folder.path, 'taken'));
  const verify = (...reports: readonly string[]) =>
    runCli(['verify', '--judge-only', 'evidence.json', ...reports.flatMap((one) => ['--report', one])], {
      cwd: folder.path,
    });

  expect((await verify('html=verify.html', 'json=verify.json')).exitCode).toBe(0);

  const { exitCode, stdout, stderr } = await verify(
    'markdown=taken',
    'html=out/page.html',
    'json=out/r.json',
  );
  expect(stderr).toBe(
    `the markdown report 'taken' could not be written: EISDIR: illegal operation on a directory, open '${path.join(folder.path, 'taken')}'\n`,
  );
  expect(exitCode).toBe(3);
  expect(stdout).toContain(' 0 failed');
  expect(readFileSync(path.join(folder.path, 'out/page.html'), 'utf8')).toContain('You may deploy:');
  const json = JSON.parse(readFileSync(path.join(folder.path, 'out/r.json'), 'utf8')) as Report;
  expect(json.counts.fail).toBe(0);
});
