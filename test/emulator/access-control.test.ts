import type { DataLakeFileSystemClient, PathAccessControlItem } from '@azure/storage-file-datalake';
import { ROLES } from '../../contract';
import type { Emulator } from '../../emulator';
import { temporaryFolder } from '../support/cli';
import {
  armOf,
  assignRole,
  type ProvisionedLake,
  provisionLake,
  startTestEmulator,
} from '../support/emulator';
import { refusalOf } from '../support/errors';
import { storageClients } from '../support/storage-clients';
import { type SendStorage, storageSender } from '../support/storage-http';

const WARD = '11111111-2222-3333-4444-555555555555';
const NURSE = '99999999-2222-3333-4444-555555555555';

let emulator: Emulator;
let lake: ProvisionedLake;
let owner: DataLakeFileSystemClient;
let contributor: DataLakeFileSystemClient;
let send: SendStorage;
let verifierSend: SendStorage;

beforeAll(async () => {
  emulator = await startTestEmulator();
  lake = await provisionLake(emulator);
  const { verifier } = emulator.ready.credentials;
  const role = ROLES.storageBlobDataContributor.id;
  await assignRole(armOf(emulator), lake.containerId, role, verifier.objectId, 30);
  owner = storageClients(emulator, lake).fileSystem;
  contributor = storageClients(emulator, lake, 'verifier').fileSystem;
  send = await storageSender(emulator, lake);
  verifierSend = await storageSender(emulator, lake, 'verifier');
});
afterAll(() => emulator.close());

let number = 0;
const fresh = (): string => `folder-${(number += 1)}`;

function entry(
  accessControlType: PathAccessControlItem['accessControlType'],
  rights: string,
  more: Partial<Pick<PathAccessControlItem, 'entityId' | 'defaultScope'>> = {},
): PathAccessControlItem {
  const [read, write, execute] = ['r', 'w', 'x'].map((letter) => rights.includes(letter)) as [
    boolean,
    boolean,
    boolean,
  ];
  return {
    accessControlType,
    entityId: '',
    defaultScope: false,
    ...more,
    permissions: { read, write, execute },
  };
}

const BASE = [entry('user', 'rwx'), entry('group', 'rx'), entry('other', '')];

async function aclTextOf(path: string): Promise<string> {
  const { headers } = await send('HEAD', `/dicom/${path}?action=getAccessControl`);
  return String(headers['x-ms-acl']);
}

describe('a path', () => {
  test('begins with the permissions that Azure gives', async () => {
    const folder = fresh();
    const file = owner.getFileClient(`${folder}/a.dcm`);
    await file.create();
    const { objectId } = emulator.ready.credentials.deployer;
    expect(await file.getAccessControl()).toMatchObject({ owner: objectId, group: '$superuser' });
    expect(await aclTextOf(`${folder}/a.dcm`)).toBe('user::rw-,group::r--,other::---');
    expect(await aclTextOf(folder)).toBe('user::rwx,group::r-x,other::---');
  });

  test('keeps a list, with the mask that named entries need, and shows it wherever it is shown', async () => {
    const folder = fresh();
    const directory = owner.getDirectoryClient(folder);
    await directory.create();
    const { etag, lastModified } = await directory.getProperties();
    await directory.setAccessControl([...BASE, entry('user', 'rw', { entityId: NURSE })], { group: WARD });
    expect(await aclTextOf(folder)).toBe(`user::rwx,user:${NURSE}:rw-,group::r-x,mask::rwx,other::---`);
    expect(await directory.getAccessControl()).toMatchObject({
      group: WARD,
      permissions: { extendedAcls: true, group: { read: true, write: true, execute: true } },
    });
    expect(await directory.getProperties()).toMatchObject({ etag, lastModified });
    for await (const item of owner.listPaths()) {
      if (item.name === folder)
        expect(item).toMatchObject({ group: WARD, permissions: { extendedAcls: true } });
    }
  });

  test('takes permissions in both notations', async () => {
    const folder = fresh();
    const directory = owner.getDirectoryClient(folder);
    await directory.create();
    await directory.setPermissions({
      owner: { read: true, write: true, execute: true },
      group: { read: true, write: false, execute: false },
      other: { read: false, write: false, execute: true },
      stickyBit: true,
      extendedAcls: false,
    });
    const shown = async (): Promise<unknown> =>
      (await send('HEAD', `/dicom/${folder}?action=getAccessControl`)).headers['x-ms-permissions'];
    expect(await shown()).toBe('rwxr----t');
    await send('PATCH', `/dicom/${folder}?action=setAccessControl`, {
      headers: { 'x-ms-permissions': '0751' },
    });
    expect(await shown()).toBe('rwxr-x--x');
  });

  test('is made with permissions and a umask', async () => {
    const folder = fresh();
    await owner.getDirectoryClient(folder).create({ permissions: '0777', umask: '0027' });
    expect(await aclTextOf(folder)).toBe('user::rwx,group::r-x,other::---');
    await owner.getFileClient(`${folder}/a`).create({ permissions: '0666', umask: '0022' });
    expect(await aclTextOf(`${folder}/a`)).toBe('user::rw-,group::r--,other::r--');
  });

  test('gets the default entries and the group of the directory above it', async () => {
    const folder = fresh();
    const directory = owner.getDirectoryClient(folder);
    await directory.create();
    const forNurse = { entityId: NURSE, defaultScope: true };
    await directory.setAccessControl([...BASE, entry('user', 'rwx', forNurse)], { group: WARD });
    await owner.getFileClient(`${folder}/below/a`).create();
    expect(await aclTextOf(`${folder}/below/a`)).toBe(
      `user::rw-,user:${NURSE}:rwx,group::r-x,mask::rw-,other::---`,
    );
    expect(await aclTextOf(`${folder}/below`)).toBe(
      [
        `user::rwx,user:${NURSE}:rwx,group::r-x,mask::rwx,other::---`,
        `default:user::rwx,default:user:${NURSE}:rwx,default:group::r-x,default:mask::rwx,default:other::---`,
      ].join(),
    );
    expect(await owner.getFileClient(`${folder}/below/a`).getAccessControl()).toMatchObject({ group: WARD });
  });

  test('takes its list along when it is renamed', async () => {
    const [from, to] = [fresh(), fresh()];
    const directory = owner.getDirectoryClient(from);
    await directory.create();
    await directory.setAccessControl([...BASE, entry('group', 'x', { entityId: WARD })]);
    const acl = await aclTextOf(from);
    await directory.move(to);
    expect(acl).toContain(WARD);
    expect(await aclTextOf(to)).toBe(acl);
  });
});

