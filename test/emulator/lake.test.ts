import { ManualClock } from '../../emulator';
import type { Authorize } from '../../emulator/domain/authorizer';
import { Lake } from '../../emulator/domain/lake';
import { HostNotFound, type LakeClient } from '../../emulator/domain/lake-client';
import type { StorageAccount } from '../../emulator/domain/storage-account';
import { ForgetfulState } from '../../emulator/domain/state-store';
import { errorOf, rejectionOf } from '../support/errors';
import { MemoryContents, textContent, textIn } from '../support/memory-contents';
import { storageAccount } from '../support/storage-account';

const ACCOUNT: StorageAccount = storageAccount();
const SCOPE = `${ACCOUNT.id}/blobServices/default/containers/dicom`;
const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/** A lake where `service` may do to the blobs of the container `dicom` what `verbs` say, and nobody else anything. */
function lakeWith(verbs: readonly string[], account: StorageAccount = ACCOUNT) {
  const clock = new ManualClock();
  const authorize: Authorize = (principalId, plane, operation, scope) =>
    principalId === 'service' &&
    plane === 'data-action' &&
    scope === SCOPE &&
    verbs.some((verb) => operation === `${BLOBS}/${verb}`);
  const known = (yes: boolean): StorageAccount | undefined => (yes ? account : undefined);
  const accounts = {
    byName: (name: string) => known(name === account.name),
    byId: (id: string) => known(id.toLowerCase() === account.id.toLowerCase()),
  };
  const contents = new MemoryContents();
  const lake = new Lake({ clock, accounts, authorize, contents, state: new ForgetfulState() });
  lake.create(ACCOUNT.id, 'dicom', {});
  return { clock, lake, client: lake.open(ACCOUNT.id, 'dicom', 'service') };
}

function written(text: string) {
  return { content: textContent(text), md5: '' };
}

describe('a client of the lake', () => {
  test('puts, looks at, reads and deletes files', async () => {
    const { client, clock } = lakeWith(['read', 'write', 'delete']);
    const put = await client.put('a/b.dcm', written('content'));
    expect(put).toEqual({ etag: put.etag, length: 7, lastModifiedAt: clock.now() });
    expect(put.etag).toMatch(/^"0x8D[0-9A-F]{13}"$/);
    expect(await client.head('a/b.dcm', { ifMatch: put.etag })).toEqual(put);
    expect(textIn(await client.get('a/b.dcm'))).toBe('content');
    expect(textIn(await client.get('a/b.dcm', { range: { offset: 3, length: 99 } }))).toBe('tent');
    await client.delete('a/b.dcm', { ifMatch: put.etag });
    expect(await rejectionOf(client.head('a/b.dcm'))).toMatchObject({ status: 404, code: 'BlobNotFound' });
  });

  test.each([
    ['put', 'write', (client: LakeClient) => client.put('a', written('x'))],
    ['head', 'read', (client: LakeClient) => client.head('a')],
    ['get', 'read', (client: LakeClient) => client.get('a')],
    ['delete', 'delete', (client: LakeClient) => client.delete('a')],
  ])('fails to %s without the permission to %s', async (_, needed, call) => {
    const all = ['read', 'write', 'delete'];
    const permitted = lakeWith(all).client;
    await permitted.put('a', written('x'));
    await call(permitted);
    const { client } = lakeWith(all.filter((verb) => verb !== needed));
    expect(await rejectionOf(call(client))).toMatchObject({
      status: 403,
      code: 'AuthorizationPermissionMismatch',
      message: 'This request is not authorized to perform this operation using this permission.',
    });
  });

  test('fails for an account that does not exist, then for the permission, then for the container', async () => {
    const { lake } = lakeWith(['read']);
    const rejection = (account: string, principal: string): Promise<unknown> =>
      rejectionOf(lake.open(account, 'dicom', principal).head('a'));
    lake.delete(ACCOUNT.id, 'dicom');
    expect(await rejection('/subscriptions/1/gone', 'service')).toBeInstanceOf(HostNotFound);
    expect(await rejection(ACCOUNT.id, 'stranger')).toMatchObject({
      code: 'AuthorizationPermissionMismatch',
    });
    expect(await rejection(ACCOUNT.id, 'service')).toMatchObject({
      status: 404,
      code: 'ContainerNotFound',
      message: 'The specified container does not exist.',
    });
  });

  test('asks for its permission anew with every call', async () => {
    const verbs = ['write'];
    const { client } = lakeWith(verbs);
    await client.put('a', written('x'));
    verbs.pop();
    expect(await rejectionOf(client.put('a', written('x')))).toMatchObject({ status: 403 });
  });

  test('does not touch a file that another ETag was expected of, or that is gone', async () => {
    const { client } = lakeWith(['read', 'write', 'delete']);
    const { etag } = await client.put('a', written('same bytes'));
    await client.put('a', written('same bytes'));
    const notMet = { status: 412, code: 'ConditionNotMet' };
    expect(await rejectionOf(client.head('a', { ifMatch: etag }))).toMatchObject(notMet);
    expect(await rejectionOf(client.get('a', { ifMatch: etag }))).toMatchObject(notMet);
    expect(await rejectionOf(client.delete('a', { ifMatch: etag }))).toMatchObject(notMet);
    expect(await rejectionOf(client.get('gone', { ifMatch: etag }))).toMatchObject(notMet);
    expect(textIn(await client.get('a'))).toBe('same bytes');
  });

  test('fails to read from behind the end', async () => {
    const { client } = lakeWith(['read', 'write']);
    await client.put('a', written('abc'));
    expect(await rejectionOf(client.get('a', { range: { offset: 3, length: 1 } }))).toMatchObject({
      status: 416,
      code: 'InvalidRange',
    });
  });

  test('lets a file expire, but not in an account without a hierarchical namespace', async () => {
    const { client, clock } = lakeWith(['read', 'write']);
    await client.put('h', written('x'), { expiresInMs: 300_000 });
    await clock.advance(299_999);
    await client.head('h');
    await clock.advance(1);
    expect(await rejectionOf(client.head('h'))).toMatchObject({ code: 'BlobNotFound' });

    const flat = lakeWith(['read', 'write'], { ...ACCOUNT, hierarchicalNamespace: false }).client;
    expect(await rejectionOf(flat.put('h', written('x'), { expiresInMs: 1 }))).toMatchObject({
      status: 400,
      code: 'UnsupportedHeader',
    });
    await flat.put('h', written('x'));
  });
});

