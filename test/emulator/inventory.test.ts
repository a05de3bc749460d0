import { createHash } from 'node:crypto';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { Testing } from 'cdktf';
import { Grantee } from '../../constructs';
import { ROLES } from '../../contract';
import { type Emulator, ShiftedClock } from '../../emulator';
import { inventoryProblems } from '../../emulator/arm/inventory-policy';
import type { InventoryRule } from '../../emulator/domain/inventory-rule';
import { runInventory } from '../../emulator/domain/inventory-run';
import { contextOf, Lake } from '../../emulator/domain/lake';
import { ForgetfulState } from '../../emulator/domain/state-store';
import { applyStack } from '../../local';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';
import { temporaryFolder } from '../support/cli';
import { recordsOf } from '../support/csv';
import {
  armOf,
  assignRole,
  credentialOf,
  type ProvisionedLake,
  provisionLake,
  startTestEmulator,
} from '../support/emulator';
import { MemoryContents } from '../support/memory-contents';
import { storageAccount } from '../support/storage-account';
import { synth } from '../support/synth';

const DAY = 86_400_000;
/** A Thursday. */
const START = Date.UTC(2026, 0, 1);
const API = '2023-05-01';

function clockAt(shift = 0): ShiftedClock {
  return new ShiftedClock(shift, () => undefined, { now: () => START });
}

function rule(definition: object = {}, more: object = {}): object {
  return {
    name: 'all',
    enabled: true,
    destination: 'lists',
    definition: {
      objectType: 'Blob',
      format: 'Csv',
      schedule: 'Daily',
      schemaFields: ['Name'],
      filters: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/'] },
      ...definition,
    },
    ...more,
  };
}

interface Running extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly lake: ProvisionedLake;
  readonly clock: ShiftedClock;
  readonly container: (name: string) => ContainerClient;
  readonly setRules: (...rules: readonly object[]) => Promise<void>;
}

async function start(): Promise<Running> {
  const clock = clockAt();
  const emulator = await startTestEmulator({ clock });
  const lake = await provisionLake(emulator);
  const { objectId } = emulator.ready.credentials.deployer;
  await assignRole(armOf(emulator), lake.accountId, ROLES.storageBlobDataOwner.id, objectId, 20);
  await makeContainer(emulator, lake, 'lists');
  return {
    emulator,
    lake,
    clock,
    container: (name) => containerOf(emulator, lake.accountUrl, name),
    setRules: (...rules) => setRules(emulator, lake, ...rules),
    [Symbol.asyncDispose]: () => emulator.close(),
  };
}

/** A client of its own for each look: a token lasts an hour on the emulator's clock. */
function containerOf(emulator: Emulator, accountUrl: string, name: string): ContainerClient {
  const pipeline = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
  return new BlobServiceClient(accountUrl, credentialOf(emulator, 'deployer'), pipeline).getContainerClient(
    name,
  );
}

async function makeContainer(
  emulator: Emulator,
  { accountId }: ProvisionedLake,
  name: string,
): Promise<void> {
  await armOf(emulator).put(`${accountId}/blobServices/default/containers/${name}`, API, { properties: {} });
}

async function setRules(
  emulator: Emulator,
  { accountId }: ProvisionedLake,
  ...rules: readonly object[]
): Promise<void> {
  await armOf(emulator).put(`${accountId}/inventoryPolicies/default`, API, {
    properties: { policy: { enabled: true, type: 'Inventory', rules } },
  });
}

async function namesIn(container: ContainerClient): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name, properties } of container.listBlobsFlat()) {
    if ((properties as { readonly ResourceType?: string }).ResourceType !== 'directory') names.push(name);
  }
  return names;
}

async function textAt(container: ContainerClient, path: string): Promise<string> {
  return (await container.getBlobClient(path).downloadToBuffer()).toString('utf8');
}

async function csvAt(
  container: ContainerClient,
  path: string,
): Promise<readonly Readonly<Record<string, string>>[]> {
  return recordsOf(await textAt(container, path));
}

