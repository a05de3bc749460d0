import { createHash } from 'node:crypto';
import { holdContents, sliceContent } from '../domain/lake-content';
import { contentOf } from '../domain/lake-entry';
import { LakeFault } from '../domain/lake-fault';
import type { HttpRequest, HttpResponse } from '../http/exchange';
import { entryHeaders, tierHeaders } from './entry-headers';
import { conditionsOf, headerOf, invalidHeader } from './request-headers';
import { filesOf, type StorageCall } from './storage-operation';

export function getBlobProperties(call: StorageCall): HttpResponse {
  const entry = filesOf(call).stat(call.address.path, call.context, conditionsOf(call.request.headers));
  return {
    status: 200,
    headers: {
      ...entryHeaders(entry, call.context.now),
      ...(entry.kind === 'file' ? tierHeaders(entry, call.context.now) : {}),
      'Content-Length': String(contentOf(entry).length),
    },
  };
}

/** @see https://learn.microsoft.com/rest/api/storageservices/get-blob: of more than this no MD5 is told */
const MAXIMUM_RANGE_MD5_BYTES = 4 * 1024 * 1024;

export async function getBlob(call: StorageCall): Promise<HttpResponse> {
  const { headers } = call.request;
  const { contents } = call.lake;
  const entry = filesOf(call).read(call.address.path, call.context, conditionsOf(headers));
  const content = contentOf(entry);
  const range = rangeOf(call.request, content.length);
  if (range === undefined) {
    const length = { 'Content-Length': String(content.length) };
    return {
      status: 200,
      headers: { ...entryHeaders(entry, call.context.now), ...length },
      body: contents.read(content),
      release: holdContents(contents, [content]),
    };
  }
  const { 'Content-MD5': wholeMd5, ...common } = entryHeaders(entry, call.context.now);
  const part = sliceContent(content, range.start, range.end - range.start);
  const isMd5Wanted = headerOf(headers, 'x-ms-range-get-content-md5') === 'true';
  if (isMd5Wanted && part.length > MAXIMUM_RANGE_MD5_BYTES) {
    throw invalidHeader(
      'x-ms-range-get-content-md5',
      `false for ranges of more than ${MAXIMUM_RANGE_MD5_BYTES} bytes`,
      'true',
    );
  }
  const md5 = isMd5Wanted ? createHash('md5').update(await contents.readAll(part)) : undefined;
  return {
    status: 206,
    headers: {
      ...common,
      'Content-Range': `bytes ${range.start}-${range.end - 1}/${content.length}`,
      ...(wholeMd5 === undefined ? {} : { 'x-ms-blob-content-md5': wholeMd5 }),
      ...(md5 === undefined ? {} : { 'Content-MD5': md5.digest('base64') }),
      'Content-Length': String(part.length),
    },
    body: contents.read(part),
    release: holdContents(contents, [part]),
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
