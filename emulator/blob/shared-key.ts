import type { HttpRequest } from '../http/exchange';
import { headerOf } from './request-headers';
import { authenticationFailed, isSignedWith } from './signature';

const SIGNED_HEADERS = [
  ...['content-encoding', 'content-language', 'content-length', 'content-md5', 'content-type', 'date'],
  ...['if-modified-since', 'if-match', 'if-none-match', 'if-unmodified-since', 'range'],
];

/**
 * Checks a signature made with a key of the account. The date in it is not compared with the clock, since the clock
 * of the emulator can be ahead of that of its clients.
 *
 * @param keys of the account, base64
 * @throws ServiceFault 403 `AuthenticationFailed`
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */
export function checkSharedKey(
  request: HttpRequest,
  authorization: string,
  accountName: string,
  keys: readonly string[],
): void {
  const [, signer, signature = ''] = /^SharedKey ([^:]+):(\S+)$/i.exec(authorization) ?? [];
  if (signer !== accountName) {
    throw authenticationFailed(`Authorization must be 'SharedKey ${accountName}:' and a signature`);
  }
  const text = stringToSign(request, accountName);
  if (!keys.some((key) => isSignedWith(key, text, signature))) {
    throw authenticationFailed(
      'the MAC signature found in the HTTP request is not the same as any computed signature',
    );
  }
}

function stringToSign({ method, headers, url }: HttpRequest, accountName: string): string {
  const values = SIGNED_HEADERS.map((name) => {
    if (name === 'date' && headers['x-ms-date'] !== undefined) return '';
    const value = headerOf(headers, name) ?? '';
    return name === 'content-length' && value === '0' ? '' : value;
  });
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${(headerOf(headers, name) ?? '').trim()}`);
  return [
    method,
    ...values,
    ...own,
    `/${accountName}${url.pathname}${canonicalQuery(url.searchParams)}`,
  ].join('\n');
}

function canonicalQuery(query: URLSearchParams): string {
  const values = new Map<string, string[]>();
  for (const [name, value] of query) {
    const key = name.toLowerCase();
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => `\n${name}:${[...all].sort().join(',')}`)
    .join('');
}
