import { httpDate } from '../blob/entry-headers';
import { invalidParameter, markerFor, readLimit, readMarker } from '../blob/list-parameters';
import { filesOf, type StorageCall } from '../blob/storage-operation';
import { LakeFault } from '../domain/lake-fault';
import { listPaths, type ListedPath } from '../domain/lake-listing';
import { groupOf, permissionsOf } from '../domain/lake-permissions';
import { fileTime } from '../domain/lake-sequence';
import type { HttpResponse } from '../http/exchange';

/** Numbers and booleans travel as text here, as from Azure. */
export function listPathsAsJson(call: StorageCall): HttpResponse {
  const query = call.request.url.searchParams;
  const recursive = query.get('recursive');
  if (recursive !== 'true' && recursive !== 'false') {
    throw invalidParameter('recursive', 'true or false', recursive ?? 'nothing');
  }
  const files = filesOf(call);
  const { now } = call.context;
  const directory = (query.get('directory') ?? '').replace(/^\/|\/$/g, '');
  if (directory !== '' && files.find(directory, now)?.kind !== 'directory') {
    throw new LakeFault('path-missing');
  }
  const after = readMarker(query, 'continuation');
  const page = listPaths(
    files,
    {
      prefix: directory === '' ? '' : `${directory}/`,
      byHierarchy: recursive === 'false',
      show: 'live',
      limit: readLimit(query, 'maxResults'),
      ...(after === undefined ? {} : { after }),
    },
    now,
  );
  return {
    status: 200,
    headers: {
      'Content-Type': 'application/json;charset=utf-8',
      ...(page.next === undefined ? {} : { 'x-ms-continuation': markerFor(page.next) }),
    },
    body: JSON.stringify({ paths: page.paths.flatMap(pathItem) }),
  };
}

function pathItem(listed: ListedPath): readonly Readonly<Record<string, string>>[] {
  if (listed.kind === 'deleted') return [];
  const { path, entry } = listed;
  return [
    {
      name: path,
      ...(entry.kind === 'directory' ? { isDirectory: 'true' } : {}),
      contentLength: String(entry.kind === 'file' ? entry.content.length : 0),
      etag: entry.etag.replaceAll('"', ''),
      lastModified: httpDate(entry.lastModifiedAt),
      creationTime: fileTime(entry.createdAt),
      expiryTime: entry.kind === 'file' && entry.expiresAt !== undefined ? fileTime(entry.expiresAt) : '0',
      owner: entry.owner,
      group: groupOf(entry),
      permissions: permissionsOf(entry),
    },
  ];
}
