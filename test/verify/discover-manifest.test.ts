import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DeploymentManifest, ROLES } from '../../contract';
import { connectionForEmulator, discoverManifest, type DicomServicePlace, type Report } from '../../verify';
import { withoutIntention } from '../support/manifest';
import { runCli, temporaryFolder } from '../support/cli';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';
import { startDicomService, type TestDicomService } from '../support/dicom-service';
import { armOf, assignRole, provisionLake, startTestEmulator } from '../support/emulator';
import { startProxy, type Tamper } from '../support/verify-proxy';
import { changing } from '../support/verify-bench';

const PLACE: DicomServicePlace = {
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  resourceGroup: 'rg-test',
  workspace: 'testws',
  dicomService: 'images',
};

const SHORTCUT = '/dicom/AHDS/testws/dicom/images/Microsoft.Default';

function discover(
  { emulator }: Pick<TestDicomService, 'emulator'>,
  place: Partial<DicomServicePlace> = {},
  partitions?: readonly string[],
): Promise<DeploymentManifest> {
  return discoverManifest(
    { ...PLACE, ...place },
    connectionForEmulator(emulator.ready, emulator.ca),
    partitions === undefined ? {} : { partitions },
  );
}

describe('a manifest is made of what Azure says', () => {
  test('and is that of the deployment', async () => {
    await using service = await startDicomService();
    const manifest = withoutIntention(service.lake.manifest);
    expect(await discover(service)).toEqual({
      ...manifest,
      dicomService: {
        ...manifest.dicomService,
        id: expect.stringMatching(/workspaces\/testws\/dicomservices\/images$/i) as unknown,
      },
      analytics: {
        shortcuts: [
          {
            partition: 'Microsoft.Default',
            url: `${manifest.lake.dfsEndpoint.replace(/\/$/, '')}${SHORTCUT}`,
            subpath: SHORTCUT,
          },
        ],
      },
    });
  });

  test('with the partitions that the service has, or those that were asked for', async () => {
    await using service = await startDicomService({ dataPartitionsEnabled: true });
    expect((await discover(service)).dicomService.partitions).toEqual(['Microsoft.Default']);
    for (const ward of ['ward-7', 'ward-8']) {
      const file = writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'i' }));
      expect((await service.store([file], `/partitions/${ward}/studies`)).status).toBe(200);
    }
    const found = await discover(service);
    expect(found.dicomService).toMatchObject({
      dataPartitionsEnabled: true,
      partitions: expect.arrayContaining(['ward-7', 'ward-8']) as unknown,
    });
    expect((await discover(service, {}, ['ward-8'])).dicomService.partitions).toEqual(['ward-8']);
  });

  test('with both kinds of identity, and without soft delete', async () => {
    await using emulator = await startTestEmulator();
    const lake = await provisionLake(emulator, { deletedFileRetentionDays: 0 });
    const both = await armOf(emulator).get(lake.dicomServiceId, '2024-03-31');
    await armOf(emulator).put(lake.dicomServiceId, '2024-03-31', {
      ...both,
      identity: {
        ...(both['identity'] as object),
        type: 'SystemAssigned,UserAssigned',
      },
    });
    const found = await discover({ emulator });
    expect(found.lake.deletedFileRetentionDays).toBe(0);
    expect(found.dicomService.principalIds).toHaveLength(2);
    expect(found.dicomService.principalIds).toContain(lake.principalId);
  });
});

