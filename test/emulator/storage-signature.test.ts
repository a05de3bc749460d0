import {
  BlobSASPermissions,
  type BlobSASSignatureValues,
  BlobServiceClient,
  ContainerClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
  type UserDelegationKey,
} from '@azure/storage-blob';
import {
  DataLakeFileSystemClient,
  generateDataLakeSASQueryParameters,
  DirectorySASPermissions,
} from '@azure/storage-file-datalake';
import { ROLES } from '../../contract';
import { type Emulator, ManualClock } from '../../emulator';
import {
  armOf,
  assignRole,
  type ProvisionedLake,
  provisionLake,
  startTestEmulator,
} from '../support/emulator';
import { refusalOf } from '../support/errors';
import { rawRequests } from '../support/raw-arm';
import { storageClients } from '../support/storage-clients';

const MINUTE = 60_000;
const DAY = 86_400_000;

let clock: ManualClock;
let emulator: Emulator;
let lake: ProvisionedLake;

beforeEach(async () => {
  clock = new ManualClock();
  emulator = await startTestEmulator({ clock });
  lake = await provisionLake(emulator);
  const { container } = storageClients(emulator, lake);
  await container.getBlockBlobClient('a/b c.dcm').upload('one', 3);
});
afterEach(() => emulator.close());

const grant = async (who: 'deployer' | 'verifier', roleId: string, number: number): Promise<string> =>
  assignRole(armOf(emulator), lake.accountId, roleId, emulator.ready.credentials[who].objectId, number);
const pipeline = () => ({ tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } }) as object;
const keyOf = (who: 'deployer' | 'verifier', start = 0, end = DAY): Promise<UserDelegationKey> =>
  storageClients(emulator, lake, who).blobs.getUserDelegationKey(
    new Date(clock.now() + start),
    new Date(clock.now() + end),
  );
const signed = (key: UserDelegationKey, values: Partial<BlobSASSignatureValues> = {}): ContainerClient => {
  const query = generateBlobSASQueryParameters(
    {
      containerName: 'dicom',
      permissions: ContainerSASPermissions.parse('rl'),
      expiresOn: new Date(clock.now() + 30 * MINUTE),
      ...values,
    },
    key,
    lake.accountName,
  );
  return new ContainerClient(`${lake.accountUrl}/dicom?${query.toString()}`, undefined, pipeline());
};

describe('a user delegation key', () => {
  test('is given to whoever has the role for the whole account, for 7 days at most', async () => {
    expect(await refusalOf(keyOf('verifier'))).toBe('403 AuthorizationPermissionMismatch');
    await grant('verifier', ROLES.storageBlobDataReader.id, 90);
    expect(await keyOf('verifier', 0, 7 * DAY)).toMatchObject({
      signedObjectId: emulator.ready.credentials.verifier.objectId,
      signedTenantId: emulator.ready.tenantId,
      signedExpiresOn: new Date(clock.now() + 7 * DAY),
      signedService: 'b',
    });
    expect(await refusalOf(keyOf('verifier', 0, 7 * DAY + 1000))).toBe('400 InvalidXmlNodeValue');
    expect(await refusalOf(keyOf('verifier', DAY, DAY))).toBe('400 InvalidXmlNodeValue');
    expect(await refusalOf(keyOf('verifier', -2 * DAY, -DAY))).toBe('400 InvalidXmlNodeValue');
  });
});