test('a list stays with what is deleted and brought back, and with content that is appended', async () => {
  const folder = fresh();
  const file = owner.getFileClient(`${folder}/a`);
  await file.create();
  await file.setAccessControl([entry('user', 'r'), entry('group', ''), entry('other', '')]);
  await file.append('x', 0, 1);
  await file.flush(1);
  await file.delete();
  for await (const { name, deletionId = '' } of owner.listDeletedPaths({ prefix: folder })) {
    await owner.undeletePath(name, deletionId);
  }
  expect(await aclTextOf(`${folder}/a`)).toBe('user::r--,group::---,other::---');
});

test('the status of a path tells what the service knows of it', async () => {
  const path = fresh();
  await owner.getFileClient(path).upload(Buffer.from('four'), { metadata: { ward: '7' } });
  const { status, headers } = await send('HEAD', `/dicom/${path}?action=getStatus`);
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-length': '4',
    'x-ms-resource-type': 'file',
    'x-ms-permissions': 'rw-r-----',
  });
  expect(headers).not.toHaveProperty('x-ms-meta-ward');
});

test('the root of a file system has a list of its own, which new paths inherit', async () => {
  await send('PATCH', '/dicom//?action=setAccessControl', {
    headers: { 'x-ms-acl': `user::rwx,group::r-x,other::---,default:user:${NURSE}:r-x` },
  });
  expect((await send('HEAD', '/dicom//?action=getAccessControl')).headers['x-ms-acl']).toBe(
    `user::rwx,group::r-x,other::---,default:user::rwx,default:user:${NURSE}:r-x,default:group::r-x,default:mask::r-x,default:other::---`,
  );
  const folder = fresh();
  await owner.getDirectoryClient(folder).create();
  expect(await aclTextOf(folder)).toContain(`default:user:${NURSE}:r-x`);
  await send('PATCH', '/dicom//?action=setAccessControl', {
    headers: { 'x-ms-acl': 'user::rwx,group::r-x,other::---' },
  });
});

