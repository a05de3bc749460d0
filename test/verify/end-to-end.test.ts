import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { AUDIENCES, type DeploymentManifest, type IntendedTierRule } from '../../contract';
import { type Emulator, ManualClock } from '../../emulator';
import {
  connectionForEmulator,
  exitCodeOf,
  type Report,
  type ReportRow,
  verify,
  type VerifyConfig,
  type VerifyEnvironment,
} from '../../verify';
import { killedWhileDeleting, runCli, temporaryFolder } from '../support/cli';
import { journalledBelow } from '../support/journals';
import { expectFilesRemoved } from '../support/removed-files';
import {
  armOf,
  credentialOf,
  type ProvisionedLake,
  type ProvisionOptions,
  provisionLake,
  startTestEmulator,
} from '../support/emulator';

/** Everything but the health file, whose first sign takes the emulator 5 seconds. */
const QUICK = { skip: ['lake', 'health'] } as const;

interface Bench extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly lake: ProvisionedLake;
  readonly folder: string;
  run(config?: Partial<VerifyConfig>, environment?: VerifyEnvironment): Promise<Report>;
  container(): ContainerClient;
}

async function setUp(options: ProvisionOptions = {}, clock?: ManualClock): Promise<Bench> {
  const emulator = await startTestEmulator({
    fileRemovalPeriodMs: 100,
    ...(clock === undefined ? {} : { clock }),
  });
  const lake = await provisionLake(emulator, options);
  const folder = temporaryFolder();
  return {
    emulator,
    lake,
    folder: folder.path,
    run: (config = {}, environment = {}) =>
      verify({ ...configFor(emulator, lake.manifest, folder.path), ...QUICK, ...config }, environment),
    container: () =>
      new BlobServiceClient(lake.accountUrl, credentialOf(emulator, 'deployer'), {
        tlsOptions: { ca: emulator.ca },
      } as object).getContainerClient('dicom'),
    [Symbol.asyncDispose]: async () => {
      folder[Symbol.dispose]();
      await emulator.close();
    },
  };
}

function configFor(emulator: Emulator, manifest: DeploymentManifest, folder: string): VerifyConfig {
  return {
    target: { kind: 'deployment', manifest, azure: connectionForEmulator(emulator.ready, emulator.ca) },
    journalFolder: path.join(folder, 'journal'),
    limits: { fileRemovalMs: 10_000, healthWindowMs: 1_000 },
    version: '0.0.0',
  };
}

