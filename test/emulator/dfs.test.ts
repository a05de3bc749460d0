import { randomBytes } from 'node:crypto';
import { type DataLakeFileSystemClient, DataLakeServiceClient } from '@azure/storage-file-datalake';
import { ROLES } from '../../contract';
import { type Emulator, ManualClock } from '../../emulator';
import { rejectionOf } from '../support/errors';
import {
  armOf,
  assignRole,
  credentialOf,
  provisionLake,
  startTestEmulator,
  type ProvisionedLake,
} from '../support/emulator';
import { type SendStorage, storageSender } from '../support/storage-http';

let emulator: Emulator;
let lake: ProvisionedLake;
let clock: ManualClock;
let send: SendStorage;
let fileSystem: DataLakeFileSystemClient;

beforeEach(async () => {
  clock = new ManualClock();
  emulator = await startTestEmulator({ clock });
  lake = await provisionLake(emulator, { deletedFileRetentionDays: 7 });
  send = await storageSender(emulator, lake);
  fileSystem = clientOf().getFileSystemClient('dicom');
});
afterEach(() => emulator.close());

function clientOf(): DataLakeServiceClient {
  const options = { tlsOptions: { ca: emulator.ca } } as object;
  return new DataLakeServiceClient(lake.accountUrl, credentialOf(emulator, 'deployer'), options);
}

async function upload(path: string, text = 'x'): Promise<void> {
  await fileSystem.getFileClient(path).upload(Buffer.from(text));
}

async function paths(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name = '' } of fileSystem.listPaths({ recursive: true })) found.push(name);
  return found;
}

describe('uploading', () => {
  test('joins chunks that come side by side', async () => {
    const content = randomBytes(1_000_003);
    const file = fileSystem.getFileClient('large.bin');
    await file.upload(content, { chunkSize: 100_000, maxConcurrency: 5 });
    expect((await file.readToBuffer()).equals(content)).toBe(true);
  });

  test('keeps metadata and content headers that came with the file', async () => {
    const file = fileSystem.getFileClient('a.dcm');
    await file.upload(Buffer.from('x'), {
      metadata: { modality: 'CT', note: 'äöü' },
      pathHttpHeaders: { contentType: 'application/dicom', cacheControl: 'no-store' },
    });
    expect(await file.getProperties()).toMatchObject({
      metadata: { modality: 'CT', note: 'äöü' },
      contentType: 'application/dicom',
      cacheControl: 'no-store',
      contentLength: 1,
    });
  });

  test('can flush with the last append', async () => {
    const file = fileSystem.getFileClient('a');
    await file.create();
    await file.append(Buffer.from('abc'), 0, 3, { flush: true });
    expect((await file.readToBuffer()).toString()).toBe('abc');
  });

  test('fails below a file, on a directory, and without a file to append to', async () => {
    await upload('a');
    await upload('d/b');
    const failure = async (promise: Promise<unknown>): Promise<unknown> => {
      const { statusCode, code } = (await rejectionOf(promise)) as { statusCode: number; code: string };
      return [statusCode, code];
    };
    expect(await failure(fileSystem.getFileClient('a/b').create())).toEqual([409, 'PathConflict']);
    expect(await failure(fileSystem.getFileClient('d').create())).toEqual([409, 'PathConflict']);
    expect(await failure(fileSystem.getDirectoryClient('a').create())).toEqual([409, 'PathConflict']);
    const nowhere = fileSystem.getFileClient('none');
    expect(await failure(nowhere.append(Buffer.from('x'), 0, 1))).toEqual([404, 'PathNotFound']);
    const away = clientOf().getFileSystemClient('nowhere').getFileClient('a');
    expect(await failure(away.create())).toEqual([403, 'AuthorizationPermissionMismatch']);
  });

  test('says in JSON which position it needs', async () => {
    await upload('a');
    const { status, headers, json } = await send('PATCH', '/dicom/a?action=append&position=-1');
    expect([status, headers['content-type']]).toEqual([400, 'application/json;charset=utf-8']);
    expect(json).toEqual({
      error: {
        code: 'InvalidQueryParameterValue',
        message:
          "Value for one of the query parameters specified in the request URI is invalid: position must be a number of bytes, got '-1'.\n" +
          `RequestId:${String(headers['x-ms-request-id'])}\nTime:2026-01-01T00:00:00.000Z`,
      },
    });
  });

  test('lets a file expire at the time it was made with', async () => {
    await fileSystem.getFileClient('soon').create({ expiresOn: 60_000 });
    await fileSystem.getFileClient('later').create({ expiresOn: new Date(clock.now() + 120_000) });
    const expiries = [];
    for await (const { name, expiresOn } of fileSystem.listPaths())
      expiries.push([name, expiresOn?.getTime()]);
    expect(expiries).toEqual([
      ['later', clock.now() + 120_000],
      ['soon', clock.now() + 60_000],
    ]);
    await clock.advance(60_000);
    expect((await paths()).filter((path) => !path.startsWith('AHDS'))).toEqual(['later']);
  });
});

