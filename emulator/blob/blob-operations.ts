import { setContentHeaders, setExpiry, setMetadata, setTier } from '../domain/lake-change';
import type { LakePermission } from '../domain/lake';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { BLOCK_OPERATIONS } from './block-operations';
import { LEASE_OPERATIONS } from './lease-operations';
import { stampHeaders } from './entry-headers';
import { getBlob, getBlobProperties } from './read-blob';
import { md5Mismatch, withContent } from './request-body';
import {
  conditionsOf,
  contentHeadersOf,
  expiryOf,
  headerOf,
  invalidHeader,
  leaseConditionOf,
  metadataOf,
  missingHeader,
  rehydratePriorityOf,
  tierOf,
} from './request-headers';
import { filesOf, targetOf, type StorageCall, type StorageOperation } from './storage-operation';

export const BLOB_OPERATIONS: readonly StorageOperation[] = [
  blobOperation('Put Blob', 'PUT', undefined, 'write', putBlob),
  blobOperation('Get Blob', 'GET', undefined, 'read', getBlob),
  blobOperation('Get Blob Properties', 'HEAD', undefined, 'read', getBlobProperties),
  blobOperation('Delete Blob', 'DELETE', undefined, 'delete', deleteBlob),
  blobOperation('Set Blob Metadata', 'PUT', 'metadata', 'write', setBlobMetadata),
  blobOperation('Set Blob Properties', 'PUT', 'properties', 'write', setBlobProperties),
  blobOperation('Set Blob Tier', 'PUT', 'tier', 'write', setBlobTier),
  blobOperation('Set Blob Expiry', 'PUT', 'expiry', 'write', setBlobExpiry),
  blobOperation('Undelete Blob', 'PUT', 'undelete', 'write', undeleteBlob),
  ...BLOCK_OPERATIONS,
  ...LEASE_OPERATIONS,
];

function blobOperation(
  name: string,
  method: string,
  comp: string | undefined,
  verb: LakePermission['verb'] & ('read' | 'write' | 'delete'),
  run: StorageOperation['run'],
): StorageOperation {
  return {
    name,
    dialect: 'blob',
    method,
    level: 'path',
    shape: comp === undefined ? {} : { comp },
    permission: { on: 'blobs', verb },
    signedPermissions: { read: 'r', write: 'w', delete: 'd' }[verb],
    run,
  };
}

async function putBlob(call: StorageCall): Promise<HttpResponse> {
  const { headers } = call.request;
  const type = headerOf(headers, 'x-ms-blob-type');
  if (type === undefined) throw missingHeader('x-ms-blob-type');
  if (type !== 'BlockBlob') {
    throw new ServiceFault(
      501,
      'NotImplemented',
      `The emulator knows x-ms-blob-type BlockBlob only, got '${type}'.`,
    );
  }
  const contentType = headerOf(headers, 'content-type');
  const tier = tierOf(headers);
  const expiry = expiryOf(headers);
  const common = {
    metadata: metadataOf(headers),
    conditions: conditionsOf(headers),
    ...(tier === undefined ? {} : { tier }),
    ...(expiry === undefined ? {} : { expiry }),
  };
  const contentHeaders = {
    ...(contentType === undefined ? {} : { contentType }),
    ...contentHeadersOf(headers, 'x-ms-blob-'),
  };
  const file = await withContent(call.request, call.lake.contents, ({ content, md5 }) => {
    if ((contentHeaders.contentMd5 ?? md5) !== md5) throw md5Mismatch();
    return filesOf(call).write(call.address.path, call.context, {
      ...common,
      content,
      headers: { ...contentHeaders, contentMd5: md5 },
    });
  });
  return {
    status: 201,
    headers: {
      ...stampHeaders(file),
      'Content-MD5': file.headers.contentMd5 ?? '',
      'x-ms-request-server-encrypted': 'true',
    },
  };
}

function deleteBlob(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  if (headerOf(headers, 'x-ms-delete-snapshots') === 'only') {
    throw new ServiceFault(501, 'NotImplemented', 'The emulator has no snapshots to delete.');
  }
  const deletionId = filesOf(call).remove(call.address.path, call.context, {
    conditions: conditionsOf(headers),
  });
  return { status: 202, headers: { 'x-ms-delete-type-permanent': String(deletionId === undefined) } };
}

function setBlobMetadata(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  const entry = setMetadata(targetOf(call, conditionsOf(headers)), metadataOf(headers));
  return { status: 200, headers: { ...stampHeaders(entry), 'x-ms-request-server-encrypted': 'true' } };
}

function setBlobProperties(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  const file = setContentHeaders(
    targetOf(call, conditionsOf(headers)),
    contentHeadersOf(headers, 'x-ms-blob-'),
  );
  return { status: 200, headers: stampHeaders(file) };
}

function setBlobTier(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  const tier = tierOf(headers);
  if (tier === undefined) throw missingHeader('x-ms-access-tier');
  const outcome = setTier(targetOf(call, leaseConditionOf(headers)), tier, rehydratePriorityOf(headers));
  return { status: outcome === 'done' ? 200 : 202 };
}

function setBlobExpiry(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  const expiry = expiryOf(headers);
  if (expiry === undefined) throw missingHeader('x-ms-expiry-option');
  return { status: 200, headers: stampHeaders(setExpiry(targetOf(call, leaseConditionOf(headers)), expiry)) };
}

/** The deletion id comes as `x-ms-undelete-source: ?deletionid=…`. */
function undeleteBlob(call: StorageCall): HttpResponse {
  const source = headerOf(call.request.headers, 'x-ms-undelete-source');
  if (source === undefined) throw missingHeader('x-ms-undelete-source');
  const deletionId = /\?deletionid=([0-9]+)$/i.exec(source)?.[1];
  if (deletionId === undefined) {
    throw invalidHeader('x-ms-undelete-source', '?deletionid= and the number from the listing', source);
  }
  const entry = filesOf(call).restore(call.address.path, deletionId, call.context);
  return { status: 200, headers: { 'x-ms-resource-type': entry.kind } };
}
