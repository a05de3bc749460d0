import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressesOf, type Synthesized } from '../support/synth';

const DEADLINE_MS = 120_000;

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dicom-lake-cdktf-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test(
  'cdktf synth builds and runs the app that cdktf.json names',
  async () => {
    const { exitCode, output } = await cdktfSynth({ DICOM_LAKE_SETTINGS: 'examples/dicom-lake.yaml' }, []);
    expect(output).toMatch(/Generated Terraform code for the stacks: (test, production|production, test)/);
    expect(exitCode).toBe(0);
    for (const stack of ['test', 'production']) {
      expect(addressesOf(await synthesized(stack))).toContainEqual(
        expect.stringMatching(/^azurerm_healthcare_dicom_service\./),
      );
    }
  },
  DEADLINE_MS,
);

test(
  'cdktf synth shows what is wrong with the settings and fails',
  async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'deployments:\n  test: { workspace: Demo }\n');
    const { exitCode, output } = await cdktfSynth({ DICOM_LAKE_SETTINGS: file }, [
      '--app',
      'node dist/stacks/main.js',
    ]);
    expect(output).toContain(`${file}:2: deployments.test.workspace must be a group of settings, got 'Demo'`);
    expect(exitCode).toBe(1);
  },
  DEADLINE_MS,
);

test(
  'cdktf synth without a settings file says which one is missing',
  async () => {
    const { exitCode, output } = await cdktfSynth({}, ['--app', 'node dist/stacks/main.js']);
    expect(output).toContain(
      'dicom-lake.yaml: there is no such file; write one, or name another in DICOM_LAKE_SETTINGS',
    );
    expect(exitCode).toBe(1);
  },
  DEADLINE_MS,
);

test(
  'cdktf synth runs the minimal example',
  async () => {
    const { exitCode } = await cdktfSynth({}, ['--app', 'node dist/examples/minimal/main.js']);
    expect(exitCode).toBe(0);
    expect(addressesOf(await synthesized('dicom-lake'))).toHaveLength(12);
  },
  DEADLINE_MS,
);

async function synthesized(stack: string): Promise<Synthesized> {
  const path = join(folder, 'cdktf.out', 'stacks', stack, 'cdk.tf.json');
  return JSON.parse(await readFile(path, 'utf8')) as Synthesized;
}

function cdktfSynth(
  settings: Readonly<Record<string, string>>,
  flags: readonly string[],
): Promise<{ readonly exitCode: number; readonly output: string }> {
  const cli = join('node_modules', 'cdktf-cli', 'bundle', 'bin', 'cdktf');
  const environment = {
    PATH: process.env['PATH'],
    HOME: folder,
    CI: '1',
    CHECKPOINT_DISABLE: '1',
    ...settings,
  };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [cli, 'synth', '--output', join(folder, 'cdktf.out'), ...flags],
      { env: environment },
      (_, stdout, stderr) => resolve({ exitCode: child.exitCode ?? -1, output: stdout + stderr }),
    );
  });
}
