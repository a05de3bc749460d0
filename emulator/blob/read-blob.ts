import { LakeFault } from '../domain/lake-fault';
import { md5 } from '../domain/lake-file-system';
import { contentOf } from '../domain/lake-principal-client';
import type { HttpRequest, HttpResponse } from '../http/exchange';
import { entryHeaders, tierHeaders } from './entry-headers';
import { conditionsOf, headerOf, invalidHeader } from './request-headers';
import { filesOf, type StorageCall } from './storage-operation';

export function getBlobProperties(call: StorageCall): HttpResponse {
  const entry = filesOf(call).stat(call.address.path, call.context, conditionsOf(call.request.headers));
  return {
    status: 200,
    headers: {
      ...entryHeaders(entry),
      ...(entry.kind === 'file' ? tierHeaders(entry, call.context.now) : {}),
      'Content-Length': String(contentOf(entry).length),
    },
  };
}

export function getBlob(call: StorageCall): HttpResponse {
  const { headers } = call.request;
  const entry = filesOf(call).read(call.address.path, call.context, conditionsOf(headers));
  const content = contentOf(entry);
  const range = rangeOf(call.request, content.length);
  if (range === undefined) return { status: 200, headers: entryHeaders(entry), body: content };
  const { 'Content-MD5': wholeMd5, ...common } = entryHeaders(entry);
  const part = content.subarray(range.start, range.end);
  return {
    status: 206,
    headers: {
      ...common,
      'Content-Range': `bytes ${range.start}-${range.end - 1}/${content.length}`,
      ...(wholeMd5 === undefined ? {} : { 'x-ms-blob-content-md5': wholeMd5 }),
      ...(headerOf(headers, 'x-ms-range-get-content-md5') === 'true' ? { 'Content-MD5': md5(part) } : {}),
    },
    body: part,
  };
}

/** `x-ms-range` goes before `Range`. The end is exclusive and lies within the content. */
function rangeOf(
  { headers }: HttpRequest,
  length: number,
): { readonly start: number; readonly end: number } | undefined {
  const name = headerOf(headers, 'x-ms-range') === undefined ? 'range' : 'x-ms-range';
  const value = headerOf(headers, name);
  if (value === undefined) return undefined;
  const [, first, last] = /^bytes=([0-9]+)-([0-9]*)$/.exec(value) ?? [];
  const start = Number(first);
  const end = last === '' ? length : Number(last) + 1;
  if (first === undefined || (end <= start && last !== '')) {
    throw invalidHeader(name, 'bytes=FIRST-LAST or bytes=FIRST-', value);
  }
  if (start >= length) throw new LakeFault('invalid-range');
  return { start, end: Math.min(end, length) };
}