async function parquetAt(
  container: ContainerClient,
  path: string,
): Promise<readonly Record<string, unknown>[]> {
  const { parquetReadObjects } = await import('hyparquet');
  const bytes = await container.getBlobClient(path).downloadToBuffer();
  return parquetReadObjects({ file: new Uint8Array(bytes).buffer });
}

const LISTED_FIELDS = [
  ...['Name', 'Creation-Time', 'Last-Modified', 'LastAccessTime', 'ETag', 'Content-Length', 'Content-Type'],
  ...['Content-MD5', 'BlobType', 'AccessTier', 'AccessTierChangeTime', 'AccessTierInferred', 'ArchiveStatus'],
  ...[
    'RehydratePriority',
    'LeaseStatus',
    'LeaseState',
    'LeaseDuration',
    'ServerEncrypted',
    'Metadata',
    'Expiry-Time',
  ],
  ...['hdi_isfolder', 'Group'],
];

/** What List Blobs says, in the words of a list. */
async function listing(container: ContainerClient): Promise<readonly object[]> {
  const rows: object[] = [];
  for await (const { name, properties, metadata = {} } of container.listBlobsFlat({
    includeMetadata: true,
  })) {
    const { hdi_isfolder: isFolder, ...own } = metadata;
    const time = (at: Date | undefined): string => at?.toISOString().replace('.000Z', 'Z') ?? '';
    const isFile = isFolder === undefined;
    rows.push({
      Name: `dicom/${name}`,
      'Creation-Time': time(properties.createdOn),
      'Last-Modified': time(properties.lastModified),
      LastAccessTime: time(properties.lastAccessedOn),
      ETag: properties.etag,
      'Content-Length': String(properties.contentLength),
      'Content-Type': isFile ? properties.contentType : '',
      'Content-MD5': Buffer.from(properties.contentMD5 ?? []).toString('base64'),
      BlobType: properties.blobType,
      AccessTier: properties.accessTier ?? '',
      AccessTierChangeTime: time(properties.accessTierChangedOn),
      AccessTierInferred: isFile ? String(properties.accessTierInferred ?? false) : '',
      ArchiveStatus: properties.archiveStatus ?? '',
      RehydratePriority: properties.rehydratePriority ?? '',
      LeaseStatus: properties.leaseStatus ?? '',
      LeaseState: properties.leaseState ?? '',
      LeaseDuration: properties.leaseDuration ?? '',
      ServerEncrypted: String(properties.serverEncrypted),
      Metadata: Object.keys(own).length === 0 ? '' : JSON.stringify(own),
      'Expiry-Time': time(properties.expiresOn),
      hdi_isfolder: String(!isFile),
      Group: '$superuser',
    });
  }
  return rows;
}

test('a list says of every file and directory what List Blobs says', async () => {
  await using running = await start();
  const { clock, container, setRules } = running;
  const blobs = container('dicom');
  const upload = (path: string, text: string, options: object = {}) =>
    blobs.getBlockBlobClient(path).upload(text, text.length, options);
  await upload('a/comma, "quote" and ä.dcm', 'DICM', { metadata: { ward: '7, "north"' } });
  await upload('a/cool.dcm', 'x'.repeat(70), {
    tier: 'Cool',
    blobHTTPHeaders: { blobContentType: 'application/dicom' },
  });
  await upload('b/c/thawing.dcm', 'y', { tier: 'Archive' });
  await upload('b/c/frozen.dcm', '', { tier: 'Archive' });
  await upload('vanishing.txt', 'z');
  await blobs.getBlobClient('vanishing.txt').getBlobLeaseClient().acquireLease(-1);
  await setRules(rule({ schemaFields: LISTED_FIELDS }));
  await clock.jump(DAY - 7_200_000);
  await container('dicom')
    .getBlobClient('b/c/thawing.dcm')
    .setAccessTier('Hot', { rehydratePriority: 'Standard' });
  const said = await listing(container('dicom'));
  await clock.jump(7_200_000);

  const rows = await csvAt(container('lists'), '2026/01/02/00-00-00/all/all_1000000_0.csv');
  expect(rows).toEqual(said);
  expect(rows.map(({ Name }) => Name)).toContain('dicom/a/comma, "quote" and ä.dcm');
  expect(rows.filter(({ ArchiveStatus }) => ArchiveStatus !== '')).toMatchObject([
    { Name: 'dicom/b/c/thawing.dcm', ArchiveStatus: 'rehydrate-pending-to-hot', AccessTier: 'Archive' },
  ]);
});

