import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { ROLES } from '../../../contract';
import { containerPlace } from '../../../verify/audit/inventory/container-place';
import { inventorySource } from '../../../verify/audit/inventory/inventory-source';
import type { InventoryPlace, PlacedFile } from '../../../verify/audit/inventory/inventory-place';
import { connectionForEmulator } from '../../../verify';
import { auditRequest } from '../../support/audited-lake';
import { temporaryFolder } from '../../support/cli';
import {
  armOf,
  assignRole,
  credentialOf,
  type ProvisionedLake,
  provisionLake,
  startTestEmulator,
} from '../../support/emulator';

const LIST = '2026/01/02/00-00-00/all/all_1.csv';
const ROWS = 'Name,Content-Length\ndicom/AHDS/1.dcm,1\n';

type TestEmulator = Awaited<ReturnType<typeof startTestEmulator>>;

let emulator: TestEmulator;
let lake: ProvisionedLake;
let container: ContainerClient;

beforeAll(async () => {
  emulator = await startTestEmulator();
  lake = await provisionLake(emulator);
  const arm = armOf(emulator);
  const { deployer } = emulator.ready.credentials;
  await arm.put(`${lake.accountId}/blobServices/default/containers/inventory`, '2023-05-01', {
    properties: {},
  });
  await assignRole(arm, lake.accountId, ROLES.storageBlobDataOwner.id, deployer.objectId, 20);
  const pipeline = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
  container = new BlobServiceClient(
    lake.accountUrl,
    credentialOf(emulator, 'deployer'),
    pipeline,
  ).getContainerClient('inventory');
  await container.getBlockBlobClient(LIST).upload(ROWS, ROWS.length);
});

afterAll(() => emulator.close());

async function bring(
  place: InventoryPlace,
  folder: string,
  files?: ReadonlyMap<string, PlacedFile>,
): Promise<readonly string[]> {
  const { signal } = new AbortController();
  return place.bring({
    paths: [LIST],
    folder,
    files: files ?? (await place.files(signal)),
    signal,
    progress: () => undefined,
  });
}

test('a list comes as it lies in the container', async () => {
  using folder = temporaryFolder();
  const [file = ''] = await bring(containerPlace(container), folder.path);
  expect(readFileSync(file, 'utf8')).toBe(ROWS);
});

test('a list of another MD5 than that of its blob is refused', async () => {
  using folder = temporaryFolder();
  const blob = container.getBlobClient(LIST);
  await blob.setHTTPHeaders({ blobContentMD5: createHash('md5').update('other rows').digest() });
  await expect(bring(containerPlace(container), folder.path)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: `${LIST} came damaged: ${ROWS.length} of ${ROWS.length} bytes, or another MD5 than that of the blob`,
    remedy: 'Run the audit again.',
  });
  await blob.setHTTPHeaders({ blobContentMD5: createHash('md5').update(ROWS).digest() });
  await expect(bring(containerPlace(container), folder.path)).resolves.toHaveLength(1);
});

test('a list of another length than that of its blob is refused', async () => {
  using folder = temporaryFolder();
  const files = new Map([[LIST, { size: ROWS.length + 1 }]]);
  await expect(bring(containerPlace(container), folder.path, files)).rejects.toThrow(
    `${LIST} came damaged: ${ROWS.length} of ${ROWS.length + 1} bytes`,
  );
});

test('lists that the disk cannot hold are refused before any is asked for', async () => {
  using folder = temporaryFolder();
  const files = new Map([[LIST, { size: 1e18 }]]);
  await expect(bring(containerPlace(container), folder.path, files)).rejects.toThrow(
    /^the inventory takes 1,000,000,000,53\d MB on this machine, and .+ has [\d,]+ MB; point TMPDIR to a larger disk/,
  );
  expect(readdirSync(folder.path)).toEqual([]);
});

test('whoever may not read the container is told which role is missing', async () => {
  const request = auditRequest(lake.manifest, {
    azure: connectionForEmulator(emulator.ready, emulator.ca),
    plans: [],
  });
  await expect(inventorySource({ from: { container: 'inventory' } })(request)).rejects.toMatchObject({
    code: 'NOT_AUTHORIZED',
    message: expect.stringContaining('the container inventory cannot be listed: ') as string,
    remedy:
      'Give whoever audits Storage Blob Data Reader on that container, or audit a copy of it in a folder.',
  });
});
