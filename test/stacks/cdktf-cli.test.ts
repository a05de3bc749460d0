import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressesOf, type Synthesized } from '../support/synth';

const SETTINGS = {
  DICOM_LAKE_TENANT_ID: '11111111-1111-1111-1111-111111111111',
  DICOM_LAKE_SUBSCRIPTION_ID: '44444444-4444-4444-4444-444444444444',
  DICOM_LAKE_RESOURCE_GROUP: 'imaging',
  DICOM_LAKE_LOCATION: 'westeurope',
  DICOM_LAKE_WORKSPACE: 'demohealth',
  DICOM_LAKE_DICOM_SERVICE: 'images',
  DICOM_LAKE_STORAGE_ACCOUNT: 'demolake',
};
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
    const { exitCode, output } = await cdktfSynth(SETTINGS, []);
    expect(output).toContain('Generated Terraform code for the stacks: dicom-lake');
    expect(exitCode).toBe(0);
    const types = addressesOf(await synthesized()).map((address) => address.split('.')[0]);
    expect(types).toEqual([
      'azurerm_healthcare_dicom_service',
      'azurerm_healthcare_workspace',
      'azurerm_resource_group',
      'azurerm_role_assignment',
      'azurerm_storage_account',
      'azurerm_storage_container',
      'azurerm_user_assigned_identity',
    ]);
  },
  DEADLINE_MS,
);

test(
  'cdktf synth shows what is wrong with the settings and fails',
  async () => {
    const { exitCode, output } = await cdktfSynth({ ...SETTINGS, DICOM_LAKE_WORKSPACE: 'Demo' }, [
      '--app',
      'node dist/stacks/main.js',
    ]);
    expect(output).toContain(
      "- DICOM_LAKE_WORKSPACE must be 3 to 24 lower-case letters or digits, got 'Demo'",
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
    expect(addressesOf(await synthesized())).toHaveLength(11);
  },
  DEADLINE_MS,
);

async function synthesized(): Promise<Synthesized> {
  const path = join(folder, 'cdktf.out', 'stacks', 'dicom-lake', 'cdk.tf.json');
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
