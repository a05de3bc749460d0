import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import type { EmulatorReady } from '../../contract';
import { type Emulator, FAULTS } from '../../emulator';
import { type CliResult, runCli, temporaryFolder } from '../support/cli';
import { armOf, credentialOf, provisionLake } from '../support/emulator';

jest.setTimeout(60_000);

/** One emulator in a process of its own, as a user would start it, and the commands that talk to it. */
const folder = temporaryFolder();
let child: ChildProcess;
let ended: Promise<CliResult>;

beforeAll(async () => {
  const args = [
    'emulator',
    '--ready-file',
    'ready.json',
    '--fault',
    'lake/role-removed',
    '--fault',
    'dicom/slow',
  ];
  await new Promise<void>((resolve, reject) => {
    ended = runCli(args, {
      cwd: folder.path,
      onStart: (started) => {
        child = started;
        started.stdout?.once('data', () => resolve());
      },
    });
    void ended.then(({ stderr }) => reject(new Error(stderr)));
  });
});

afterAll(async () => {
  child.kill('SIGTERM');
  expect((await ended).exitCode).toBe(0);
  folder[Symbol.dispose]();
  expect(existsSync(folder.path)).toBe(false);
});

function emulator(...args: readonly string[]): Promise<CliResult> {
  return runCli(['emulator', ...args, '--emulator', 'ready.json'], { cwd: folder.path });
}

test('faults given at the start wait for what they harm, or stand', async () => {
  const { stdout } = await emulator('fault', 'list');
  expect(stdout).toMatch(/^lake\/role-removed +the service lost its role on the lake \[waiting\]$/m);
  expect(stdout).toMatch(/^dicom\/slow +the DICOM service is slow \[active\]$/m);
  expect(stdout.trim().split('\n')).toHaveLength(FAULTS.length);
});

test('set with parameters, listed as JSON, cleared', async () => {
  expect(await emulator('fault', 'set', 'entra/clock-skewed', '--param', 'seconds=-60')).toEqual({
    exitCode: 0,
    stdout: 'entra/clock-skewed is set\n',
    stderr: '',
  });
  const list = JSON.parse((await emulator('fault', 'list', '--json')).stdout) as {
    readonly faults: readonly { readonly id: string }[];
  };
  expect(list.faults.find(({ id }) => id === 'entra/clock-skewed')).toMatchObject({
    state: 'active',
    chosen: { seconds: -60 },
  });
  expect((await emulator('fault', 'clear', 'entra/clock-skewed', '--json')).stdout).toBe(
    '{"cleared":["entra/clock-skewed"]}\n',
  );
  expect((await emulator('fault', 'clear')).stdout).toBe(
    'dicom/slow is taken back\nlake/role-removed is taken back\n',
  );
  expect((await emulator('fault', 'clear')).stdout).toBe('no fault was set\n');
});

test('what the emulator refuses is wrong use, in its own words', async () => {
  expect(await emulator('fault', 'set', 'lake/file-archived')).toEqual({
    exitCode: 2,
    stdout: '',
    stderr:
      'error: the emulator refused: lake/file-archived: there is no DICOM service yet; deploy one, then set the fault (TargetMissing)\n',
  });
  expect(
    (await emulator('fault', 'set', 'dicom/slow', '--param', 'milliseconds=0', 'colour=red')).stderr,
  ).toBe(
    'error: the emulator refused: dicom/slow: \'colour\' is no parameter of this fault; it has method, path, milliseconds; milliseconds must be a whole number from 1 to 600000, got "0" (ParameterInvalid)\n',
  );
});

test('a fault that is wanted as soon as possible waits', async () => {
  const { stdout } = await emulator('fault', 'set', 'lake/file-archived', '--when-possible');
  expect(stdout).toBe('lake/file-archived waits for what it would harm\n');
});

test('the ready file tells the admin API, and nobody else may read it', () => {
  const file = path.join(folder.path, 'ready.json');
  const { admin } = JSON.parse(readFileSync(file, 'utf8')) as EmulatorReady;
  expect(admin.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(admin.token.length).toBeGreaterThanOrEqual(43);
});

test('every fault is in the help', async () => {
  const { stdout } = await runCli(['emulator', 'fault', 'set', '--help'], { cwd: folder.path });
  for (const { id, title } of FAULTS) {
    expect(stdout).toContain(id);
    expect(stdout).toContain(title);
  }
});

test('the clock is shown, and moved on', async () => {
  const before = (await emulator('clock')).stdout;
  expect(before).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z\n$/);
  const { exitCode, stdout } = await emulator('clock', 'jump', '--days', '120', '--hours', '1');
  expect(exitCode).toBe(0);
  expect(Date.parse(stdout.trim()) - Date.parse(before.trim())).toBeGreaterThanOrEqual(
    (120 * 24 + 1) * 3_600_000,
  );
});

test('a jump of the clock tells what lifecycle and inventory policies did', async () => {
  const ready = JSON.parse(readFileSync(path.join(folder.path, 'ready.json'), 'utf8')) as EmulatorReady;
  const running = { ready, ca: readFileSync(ready.caPath, 'utf8') } as Emulator;
  const lake = await provisionLake(running);
  const arm = armOf(running);
  const blobTypes = ['blockBlob'];
  const lifecycle = {
    name: 'cool',
    type: 'Lifecycle',
    definition: {
      actions: { baseBlob: { tierToCold: { daysAfterCreationGreaterThan: 2 } } },
      filters: { blobTypes, prefixMatch: ['dicom/old'] },
    },
  };
  const inventory = {
    name: 'all',
    destination: 'dicom',
    definition: {
      objectType: 'Blob',
      format: 'Parquet',
      schedule: 'Weekly',
      schemaFields: ['Name'],
      filters: { blobTypes },
    },
  };
  await arm.put(`${lake.accountId}/managementPolicies/default`, '2023-05-01', {
    properties: { policy: { rules: [lifecycle] } },
  });
  await arm.put(`${lake.accountId}/inventoryPolicies/default`, '2023-05-01', {
    properties: { policy: { enabled: true, type: 'Inventory', rules: [inventory] } },
  });
  const pipeline = { tlsOptions: { ca: running.ca }, retryOptions: { maxTries: 1 } };
  const blobs = new BlobServiceClient(lake.accountUrl, credentialOf(running, 'deployer'), pipeline);
  const upload = (name: string, tier: string) =>
    blobs.getContainerClient('dicom').getBlockBlobClient(name).upload('x', 1, { tier });
  await upload('old/1', 'Hot');
  await upload('old/2', 'Cool');

  const { stderr } = await emulator('clock', 'jump', '--days', '8');
  expect(stderr.split('\n')).toEqual([
    'lifecycle policies ran 8 times: tierToCold 2',
    'minimum stays cut short, and billed all the same: Cool 1',
    expect.stringMatching(
      /^inventory rule all: succeeded, dicom\/\d{4}\/\d\d\/\d\d\/\d\d-\d\d-\d\d\/all\/all-manifest\.json$/,
    ),
    '',
  ]);
  const { stdout } = await emulator('clock', 'jump', '--days', '1', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ lifecycleRuns: [{ files: expect.any(Number) as number }] });
});
