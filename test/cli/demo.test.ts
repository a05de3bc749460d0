import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Report } from '../../verify';
import { runCli, temporaryFolder } from '../support/cli';
import { shownProblem } from '../support/docs/output';
import { blocksOf } from '../support/docs/page';

test('dicom-lake demo deploys, verifies, breaks one thing, and finds it', async () => {
  using folder = temporaryFolder();
  const { exitCode, stdout } = await runCli(['demo', '--out', 'out/demo'], { cwd: folder.path });
  const read = (name: string): string => readFileSync(path.join(folder.path, 'out/demo', name), 'utf8');
  const healthy = JSON.parse(read('healthy.json')) as Report;
  const broken = JSON.parse(read('broken.json')) as Report;

  expect(healthy.counts).toMatchObject({ warn: 0, fail: 0, inconclusive: 0, waived: 0 });
  expect(healthy.counts.pass).toBeGreaterThan(40);
  expect(broken.rows.find(({ id }) => id === 'dicomweb/instance-stored')).toMatchObject({
    outcome: 'fail',
    findings: [{ actual: '424 AuthorizationPermissionMismatch' }],
    remedy: expect.stringContaining('grant Storage Blob Data Contributor') as unknown,
  });
  expect(broken.rows.find(({ id }) => id === 'identity/service-can-write')?.outcome).toBe('fail');
  expect(stdout).toContain('the missing role was found and explained');
  expect(exitCode).toBe(0);
  expect(
    ['healthy', 'broken'].flatMap((name) => ['txt', 'xml'].map((format) => read(`${name}.${format}`) !== '')),
  ).not.toContain(false);
  expect(existsSync(path.join(folder.path, 'out/demo/ready.json'))).toBe(false);

  // What README shows of it is what it wrote.
  const shown = blocksOf('README.md').filter(({ mark }) => mark?.value?.startsWith('out/demo/'));
  expect(shown.length).toBeGreaterThan(1);
  const problems = shown.map(({ code, mark }) =>
    shownProblem(code, [read(path.basename(mark?.value ?? ''))], 'part'),
  );
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
}, 60_000);
