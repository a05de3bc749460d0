import type { ChildProcess } from 'node:child_process';
import { statSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EmulatorReady } from '../../contract';
import { type CliResult, runCli, temporaryFolder } from '../support/cli';

test('dicom-lake emulator keeps folder and ports to itself, hides its secrets, and stops at Ctrl-C', async () => {
  using folder = temporaryFolder();
  const run = (args: readonly string[]): Promise<CliResult> =>
    runCli(['emulator', ...args], { cwd: folder.path });
  const readyFile = path.join(folder.path, 'ready.json');
  writeFileSync(readyFile, 'of an earlier run', { mode: 0o644 });
  const { child, ended } = await startCli(folder.path, ['--state', 'state', '--ready-file', 'ready.json']);
  try {
    const ready = JSON.parse(readFileSync(readyFile, 'utf8')) as EmulatorReady;
    expect(statSync(readyFile).mode & 0o777).toBe(0o600);

    expect(await run(['--state', 'state'])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        'error: another emulator is using the folder of --state; stop that one, or give this one a folder of its own\n',
    });
    const taken = new URL(ready.endpoints.arm).port;
    expect(await run(['--arm-port', taken])).toEqual({
      exitCode: 2,
      stdout: '',
      stderr:
        `error: a port is taken: listen EADDRINUSE: address already in use 127.0.0.1:${taken}; ` +
        'choose another, or 0 for a free one (with --state, the ports of the last run are used)\n',
    });
  } finally {
    child.kill('SIGINT');
  }
  const { exitCode, stdout } = await ended;
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: readFileSync(readyFile, 'utf8') });
});

async function startCli(
  cwd: string,
  args: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly ended: Promise<CliResult> }> {
  let started: ChildProcess | undefined;
  const ended = runCli(['emulator', ...args], { cwd, onStart: (child) => (started = child) });
  if (started === undefined) throw new Error('no process was started');
  const child: ChildProcess = started;
  await Promise.race([new Promise((resolve) => child.stdout?.once('data', resolve)), ended]);
  return { child, ended };
}