test('the manifest says what was written, and its checksum that all of it is there', async () => {
  await using running = await start();
  const { emulator, lake, clock, container, setRules } = running;
  await container('dicom').getBlockBlobClient('d/1.dcm').upload('12345', 5);
  await container('dicom').getBlockBlobClient('d/2.dcm').upload('1234567', 7);
  const definition = {
    objectType: 'blob',
    format: 'csv',
    schedule: 'daily',
    schemaFields: ['Name', 'Content-Length'],
    filters: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/d/'] },
  };
  await setRules(rule(definition));
  await clock.jump(DAY);

  const folder = '2026/01/02/00-00-00/all';
  const lists = container('lists');
  expect(await namesIn(lists)).toEqual(
    ['all-manifest.checksum', 'all-manifest.json', 'all_1000000_0.csv'].map((name) => `${folder}/${name}`),
  );
  const manifest = await textAt(lists, `${folder}/all-manifest.json`);
  expect(JSON.parse(manifest)).toEqual({
    destinationContainer: 'lists',
    endpoint: lake.accountUrl,
    files: [
      {
        blob: `${folder}/all_1000000_0.csv`,
        size: (await textAt(lists, `${folder}/all_1000000_0.csv`)).length,
      },
    ],
    inventoryStartTime: '2026-01-02T00:00:00Z',
    inventoryCompletionTime: '2026-01-02T00:00:00Z',
    ruleDefinition: definition,
    ruleName: 'all',
    status: 'Succeeded',
    summary: { objectCount: 2, totalObjectSize: 12 },
    version: '1.0',
  });
  expect(await textAt(lists, `${folder}/all-manifest.checksum`)).toBe(
    createHash('md5').update(manifest).digest('hex'),
  );
  expect(emulator.inventory.lastRuns(lake.accountId)).toEqual([
    {
      storageAccountId: lake.accountId,
      ruleName: 'all',
      at: START + DAY,
      status: 'Succeeded',
      message: 'Inventory run succeeded, refer manifest file for inventory details.',
      manifest: `lists/${folder}/all-manifest.json`,
      objectCount: 2,
    },
  ]);
});

test('weekly rules run on Sundays, and what a prefix excludes or a rule disables is not listed', async () => {
  await using running = await start();
  const { clock, container, setRules, emulator } = running;
  for (const path of ['a/1', 'a/b/1', 'c/1'])
    await container('dicom').getBlockBlobClient(path).upload('x', 1);
  const filters = {
    blobTypes: ['blockBlob'],
    prefixMatch: ['dicom/a', 'other/'],
    excludePrefix: ['dicom/a/b/'],
  };
  await setRules(
    rule({ schedule: 'Weekly', filters }, { name: 'weekly' }),
    rule({}, { name: 'off', enabled: false }),
    rule({ filters: { blobTypes: ['appendBlob'] }, schedule: 'Weekly' }, { name: 'appended' }),
  );
  await clock.jump(12 * DAY);
  const sundays = ['2026/01/04/00-00-00', '2026/01/11/00-00-00'];
  expect(emulator.inventory.lastRuns().map(({ manifest }) => manifest)).toEqual(
    sundays.flatMap((day) =>
      ['weekly', 'appended'].map((name) => `lists/${day}/${name}/${name}-manifest.json`),
    ),
  );
  expect(await csvAt(container('lists'), '2026/01/11/00-00-00/weekly/weekly_1000000_0.csv')).toEqual(
    ['a', 'a/1', 'a/b'].map((path) => ({ Name: `dicom/${path}` })),
  );
  expect(await textAt(container('lists'), '2026/01/11/00-00-00/appended/appended_1000000_0.csv')).toBe(
    'Name\r\n',
  );
});

