import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { findTerraform } from '../../cli/doctor/find-terraform';
import type { DoctorRow } from '../../cli/doctor/verdict';
import { ROLES } from '../../contract';
import { type CliResult, runCli, temporaryFolder } from '../support/cli';
import {
  armOf,
  assignRole,
  type ProvisionedLake,
  provisionLake,
  startTestEmulator,
} from '../support/emulator';
import type { Emulator } from '../../emulator';

const FAKE_TERRAFORM = '#!/bin/sh\necho \'{ "terraform_version": "1.11.4" }\'\n';

/** A machine that has terraform and cdktf, and nothing of the machine that the test runs on. */
function machineIn(
  folder: string,
  programs: Readonly<Record<string, string>> = { terraform: FAKE_TERRAFORM },
): void {
  mkdirSync(path.join(folder, 'bin'));
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(path.join(folder, 'bin', name), text);
    chmodSync(path.join(folder, 'bin', name), 0o755);
  }
  for (const name of ['cdktf', 'cdktf-cli']) {
    mkdirSync(path.join(folder, 'node_modules', name), { recursive: true });
    writeFileSync(path.join(folder, 'node_modules', name, 'package.json'), '{ "version": "0.21.0" }');
  }
}

async function doctor(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult & { readonly rows: readonly DoctorRow[] }> {
  const result = await runCli(['doctor', ...args, '--json'], {
    cwd: folder,
    env: { PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`, ...env },
  });
  return { ...result, rows: (JSON.parse(result.stdout) as { readonly rows: DoctorRow[] }).rows };
}

function notOk(rows: readonly DoctorRow[]): readonly string[] {
  return rows
    .filter(({ outcome }) => outcome !== 'ok')
    .map(({ check, outcome, detail }) => `${outcome} ${check}: ${detail}`);
}

describe('on the emulator', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let emulator: Emulator;
  let lake: ProvisionedLake;

  beforeAll(async () => {
    folder = temporaryFolder();
    emulator = await startTestEmulator({ stateFolder: path.join(folder.path, 'emulator') });
    lake = await provisionLake(emulator);
    machineIn(folder.path);
    writeFileSync(path.join(folder.path, 'ready.json'), JSON.stringify(emulator.ready));
    writeFileSync(path.join(folder.path, 'manifest.json'), JSON.stringify(lake.manifest));
  });

  afterAll(async () => {
    await emulator.close();
    folder[Symbol.dispose]();
  });

  const examine = (env: Readonly<Record<string, string>> = {}): ReturnType<typeof doctor> =>
    doctor(folder.path, ['manifest.json', '--emulator', 'ready.json'], env);

  test('everything is ok: who signs in, which roles there are, and no token is printed', async () => {
    const { rows, exitCode, stdout } = await examine();
    expect(notOk(rows)).toEqual([]);
    expect(exitCode).toBe(0);
    expect(rows.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([
        'terraform 1.11.4',
        'a token for storage, as 77777777-7777-7777-7777-777777777777 of tenant 11111111-1111-1111-1111-111111111111',
        'what DICOM Data Owner permits, on the DICOM service',
      ]),
    );
    expect(stdout).not.toMatch(/eyJ|Bearer/);
  });

  test('a proxy that goes nowhere fails, and what was to be asked through it is unknown', async () => {
    const { rows, exitCode } = await examine({ HTTPS_PROXY: 'http://127.0.0.1:9' });
    expect(exitCode).toBe(1);
    expect(notOk(rows)).toEqual(
      expect.arrayContaining([
        'fail proxy: nobody answers at HTTPS_PROXY 127.0.0.1:9 (ECONNREFUSED)',
        expect.stringMatching(/^unknown clock: /),
        expect.stringMatching(/^unknown login: storage: /),
      ]),
    );
    const past = await examine({ HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1' });
    expect(notOk(past.rows).filter((row) => !/ (proxy|names): /.test(row))).toEqual([]);
  });

  test('a role that is missing fails', async () => {
    const bare = await startTestEmulator({ stateFolder: path.join(folder.path, 'bare') });
    try {
      const { manifest, groupId } = await provisionLake(bare, { grantCallers: false });
      writeFileSync(path.join(folder.path, 'bare.json'), JSON.stringify(bare.ready));
      writeFileSync(path.join(folder.path, 'bare-manifest.json'), JSON.stringify(manifest));
      const look = (): ReturnType<typeof doctor> =>
        doctor(folder.path, ['bare-manifest.json', '--emulator', 'bare.json']);
      const without = await look();
      expect(without.exitCode).toBe(1);
      expect(notOk(without.rows)).toEqual([
        expect.stringMatching(/^fail rights: the roles of whoever verifies cannot be listed: /),
      ]);
      const { objectId } = bare.ready.credentials.verifier;
      await assignRole(armOf(bare), groupId, ROLES.reader.id, objectId, 9);
      const reading = await look();
      expect(reading.exitCode).toBe(1);
      expect(notOk(reading.rows)).toEqual([
        'fail rights: Storage Blob Data Reader is missing on the container of the lake',
        'fail rights: DICOM Data Owner is missing on the DICOM service',
      ]);
    } finally {
      await bare.close();
    }
  });

  test('a clock that is three hours late fails', async () => {
    const moved = await runCli(['emulator', 'clock', 'jump', '--hours', '3', '--emulator', 'ready.json'], {
      cwd: folder.path,
    });
    expect(moved.exitCode).toBe(0);
    const { rows, exitCode } = await examine();
    expect(exitCode).toBe(1);
    expect(notOk(rows)).toEqual([
      expect.stringMatching(/^fail clock: this machine is 3 hours behind 127\.0\.0\.1:/),
    ]);
  });
});

test('a machine without anything, offline, is told quickly what is missing and what is not known', async () => {
  using folder = temporaryFolder();
  mkdirSync(path.join(folder.path, 'bin'));
  const { rows, exitCode } = await doctor(folder.path, [], {
    PATH: path.join(folder.path, 'bin'),
    NODE_EXTRA_CA_CERTS: path.join(folder.path, 'absent.pem'),
    AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
    HTTPS_PROXY: 'http://127.0.0.1:9',
  });
  expect(exitCode).toBe(1);
  expect(notOk(rows)).toEqual(
    expect.arrayContaining([
      'warn terraform: neither terraform nor tofu was found',
      'warn cdktf: not installed in this project: cdktf, cdktf-cli',
      expect.stringMatching(/^fail certificates: .*absent\.pem' cannot be read \(ENOENT\)/),
      expect.stringMatching(/^fail login: /),
    ]),
  );
});

test('OpenTofu is found, and so is what cdktf was told to call', async () => {
  using folder = temporaryFolder();
  machineIn(folder.path, { tofu: FAKE_TERRAFORM, silent: '#!/bin/sh\nexit 3\n' });
  const found = (name?: string): ReturnType<typeof findTerraform> =>
    findTerraform(
      {
        workingDirectory: folder.path,
        environment: { PATH: path.join(folder.path, 'bin'), TERRAFORM_BINARY_NAME: name },
        signal: new AbortController().signal,
      },
      10_000,
    );
  expect(await found()).toEqual({ name: 'tofu', version: '1.11.4', isUsed: false });
  expect(await found('tofu')).toEqual({ name: 'tofu', version: '1.11.4', isUsed: true });
  expect(await found('silent')).toEqual({ name: 'silent', isUsed: true });
  expect(await found('gone')).toBeUndefined();
});

test('a proxy that is no URL fails in doctor, and is wrong use of what asks Azure', async () => {
  using folder = temporaryFolder();
  machineIn(folder.path);
  const { rows, exitCode } = await doctor(folder.path, [], { HTTPS_PROXY: 'proxy:3128' });
  expect(exitCode).toBe(1);
  expect(notOk(rows)).toEqual([
    'fail proxy: HTTPS_PROXY is no URL of a proxy',
    'unknown login: Azure is not asked by such a proxy',
  ]);
  const names = ['--subscription', 'a', '--resource-group', 'b', '--workspace', 'c', '--dicom-service', 'd'];
  const { exitCode: code, stderr } = await runCli(['manifest', ...names], {
    cwd: folder.path,
    env: { HTTPS_PROXY: 'proxy:3128' },
  });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: HTTPS_PROXY is no URL of a proxy, such as http://proxy.example.org:3128\n',
  });
});