function row(report: Report, id: string): ReportRow {
  const found = report.rows.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no row ${id}`);
  return found;
}

function intendedRule(name: string): IntendedTierRule {
  return {
    name,
    prefixes: ['dicom/AHDS/'],
    basis: 'lastAccess',
    coolAfterDays: 30,
    returnToHotOnAccess: false,
  };
}

function journalled(folder: string): readonly unknown[] {
  return journalledBelow(path.join(folder, 'journal'));
}

async function filesIn(container: ContainerClient): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const blob of container.listBlobsFlat()) if (blob.name.endsWith('.dcm')) names.push(blob.name);
  return names;
}

describe('verify on a healthy deployment', () => {
  test('passes everything and leaves nothing behind', async () => {
    await using bench = await setUp();
    const report = await bench.run({ only: ['dicomweb', 'contract', 'tiers'] });
    expect(
      report.rows.filter(({ outcome }) => outcome !== 'pass').map(({ id, outcome }) => [id, outcome]),
    ).toEqual([
      ['dicomweb/given-files-accepted', 'not-applicable'],
      ['dicomweb/partitions-isolated', 'not-applicable'],
      ['contract/work-items-not-in-lake', 'not-applicable'],
      ['tiers/policy-as-intended', 'not-applicable'],
    ]);
    expect(exitCodeOf(report)).toBe(0);
    await expectFilesRemoved(() => filesIn(bench.container()));
    expect(journalled(bench.folder)).toEqual([]);
  });

  test('passes in each partition, and in the same way', async () => {
    await using bench = await setUp({ dataPartitionsEnabled: true });
    const dicomService = { ...bench.lake.manifest.dicomService, partitions: ['ward-7', 'ward-8'] };
    const target = configFor(bench.emulator, { ...bench.lake.manifest, dicomService }, bench.folder).target;
    const report = await bench.run({ target });
    expect(row(report, 'contract/file-holds-image')).toMatchObject({
      outcome: 'pass',
      detail: '2 instances',
    });
    expect(exitCodeOf(report)).toBe(0);
  });

  test('changes nothing in a read-only run', async () => {
    await using bench = await setUp();
    const report = await bench.run({ profile: 'read-only', skip: ['lake', 'health'] });
    expect(report.rows.map(({ id }) => id)).not.toContain('dicomweb/instance-stored');
    expect(report.rows.map(({ id }) => id)).toContain('tiers/files-online');
    expect(existsSync(path.join(bench.folder, 'journal'))).toBe(false);
  });
});

describe('verify finds', () => {
  test('the missing role of the service, with cause and remedy', async () => {
    await using bench = await setUp();
    await armOf(bench.emulator).delete(bench.lake.serviceRoleAssignmentId, '2022-04-01');
    const report = await bench.run();
    expect(row(report, 'dicomweb/instance-stored')).toMatchObject({
      outcome: 'fail',
      reason: 'STOW-RS was refused: the service’s identity may not read or write the lake',
      remedy: expect.stringContaining('grant Storage Blob Data Contributor on the container') as unknown,
      findings: [{ subject: 'synthetic', actual: '424 AuthorizationPermissionMismatch' }],
    });
    expect(row(report, 'dicomweb/bytes-unchanged')).toMatchObject({ outcome: 'not-applicable' });
    expect(exitCodeOf(report)).toBe(1);
    expect(journalled(bench.folder)).toEqual([]);
  });

  test('an archived file, by name', async () => {
    await using bench = await setUp();
    const name = 'AHDS/testws/dicom/images/Microsoft.Default/132_1.dcm';
    const blob = bench.container().getBlockBlobClient(name);
    await blob.upload('old', 3);
    await blob.setAccessTier('Archive');
    const report = await bench.run({ only: ['tiers'] });
    expect(row(report, 'tiers/files-online')).toMatchObject({
      outcome: 'fail',
      findings: [{ subject: name, actual: 'Archive' }],
    });
    await blob.setAccessTier('Hot');
    expect(row(await bench.run({ only: ['tiers'] }), 'tiers/files-online')).toMatchObject({
      outcome: 'fail',
      findings: [{ subject: name, actual: 'Archive, on its way back' }],
    });
  });

  test.each([
    [['dicom/AHDS/'], 'dicom/AHDS/'],
    [[], 'every file of the account'],
    [
      ['dicom/AHDS/testws/dicom/images/Microsoft.Default/1'],
      'dicom/AHDS/testws/dicom/images/Microsoft.Default/1',
    ],
  ])('a rule for %j that archives', async (prefixMatch, shown) => {
    await using bench = await setUp();
    await putPolicy(bench, [
      lifecycleRule('cheap', { tierToArchive: { daysAfterModificationGreaterThan: 90 } }, prefixMatch),
    ]);
    const report = await bench.run({ only: ['tiers'] });
    expect(row(report, 'tiers/policy-keeps-files-online')).toMatchObject({
      outcome: 'fail',
      findings: [{ subject: "rule 'cheap'", actual: `archive for ${shown}` }],
    });
  });

  test('no fault in a rule for other files', async () => {
    await using bench = await setUp();
    const rules = ['dicom/AHDS/otherws/', 'reports/'].map((prefix, index) =>
      lifecycleRule(`other${index}`, { delete: { daysAfterModificationGreaterThan: 9 } }, [prefix]),
    );
    await putPolicy(bench, rules);
    expect(row(await bench.run({ only: ['tiers'] }), 'tiers/policy-keeps-files-online')).toMatchObject({
      outcome: 'pass',
    });
  });

  test('missing and disabled rules, and last access that is not tracked', async () => {
    await using bench = await setUp();
    const cool = { tierToCool: { daysAfterLastAccessTimeGreaterThan: 30 } };
    await putPolicy(bench, [
      { ...lifecycleRule('cool', cool, ['dicom/AHDS/']), enabled: false },
      lifecycleRule('warm', cool, ['dicom/AHDS/']),
    ]);
    await armOf(bench.emulator).put(`${bench.lake.accountId}/blobServices/default`, '2023-05-01', {
      properties: {},
    });
    const manifest = {
      ...bench.lake.manifest,
      tiering: { rules: ['cool', 'warm', 'gone'].map(intendedRule) },
    };
    const report = await bench.run({
      only: ['tiers'],
      target: configFor(bench.emulator, manifest, bench.folder).target,
    });
    expect(row(report, 'tiers/policy-as-intended')).toMatchObject({
      outcome: 'fail',
      findings: [
        { subject: "rule 'cool'", actual: 'disabled' },
        { subject: "rule 'gone'", actual: 'missing' },
      ],
    });
    expect(row(report, 'tiers/last-access-tracked')).toMatchObject({
      outcome: 'fail',
      reason: "'warm' count last access, which the account does not record",
    });
  });

  test('a service that went silent, and no fault while it writes', async () => {
    const clock = new ManualClock();
    await using bench = await setUp({}, clock);
    const health = { only: ['lake'], skip: [] };
    await clock.advance(36_000);
    expect(row(await bench.run(health), 'lake/health-file-fresh')).toMatchObject({
      outcome: 'pass',
      detail: 'seen 1 s ago by soft-deleted files',
    });
    await armOf(bench.emulator).delete(bench.lake.serviceRoleAssignmentId, '2022-04-01');
    await clock.advance(200_000);
    expect(row(await bench.run(health), 'lake/health-file-fresh')).toMatchObject({
      outcome: 'fail',
      reason: 'the newest one is 201 s old; the service writes one every 30 s',
    });
  });

  test('that a silent service proves nothing where deleted files are not kept', async () => {
    await using bench = await setUp({ deletedFileRetentionDays: 0 });
    const report = await bench.run({ only: ['health'], skip: [] });
    expect(row(report, 'health/file-keeps-coming')).toMatchObject({
      outcome: 'inconclusive',
      reason: 'no health file was caught in 1 s of watching, which proves nothing: it lives for moments',
    });
    expect(exitCodeOf(report)).toBe(3);
  });
});

describe('verify cannot judge', () => {
  test('without roles of its own, and says which one is missing', async () => {
    await using bench = await setUp({ grantCallers: false });
    const report = await bench.run();
    expect(row(report, 'dicomweb/instance-stored')).toMatchObject({
      outcome: 'inconclusive',
      remedy: expect.stringContaining('grant DICOM Data Owner on the DICOM service') as unknown,
    });
    expect(row(report, 'tiers/files-online')).toMatchObject({
      outcome: 'inconclusive',
      remedy: expect.stringContaining('grant Storage Blob Data Reader on the container') as unknown,
    });
    expect(row(report, 'tiers/policy-as-intended')).toMatchObject({
      outcome: 'inconclusive',
      remedy: 'grant Reader on the resource group to whoever runs the verification',
    });
    expect(exitCodeOf(report)).toBe(3);
  });

  test('a lake it may not read, but deletes what it sent', async () => {
    await using bench = await setUp();
    await armOf(bench.emulator).delete(
      `${bench.lake.containerId}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000003`,
      '2022-04-01',
    );
    const report = await bench.run({ only: ['contract'] });
    expect(row(report, 'contract/file-holds-image')).toMatchObject({
      outcome: 'inconclusive',
      reason: expect.stringContaining('403 AuthorizationPermissionMismatch') as unknown,
    });
    expect(report.leftovers).toEqual([]);
    expect(journalled(bench.folder)).toEqual([]);
  });

  test('a service that cannot be reached, and names the host', async () => {
    await using bench = await setUp();
    const dicomService = { ...bench.lake.manifest.dicomService, serviceUrl: 'https://127.0.0.1:1' };
    const target = configFor(bench.emulator, { ...bench.lake.manifest, dicomService }, bench.folder).target;
    const report = await bench.run({ target, only: ['dicomweb'] });
    expect(row(report, 'dicomweb/instance-stored')).toMatchObject({
      outcome: 'inconclusive',
      reason: '127.0.0.1:1 cannot be reached: nothing listens there (ECONNREFUSED)',
    });
    expect(exitCodeOf(report)).toBe(3);
  }, 30_000);

  test('a wrong secret', async () => {
    await using bench = await setUp();
    const ready = structuredClone(bench.emulator.ready) as {
      credentials: { verifier: { clientSecret: string } };
    };
    ready.credentials.verifier.clientSecret = 'wrong';
    const azure = connectionForEmulator(ready as Emulator['ready'], bench.emulator.ca);
    const target = { kind: 'deployment', manifest: bench.lake.manifest, azure } as const;
    const report = await bench.run({ target, only: ['dicomweb', 'contract', 'tiers'] });
    // There is one partition, which needs no token to be told.
    const judged = report.rows.filter(({ id }) => id !== 'dicomweb/partitions-isolated');
    expect(new Set(judged.map(({ outcome }) => outcome))).toEqual(new Set(['inconclusive']));
    expect(row(report, 'dicomweb/instance-stored').reason).toContain('AADSTS7000215');
    expect(JSON.stringify(report)).not.toContain('"wrong"');
  });
});

describe('an expired token', () => {
  test('is named, with the remedy, and nothing is judged', async () => {
    const clock = new ManualClock();
    await using bench = await setUp({}, clock);
    const { token } = await credentialOf(bench.emulator, 'verifier').getToken(`${AUDIENCES.dicom}/.default`);
    const args = ['verify', '--dicomweb', `${bench.lake.serviceUrl}/v2`, '--json', '--only', 'dicomweb'];
    const env = { NODE_EXTRA_CA_CERTS: bench.emulator.ready.caPath, DICOMWEB_TOKEN: token };

    const inTime = await runCli(args, { cwd: bench.folder, env });
    expect(row(JSON.parse(inTime.stdout) as Report, 'dicomweb/bytes-unchanged').outcome).toBe('pass');
    expect(inTime.exitCode).toBe(0);

    await clock.advance(2 * 3_600_000);
    const tooLate = await runCli(args, { cwd: bench.folder, env });
    expect(row(JSON.parse(tooLate.stdout) as Report, 'dicomweb/instance-stored')).toMatchObject({
      outcome: 'inconclusive',
      reason:
        'STOW-RS POST /studies was answered 401: the token is missing, expired or meant for another service',
      remedy: 'sign in again and ask for a token for https://dicom.healthcareapis.azure.com/.default',
    });
    expect(tooLate.exitCode).toBe(3);
    expect(tooLate.stdout + tooLate.stderr).not.toContain(token.slice(-40));
  }, 20_000);
});

describe('verify, interrupted', () => {
  test('deletes what it sent and says so', async () => {
    await using bench = await setUp();
    const interruption = new AbortController();
    const report = await bench.run(
      {},
      {
        signal: interruption.signal,
        progress: (event) => {
          if (event.kind === 'message' && event.message === 'deleting what was sent')
            interruption.abort(new Error('stop'));
        },
      },
    );
    expect(report.interrupted).toBe(true);
    expect(exitCodeOf(report)).toBe(130);
    expect(journalled(bench.folder)).toEqual([]);
    expect(report.leftovers).toEqual([]);
  });

  test('by SIGKILL leaves a journal, from which the next run deletes', async () => {
    await using bench = await setUp();
    writeFileSync(path.join(bench.folder, 'ready.json'), JSON.stringify(bench.emulator.ready));
    writeFileSync(path.join(bench.folder, 'manifest.json'), JSON.stringify(bench.lake.manifest));
    const args = [
      'verify',
      'manifest.json',
      '--emulator',
      'ready.json',
      '--state',
      'journal',
      '--only',
      'dicomweb',
    ];
    const killed = await killedWhileDeleting(args, bench.folder);
    expect(killed.exitCode).toBeNull();

    const next = await runCli(args, { cwd: bench.folder });
    expect(next).toMatchObject({ exitCode: 0 });
    expect(journalled(bench.folder)).toEqual([]);
  }, 20_000);
});

function lifecycleRule(name: string, baseBlob: object, prefixMatch: readonly string[]) {
  const filters = { blobTypes: ['blockBlob'], ...(prefixMatch.length > 0 ? { prefixMatch } : {}) };
  return { name, enabled: true, type: 'Lifecycle', definition: { filters, actions: { baseBlob } } };
}

async function putPolicy(bench: Bench, rules: readonly object[]): Promise<void> {
  await armOf(bench.emulator).put(`${bench.lake.accountId}/managementPolicies/default`, '2023-05-01', {
    properties: { policy: { rules } },
  });
}