test('a list of containers has one row for each', async () => {
  await using running = await start();
  const { clock, container, setRules } = running;
  const definition = {
    objectType: 'Container',
    schemaFields: [
      'Name',
      'Last-Modified',
      'ETag',
      'LeaseState',
      'LeaseDuration',
      'HasLegalHold',
      'Metadata',
    ],
    filters: { prefixMatch: ['dic'] },
  };
  await container('dicom').getBlobLeaseClient().acquireLease(-1);
  await container('dicom').setMetadata({ ward: '7' });
  const { etag, lastModified } = await container('dicom').getProperties();
  await setRules(rule(definition));
  await clock.jump(DAY);
  expect(await csvAt(container('lists'), '2026/01/02/00-00-00/all/all_1000000_0.csv')).toEqual([
    {
      Name: 'dicom',
      'Last-Modified': lastModified?.toISOString().replace('.000Z', 'Z'),
      ETag: etag?.replaceAll('"', ''),
      LeaseState: 'leased',
      LeaseDuration: 'infinite',
      HasLegalHold: 'false',
      Metadata: '{"ward":"7"}',
    },
  ]);
  const manifest = await textAt(container('lists'), '2026/01/02/00-00-00/all/all-manifest.json');
  expect(JSON.parse(manifest)).toMatchObject({ summary: { objectCount: 1 } });
});

test('the lists that the constructs ask for can be read, show what was deleted, and go once they are old', async () => {
  const stack = new DicomLakeStack(Testing.app(), 'listed', {
    profile: 'minimal',
    tenantId: '11111111-1111-1111-1111-111111111111',
    subscriptionId: '44444444-4444-4444-4444-444444444444',
    resourceGroupName: 'imaging',
    location: 'westeurope',
    workspaceName: 'demohealth',
    dicomServiceName: 'images',
    storageAccountName: 'demolake',
    inventory: { schedule: 'Daily', includeDeleted: true, keepDays: 2 },
    tiering: [{ name: 'Idle', basis: 'lastAccess', coolAfterDays: 3 }],
    verifier: Grantee.servicePrincipal('77777777-7777-7777-7777-777777777777'),
  });
  const clock = clockAt();
  await using emulator = await startTestEmulator({ clock });
  const { ca, ready } = emulator;
  const manifest = await applyStack(synth(stack), {
    connection: { endpoint: ready.endpoints.arm, credential: credentialOf(emulator, 'deployer'), ca },
    tenantId: ready.tenantId,
    subscriptionId: ready.subscriptionId,
  });
  const { storageAccountId, storageAccountName } = manifest.lake;
  const accountUrl = `${ready.endpoints.storage}/${storageAccountName}`;
  const { objectId } = ready.credentials.deployer;
  await assignRole(armOf(emulator), storageAccountId, ROLES.storageBlobDataOwner.id, objectId, 20);
  const folder = 'AHDS/demohealth/dicom/images/Microsoft.Default';
  const container = (name: string) => containerOf(emulator, accountUrl, name);
  await container('dicom').getBlockBlobClient(`${folder}/kept.dcm`).upload('kept', 4);
  await container('dicom').getBlockBlobClient(`${folder}/deleted.dcm`).upload('deleted', 7);
  await container('dicom').getBlobClient(`${folder}/deleted.dcm`).delete();

  await clock.jump(5 * DAY);
  const rows = await parquetAt(
    container('inventory'),
    '2026/01/06/00-00-00/dicomlake/dicomlake_1000000_0.parquet',
  );
  const byName = new Map(rows.map((row) => [row['Name'], row]));
  expect(byName.get(`dicom/${folder}/kept.dcm`)).toMatchObject({
    'Content-Length': 4n,
    'Last-Modified': new Date(START),
    AccessTier: 'Cool',
    // The run of the day before went first.
    AccessTierChangeTime: new Date(START + 4 * DAY),
    hdi_isfolder: false,
    Deleted: false,
    DeletionId: null,
  });
  expect(byName.get(`dicom/${folder}`)).toMatchObject({
    hdi_isfolder: true,
    AccessTier: null,
    Deleted: false,
  });
  expect(byName.get(`dicom/${folder}/deleted.dcm`)).toMatchObject({
    Deleted: true,
    DeletedTime: new Date(START),
    RemainingRetentionDays: expect.any(BigInt) as bigint,
    DeletionId: expect.stringMatching(/^\d+$/) as string,
  });
  const days = (await namesIn(container('inventory'))).map((name) => name.slice(0, 10));
  expect([...new Set(days)]).toEqual(['2026/01/04', '2026/01/05', '2026/01/06']);
});

