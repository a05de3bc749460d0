import { checkContainerLease, refuseConditions } from '../blob/container-operations';
import { leaseHeaders, ownershipHeaders, stampHeaders } from '../blob/entry-headers';
import { invalidParameter, markerFor, readMarker } from '../blob/list-parameters';
import { conditionsOf, headerOf, missingHeader } from '../blob/request-headers';
import { filesOf, targetOf, type StorageCall, type StorageOperation } from '../blob/storage-operation';
import { changeAclTree } from '../domain/lake-acl-tree';
import { setAccess } from '../domain/lake-change';
import { contentOf, type LakeEntry } from '../domain/lake-entry';
import { LakeFault, serviceFault } from '../domain/lake-fault';
import {
  aclText,
  groupOf,
  withAccess,
  type AccessWish,
  type AclChange,
  type Guarded,
} from '../domain/lake-permissions';
import type { LakeContainer } from '../domain/storage-account';
import type { HttpResponse } from '../http/exchange';
import { ACCESS_HEADERS, accessOf, aclOf, removedAclOf } from './access-control-headers';

/** More than this many paths are not changed by one request. */
const MAXIMUM_RECORDS = 2000;

const LEVELS = ['path', 'container'] as const;

/** Access control of paths, and of the root of a file system, which is addressed as the file system. */
export const ACCESS_CONTROL_OPERATIONS: readonly StorageOperation[] = [
  ...LEVELS.map((level): StorageOperation => ({
    name: 'Path - Get Properties, access control',
    dialect: 'dfs',
    method: 'HEAD',
    level,
    shape: { action: 'getAccessControl' },
    permission: { on: 'blobs', verb: 'read' },
    run: getAccessControl,
  })),
  {
    name: 'Path - Get Properties, status',
    dialect: 'dfs',
    method: 'HEAD',
    level: 'path',
    shape: { action: 'getStatus' },
    permission: { on: 'blobs', verb: 'read' },
    signedPermissions: 'r',
    run: getStatus,
  },
  ...LEVELS.map((level): StorageOperation => ({
    name: 'Path - Update, access control',
    dialect: 'dfs',
    method: 'PATCH',
    level,
    shape: { action: 'setAccessControl' },
    permission: { on: 'blobs', verb: 'write' },
    headers: ACCESS_HEADERS,
    run: setAccessControl,
  })),
  ...LEVELS.map((level): StorageOperation => ({
    name: 'Path - Update, access control of everything below',
    dialect: 'dfs',
    method: 'PATCH',
    level,
    shape: { action: 'setAccessControlRecursive' },
    permission: { on: 'blobs', verb: 'write' },
    headers: ['x-ms-acl'],
    run: setAccessControlRecursive,
  })),
];

/**
 * Whoever owns a path may change its permissions and its list; owner and group change by role only.
 *
 * @throws LakeFault `permission-missing`
 */
export function permitAccess(call: StorageCall, path: Guarded, { owner, group }: AccessWish = {}): void {
  const permit = (verb: 'modifyPermissions/action' | 'manageOwnership/action'): void =>
    call.permit(call.address.container, { on: 'blobs', verb });
  if (path.owner !== call.context.principalId) permit('modifyPermissions/action');
  const isOther = (owner ?? path.owner) !== path.owner || (group ?? groupOf(path)) !== groupOf(path);
  if (isOther) permit('manageOwnership/action');
}

function getAccessControl(call: StorageCall): HttpResponse {
  const root = rootOf(call);
  if (root !== undefined) return accessControl(root.container, root.directory);
  const entry = statOf(call);
  return accessControl(entry, entry);
}

function accessControl(stamp: Parameters<typeof stampHeaders>[0], path: Guarded): HttpResponse {
  const headers = { ...stampHeaders(stamp), ...ownershipHeaders(path), 'x-ms-acl': aclText(path) };
  return { status: 200, headers };
}

