import type { LakeContainer } from '../domain/storage-account';
import { LakeFault } from '../domain/lake-fault';
import { checkLease } from '../domain/lake-lease';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { leaseHeaders, stampHeaders } from './entry-headers';
import { LEASE_CONTAINER } from './lease-operations';
import { conditionsOf, leaseConditionOf, metadataOf } from './request-headers';
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
    signedPermissions: 'l',
    run: listBlobs,
  },
  LEASE_CONTAINER,
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
  checkContainerLease(call, container, 'read');
  const headers: Record<string, string> = {
    ...stampHeaders(container),
    ...leaseHeaders(container.lease, call.context.now),
    'x-ms-has-immutability-policy': 'false',
    'x-ms-has-legal-hold': 'false',
  };
  for (const [name, value] of Object.entries(container.metadata)) headers[`x-ms-meta-${name}`] = value;
  return { status: 200, headers };
}

function setContainerMetadata(call: StorageCall): HttpResponse {
  refuseConditions(call);
  const { lake, account, address, request } = call;
  checkContainerLease(call, existing(call), 'read');
  lake.setMetadata(account.id, address.container, metadataOf(request.headers));
  return { status: 200, headers: stampHeaders(existing(call)) };
}

function deleteContainer(call: StorageCall): HttpResponse {
  refuseConditions(call);
  const { lake, account, address } = call;
  checkContainerLease(call, existing(call), 'write');
  lake.delete(account.id, address.container);
  return { status: 202 };
}

function existing({ lake, account, address }: StorageCall): LakeContainer {
  const container = lake.find(account.id, address.container);
  if (container === undefined) throw new LakeFault('container-missing');
  return container;
}

/** Of what can be done to a leased container, deleting alone needs the id of the lease. */
export function checkContainerLease(
  { request, context }: StorageCall,
  { lease }: LakeContainer,
  use: 'read' | 'write',
): void {
  checkLease(lease, leaseConditionOf(request.headers).leaseId, context.now, { use, on: 'container' });
}

/** @throws ServiceFault 400 where a request on a container has conditions other than a lease */
export function refuseConditions({ request }: StorageCall): void {
  const named = Object.keys(conditionsOf(request.headers)).filter((name) => name !== 'leaseId');
  if (named.length === 0) return;
  throw new ServiceFault(
    400,
    'ConditionHeadersNotSupported',
    'Condition headers are not supported: the emulator takes none on containers.',
  );
}
