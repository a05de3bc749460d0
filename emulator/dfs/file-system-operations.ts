import { checkContainerLease } from '../blob/container-operations';
import { stampHeaders } from '../blob/entry-headers';
import { propertiesOf } from '../blob/request-headers';
import type { StorageCall, StorageOperation } from '../blob/storage-operation';
import { LakeFault } from '../domain/lake-fault';
import type { LakeContainer } from '../domain/storage-account';
import type { HttpResponse } from '../http/exchange';

/** Containers as Data Lake Storage names them. */
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

function existing({ lake, account, address }: StorageCall): LakeContainer {
  const container = lake.find(account.id, address.container);
  if (container === undefined) throw new LakeFault('container-missing');
  return container;
}