describe('renaming', () => {
  test('takes a directory along with all it holds', async () => {
    await upload('from/sub/a', 'kept');
    await fileSystem.getDirectoryClient('from').move('to');
    expect(await paths()).toEqual(['to', 'to/sub', 'to/sub/a']);
    expect((await fileSystem.getFileClient('to/sub/a').readToBuffer()).toString()).toBe('kept');
  });

  test('understands names that need escaping, and source paths with and without the account', async () => {
    await upload('a b/ä&ö.dcm', 'kept');
    await fileSystem.getFileClient('a b/ä&ö.dcm').move('a b/ö&ä.dcm');
    expect(await paths()).toEqual(['a b', 'a b/ö&ä.dcm']);
    for (const [source, target] of [
      ['/dicom/a%20b%2F%C3%B6&%C3%A4.dcm', '100%25'],
      ['/testlake/dicom/100%25', 'y'],
    ] as const) {
      const headers = { 'x-ms-rename-source': source };
      expect((await send('PUT', `/dicom/${target}`, { headers })).status).toBe(201);
    }
    expect(await paths()).toEqual(['a b', 'y']);
  });

  test('heeds conditions on both ends', async () => {
    await upload('a');
    await upload('b');
    const file = fileSystem.getFileClient('a');
    expect(await rejectionOf(file.move('b', { destinationConditions: { ifNoneMatch: '*' } }))).toMatchObject({
      statusCode: 409,
      code: 'PathAlreadyExists',
    });
    expect(await rejectionOf(file.move('c', { conditions: { ifMatch: '"0x1"' } }))).toMatchObject({
      statusCode: 412,
      code: 'SourceConditionNotMet',
    });
    expect(await rejectionOf(fileSystem.getFileClient('none').move('c'))).toMatchObject({
      statusCode: 404,
      code: 'SourcePathNotFound',
    });
    expect(await paths()).toEqual(['a', 'b']);
  });

  test('across file systems needs the permission to move on the source', async () => {
    const { objectId } = emulator.ready.credentials.deployer;
    await armOf(emulator).put(`${lake.accountId}/blobServices/default/containers/other`, '2023-05-01', {
      properties: {},
    });
    const source = `${lake.accountId}/blobServices/default/containers/other`;
    const headers = { 'x-ms-rename-source': '/other/a' };
    const move = async () => (await send('PUT', '/dicom/a', { headers })).headers['x-ms-error-code'];
    expect(await move()).toBe('AuthorizationPermissionMismatch');
    await assignRole(armOf(emulator), source, ROLES.storageBlobDataReader.id, objectId, 91);
    expect(await move()).toBe('AuthorizationPermissionMismatch');
    await assignRole(armOf(emulator), source, ROLES.storageBlobDataContributor.id, objectId, 92);
    expect(await move()).toBe('SourcePathNotFound');
    await clientOf().getFileSystemClient('other').getFileClient('a').upload(Buffer.from('over'));
    expect(await move()).toBeUndefined();
    expect((await fileSystem.getFileClient('a').readToBuffer()).toString()).toBe('over');
  });
});

describe('deleting', () => {
  test('gives the id under which a file is kept', async () => {
    await upload('a', 'kept');
    const { status, headers } = await send('DELETE', '/dicom/a?recursive=false');
    expect([status, headers['x-ms-delete-type-permanent']]).toEqual([200, 'false']);
    const { pathClient } = await fileSystem.undeletePath('a', String(headers['x-ms-deletion-id']));
    expect(pathClient.name).toBe('a');
    expect((await fileSystem.getFileClient('a').readToBuffer()).toString()).toBe('kept');
  });

  test('keeps a directory with all it held, and brings it back as one', async () => {
    await upload('d/sub/a', 'kept');
    await fileSystem.getDirectoryClient('d').delete(true);
    const deleted = [];
    for await (const path of fileSystem.listDeletedPaths()) deleted.push(path);
    expect(deleted.map(({ name }) => name)).toEqual(['d']);
    await fileSystem.undeletePath('d', deleted[0]?.deletionId ?? '');
    expect(await paths()).toEqual(['d', 'd/sub', 'd/sub/a']);
    expect(await rejectionOf(fileSystem.undeletePath('d', deleted[0]?.deletionId ?? ''))).toMatchObject({
      statusCode: 409,
    });
  });

  test('heeds conditions', async () => {
    await upload('a');
    const file = fileSystem.getFileClient('a');
    expect(await rejectionOf(file.delete(false, { conditions: { ifMatch: '"0x1"' } }))).toMatchObject({
      statusCode: 412,
      code: 'ConditionNotMet',
    });
    const { etag = '' } = await file.getProperties();
    await file.delete(false, { conditions: { ifMatch: etag } });
    expect(await paths()).toEqual([]);
  });
});

describe('listing', () => {
  test('shows owner, times and sizes of one level, and fails where there is no directory', async () => {
    await upload('d/a', 'abc');
    await upload('d/sub/b');
    const found = [];
    for await (const path of fileSystem.listPaths({ path: '/d/' })) found.push(path);
    const { objectId } = emulator.ready.credentials.deployer;
    const common = { owner: objectId, group: '$superuser', createdOn: new Date(clock.now()) };
    expect(found).toMatchObject([
      {
        ...common,
        name: 'd/a',
        isDirectory: false,
        contentLength: 3,
        permissions: { owner: { execute: false } },
      },
      {
        ...common,
        name: 'd/sub',
        isDirectory: true,
        contentLength: 0,
        permissions: { owner: { execute: true } },
      },
    ]);
    const none = fileSystem.listPaths({ path: 'none' }).next();
    expect(await rejectionOf(none)).toMatchObject({ statusCode: 404, code: 'PathNotFound' });
    const file = fileSystem.listPaths({ path: 'd/a' }).next();
    expect(await rejectionOf(file)).toMatchObject({ statusCode: 404, code: 'PathNotFound' });
  });

  test('fails where the file system is gone', async () => {
    const arm = armOf(emulator);
    const { objectId } = emulator.ready.credentials.deployer;
    await assignRole(arm, lake.accountId, ROLES.storageBlobDataReader.id, objectId, 93);
    await arm.delete(lake.containerId, '2023-05-01');
    expect(await rejectionOf(fileSystem.listPaths().next())).toMatchObject({
      statusCode: 404,
      code: 'FilesystemNotFound',
    });
  });
});