describe('a shared access signature made with it', () => {
  let key: UserDelegationKey;
  beforeEach(async () => {
    key = await keyOf('deployer');
  });

  test('lets its bearer do what it says, and nothing else', async () => {
    const container = signed(key);
    expect((await container.getBlobClient('a/b c.dcm').downloadToBuffer()).toString()).toBe('one');
    const names = [];
    for await (const { name } of container.listBlobsFlat({ prefix: 'a/' })) names.push(name);
    expect(names).toEqual(['a/b c.dcm']);
    const mismatch = '403 AuthorizationPermissionMismatch';
    expect(await refusalOf(container.getBlockBlobClient('new').upload('x', 1))).toBe(mismatch);
    expect(await refusalOf(container.getBlobClient('a/b c.dcm').delete())).toBe(mismatch);
    expect(await refusalOf(container.getProperties())).toBe(mismatch);
    expect(await refusalOf(container.delete())).toBe(mismatch);
    const onlyList = signed(key, { permissions: ContainerSASPermissions.parse('l') });
    expect(await refusalOf(onlyList.getBlobClient('a/b c.dcm').download())).toBe(mismatch);
  });

  test('for one blob reaches that blob only, and for a directory what is below it', async () => {
    const blob = signed(key, { blobName: 'a/b c.dcm', permissions: BlobSASPermissions.parse('r') });
    expect((await blob.getBlobClient('a/b c.dcm').downloadToBuffer()).toString()).toBe('one');
    expect(await refusalOf(blob.getBlobClient('a').download())).toBe('403 AuthenticationFailed');

    await storageClients(emulator, lake).container.getBlockBlobClient('other').upload('x', 1);
    const query = generateDataLakeSASQueryParameters(
      {
        fileSystemName: 'dicom',
        pathName: 'a',
        isDirectory: true,
        directoryDepth: 1,
        permissions: DirectorySASPermissions.parse('rl'),
        expiresOn: new Date(clock.now() + 30 * MINUTE),
      },
      key as never,
      lake.accountName,
    );
    const directory = new DataLakeFileSystemClient(
      `${lake.accountUrl}/dicom?${query.toString()}`,
      undefined,
      pipeline(),
    );
    expect((await directory.getFileClient('a/b c.dcm').readToBuffer()).toString()).toBe('one');
    expect(await refusalOf(directory.getFileClient('other').read())).toBe('403 AuthenticationFailed');
    const found = [];
    for await (const { name } of directory.listPaths({ path: 'a' })) found.push(name);
    expect(found).toEqual(['a/b c.dcm']);
    expect(await refusalOf(directory.listPaths().next())).toBe('403 AuthenticationFailed');
  });

  test('permits no more than the roles of whoever made it do', async () => {
    await grant('verifier', ROLES.storageBlobDataReader.id, 91);
    const all = ContainerSASPermissions.parse('racwdl');
    const ofReader = signed(await keyOf('verifier'), { permissions: all });
    expect(await refusalOf(ofReader.getBlockBlobClient('new').upload('x', 1))).toBe(
      '403 AuthorizationPermissionMismatch',
    );
    const ofOwner = signed(key, { permissions: all });
    await ofOwner.getBlockBlobClient('new').upload('x', 1);
    await ofOwner.getBlobClient('new').delete();
  });

  test('counts from its start to its expiry, and no longer than the key', async () => {
    const early = signed(key, { startsOn: new Date(clock.now() + MINUTE) });
    const blob = (container: ContainerClient) => container.getBlobClient('a/b c.dcm').getProperties();
    expect(await refusalOf(blob(early))).toBe('403 AuthenticationFailed');
    const short = signed(await keyOf('deployer', 0, 5 * MINUTE));
    await clock.advance(2 * MINUTE);
    await blob(early);
    await blob(short);
    await clock.advance(4 * MINUTE);
    expect(await refusalOf(blob(short))).toBe('403 AuthenticationFailed');
    const container = signed(key, { expiresOn: new Date(clock.now() + MINUTE), protocol: SASProtocol.Https });
    await blob(container);
    await clock.advance(MINUTE);
    expect(await refusalOf(blob(container))).toBe('403 AuthenticationFailed');
  });

  test('is refused once anything in it was changed', async () => {
    const { url } = signed(key);
    const query = new URL(url).searchParams;
    for (const [name, value] of [
      ['sp', 'rwdl'],
      ['se', '2026-01-02T00:00:00Z'],
      ['ske', '2026-01-05T00:00:00Z'],
      ['skoid', emulator.ready.credentials.verifier.objectId],
      ['sktid', '22222222-2222-2222-2222-222222222222'],
      ['spr', 'https,http'],
      ['sig', 'AAAA'],
    ] as const) {
      const changed = new URL(url);
      expect([name, query.get(name)]).not.toEqual([name, value]);
      changed.searchParams.set(name, value);
      const client = new ContainerClient(changed.href, undefined, pipeline());
      expect([name, await refusalOf(client.getBlobClient('a/b c.dcm').getProperties())]).toEqual([
        name,
        '403 AuthenticationFailed',
      ]);
    }
    const elsewhere = new ContainerClient(url.replace('/dicom?', '/other?'), undefined, pipeline());
    expect(await refusalOf(elsewhere.getBlobClient('a').getProperties())).toBe('403 AuthenticationFailed');
    const restricted = signed(key, { ipRange: { start: '203.0.113.7' } });
    expect(await refusalOf(restricted.getBlobClient('a').getProperties())).toContain('501');
  });

  test('works where the account refuses its own keys, and older versions as well', async () => {
    for (const version of ['2020-12-06', '2025-07-05', '2026-04-06']) {
      const { etag } = await signed(key, { version }).getBlobClient('a/b c.dcm').getProperties();
      expect(etag).toMatch(/^"0x/);
    }
  });
});

describe('the keys of an account', () => {
  const allow = async (allowSharedKeyAccess: boolean): Promise<void> => {
    const arm = await rawRequests(emulator);
    await arm('PATCH', `${lake.accountId}?api-version=2023-05-01`, { properties: { allowSharedKeyAccess } });
  };
  const keys = async (): Promise<readonly string[]> => {
    const arm = await rawRequests(emulator);
    const { body } = await arm('POST', `${lake.accountId}/listKeys?api-version=2023-05-01`);
    return (body as { readonly keys: readonly { readonly value: string }[] }).keys.map(({ value }) => value);
  };
  const clientWith = (key: string, name = lake.accountName): BlobServiceClient =>
    new BlobServiceClient(lake.accountUrl, new StorageSharedKeyCredential(name, key), pipeline());

  test('open everything, where the account allows them', async () => {
    await allow(true);
    const given = await keys();
    expect(new Set(given).size).toBe(2);
    for (const key of given) {
      const blobs = clientWith(key);
      const names = [];
      for await (const { name } of blobs.listContainers({ includeMetadata: true })) names.push(name);
      expect(names).toEqual(['dicom']);
      const blob = blobs.getContainerClient('dicom').getBlockBlobClient('über/x y+z.dcm');
      await blob.upload('hello', 5, { metadata: { b: '2', a: ' 1 ' } });
      expect((await blob.downloadToBuffer()).toString()).toBe('hello');
      await blob.setMetadata({}, { conditions: { ifMatch: (await blob.getProperties()).etag ?? '' } });
      const found = [];
      for await (const one of blobs.getContainerClient('dicom').listBlobsFlat({ prefix: 'über/' }))
        found.push(one.name);
      expect(found).toEqual(['über/x y+z.dcm']);
    }
    const [key = ''] = given;
    expect(await refusalOf(clientWith(Buffer.from('wrong').toString('base64')).getProperties())).toBe(
      '403 AuthenticationFailed',
    );
    expect(await refusalOf(clientWith(key, 'otherlake').getProperties())).toBe('403 AuthenticationFailed');
  });

  test('open nothing, where it does not', async () => {
    await allow(true);
    const [key = ''] = await keys();
    await allow(false);
    expect(await refusalOf(clientWith(key).getProperties())).toBe('403 KeyBasedAuthenticationNotPermitted');
  });
});
