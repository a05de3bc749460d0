import type { LakeContainer } from '../domain/storage-account';
import { LakeFault } from '../domain/lake-fault';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { stampHeaders } from './entry-headers';
import { conditionsOf, metadataOf } from './request-headers';
import { listBlobs } from './list-blobs';
import { listContainers } from './list-containers';
import type { StorageCall, StorageOperation } from './storage-operation';

export const CONTAINER_OPERATIONS: readonly StorageOperation[] = [
  {
    name: 'List Containers',
    dialect: 'blob',
    method: 'GET',
    level: 'service',
    shape: { comp: 'list' },
    permission: { on: 'container', verb: 'read' },
    run: listContainers,
  },
  {
    name: 'Create Container',
    dialect: 'blob',
    method: 'PUT',
    level: 'container',
    shape: { restype: 'container' },
    permission: { on: 'container', verb: 'write' },
    run: createContainer,
  },
  ...(['GET', 'HEAD'] as const).map((method): StorageOperation => ({
    name: 'Get Container Properties',
    dialect: 'blob',
    method,
    level: 'container',
    shape: { restype: 'container' },
    permission: { on: 'container', verb: 'read' },
    run: getContainer,
  })),
  {
    name: 'Set Container Metadata',
    dialect: 'blob',
    method: 'PUT',
    level: 'container',
    shape: { restype: 'container', comp: 'metadata' },
    permission: { on: 'container', verb: 'write' },
    run: setContainerMetadata,
  },
  {
    name: 'Delete Container',
    dialect: 'blob',
    method: 'DELETE',
    level: 'container',
    shape: { restype: 'container' },
    permission: { on: 'container', verb: 'delete' },
    run: deleteContainer,
  },
  {
    name: 'List Blobs',
    dialect: 'blob',
    method: 'GET',
    level: 'container',
    shape: { restype: 'container', comp: 'list' },
    permission: { on: 'blobs', verb: 'read' },
    run: listBlobs,
  },
];

function createContainer(call: StorageCall): HttpResponse {
  refuseConditions(call);
  const { lake, account, address, request } = call;
  return {
    status: 201,
    headers: stampHeaders(lake.create(account.id, address.container, metadataOf(request.headers))),
  };
}

function getContainer(call: StorageCall): HttpResponse {
  refuseConditions(call);
  const container = existing(call);
  const headers: Record<string, string> = {
    ...stampHeaders(container),
    'x-ms-lease-status': 'unlocked',
    'x-ms-lease-state': 'available',
    'x-ms-has-immutability-policy': 'false',
    'x-ms-has-legal-hold': 'false',
  };
  for (const [name, value] of Object.entries(container.metadata)) headers[`x-ms-meta-${name}`] = value;
  return { status: 200, headers };
}

function setContainerMetadata(call: StorageCall): HttpResponse {
  refuseConditions(call);
  const { lake, account, address, request } = call;
  lake.setMetadata(account.id, address.container, metadataOf(request.headers));
  return { status: 200, headers: stampHeaders(existing(call)) };
}

function deleteContainer(call: StorageCall): HttpResponse {
  refuseConditions(call);
  const { lake, account, address } = call;
  if (!lake.delete(account.id, address.container)) throw new LakeFault('container-missing');
  return { status: 202 };
}

function existing({ lake, account, address }: StorageCall): LakeContainer {
  const container = lake.find(account.id, address.container);
  if (container === undefined) throw new LakeFault('container-missing');
  return container;
}

function refuseConditions({ request }: StorageCall): void {
  if (Object.keys(conditionsOf(request.headers)).length === 0) return;
  throw new ServiceFault(
    400,
    'ConditionHeadersNotSupported',
    'Condition headers are not supported: the emulator takes none on containers.',
  );
}
