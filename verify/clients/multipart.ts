import { randomUUID } from 'node:crypto';

/** One part of a multipart body: its Content-Type and its bytes. */
export interface Part {
  readonly contentType: string;
  readonly content: Buffer;
}

/** Encodes parts as multipart/related; answers the body and the Content-Type header that goes with it. */
export function encodeMultipart(
  parts: readonly Part[],
  type: string,
): { readonly body: Buffer; readonly contentType: string } {
  const boundary = randomUUID();
  const chunks = parts.flatMap(({ contentType, content }) => [
    Buffer.from(`--${boundary}\r\nContent-Type: ${contentType}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
  return {
    body: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
    contentType: `multipart/related; type="${type}"; boundary=${boundary}`,
  };
}

/**
 * Splits a multipart body by the boundary that its Content-Type names.
 *
 * @throws Error where there is no boundary, or the closing one is missing: then the answer was cut short
 */
export function decodeMultipart(body: Buffer, contentType: string): readonly Part[] {
  const [, quoted, plain] = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) {
    const [mediaType = ''] = /^[\w.+-]{1,40}\/[\w.+-]{1,40}/.exec(contentType) ?? [];
    throw new Error(`its Content-Type '${mediaType}' names no boundary`);
  }
  const delimiter = Buffer.from(`--${boundary}`);
  const parts: Part[] = [];
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length;
    if (body.subarray(start, start + 2).toString('latin1') === '--') return parts;
    const next = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), start);
    const headersEnd = body.indexOf('\r\n\r\n', start);
    if (next < 0 || headersEnd < 0 || headersEnd > next) break;
    const header = /^content-type:\s*(.*)$/im.exec(body.subarray(start, headersEnd).toString('latin1'))?.[1];
    parts.push({ contentType: header?.trim() ?? '', content: body.subarray(headersEnd + 4, next) });
    at = next + 2;
  }
  throw new Error('it was cut short: its closing boundary is missing');
}
