import { checkContainerLease } from '../blob/container-operations';
import { stampHeaders } from '../blob/entry-headers';
import { headerOf, propertiesOf } from '../blob/request-headers';
import type { StorageCall, StorageOperation } from '../blob/storage-operation';
import { LakeFault } from '../domain/lake-fault';
import { GROUP } from '../domain/lake-permissions';
import type { LakeContainer } from '../domain/storage-account';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';

/** What Azure gives the root of a new file system. */
const ROOT_ACL = 'user::rwx,group::r-x,other::---';
const SUPER_USER = '$superuser';

/** Containers as Data Lake Storage names them, and the access control of their roots. */
export const FILE_SYSTEM_OPERATIONS: readonly StorageOperation[] = [
  {
    name: 'Filesystem - Create',
    dialect: 'dfs',
    method: 'PUT',
    level: 'container',
    shape: { resource: 'filesystem' },
    permission: { on: 'container', verb: 'write' },
    run: createFileSystem,
  },
  {
    name: 'Filesystem - Get Properties',
    dialect: 'dfs',
    method: 'HEAD',
    level: 'container',
    shape: { resource: 'filesystem' },
    permission: { on: 'container', verb: 'read' },
    run: getFileSystem,
  },
  {
    name: 'Filesystem - Set Properties',
    dialect: 'dfs',
    method: 'PATCH',
    level: 'container',
    shape: { resource: 'filesystem' },
    permission: { on: 'container', verb: 'write' },
    run: setFileSystemProperties,
  },
  {
    name: 'Filesystem - Delete',
    dialect: 'dfs',
    method: 'DELETE',
    level: 'container',
    shape: { resource: 'filesystem' },
    permission: { on: 'container', verb: 'delete' },
    run: deleteFileSystem,
  },
  {
    name: 'Path - Get Access Control List, of the root',
    dialect: 'dfs',
    method: 'HEAD',
    level: 'container',
    shape: { action: 'getAccessControl' },
    permission: { on: 'blobs', verb: 'read' },
    run: getRootAccessControl,
  },
  {
    name: 'Path - Set Access Control List, of the root',
    dialect: 'dfs',
    method: 'PATCH',
    level: 'container',
    shape: { action: 'setAccessControl' },
    permission: { on: 'blobs', verb: 'write' },
    headers: ['x-ms-acl', 'x-ms-owner', 'x-ms-group'],
    run: setRootAccessControl,
  },
];

function createFileSystem({ lake, account, address, request }: StorageCall): HttpResponse {
  const container = lake.create(account.id, address.container, propertiesOf(request.headers));
  return { status: 201, headers: { ...stampHeaders(container), 'x-ms-namespace-enabled': 'true' } };
}

function getFileSystem(call: StorageCall): HttpResponse {
  const container = existing(call);
  const pairs = Object.entries(container.metadata).map(
    ([name, value]) => `${name}=${Buffer.from(value).toString('base64')}`,
  );
  return {
    status: 200,
    headers: {
      ...stampHeaders(container),
      'x-ms-namespace-enabled': String(call.account.hierarchicalNamespace),
      ...(pairs.length === 0 ? {} : { 'x-ms-properties': pairs.join(',') }),
    },
  };
}

function setFileSystemProperties(call: StorageCall): HttpResponse {
  const { lake, account, address, request } = call;
  existing(call);
  lake.setMetadata(account.id, address.container, propertiesOf(request.headers));
  return { status: 200, headers: stampHeaders(existing(call)) };
}

function deleteFileSystem(call: StorageCall): HttpResponse {
  checkContainerLease(call, existing(call), 'write');
  call.lake.delete(call.account.id, call.address.container);
  return { status: 202 };
}

function getRootAccessControl(call: StorageCall): HttpResponse {
  return {
    status: 200,
    headers: {
      ...stampHeaders(existing(call)),
      'x-ms-owner': SUPER_USER,
      'x-ms-group': GROUP,
      'x-ms-permissions': 'rwxr-x---',
      'x-ms-acl': ROOT_ACL,
    },
  };
}

/** Nothing in the emulator decides by access control lists, so that none may look as if it had taken effect. */
function setRootAccessControl(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  const container = existing(call);
  for (const [name, value] of [
    ['x-ms-acl', ROOT_ACL],
    ['x-ms-owner', SUPER_USER],
    ['x-ms-group', GROUP],
  ] as const) {
    const wanted = headerOf(headers, name);
    if (wanted === undefined || wanted === value) continue;
    throw new ServiceFault(
      501,
      'NotImplemented',
      `The emulator decides by roles only: ${name} of a root stays '${value}', got '${wanted}'.`,
    );
  }
  return { status: 200, headers: stampHeaders(container) };
}

function existing({ lake, account, address }: StorageCall): LakeContainer {
  const container = lake.find(account.id, address.container);
  if (container === undefined) throw new LakeFault('container-missing');
  return container;
}