describe('containers', () => {
  test('are the same ones whatever the case of the account id, in order of name', () => {
    const { lake } = lakeWith([]);
    lake.create(ACCOUNT.id.toUpperCase(), 'archive', { k: 'v' });
    expect(lake.list(ACCOUNT.id).map(({ name }) => name)).toEqual(['archive', 'dicom']);
    expect(lake.find(ACCOUNT.id, 'archive')?.metadata).toEqual({ k: 'v' });
  });

  test('get a new ETag and time with new metadata, and keep their files', async () => {
    const { lake, clock, client } = lakeWith(['read', 'write']);
    await client.put('a', written('x'));
    const before = lake.find(ACCOUNT.id, 'dicom');
    await clock.advance(1000);
    lake.setMetadata(ACCOUNT.id, 'dicom', { k: 'v' });
    const after = lake.find(ACCOUNT.id, 'dicom');
    expect(after).toMatchObject({ metadata: { k: 'v' }, lastModifiedAt: clock.now() });
    expect(after?.etag).not.toBe(before?.etag);
    expect(textIn(await client.get('a'))).toBe('x');
  });

  test('made anew are empty', async () => {
    const { lake, client } = lakeWith(['read', 'write']);
    await client.put('a', written('x'));
    expect([lake.delete(ACCOUNT.id, 'dicom'), lake.delete(ACCOUNT.id, 'dicom')]).toEqual([true, false]);
    lake.create(ACCOUNT.id, 'dicom', {});
    expect(await rejectionOf(client.get('a'))).toMatchObject({ code: 'BlobNotFound' });
    lake.deleteAccount(ACCOUNT.id);
    expect(lake.list(ACCOUNT.id)).toEqual([]);
  });

  test('are refused under a name that is taken or not allowed', () => {
    const { lake } = lakeWith([]);
    expect(errorOf(() => lake.create(ACCOUNT.id, 'dicom', {}))).toMatchObject({
      status: 409,
      code: 'ContainerAlreadyExists',
    });
    expect(errorOf(() => lake.create(ACCOUNT.id, 'No', {}))).toMatchObject({
      status: 400,
      code: 'InvalidResourceName',
      message:
        "The specified resource name must be 3 to 63 lower-case letters, digits or single dashes, starting and ending with a letter or digit, got 'No'.",
    });
    expect(errorOf(() => lake.setMetadata(ACCOUNT.id, 'none', {}))).toMatchObject({
      status: 404,
      code: 'ContainerNotFound',
    });
  });
});
