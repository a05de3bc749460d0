import { AUDIENCES } from '../../contract';
import type { Authenticate } from '../domain/authorizer';
import { SUPER_USER } from '../domain/lake-permissions';
import type { StorageAccount } from '../domain/storage-account';
import type { StorageKeys } from '../domain/storage-keys';
import { ServiceFault } from '../fault';
import type { HttpRequest } from '../http/exchange';
import { headerOf } from './request-headers';
import { checkSharedKey } from './shared-key';
import type { StorageAddress } from './storage-operation';
import { readUserDelegationSas } from './user-delegation-sas';

/** From this version on, a request without credentials is answered with a challenge. */
const FIRST_VERSION_WITH_CHALLENGE = '2019-12-12';

/** Who sends a request, and what binds them beside their roles. */
export interface StorageCaller {
  readonly objectId: string;
  /** Whoever has a key of the account may do everything. */
  readonly hasAccountKey?: boolean;
  /** Letters of a shared access signature; undefined where the caller came with none. */
  readonly signedPermissions?: string;
}

export interface CallerOptions {
  readonly authenticate: Authenticate;
  /** Where a client gets its token, such as `https://login.microsoftonline.com/{tenant}/oauth2/authorize`. */
  readonly authorizationUri: string;
  readonly keys: StorageKeys;
  readonly tenantId: string;
  /** Whether anybody may read a container, without a token. */
  readonly isOpenToAnybody: (account: StorageAccount, container: string) => boolean;
}

/**
 * Who sends a request: a token tells, or a signature made with a user delegation key or with a key of the account.
 *
 * @throws ServiceFault 401 without a valid token; 403 `KeyBasedAuthenticationNotPermitted`, `AuthenticationFailed`;
 * 409 `PublicAccessNotPermitted`; 501 for signatures made with the keys of an account
 * @see https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#bearer-challenge
 */
export async function identifyCaller(
  request: HttpRequest,
  account: StorageAccount,
  address: StorageAddress,
  { authenticate, authorizationUri, keys, tenantId, isOpenToAnybody }: CallerOptions,
): Promise<StorageCaller> {
  const authorization = headerOf(request.headers, 'authorization');
  const query = request.url.searchParams;
  if (authorization === undefined && query.has('skoid')) {
    const context = { keys, tenantId, now: request.receivedAt };
    const { objectId, permissions } = readUserDelegationSas(query, address, account, context);
    return { objectId, signedPermissions: permissions };
  }
  if (isKeyBased(query, authorization)) {
    requireKeysPermitted(account);
    if (authorization === undefined) throw accountSignature();
    checkSharedKey(request, authorization, account.name, keys.ofAccount(account.id));
    return { objectId: SUPER_USER, hasAccountKey: true };
  }
  if (authorization === undefined) {
    const isOpen = isReading(request) && isOpenToAnybody(account, address.container);
    if (isOpen) return { objectId: SUPER_USER, hasAccountKey: true };
    throw anonymous(request, authorizationUri);
  }
  const caller = await authenticate(authorization, audiencesOf(account));
  if (caller === undefined) throw challenge('InvalidAuthenticationInfo', authorizationUri);
  return caller;
}

function audiencesOf({ name }: StorageAccount): readonly string[] {
  return [AUDIENCES.storage, `https://${name}.blob.core.windows.net`, `https://${name}.dfs.core.windows.net`];
}

function isKeyBased(query: URLSearchParams, authorization: string | undefined): boolean {
  return authorization === undefined ? query.has('sig') : /^SharedKey(Lite)? /i.test(authorization);
}

function requireKeysPermitted({ sharedKeyAllowed }: StorageAccount): void {
  if (sharedKeyAllowed) return;
  throw new ServiceFault(
    403,
    'KeyBasedAuthenticationNotPermitted',
    'Key based authentication is not permitted on this storage account.',
  );
}

function accountSignature(): ServiceFault {
  return new ServiceFault(
    501,
    'NotImplemented',
    'The emulator takes shared access signatures made with a user delegation key only, not with a key of the account.',
  );
}

function isReading({ method }: HttpRequest): boolean {
  return method === 'GET' || method === 'HEAD';
}

function anonymous(request: HttpRequest, authorizationUri: string): ServiceFault {
  const version = headerOf(request.headers, 'x-ms-version') ?? '';
  if (isReading(request) && version < FIRST_VERSION_WITH_CHALLENGE) {
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
