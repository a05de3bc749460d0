import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CLI_PATH, runCli, temporaryFolder } from '../support/cli';
import { blocksOf, PAGES, ROOT } from '../support/docs/page';
import { runPage, type Session } from '../support/docs/session';
import { startEmulatorProcess } from '../support/emulator-process';

jest.setTimeout(300_000);

/** README is followed from a fresh clone, by the new reader's test. */
const RUN_PAGES = PAGES.filter(
  (page) => page !== 'README.md' && blocksOf(page).some(({ mark }) => mark?.kind === 'run'),
);

test('there are pages to run', () => {
  expect(RUN_PAGES.length).toBeGreaterThan(2);
});

test.each(RUN_PAGES)('what %s tells to run runs, and prints what it shows', async (page) => {
  using folder = temporaryFolder();
  await using emulator = await startEmulatorProcess('--ready-file', path.join(folder.path, 'ready.json'));
  const session = await readerOf(folder.path);
  const { ran, problems } = await runPage(blocksOf(page), session);
  expect(problems).toEqual([]);
  expect(ran.length).toBeGreaterThan(0);
  await emulator.kill();
});

/**
 * Somebody who has deployed the example stack: `outputs.json` and `cdktf.out` are in the folder. Commands that would ask
 * Azure ask the emulator; nothing else is other than in the docs.
 */
async function readerOf(folder: string): Promise<Session> {
  const home = path.join(folder, 'home');
  const reader = path.join(folder, 'reader');
  for (const made of [path.join(home, 'bin'), reader]) mkdirSync(made, { recursive: true });
  const ready = path.join(folder, 'ready.json');
  const environment = { PATH: `${path.join(home, 'bin')}:${process.env['PATH'] ?? ''}`, HOME: home };
  const example = path.join(ROOT, 'dist/examples/minimal/main.js');
  execFileSync(process.execPath, [example], { cwd: reader, env: environment });
  const stack = 'cdktf.out/stacks/dicom-lake/cdk.tf.json';
  const args = ['local', 'apply', stack, '--emulator', ready, '--out', 'outputs.json'];
  const { exitCode, stderr } = await runCli(args, { cwd: reader });
  if (exitCode !== 0) throw new Error(`the example stack could not be applied: ${stderr}`);
  const program = path.join(home, 'bin/dicom-lake');
  writeFileSync(program, PROGRAM.replace('CLI', CLI_PATH).replace('READY', ready));
  chmodSync(program, 0o755);
  cpSync(path.join(ROOT, 'examples'), path.join(reader, 'examples'), { recursive: true });
  return { folder: reader, environment, values: { stack: 'dicom-lake' } };
}

const PROGRAM = `#!/usr/bin/env bash
case "$1 $*" in
  *" --emulator "* | *" --help"*) ;;
  audit\\ * | manifest\\ * | preflight\\ * | sweep\\ * | verify\\ * | watch\\ *) set -- "$@" --emulator "READY" ;;
esac
exec node "CLI" "$@"
`;
