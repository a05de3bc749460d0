import { AUDIENCES } from '../../contract';
import type { Authenticate, Caller } from '../domain/authorizer';
import type { StorageAccount } from '../domain/storage-account';
import { ServiceFault } from '../fault';
import type { HttpRequest } from '../http/exchange';
import { headerOf } from './request-headers';

/** From this version on, a request without credentials is answered with a challenge. */
const FIRST_VERSION_WITH_CHALLENGE = '2019-12-12';

/**
 * Who sends a request.
 *
 * @param authorizationUri where a client gets its token, such as `https://login.microsoftonline.com/{tenant}/oauth2/authorize`
 * @throws ServiceFault 401 without a valid token; 403 `KeyBasedAuthenticationNotPermitted`; 409
 * `PublicAccessNotPermitted`; 501 for keys where the account allows them
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#bearer-challenge
 */
export async function identifyCaller(
  request: HttpRequest,
  account: StorageAccount,
  authenticate: Authenticate,
  authorizationUri: string,
): Promise<Caller> {
  const authorization = headerOf(request.headers, 'authorization');
  refuseKeys(request, account, authorization);
  if (authorization === undefined) throw anonymous(request, authorizationUri);
  const caller = await authenticate(authorization, audiencesOf(account));
  if (caller === undefined) throw challenge('InvalidAuthenticationInfo', authorizationUri);
  return caller;
}

function audiencesOf({ name }: StorageAccount): readonly string[] {
  return [AUDIENCES.storage, `https://${name}.blob.core.windows.net`, `https://${name}.dfs.core.windows.net`];
}

function refuseKeys(
  { url }: HttpRequest,
  { sharedKeyAllowed }: StorageAccount,
  authorization: string | undefined,
): void {
  const signature = url.searchParams.has('sig');
  const delegated = url.searchParams.has('skoid');
  const sharedKey = authorization !== undefined && /^SharedKey(Lite)? /i.test(authorization);
  if (!signature && !sharedKey) return;
  if (!sharedKeyAllowed && !delegated) {
    throw new ServiceFault(
      403,
      'KeyBasedAuthenticationNotPermitted',
      'Key based authentication is not permitted on this storage account.',
    );
  }
  throw new ServiceFault(
    501,
    'NotImplemented',
    'The emulator takes tokens of Entra ID only: neither account keys nor shared access signatures.',
  );
}

function anonymous({ method, headers }: HttpRequest, authorizationUri: string): ServiceFault {
  const reads = method === 'GET' || method === 'HEAD';
  const version = headerOf(headers, 'x-ms-version') ?? '';
  if (reads && version < FIRST_VERSION_WITH_CHALLENGE) {
    return new ServiceFault(
      409,
      'PublicAccessNotPermitted',
      'Public access is not permitted on this storage account.',
    );
  }
  return challenge('NoAuthenticationInformation', authorizationUri);
}

function challenge(code: string, authorizationUri: string): ServiceFault {
  return new ServiceFault(
    401,
    code,
    'Server failed to authenticate the request. Please refer to the information in the www-authenticate header.',
    { 'WWW-Authenticate': `Bearer authorization_uri=${authorizationUri} resource_id=${AUDIENCES.storage}` },
  );
}