describe('everything below a directory', () => {
  test('is changed batch by batch, counted, and left alone beside it', async () => {
    const folder = fresh();
    for (const name of ['a', 'b/c', 'b/d', 'e']) await owner.getFileClient(`${folder}/${name}`).create();
    await owner.getFileClient(`${folder}-beside`).create();
    const batches: number[] = [];
    const directory = owner.getDirectoryClient(folder);
    const result = await directory.updateAccessControlRecursive([entry('user', 'r', { entityId: NURSE })], {
      batchSize: 2,
      onProgress: ({ batchCounters }) => {
        batches.push(batchCounters.changedDirectoriesCount + batchCounters.changedFilesCount);
      },
    });
    expect(result.counters).toMatchObject({
      changedDirectoriesCount: 2,
      changedFilesCount: 4,
      failedChangesCount: 0,
    });
    expect(batches).toEqual([2, 2, 2]);
    for (const path of [folder, `${folder}/a`, `${folder}/b`, `${folder}/b/d`]) {
      expect(await aclTextOf(path)).toContain(`user:${NURSE}:r--`);
    }
    expect(await aclTextOf(`${folder}-beside`)).not.toContain(NURSE);

    await directory.removeAccessControlRecursive([
      { accessControlType: 'user', entityId: NURSE, defaultScope: false },
    ]);
    expect(await aclTextOf(`${folder}/b/d`)).toBe('user::rw-,group::r--,other::---');
    await directory.setAccessControlRecursive([entry('user', 'r'), entry('group', ''), entry('other', '')]);
    expect(await aclTextOf(`${folder}/b`)).toBe('user::r--,group::---,other::---');
  });

  test('stops behind the batch with a failure, unless told to go on', async () => {
    const folder = fresh();
    await contributor.getDirectoryClient(folder).create();
    await owner.getFileClient(`${folder}/a-foreign`).create();
    await contributor.getFileClient(`${folder}/b-own`).create();
    const change = (forceFlag: boolean) =>
      verifierSend(
        'PATCH',
        `/dicom/${folder}?action=setAccessControlRecursive&mode=modify&maxRecords=2&forceFlag=${forceFlag}`,
        { headers: { 'x-ms-acl': 'other::r--' } },
      );
    const stopped = await change(false);
    expect(JSON.parse(stopped.text)).toMatchObject({
      directoriesSuccessful: 1,
      filesSuccessful: 0,
      failureCount: 1,
      failedEntries: [{ name: `${folder}/a-foreign`, type: 'FILE' }],
    });
    expect(stopped.headers).not.toHaveProperty('x-ms-continuation');
    expect((await change(true)).headers).toHaveProperty('x-ms-continuation');
  });

  test('is reported where it belongs to somebody else', async () => {
    const folder = fresh();
    await contributor.getDirectoryClient(folder).create();
    await owner.getFileClient(`${folder}/foreign`).create();
    await contributor.getFileClient(`${folder}/own`).create();
    const { counters } = await contributor
      .getDirectoryClient(folder)
      .updateAccessControlRecursive([entry('other', 'r')], { continueOnFailure: true });
    expect(counters).toMatchObject({
      changedDirectoriesCount: 1,
      changedFilesCount: 1,
      failedChangesCount: 1,
    });
    expect(await aclTextOf(`${folder}/own`)).toMatch(/other::r--$/);
    expect(await aclTextOf(`${folder}/foreign`)).toMatch(/other::---$/);
  });
});

describe('who may', () => {
  test('Contributors change the lists of their own paths only, and give none away', async () => {
    const folder = fresh();
    await owner.getDirectoryClient(folder).create();
    await contributor.getFileClient(`${folder}/own`).create();
    const own = contributor.getFileClient(`${folder}/own`);
    await own.setAccessControl(BASE);
    expect(await refusalOf(contributor.getDirectoryClient(folder).setAccessControl(BASE))).toBe(
      '403 AuthorizationPermissionMismatch',
    );
    expect(await refusalOf(own.setAccessControl(BASE, { owner: NURSE }))).toBe(
      '403 AuthorizationPermissionMismatch',
    );
    expect(
      await refusalOf(contributor.getDirectoryClient(folder).create({ permissions: '0777', umask: '0000' })),
    ).toBe('403 AuthorizationPermissionMismatch');
    expect(await aclTextOf(folder)).toBe('user::rwx,group::r-x,other::---');
  });
});

