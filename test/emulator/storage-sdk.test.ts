import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type BlobItem, BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { type DataLakeFileSystemClient, DataLakeServiceClient } from '@azure/storage-file-datalake';
import { ROLES } from '../../contract';
import { type Emulator, ManualClock } from '../../emulator';
import {
  armOf,
  assignRole,
  credentialOf,
  type ProvisionedLake,
  provisionLake,
  startTestEmulator,
} from '../support/emulator';

/** The storage SDKs as they are published, with a token of the deployer, who owns the data here. */
let emulator: Emulator;
let lake: ProvisionedLake;
let clock: ManualClock;
let fileSystem: DataLakeFileSystemClient;
let container: ContainerClient;

beforeEach(async () => {
  clock = new ManualClock();
  emulator = await startTestEmulator({ clock });
  lake = await provisionLake(emulator, { deletedFileRetentionDays: 1 });
  ({ fileSystem, container } = clientsOf('deployer'));
});
afterEach(() => emulator.close());

function clientsOf(who: 'deployer' | 'verifier') {
  const options = { tlsOptions: { ca: emulator.ca } } as object;
  const credential = credentialOf(emulator, who);
  const service = new DataLakeServiceClient(lake.accountUrl, credential, options);
  return {
    service,
    fileSystem: service.getFileSystemClient('dicom'),
    container: new BlobServiceClient(lake.accountUrl, credential, options).getContainerClient('dicom'),
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('@azure/storage-file-datalake, unmodified', () => {
  test('makes, lists and deletes file systems', async () => {
    await assignRole(
      armOf(emulator),
      lake.accountId,
      ROLES.storageBlobDataOwner.id,
      emulator.ready.credentials.deployer.objectId,
      90,
    );
    const { service } = clientsOf('deployer');
    const reports = service.getFileSystemClient('reports');
    expect(await reports.exists()).toBe(false);
    await reports.create({ metadata: { owner: 'radiology' } });
    await reports.createIfNotExists();
    expect((await reports.getProperties()).metadata).toEqual({ owner: 'radiology' });
    expect((await all(service.listFileSystems())).map(({ name }) => name)).toEqual(['dicom', 'reports']);
    await reports.delete();
    expect(await reports.exists()).toBe(false);
  });

  test('writes, reads, renames and deletes files in directories', async () => {
    const directory = fileSystem.getDirectoryClient('exports/2026');
    await directory.createIfNotExists();
    const file = directory.getFileClient('a.bin');
    await file.upload(Buffer.from('hello lake'));
    expect((await file.readToBuffer()).toString()).toBe('hello lake');
    const part = await file.read(6, 4);
    expect((await buffer(part.readableStreamBody as NodeJS.ReadableStream)).toString()).toBe('lake');

    await file.create();
    await file.append(Buffer.from('one,'), 0, 4);
    await file.append(Buffer.from('two'), 4, 3);
    await file.flush(7);
    expect((await file.readToBuffer()).toString()).toBe('one,two');
    await expect(file.flush(99)).rejects.toMatchObject({ statusCode: 400, code: 'InvalidFlushPosition' });

    await file.move('exports/b.bin');
    expect(await file.exists()).toBe(false);
    expect((await fileSystem.getFileClient('exports/b.bin').readToBuffer()).toString()).toBe('one,two');
    await expect(fileSystem.getDirectoryClient('exports').delete(false)).rejects.toMatchObject({
      statusCode: 409,
      code: 'DirectoryNotEmpty',
    });
    await fileSystem.getDirectoryClient('exports').delete(true);
    expect(await all(fileSystem.listPaths({ recursive: true }))).toEqual([]);
  });

  test('creates and deletes only where there is something to create or delete', async () => {
    const file = fileSystem.getFileClient('once.txt');
    expect(await file.createIfNotExists()).toMatchObject({ succeeded: true });
    expect(await file.createIfNotExists()).toMatchObject({
      succeeded: false,
      errorCode: 'PathAlreadyExists',
    });
    expect(await file.deleteIfExists()).toMatchObject({ succeeded: true });
    expect(await file.deleteIfExists()).toMatchObject({ succeeded: false, errorCode: 'PathNotFound' });
  });

  test('lists paths page by page, directories included', async () => {
    for (const name of ['a/1', 'a/2', 'b/3', 'c'])
      await fileSystem.getFileClient(name).upload(Buffer.from(name));
    const pages = await all(fileSystem.listPaths({ recursive: true }).byPage({ maxPageSize: 2 }));
    expect(
      pages.map((page) =>
        page.pathItems?.map(({ name, isDirectory }) => `${name ?? ''}${isDirectory === true ? '/' : ''}`),
      ),
    ).toEqual([
      ['a/', 'a/1'],
      ['a/2', 'b/'],
      ['b/3', 'c'],
    ]);
    const below = await all(fileSystem.listPaths({ path: 'a' }));
    expect(below.map(({ name, contentLength }) => [name, contentLength])).toEqual([
      ['a/1', 3],
      ['a/2', 3],
    ]);
  });

  test('finds deleted files again for as long as they are kept, and brings them back', async () => {
    const file = fileSystem.getFileClient('kept/x.txt');
    await file.upload(Buffer.from('keep me'));
    await file.delete();
    const [deleted] = await all(fileSystem.listDeletedPaths());
    expect(deleted).toMatchObject({ name: 'kept/x.txt', deletedOn: new Date(clock.now()) });
    await fileSystem.undeletePath('kept/x.txt', deleted?.deletionId ?? '');
    expect((await file.readToBuffer()).toString()).toBe('keep me');

    await file.delete();
    await clock.advance(25 * 3_600_000);
    ({ fileSystem } = clientsOf('deployer'));
    expect(await all(fileSystem.listDeletedPaths({ prefix: 'kept' }))).toEqual([]);
  });

  test('lets a file expire when it was told to', async () => {
    const file = fileSystem.getFileClient('soon.txt');
    await file.upload(Buffer.from('x'));
    await file.setExpiry('RelativeToNow', { timeToExpireInMs: 60_000 });
    await clock.advance(59_000);
    expect(await file.exists()).toBe(true);
    await clock.advance(2_000);
    expect(await file.exists()).toBe(false);
  });
});

describe('@azure/storage-blob, unmodified', () => {
  test('keeps bytes, type, metadata and ETag conditions', async () => {
    const blob = container.getBlockBlobClient('deep/er/a.dcm');
    const { etag } = await blob.upload('one', 3, {
      blobHTTPHeaders: { blobContentType: 'application/dicom' },
      metadata: { k: 'v' },
    });
    const properties = await blob.getProperties();
    expect(properties).toMatchObject({
      contentLength: 3,
      contentType: 'application/dicom',
      metadata: { k: 'v' },
      etag,
      accessTier: 'Hot',
    });
    await expect(blob.upload('two', 3, { conditions: { ifNoneMatch: '*' } })).rejects.toMatchObject({
      statusCode: 409,
      code: 'BlobAlreadyExists',
    });
    await expect(blob.downloadToBuffer(0, 3, { conditions: { ifMatch: '"0x0"' } })).rejects.toMatchObject({
      statusCode: 412,
    });
    await blob.upload('two', 3);
    await expect(blob.delete({ conditions: { ifMatch: etag ?? '' } })).rejects.toMatchObject({
      statusCode: 412,
      code: 'ConditionNotMet',
    });
    expect((await blob.downloadToBuffer()).toString()).toBe('two');
  });

  test('uploads streams in blocks', async () => {
    const content = Buffer.alloc(3_000_000, 'abcdefg');
    const blob = container.getBlockBlobClient('large.bin');
    await blob.uploadStream(
      Readable.from([content.subarray(0, 1_500_000), content.subarray(1_500_000)]),
      1_000_000,
      2,
    );
    expect((await blob.downloadToBuffer()).equals(content)).toBe(true);
  });

  test('moves blobs between tiers without a new ETag, and does not read archived ones', async () => {
    const blob = container.getBlockBlobClient('tiered.dcm');
    const { etag } = await blob.upload('x', 1);
    for (const tier of ['Cool', 'Cold', 'Hot'] as const) {
      await blob.setAccessTier(tier);
      expect(await blob.getProperties()).toMatchObject({ accessTier: tier, etag });
      expect((await blob.downloadToBuffer()).toString()).toBe('x');
    }
    await blob.setAccessTier('Archive');
    await expect(blob.downloadToBuffer()).rejects.toMatchObject({ statusCode: 409 });
    await expect(blob.download()).rejects.toMatchObject({ statusCode: 409, code: 'BlobArchived' });
    await blob.setAccessTier('Hot');
    expect(await blob.getProperties()).toMatchObject({
      accessTier: 'Archive',
      archiveStatus: 'rehydrate-pending-to-hot',
    });
    await clock.advance(16 * 3_600_000);
    ({ container } = clientsOf('deployer'));
    expect(await container.getBlobClient('tiered.dcm').getProperties()).toMatchObject({
      accessTier: 'Hot',
      etag,
    });
  });

  test('lists by page and by hierarchy with tier, size and last access', async () => {
    for (const name of ['p/1', 'p/2', 'q/3']) await container.getBlockBlobClient(name).upload(name, 3);
    const items: BlobItem[] = [];
    for await (const page of container.listBlobsFlat({ prefix: 'p/' }).byPage({ maxPageSize: 1 }))
      items.push(...page.segment.blobItems);
    expect(
      items.map(({ name, properties }) => [name, properties.accessTier, properties.contentLength]),
    ).toEqual([
      ['p/1', 'Hot', 3],
      ['p/2', 'Hot', 3],
    ]);
    expect(items[0]?.properties.lastAccessedOn?.getTime()).toBe(clock.now());
    const top = await all(container.listBlobsByHierarchy('/'));
    expect(top.map(({ kind, name }) => [kind, name])).toEqual([
      ['prefix', 'p/'],
      ['prefix', 'q/'],
    ]);
  });
});

describe('roles bind whoever comes', () => {
  test('a reader may read and not write', async () => {
    await container.getBlockBlobClient('a').upload('x', 1);
    const { container: asReader } = clientsOf('verifier');
    expect((await asReader.getBlobClient('a').downloadToBuffer()).toString()).toBe('x');
    await expect(asReader.getBlockBlobClient('b').upload('x', 1)).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthorizationPermissionMismatch',
    });
    await expect(asReader.getBlobClient('a').delete()).rejects.toMatchObject({ statusCode: 403 });
    await expect(asReader.getBlobClient('a').setAccessTier('Archive')).rejects.toMatchObject({
      statusCode: 403,
    });
  });

  test('nobody comes in without a token', async () => {
    const options = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } } as object;
    const anonymous = new BlobServiceClient(lake.accountUrl, undefined, options).getContainerClient('dicom');
    await expect(anonymous.getBlobClient('a').getProperties()).rejects.toMatchObject({
      name: 'RestError',
    });
  });
});
