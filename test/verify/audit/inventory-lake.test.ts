import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { lakeTenantOf, ROLES, servicePath } from '../../../contract';
import { type Emulator, ShiftedClock } from '../../../emulator';
import { connectionForEmulator } from '../../../verify';
import { inventorySource } from '../../../verify/audit/inventory/inventory-source';
import type { AuditedFile, TierPlan } from '../../../verify/audit/model';
import { auditRequest, censusOf, settled } from '../../support/audited-lake';
import { temporaryFolder } from '../../support/cli';
import { syntheticDataset, writeDicomFile } from '../../support/dicom-file';
import { startDicomService, type TestDicomService } from '../../support/dicom-service';
import { armOf, assignRole, credentialOf } from '../../support/emulator';

const DAY = 86_400_000;
/** A Thursday. */
const START = Date.UTC(2026, 0, 1);
const API = '2023-05-01';
const PLANS: readonly TierPlan[] = [
  { basis: 'lastModification', coolAfterDays: 30 },
  { basis: 'lastAccess', coldAfterDays: 40 },
];

/** A client of its own for each look: a token lasts an hour on the emulator's clock. */
function containerOf({ emulator, lake }: TestDicomService, name: string): ContainerClient {
  const pipeline = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
  const credential = credentialOf(emulator, 'deployer');
  return new BlobServiceClient(lake.accountUrl, credential, pipeline).getContainerClient(name);
}

async function setUpInventory({ emulator, lake }: TestDicomService, format: string): Promise<void> {
  const arm = armOf(emulator);
  const { deployer, verifier } = emulator.ready.credentials;
  await assignRole(arm, lake.accountId, ROLES.storageBlobDataOwner.id, deployer.objectId, 20);
  await assignRole(arm, lake.accountId, ROLES.storageBlobDataReader.id, verifier.objectId, 21);
  await arm.put(`${lake.accountId}/blobServices/default/containers/inventory`, API, { properties: {} });
  const schemaFields = [
    ...['Name', 'Creation-Time', 'Last-Modified', 'Content-Length', 'BlobType', 'AccessTier'],
    ...['AccessTierChangeTime', 'ArchiveStatus', 'hdi_isfolder', 'LastAccessTime'],
  ];
  const filters = { blobTypes: ['blockBlob'], prefixMatch: ['dicom/'] };
  const definition = { objectType: 'Blob', format, schedule: 'Daily', schemaFields, filters };
  await arm.put(`${lake.accountId}/inventoryPolicies/default`, API, {
    properties: {
      policy: {
        enabled: true,
        type: 'Inventory',
        rules: [{ name: 'all', enabled: true, destination: 'inventory', definition }],
      },
    },
  });
}

/** Images of the service, and by hand what the service would not do. */
async function fill(service: TestDicomService): Promise<void> {
  const stored = await service.store(
    ['1', '2', '3', '4'].map((instance) =>
      writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance })),
    ),
  );
  expect(stored.status).toBe(200);
  const container = containerOf(service, 'dicom');
  const root = servicePath(lakeTenantOf(service.lake.manifest));
  const upload = (name: string, text: string) =>
    container.getBlockBlobClient(`${root}/${name}`).upload(text, text.length);
  await upload('Microsoft.Default/notes of "ward 7", ä.txt', 'notes');
  await upload('Microsoft.Default/copies/1_1.dcm', 'copy');
  await upload('12_12.dcm', 'no folder');
  await upload('17_workitem.json', '{}');
  await container.getBlockBlobClient('AHDS/testws/dicom/other/1_1.dcm').upload('x', 1);
}

async function tierImages(service: TestDicomService, ...tiers: readonly string[]): Promise<void> {
  const container = containerOf(service, 'dicom');
  for (const [index, name] of (await service.files()).entries()) {
    const tier = tiers[index];
    if (tier !== undefined) await container.getBlobClient(name).setAccessTier(tier);
  }
}