describe('a deployment cannot be looked up', () => {
  test('by names that Azure would not take, all at once', async () => {
    await using emulator = await startTestEmulator();
    await expect(
      discover({ emulator }, { subscriptionId: 'x', workspace: 'Ward' }, ['a b']),
    ).rejects.toMatchObject({
      name: 'ConfigError',
      problems: [
        expect.stringMatching(/^the subscription must be a GUID .*, got 'x'$/) as unknown,
        expect.stringMatching(/^the workspace must be .*, got 'Ward'$/) as unknown,
        expect.stringMatching(/^a partition must be .*, got 'a b'$/) as unknown,
      ],
    });
  });

  test('where there is none', async () => {
    await using service = await startDicomService();
    await expect(discover(service, { dicomService: 'pictures' })).rejects.toMatchObject({
      problems: [
        "there is no DICOM service 'pictures' of the workspace 'testws' in the resource group 'rg-test' (404 ResourceNotFound); look at the names",
      ],
    });
  });

  test('without rights', async () => {
    await using emulator = await startTestEmulator();
    await provisionLake(emulator, { grantCallers: false });
    await expect(discover({ emulator })).rejects.toMatchObject({
      problems: [
        "whoever verifies may not read the DICOM service 'images' of the workspace 'testws' in the resource group 'rg-test' (403 AuthorizationFailed), or it does not exist; grant Reader on it, or mend the names",
      ],
    });
  });

  test('without rights on the lake and the partitions, told at once', async () => {
    await using emulator = await startTestEmulator();
    const lake = await provisionLake(emulator, { grantCallers: false, dataPartitionsEnabled: true });
    const { objectId } = emulator.ready.credentials.verifier;
    await assignRole(armOf(emulator), lake.dicomServiceId, ROLES.reader.id, objectId, 9);
    await expect(discover({ emulator })).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/may not read the storage account 'testlake' \(403 .*grant Reader/) as unknown,
        expect.stringMatching(/may not read the blob service of the storage account/) as unknown,
        expect.stringMatching(
          /may not read the list of partitions of the DICOM service 'images' \(403.*grant DICOM Data Reader/,
        ) as unknown,
      ],
    });
  });

  test.each<readonly [name: string, tamper: Tamper, problem: string | RegExp]>([
    [
      'without a lake',
      changing(isService, ({ body }) => ({ body: without(body, 'storageConfiguration') })),
      'it has no storage configuration: it keeps images to itself, not in a lake that could be verified',
    ],
    [
      'where Azure is busy',
      changing(isService, () => ({ status: 429, body: Buffer.from('{"error":{"code":"TooManyRequests"}}') })),
      /cannot be read \(429 TooManyRequests\)/,
    ],
    [
      'where the answer is none',
      changing(isService, () => ({ body: Buffer.from('<html>') })),
      /cannot be read: .* it is no JSON object$/,
    ],
    ['where Azure cannot be reached', () => Promise.resolve('cut'), /cannot be read: 127.0.0.1:\d+ c/],
  ])('%s', async (_name, tamper, problem) => {
    using folder = temporaryFolder();
    await using emulator = await startTestEmulator({ stateFolder: folder.path });
    await provisionLake(emulator);
    await using proxy = await startProxy(emulator.ready.endpoints.arm, emulator.ca, folder.path, tamper);
    const connection = connectionForEmulator(emulator.ready, emulator.ca);
    await expect(discoverManifest(PLACE, { ...connection, armEndpoint: proxy.origin })).rejects.toMatchObject(
      {
        name: 'ConfigError',
        problems: [typeof problem === 'string' ? problem : expect.stringMatching(problem)],
      },
    );
  });
});

function isService({ path: asked }: { readonly path: string }): boolean {
  return /dicomservices\/images\?/i.test(asked);
}

function without(body: Buffer, property: string): Buffer {
  const service = JSON.parse(body.toString('utf8')) as { properties: Record<string, unknown> };
  const { properties } = service;
  return Buffer.from(JSON.stringify({ ...service, properties: { ...properties, [property]: undefined } }));
}

describe('on the command line', () => {
  const NAMES = [
    ...['--subscription', PLACE.subscriptionId, '--resource-group', PLACE.resourceGroup],
    ...['--workspace', PLACE.workspace, '--dicom-service', PLACE.dicomService],
  ];

  test('names are verified, and kept as a manifest that standard input takes', async () => {
    await using service = await startDicomService({ fileRemovalPeriodMs: 100 });
    using folder = temporaryFolder();
    writeFileSync(path.join(folder.path, 'ready.json'), JSON.stringify(service.emulator.ready));
    const run = (args: readonly string[], stdin?: string) =>
      runCli([...args, '--emulator', 'ready.json'], {
        cwd: folder.path,
        ...(stdin === undefined ? {} : { stdin }),
      });

    const verified = await run(['verify', ...NAMES, '--skip', 'lake', '--json', '--quiet']);
    expect(verified).toMatchObject({ exitCode: 0, stderr: '' });
    const report = JSON.parse(verified.stdout) as Report;
    expect(report.counts).toMatchObject({ fail: 0, inconclusive: 0 });
    expect(report.rows.filter(({ outcome }) => outcome === 'warn')).toEqual([]);

    const kept = await run(['manifest', ...NAMES]);
    expect(kept).toMatchObject({ exitCode: 0, stderr: '' });
    const outputs = JSON.stringify({
      manifest: { sensitive: false, value: JSON.parse(kept.stdout) as unknown },
    });
    for (const stdin of [kept.stdout, outputs]) {
      const again = await run(['verify', '-', '--profile', 'read-only', '--only', 'tiers', '--json'], stdin);
      expect(again.exitCode).toBe(0);
      expect((JSON.parse(again.stdout) as Report).manifestSha256).toBe(report.manifestSha256);
    }
  }, 60_000);
});
