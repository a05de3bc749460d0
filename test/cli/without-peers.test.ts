import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { printEvidenceBundle } from '../../verify';
import { type CliResult, runCli, temporaryFolder } from '../support/cli';
import { bundleOf } from '../support/verify-evidence';

const HOOK = path.resolve(__dirname, '../support/without-peers.cjs');

function run(args: readonly string[], cwd: string): Promise<CliResult> {
  return runCli(args, { cwd, env: { NODE_OPTIONS: `--require ${HOOK}` } });
}

/** A job that only verifies installs with --omit=peer: 290 MB less. */
describe('where cdktf, constructs and the provider are not installed', () => {
  test('the help lists every command', async () => {
    using folder = temporaryFolder();
    const { exitCode, stdout, stderr } = await run(['--help'], folder.path);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    for (const name of ['preflight', 'guard', 'verify', 'watch', 'audit', 'sweep', 'emulator', 'local'])
      expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
  });

  test('verify judges evidence that was kept', async () => {
    using folder = temporaryFolder();
    writeFileSync(path.join(folder.path, 'evidence.json'), printEvidenceBundle(bundleOf()));
    const { exitCode, stdout } = await run(['verify', '--judge-only', 'evidence.json'], folder.path);
    expect(stdout).toMatch(/^\d+ passed, 0 warned, 0 failed, 0 inconclusive/m);
    expect(exitCode).toBe(0);
  });

  test.each(['preflight', 'demo'])('%s says what to install, and does nothing else', async (command) => {
    using folder = temporaryFolder();
    expect(await run([command], folder.path)).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: [
        `error: dicom-lake ${command} needs packages that are not installed; run npm install "@cdktf/provider-azurerm@^14.23.1" "cdktf@^0.21.0" "constructs@^10.4.2"`,
        '  - @cdktf/provider-azurerm is missing',
        '  - cdktf is missing',
        '  - constructs is missing',
        '',
      ].join('\n'),
    });
  });
});