/** What the service knows of a path, without what clients have put there. */
function getStatus(call: StorageCall): HttpResponse {
  const entry = statOf(call);
  return {
    status: 200,
    headers: {
      ...stampHeaders(entry),
      'Accept-Ranges': 'bytes',
      'Content-Length': String(contentOf(entry).length),
      'x-ms-resource-type': entry.kind,
      ...leaseHeaders(entry.lease, call.context.now),
      ...ownershipHeaders(entry),
    },
  };
}

/** Leaves ETag and Last-Modified alone. */
function setAccessControl(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  const root = rootOf(call);
  const wish = accessOf(headers);
  if (wish === undefined) throw missingHeader(ACCESS_HEADERS.join(' or '));
  const files = filesOf(call);
  if (root !== undefined) {
    checkContainerLease(call, root.container, 'read');
    permitAccess(call, root.directory, wish);
    files.replaceRoot(withAccess(root.directory, wish));
    return { status: 200, headers: changedHeaders(root.container) };
  }
  const target = targetOf(call, conditionsOf(headers));
  permitAccess(call, files.forChange(target.path, target.context, target.conditions), wish);
  return { status: 200, headers: changedHeaders(setAccess(target, wish)) };
}

function setAccessControlRecursive(call: StorageCall): HttpResponse {
  const { url, headers } = call.request;
  const text = headerOf(headers, 'x-ms-acl');
  if (text === undefined) throw missingHeader('x-ms-acl');
  const batch = changeAclTree(
    filesOf(call),
    changeOf(url.searchParams.get('mode'), text),
    {
      path: call.address.path,
      start: readMarker(url.searchParams, 'continuation'),
      limit: recordsOf(url.searchParams.get('maxRecords')),
      stopAtFailure: url.searchParams.get('forceFlag') !== 'true',
      permit: (path) => permitAccess(call, path),
    },
    call.context.now,
  );
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/json;charset=utf-8',
      'x-ms-namespace-enabled': 'true',
      ...(batch.next === undefined ? {} : { 'x-ms-continuation': markerFor(batch.next) }),
    },
    body: JSON.stringify({
      directoriesSuccessful: batch.directories,
      failedEntries: batch.failed.map(({ path, kind, fault }) => ({
        errorMessage: serviceFault(fault.kind, 'dfs').message,
        name: path,
        type: kind.toUpperCase(),
      })),
      failureCount: batch.failed.length,
      filesSuccessful: batch.files,
    }),
  };
}

function changeOf(mode: string | null, text: string): AclChange {
  if (mode === 'set' || mode === 'modify') return { mode, entries: aclOf(text) };
  if (mode === 'remove') return { mode, entries: removedAclOf(text) };
  throw invalidParameter('mode', 'set, modify or remove', mode ?? 'nothing');
}

function recordsOf(value: string | null): number {
  if (value === null) return MAXIMUM_RECORDS;
  if (/^[1-9][0-9]{0,9}$/.test(value)) return Math.min(Number(value), MAXIMUM_RECORDS);
  throw invalidParameter('maxRecords', `a number from 1 to ${MAXIMUM_RECORDS}`, value);
}

function changedHeaders(stamp: Pick<LakeEntry, 'etag' | 'lastModifiedAt'>): Record<string, string> {
  return { ...stampHeaders(stamp), 'x-ms-namespace-enabled': 'true' };
}

function statOf(call: StorageCall): LakeEntry {
  return filesOf(call).stat(call.address.path, call.context, conditionsOf(call.request.headers));
}

/** Undefined where the request is about a path. */
function rootOf(
  call: StorageCall,
): { readonly directory: Guarded; readonly container: LakeContainer } | undefined {
  const { lake, account, address } = call;
  if (address.path !== '') return undefined;
  refuseConditions(call);
  const container = lake.find(account.id, address.container);
  if (container === undefined) throw new LakeFault('container-missing');
  return { directory: filesOf(call).root, container };
}
