import { append, flush } from '../domain/lake-change';
import { EMPTY_CONTENT } from '../domain/lake-content';
import type { AccessWish, Guarded } from '../domain/lake-permissions';
import { rename } from '../domain/lake-rename';
import { stampHeaders } from '../blob/entry-headers';
import { invalidParameter } from '../blob/list-parameters';
import { withContent } from '../blob/request-body';
import {
  conditionsOf,
  contentHeadersOf,
  expiryOf,
  headerOf,
  leaseConditionOf,
  missingHeader,
  propertiesOf,
} from '../blob/request-headers';
import { readRenameSource } from '../blob/storage-address';
import { filesOf, targetOf, type StorageCall, type StorageOperation } from '../blob/storage-operation';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { accessOf, NEW_ACCESS_HEADERS } from './access-control-headers';
import { permitAccess } from './access-control-operations';
import { listPathsAsJson } from './list-paths';

/** The operations of Data Lake Storage that have no counterpart in Blob Storage. */
export const PATH_OPERATIONS: readonly StorageOperation[] = [
  {
    name: 'Path - List',
    dialect: 'dfs',
    method: 'GET',
    level: 'container',
    shape: { resource: 'filesystem' },
    permission: { on: 'blobs', verb: 'read' },
    signedPermissions: 'l',
    run: listPathsAsJson,
  },
  {
    name: 'Path - Create, directory',
    dialect: 'dfs',
    method: 'PUT',
    level: 'path',
    shape: { resource: 'directory' },
    permission: { on: 'blobs', verb: 'write' },
    signedPermissions: 'cw',
    headers: NEW_ACCESS_HEADERS,
    run: createDirectory,
  },
  {
    name: 'Path - Create, file',
    dialect: 'dfs',
    method: 'PUT',
    level: 'path',
    shape: { resource: 'file' },
    permission: { on: 'blobs', verb: 'write' },
    signedPermissions: 'cw',
    headers: NEW_ACCESS_HEADERS,
    run: createFile,
  },
  {
    name: 'Path - Create, rename',
    dialect: 'dfs',
    method: 'PUT',
    level: 'path',
    shape: {},
    permission: { on: 'blobs', verb: 'write' },
    run: renamePath,
  },
  {
    name: 'Path - Update, append',
    dialect: 'dfs',
    method: 'PATCH',
    level: 'path',
    shape: { action: 'append' },
    permission: { on: 'blobs', verb: 'write' },
    signedPermissions: 'aw',
    run: appendData,
  },
  {
    name: 'Path - Update, flush',
    dialect: 'dfs',
    method: 'PATCH',
    level: 'path',
    shape: { action: 'flush' },
    permission: { on: 'blobs', verb: 'write' },
    signedPermissions: 'w',
    run: flushData,
  },
  {
    name: 'Path - Delete',
    dialect: 'dfs',
    method: 'DELETE',
    level: 'path',
    shape: {},
    permission: { on: 'blobs', verb: 'delete' },
    signedPermissions: 'd',
    run: deletePath,
  },
];

function createDirectory(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  const directory = filesOf(call).makeDirectory(call.address.path, call.context, {
    metadata: propertiesOf(headers),
    conditions: conditionsOf(headers),
    ...newAccessOf(call),
  });
  return { status: 201, headers: { ...stampHeaders(directory), 'x-ms-request-server-encrypted': 'true' } };
}

function createFile(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  const expiry = expiryOf(headers);
  const file = filesOf(call).write(call.address.path, call.context, {
    content: EMPTY_CONTENT,
    headers: contentHeadersOf(headers, 'x-ms-'),
    metadata: propertiesOf(headers),
    conditions: conditionsOf(headers),
    ...(expiry === undefined ? {} : { expiry }),
    ...newAccessOf(call),
  });
  return { status: 201, headers: { ...stampHeaders(file), 'x-ms-request-server-encrypted': 'true' } };
}

/** A directory that is there already stays with its owner, a file gets the caller as its owner. */
function newAccessOf(call: StorageCall): { readonly access?: AccessWish } {
  const access = accessOf(call.request.headers);
  if (access === undefined) return {};
  const { principalId, now } = call.context;
  const existing = filesOf(call).find(call.address.path, now);
  const made: Guarded = { kind: 'file', owner: principalId };
  permitAccess(call, existing?.kind === 'directory' ? existing : made, access);
  return { access };
}

function renamePath(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  const { lake, account, address, context } = call;
  const header = headerOf(headers, 'x-ms-rename-source');
  if (header === undefined) throw missingHeader('x-ms-rename-source');
  const source = readRenameSource(header, account.name);
  call.permit(source.container, { on: 'blobs', verb: 'move/action' });
  rename(
    {
      files: lake.files(account, source.container),
      path: source.path,
      conditions: conditionsOf(headers, 'x-ms-source-'),
    },
    { files: filesOf(call), path: address.path, conditions: conditionsOf(headers) },
    context,
  );
  return { status: 201 };
}

async function appendData(call: StorageCall): Promise<HttpResponse> {
  const position = positionOf(call);
  const target = targetOf(call, leaseConditionOf(call.request.headers));
  const length = await withContent(call.request, call.lake.contents, ({ content }) => {
    if (content.length === 0) {
      throw new ServiceFault(
        400,
        'InvalidHeaderValue',
        'The value for one of the HTTP headers is not in the correct format: Content-Length must be more than 0.',
      );
    }
    append(target, { position, content });
    return content.length;
  });
  if (call.request.url.searchParams.get('flush') !== 'true') {
    return { status: 202, headers: { 'x-ms-request-server-encrypted': 'true' } };
  }
  const flushed = flush(target, position + length, {}, false);
  return { status: 202, headers: { ...stampHeaders(flushed), 'x-ms-request-server-encrypted': 'true' } };
}

function flushData(call: StorageCall): HttpResponse {
  const { headers, url } = call.request;
  const file = flush(
    targetOf(call, conditionsOf(headers)),
    positionOf(call),
    contentHeadersOf(headers, 'x-ms-'),
    url.searchParams.get('retainUncommittedData') === 'true',
  );
  return { status: 200, headers: { ...stampHeaders(file), 'x-ms-request-server-encrypted': 'true' } };
}

function deletePath(call: StorageCall): HttpResponse {
  const { headers, url } = call.request;
  const deletionId = filesOf(call).remove(call.address.path, call.context, {
    recursive: url.searchParams.get('recursive') === 'true',
    conditions: conditionsOf(headers),
  });
  return {
    status: 200,
    headers: {
      'x-ms-delete-type-permanent': String(deletionId === undefined),
      ...(deletionId === undefined ? {} : { 'x-ms-deletion-id': deletionId }),
    },
  };
}

function positionOf({ request }: StorageCall): number {
  const value = request.url.searchParams.get('position');
  if (value === null || !/^[0-9]{1,15}$/.test(value)) {
    throw invalidParameter('position', 'a number of bytes', value ?? 'nothing');
  }
  return Number(value);
}
