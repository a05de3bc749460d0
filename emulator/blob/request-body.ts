import type { ContentStorage, WrittenContent } from '../domain/lake-content';
import { ServiceFault } from '../fault';
import { readBody, type HttpRequest } from '../http/exchange';
import { headerOf, missingHeader } from './request-headers';

/** The most that one request may carry. */
const MAXIMUM_BODY_BYTES = 5000 * 1024 * 1024;
/** The most that is read into memory, for lists and the like. */
const MAXIMUM_TEXT_BYTES = 16 * 1024 * 1024;

/**
 * Writes the body to the content store and hands it over; what `use` does not take into the lake goes again.
 *
 * @throws ServiceFault `MissingContentLengthHeader`, `RequestBodyTooLarge`, `Md5Mismatch`
 * @see https://learn.microsoft.com/azure/storage/blobs/scalability-targets
 */
export async function withContent<Result>(
  { headers, body }: HttpRequest,
  storage: ContentStorage,
  use: (written: WrittenContent) => Result,
): Promise<Result> {
  checkLength({ headers }, MAXIMUM_BODY_BYTES);
  const written = await storage.write(body as AsyncIterable<Buffer>);
  try {
    const expected = headerOf(headers, 'content-md5');
    if (expected !== undefined && expected !== written.md5) {
      throw md5Mismatch();
    }
    return use(written);
  } finally {
    storage.release(written.content);
  }
}

/** @throws ServiceFault `MissingContentLengthHeader`, `RequestBodyTooLarge` */
export async function readText(
  { headers, body }: HttpRequest,
  maximum = MAXIMUM_TEXT_BYTES,
): Promise<string> {
  checkLength({ headers }, maximum);
  return (await readBody(body)).toString('utf8');
}

export function md5Mismatch(): ServiceFault {
  return new ServiceFault(
    400,
    'Md5Mismatch',
    'The MD5 value specified in the request did not match with the MD5 value calculated by the server.',
  );
}

function checkLength({ headers }: Pick<HttpRequest, 'headers'>, maximum: number): void {
  const length = headerOf(headers, 'content-length');
  if (length === undefined) {
    throw new ServiceFault(411, 'MissingContentLengthHeader', missingHeader('Content-Length').message);
  }
  if (Number(length) > maximum) {
    throw new ServiceFault(
      413,
      'RequestBodyTooLarge',
      `The request body is too large and exceeds the maximum permissible limit: ${maximum} bytes, got ${length}.`,
    );
  }
}