test('a run that cannot write is reported, and the next one is made', async () => {
  await using running = await start();
  const { emulator, lake, clock, setRules } = running;
  await setRules(rule());
  await armOf(emulator).delete(`${lake.accountId}/blobServices/default/containers/lists`, API);
  await clock.jump(DAY);
  await makeContainer(emulator, lake, 'lists');
  const withFirewall = async (bypass: string): Promise<void> => {
    const account = await armOf(emulator).get(lake.accountId, API);
    const networkAcls = { defaultAction: 'Deny', bypass, ipRules: [{ value: '203.0.113.10' }] };
    const properties = { ...(account['properties'] as object), networkAcls };
    await armOf(emulator).put(lake.accountId, API, { ...account, properties });
  };
  await withFirewall('None');
  await clock.jump(DAY);
  await withFirewall('AzureServices');
  await clock.jump(DAY);
  expect(
    emulator.inventory.lastRuns().map(({ at, status, message }) => [(at - START) / DAY, status, message]),
  ).toEqual([
    [1, 'Failed', 'The destination container lists does not exist; create it.'],
    [
      2,
      'Failed',
      'The firewall of the storage account lets no trusted service through; add AzureServices to networkAcls.bypass.',
    ],
    [3, 'Succeeded', 'Inventory run succeeded, refer manifest file for inventory details.'],
  ]);
});

test('what is due survives a restart', async () => {
  using folder = temporaryFolder();
  const first = await startTestEmulator({ clock: clockAt(), stateFolder: folder.path });
  const lake = await provisionLake(first);
  await makeContainer(first, lake, 'lists');
  await setRules(first, lake, rule());
  await first.close();
  const clock = clockAt(DAY - 1);
  await using second = await startTestEmulator({ clock, stateFolder: folder.path });
  expect(second.inventory.lastRuns()).toEqual([]);
  await clock.jump(3_600_000);
  expect(second.inventory.lastRuns()).toMatchObject([{ status: 'Succeeded', at: START + DAY }]);
});