describe('refused is', () => {
  test.each([
    ['a list without others', 'user::rwx,group::r-x', 'SetAclMissingAces'],
    ['an entry twice', 'user::rwx,user::r--,group::r-x,other::---', 'InvaldAccessControlList'],
    ['a letter that is none', 'user::rwz,group::r-x,other::---', 'InvaldAccessControlList'],
    ['a name that is none', 'user:bob:rwx,user::rwx,group::r-x,other::---', 'InvaldAccessControlList'],
    ['nothing', '', 'MissingRequiredHeader'],
    [
      'more than 32 entries',
      ['user::rwx,group::r-x,other::---']
        .concat(
          Array.from(
            { length: 29 },
            (_, i) => `user:11111111-2222-3333-4444-${String(i).padStart(12, '0')}:r--`,
          ),
        )
        .join(),
      'InvaldAccessControlList',
    ],
  ])('%s', async (_what, acl, code) => {
    const folder = fresh();
    await owner.getDirectoryClient(folder).create();
    const answer = await send('PATCH', `/dicom/${folder}?action=setAccessControl`, {
      headers: { 'x-ms-acl': acl },
    });
    expect([answer.status, answer.headers['x-ms-error-code']]).toEqual([400, code]);
    expect(await aclTextOf(folder)).toBe('user::rwx,group::r-x,other::---');
  });

  test.each([
    [
      'a list and permissions together',
      'setAccessControl',
      { 'x-ms-acl': 'user::rwx,group::---,other::---', 'x-ms-permissions': '0700' },
      'InvalidHeaderValue',
    ],
    ['permissions that are none', 'setAccessControl', { 'x-ms-permissions': '0899' }, 'InvalidHeaderValue'],
    ['an owner that is none', 'setAccessControl', { 'x-ms-owner': 'the ward' }, 'InvalidHeaderValue'],
    ['nothing to change', 'setAccessControl', {}, 'MissingRequiredHeader'],
    [
      'an unknown mode',
      'setAccessControlRecursive&mode=merge',
      { 'x-ms-acl': 'other::r--' },
      'InvalidQueryParameterValue',
    ],
    [
      'a batch of none',
      'setAccessControlRecursive&mode=modify&maxRecords=0',
      { 'x-ms-acl': 'other::r--' },
      'InvalidQueryParameterValue',
    ],
    [
      'removal of what every list has',
      'setAccessControlRecursive&mode=remove',
      { 'x-ms-acl': 'other' },
      'InvaldAccessControlList',
    ],
  ])('%s', async (_what, action, headers, code) => {
    const folder = fresh();
    await owner.getDirectoryClient(folder).create();
    const answer = await send('PATCH', `/dicom/${folder}?action=${action}`, { headers });
    expect([answer.status, answer.headers['x-ms-error-code']]).toEqual([400, code]);
  });

  test('a change under a condition that does not hold, and without the lease', async () => {
    const path = fresh();
    const file = owner.getFileClient(path);
    await file.create();
    const conditions = { ifMatch: '"0x8D0"' };
    expect(await refusalOf(file.setAccessControl(BASE, { conditions }))).toBe('412 ConditionNotMet');
    await file.getDataLakeLeaseClient().acquireLease(-1);
    expect(await refusalOf(file.setAccessControl(BASE))).toMatch(/^412 LeaseIdMissing$/);
  });

  test('a default entry on a file', async () => {
    const file = owner.getFileClient(fresh());
    await file.create();
    const refusal = await refusalOf(
      file.setAccessControl([...BASE, entry('user', 'r', { defaultScope: true })]),
    );
    expect(refusal).toBe('400 DefaultAclOnFileNotAllowed');
  });

  test('a path that is not there', async () => {
    expect(await refusalOf(owner.getFileClient('absent').getAccessControl())).toBe('404 PathNotFound');
    expect(await refusalOf(owner.getFileClient('absent').setAccessControl(BASE))).toBe('404 PathNotFound');
  });

  test('a query of contents, with the list of what there is instead', async () => {
    const answer = await send('POST', '/dicom/a?comp=query');
    expect(answer.status).toBe(501);
    expect(answer.text).toContain('It knows:');
  });
});

test('lists survive a restart, those of roots too', async () => {
  using folder = temporaryFolder();
  const stateFolder = folder.path;
  const acl = `user::rwx,group::r-x,other::---,default:user:${NURSE}:r-x`;
  const before = await startTestEmulator({ stateFolder });
  const kept = await provisionLake(before);
  const first = await storageSender(before, kept);
  for (const target of ['/dicom//', '/dicom/a']) {
    if (target !== '/dicom//') await first('PUT', `${target}?resource=directory`);
    const set = await first('PATCH', `${target}?action=setAccessControl`, { headers: { 'x-ms-acl': acl } });
    expect(set.status).toBe(200);
  }
  await before.close();
  await using after = await startTestEmulator({ stateFolder });
  const second = await storageSender(after, kept);
  for (const target of ['/dicom//', '/dicom/a']) {
    const { headers } = await second('HEAD', `${target}?action=getAccessControl`);
    expect(headers['x-ms-acl']).toContain(`default:user:${NURSE}:r-x`);
  }
});
