import type { IncomingHttpHeaders } from 'node:http';
import { setLease } from '../domain/lake-change';
import { secondsToBreak, type Lease, type LeaseAction } from '../domain/lake-lease';
import type { HttpResponse } from '../http/exchange';
import { stampHeaders } from './entry-headers';
import { conditionsOf, guidHeader, headerOf, invalidHeader, missingHeader } from './request-headers';
import { targetOf, type StorageCall, type StorageOperation } from './storage-operation';

const ACTIONS = ['acquire', 'renew', 'change', 'release', 'break'];
const HEADERS = ['action', 'duration', 'break-period'].map((name) => `x-ms-lease-${name}`);

export const LEASE_CONTAINER: StorageOperation = {
  name: 'Lease Container',
  dialect: 'blob',
  method: 'PUT',
  level: 'container',
  shape: { restype: 'container', comp: 'lease' },
  permission: { on: 'container', verb: 'write' },
  headers: [...HEADERS, 'x-ms-proposed-lease-id'],
  run: leaseContainer,
};

export const LEASE_OPERATIONS: readonly StorageOperation[] = [
  {
    name: 'Lease Blob',
    dialect: 'blob',
    method: 'PUT',
    level: 'path',
    shape: { comp: 'lease' },
    permission: { on: 'blobs', verb: 'write' },
    headers: [...HEADERS, 'x-ms-proposed-lease-id'],
    signedPermissions: 'w',
    run: leaseBlob,
  },
];

function leaseBlob(call: StorageCall): HttpResponse {
  const action = leaseActionOf(call.request.headers);
  return leased(setLease(targetOf(call, conditionsOf(call.request.headers)), action), action, call);
}

function leaseContainer(call: StorageCall): HttpResponse {
  const { lake, account, address, request } = call;
  const action = leaseActionOf(request.headers);
  return leased(lake.setLease(account.id, address.container, action), action, call);
}

function leased(
  thing: Parameters<typeof stampHeaders>[0] & { readonly lease?: Lease | undefined },
  { action }: LeaseAction,
  { context }: StorageCall,
): HttpResponse {
  const { lease } = thing;
  const common = stampHeaders(thing);
  if (action === 'release' || lease === undefined) return { status: 200, headers: common };
  if (action === 'break') {
    const seconds = String(secondsToBreak(lease, context.now));
    return { status: 202, headers: { ...common, 'x-ms-lease-time': seconds } };
  }
  return { status: action === 'acquire' ? 201 : 200, headers: { ...common, 'x-ms-lease-id': lease.id } };
}

/** @throws ServiceFault `MissingRequiredHeader`, `InvalidHeaderValue` */
function leaseActionOf(headers: IncomingHttpHeaders): LeaseAction {
  const action = required(headers, 'x-ms-lease-action', headerOf).toLowerCase();
  switch (action) {
    case 'acquire': {
      const proposedId = guidHeader(headers, 'x-ms-proposed-lease-id');
      const seconds = leaseSeconds(headers);
      return { action, seconds, ...(proposedId === undefined ? {} : { proposedId }) };
    }
    case 'renew':
    case 'release':
      return { action, id: required(headers, 'x-ms-lease-id', guidHeader) };
    case 'change': {
      const proposedId = required(headers, 'x-ms-proposed-lease-id', guidHeader);
      return { action, id: required(headers, 'x-ms-lease-id', guidHeader), proposedId };
    }
    case 'break': {
      const afterSeconds = breakSeconds(headers);
      return { action, ...(afterSeconds === undefined ? {} : { afterSeconds }) };
    }
    default:
      throw invalidHeader('x-ms-lease-action', ACTIONS.join(', '), action);
  }
}

/** Undefined for a lease without end. */
function leaseSeconds(headers: IncomingHttpHeaders): number | undefined {
  const value = required(headers, 'x-ms-lease-duration', headerOf);
  if (value === '-1') return undefined;
  const seconds = Number(value);
  if (/^[0-9]{1,2}$/.test(value) && seconds >= 15 && seconds <= 60) return seconds;
  throw invalidHeader('x-ms-lease-duration', '15 to 60 seconds, or -1 for no end', value);
}

function breakSeconds(headers: IncomingHttpHeaders): number | undefined {
  const value = headerOf(headers, 'x-ms-lease-break-period');
  if (value === undefined) return undefined;
  if (/^[0-9]{1,2}$/.test(value) && Number(value) <= 60) return Number(value);
  throw invalidHeader('x-ms-lease-break-period', '0 to 60 seconds', value);
}

function required(
  headers: IncomingHttpHeaders,
  name: string,
  read: (headers: IncomingHttpHeaders, name: string) => string | undefined,
): string {
  const value = read(headers, name);
  if (value === undefined) throw missingHeader(name);
  return value;
}