/** What List Blobs says of the files of the service. */
async function listedFiles(service: TestDicomService): Promise<readonly AuditedFile[]> {
  const files: AuditedFile[] = [];
  const prefix = `${servicePath(lakeTenantOf(service.lake.manifest))}/`;
  for await (const { name, properties } of containerOf(service, 'dicom').listBlobsFlat({ prefix })) {
    const { contentLength, createdOn, lastModified, lastAccessedOn, accessTier } = properties;
    if (accessTier === undefined) continue;
    files.push({
      path: name,
      bytes: contentLength ?? NaN,
      createdAt: createdOn?.getTime() ?? NaN,
      modifiedAt: lastModified.getTime(),
      ...(lastAccessedOn === undefined ? {} : { accessedAt: lastAccessedOn.getTime() }),
      tier: accessTier,
      ...(properties.accessTierChangedOn === undefined
        ? {}
        : { tierChangedAt: properties.accessTierChangedOn.getTime() }),
      rehydrating: properties.archiveStatus !== undefined,
    });
  }
  return files;
}

async function copyTo(folder: string, container: ContainerClient): Promise<void> {
  for await (const { name, properties } of container.listBlobsFlat()) {
    if ((properties as { readonly ResourceType?: string }).ResourceType === 'directory') continue;
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, await container.getBlobClient(name).downloadToBuffer());
  }
}

function requestTo({ ready, ca }: Emulator, { lake }: TestDicomService) {
  return auditRequest(lake.manifest, { azure: connectionForEmulator(ready, ca), plans: PLANS });
}

test.each(['Csv', 'Parquet'])(
  'a %s inventory of a lake says what its files say, from the lake and from a copy',
  async (format) => {
    const clock = new ShiftedClock(0, () => undefined, { now: () => START });
    await using service = await startDicomService({ clock });
    const { emulator } = service;
    await fill(service);
    await clock.jump(50 * DAY);
    await tierImages(service, 'Cool', 'Archive', 'Archive', 'Hot');
    await setUpInventory(service, format);
    await clock.jump(DAY - 7_200_000);
    // Half thawed when the list is made.
    const [, , thawing = ''] = await service.files();
    await containerOf(service, 'dicom').getBlobClient(thawing).setAccessTier('Hot');
    const files = await listedFiles(service);
    await clock.jump(7_200_000);

    const run = emulator.inventory.lastRuns(service.lake.accountId).at(-1);
    expect(run).toMatchObject({ status: 'Succeeded', at: START + 51 * DAY });
    using temporary = temporaryFolder();
    jest.replaceProperty(process, 'env', { ...process.env, TMPDIR: temporary.path });
    const fromLake = requestTo(emulator, service);
    const audited = await inventorySource({ from: { container: 'inventory' } })(fromLake);
    jest.restoreAllMocks();
    expect(readdirSync(temporary.path)).toEqual([]);
    // The health files of the service come and go every half minute.
    const atRun = files.filter(({ path: at }) => !at.includes('/healthCheck/'));
    const expected = censusOf(atRun, service.lake.manifest, PLANS, START + 51 * DAY);
    const cellsButHealth = audited.cells.filter(({ kind }) => kind !== 'probe');
    expect(settled({ ...audited, cells: cellsButHealth, found: fromLake.found })).toEqual(expected);
    expect(expected.findings.map(({ finding, count }) => `${count} ${finding}`).sort()).toEqual([
      '1 archived',
      '1 foreign',
      '1 misplaced',
      '1 rehydrating',
      '1 work item',
    ]);
    expect(new Set(expected.cells.map(({ plannedTier }) => plannedTier))).toEqual(
      new Set(['Archive', 'Cold', 'Hot']),
    );
    expect(audited.source).toMatchObject({
      format,
      rule: 'all',
      manifest: expect.stringContaining('/inventory/') as string,
      missingFields: [],
    });
    expect(fromLake.messages.join('\n')).toMatch(/downloaded \d+ of \d+ MB/);

    using copy = temporaryFolder();
    await copyTo(copy.path, containerOf(service, 'inventory'));
    const fromCopy = requestTo(emulator, service);
    const again = await inventorySource({ from: { folder: copy.path } })(fromCopy);
    expect(settled({ ...again, found: fromCopy.found })).toEqual(
      settled({ ...audited, found: fromLake.found }),
    );
  },
  60_000,
);

test('a container that is not there, and one without a run, are refused', async () => {
  const clock = new ShiftedClock(0, () => undefined, { now: () => START });
  await using service = await startDicomService({ clock });
  await setUpInventory(service, 'Csv');
  const auditOf = (container: string) =>
    inventorySource({ from: { container } })(requestTo(service.emulator, service));
  await expect(auditOf('nowhere')).rejects.toThrow(
    'the container nowhere does not exist in the storage account of the lake',
  );
  await expect(auditOf('inventory')).rejects.toThrow(
    'there is no run of an inventory in the container inventory',
  );
});
