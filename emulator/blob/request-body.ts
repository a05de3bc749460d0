import { md5 } from '../domain/lake-file-system';
import { ServiceFault } from '../fault';
import { readBody, type HttpRequest } from '../http/exchange';
import { headerOf, missingHeader } from './request-headers';

/** Azure takes up to 5000 MiB in one request; this much fits into memory. */
const MAXIMUM_BODY_BYTES = 1024 ** 3;

/** @throws ServiceFault `MissingContentLengthHeader`, `RequestBodyTooLarge`, `Md5Mismatch` */
export async function readContent({ headers, body }: HttpRequest): Promise<Buffer> {
  const length = headerOf(headers, 'content-length');
  if (length === undefined) {
    throw new ServiceFault(411, 'MissingContentLengthHeader', missingHeader('Content-Length').message);
  }
  if (Number(length) > MAXIMUM_BODY_BYTES) {
    throw new ServiceFault(
      413,
      'RequestBodyTooLarge',
      `The request body is too large and exceeds the maximum permissible limit: the emulator takes ${MAXIMUM_BODY_BYTES} bytes, got ${length}.`,
    );
  }
  const content = await readBody(body);
  const expected = headerOf(headers, 'content-md5');
  if (expected !== undefined && expected !== md5(content)) {
    throw new ServiceFault(
      400,
      'Md5Mismatch',
      'The MD5 value specified in the request did not match with the MD5 value calculated by the server.',
    );
  }
  return content;
}