test('a list that is too long goes on in another file', async () => {
  const account = storageAccount();
  const contents = new MemoryContents();
  const lake = new Lake({
    clock: clockAt(),
    accounts: { byId: () => account, byName: () => account },
    authorize: () => false,
    state: new ForgetfulState(),
    contents,
  });
  lake.create(account.id, 'dicom', {});
  lake.create(account.id, 'lists', {});
  const paths = Array.from({ length: 12_001 }, (_, index) => String(index).padStart(5, '0'));
  for (const path of paths) {
    lake.files(account, 'dicom').write(path, contextOf(account, 'someone', START), {
      content: { length: 3, extents: [] },
    });
  }
  const run = async (format: string, rowsPerFile?: number) => {
    const job = { lake, account, at: START, endpoint: 'https://lake', rowsPerFile };
    await runInventory({ ...job, rule: rule({ format }) as InventoryRule });
    const read = async (path: string): Promise<Buffer> => {
      const file = lake.files(account, 'lists').find(`2026/01/01/00-00-00/all/${path}`, START);
      if (file?.kind !== 'file') throw new Error(`${path} is not there`);
      return contents.readAll(file.content);
    };
    const { files, summary } = JSON.parse((await read('all-manifest.json')).toString()) as {
      readonly files: readonly { readonly blob: string; readonly size: number }[];
      readonly summary: object;
    };
    expect(summary).toEqual({ objectCount: 12_001, totalObjectSize: 36_003 });
    return Promise.all(
      files.map(async ({ blob, size }) => {
        const bytes = await read(blob.split('/').at(-1) ?? '');
        expect(bytes.length).toBe(size);
        return bytes;
      }),
    );
  };
  const names = paths.map((path) => `dicom/${path}`);
  const csv = (await run('Csv', 5_000)).map((bytes) => recordsOf(bytes.toString()).map(({ Name }) => Name));
  expect(csv.map((one) => one.length)).toEqual([5_000, 5_000, 2_001]);
  expect(csv.flat()).toEqual(names);
  const { parquetReadObjects } = await import('hyparquet');
  const parquet = await Promise.all(
    (await run('Parquet', 12_000)).map(
      async (bytes) =>
        (await parquetReadObjects({ file: new Uint8Array(bytes).buffer })) as { Name: string }[],
    ),
  );
  expect(parquet.map((one) => one.length)).toEqual([12_000, 1]);
  expect(parquet.flat().map(({ Name }) => Name)).toEqual(names);
});

const DELETED = ['DeletionId', 'Deleted', 'DeletedTime', 'RemainingRetentionDays'];

test.each<[string, object, string]>([
  [
    'a destination that is not there',
    rule({}, { destination: 'nowhere' }),
    'the destination container "nowhere" does not exist',
  ],
  [
    'a name that leads elsewhere',
    rule({}, { name: '../x' }),
    'name must be 1 to 256 letters, digits, dashes or underscores, got "../x"',
  ],
  [
    'a format of its own',
    rule({ format: 'Json' }),
    'definition.format must be one of Csv, Parquet, got "Json"',
  ],
  ['no names', rule({ schemaFields: ['ETag'] }), 'definition.schemaFields must have Name'],
  [
    'index tags',
    rule({ schemaFields: ['Name', 'Tags'] }),
    "definition.schemaFields has 'Tags', which is no field of a list of blobs",
  ],
  [
    'a field twice',
    rule({ schemaFields: ['Name', 'ETag', 'Etag'] }),
    "definition.schemaFields has 'Etag' more than once",
  ],
  [
    'page blobs',
    rule({ filters: { blobTypes: ['pageBlob'] } }),
    'definition.filters.blobTypes must be a list of blockBlob and appendBlob in an account with a hierarchical namespace, got ["pageBlob"]',
  ],
  [
    'deleted files without their fields',
    rule({
      filters: { blobTypes: ['blockBlob'], includeDeleted: true },
      schemaFields: ['Name', ...DELETED.slice(1)],
    }),
    'definition.schemaFields must have DeletionId, since filters.includeDeleted is true',
  ],
  [
    'the fields of deleted files without them',
    rule({ schemaFields: ['Name', 'Deleted'] }),
    'definition.schemaFields must not have Deleted, since filters.includeDeleted is not true',
  ],
  [
    'too many prefixes',
    rule({ filters: { blobTypes: ['blockBlob'], prefixMatch: Array.from({ length: 11 }, () => 'dicom/') } }),
    'definition.filters.prefixMatch must be a list of at most 10 prefixes, got 11',
  ],
])('an inventory policy with %s is refused', (_, wrong, message) => {
  const policy = (one: object) => ({ properties: { policy: { rules: [one] } } });
  const hasContainer = (name: string): boolean => name === 'lists';
  expect(inventoryProblems(policy(rule()), hasContainer)).toEqual([]);
  expect(inventoryProblems(policy(wrong), hasContainer)).toEqual([
    { code: 'InvalidInventoryPolicy', message: expect.stringContaining(message) as string },
  ]);
});
