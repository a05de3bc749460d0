import { ServiceFault } from '../fault';
import type { HttpRequest } from '../http/exchange';
import type { StorageAddress } from './storage-operation';

/** @see https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata */
const MAXIMUM_PATH_LENGTH = 1024;

/** What no listing in XML can show. */
const UNPRINTABLE = /[\p{Cc}\uFFFE\uFFFF]/u;

/**
 * Reads `/{account}/{container}/{path…}`. The client for Data Lake leaves the account out of the destination of a
 * rename when the host is an IP address; the account then stands in front of the source.
 *
 * @param isAccount whether an account of that name exists
 * @throws ServiceFault `InvalidUri`
 */
export function readStorageAddress(
  { url, headers }: HttpRequest,
  isAccount: (name: string) => boolean,
): StorageAddress {
  const segments = segmentsOf(url.pathname);
  const source = headers['x-ms-rename-source'];
  if (typeof source === 'string' && !isAccount(segments[0] ?? '')) {
    const [sourceAccount = ''] = segmentsOf(source);
    if (isAccount(sourceAccount)) segments.unshift(sourceAccount);
  }
  return addressOf(segments);
}

/** Reads `/{container}/{path…}`, with or without the account in front, as the source of a rename. */
export function readRenameSource(source: string, account: string): StorageAddress {
  const segments = segmentsOf(source.replace(/\?.*$/, ''));
  return addressOf(segments[0] === account && segments.length > 2 ? segments : [account, ...segments]);
}

function addressOf([account = '', container = '', ...rest]: readonly string[]): StorageAddress {
  const path = rest.join('/');
  if (path.length > MAXIMUM_PATH_LENGTH || rest.includes('') || UNPRINTABLE.test(path)) {
    throw invalidUri(
      `a path must be at most ${MAXIMUM_PATH_LENGTH} characters long, without empty segments and control characters, got ${JSON.stringify(path)}`,
    );
  }
  return { account, container, path };
}

/** Decodes before it splits: clients send the slashes of a path as `/` or as `%2F`. */
function segmentsOf(pathname: string): string[] {
  let decoded: string;
  try {
    decoded = decodeURIComponent(pathname);
  } catch {
    throw invalidUri(`the path must be percent-encoded UTF-8, got '${pathname}'`);
  }
  const trimmed = decoded.replace(/^\/|\/$/g, '');
  return trimmed === '' ? [] : trimmed.split('/');
}

function invalidUri(detail: string): ServiceFault {
  return new ServiceFault(400, 'InvalidUri', `The requested URI does not represent any resource: ${detail}.`);
}
