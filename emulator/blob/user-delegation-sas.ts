import type { StorageAccount } from '../domain/storage-account';
import type { StorageKeys } from '../domain/storage-keys';
import { ServiceFault } from '../fault';
import { authenticationFailed, isSignedWith } from './signature';
import type { StorageAddress } from './storage-operation';

/** What a shared access signature lets its bearer do, in the name of whoever made it. */
export interface SignedAccess {
  readonly objectId: string;
  /** Letters, such as `rl` for reading and listing. */
  readonly permissions: string;
}

/** Parameters that restrict what the emulator cannot check, so that none may look as if it had taken effect. */
const NOT_EMULATED = [
  ...['sip', 'ses', 'saoid', 'suoid', 'skdutid', 'sduoid', 'srh', 'srq'],
  ...['rscc', 'rscd', 'rsce', 'rscl', 'rsct'],
];

/** Versions from which on more is signed. */
const FIRST_VERSION = '2020-12-06';
const FIRST_WITH_DELEGATED_USERS = '2025-07-05';
const FIRST_WITH_REQUEST_PARTS = '2026-04-06';

/**
 * Checks a signature made with a user delegation key: what it was made for, when it counts, and that the key is ours.
 *
 * @throws ServiceFault 403 `AuthenticationFailed`; 501 for what is not emulated
 * @see https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
 */
export function readUserDelegationSas(
  query: URLSearchParams,
  address: StorageAddress,
  account: StorageAccount,
  { keys, tenantId, now }: { readonly keys: StorageKeys; readonly tenantId: string; readonly now: number },
): SignedAccess {
  const of = (name: string): string => query.get(name) ?? '';
  refuseNotEmulated(query);
  const delegation = {
    accountId: account.id,
    objectId: of('skoid'),
    tenantId: of('sktid'),
    start: of('skt'),
    expiry: of('ske'),
    service: of('sks'),
    version: of('skv'),
  };
  const text = stringToSign(query, signedResource(query, address, account.name));
  if (delegation.tenantId !== tenantId || !isSignedWith(keys.ofUser(delegation), text, of('sig'))) {
    throw authenticationFailed('Signature did not match. String to sign used was other than expected');
  }
  requireWithin(of('st'), of('se'), now, 'Signature');
  requireWithin(delegation.start, delegation.expiry, now, 'User delegation key');
  return { objectId: delegation.objectId, permissions: of('sp') };
}

function refuseNotEmulated(query: URLSearchParams): void {
  const asked = NOT_EMULATED.filter((name) => query.has(name));
  if (asked.length > 0) {
    throw new ServiceFault(
      501,
      'NotImplemented',
      `The emulator does not act on ${asked.join(', ')} of a shared access signature.`,
    );
  }
  const version = query.get('sv') ?? '';
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(version) || version < FIRST_VERSION) {
    throw new ServiceFault(
      501,
      'NotImplemented',
      `The emulator knows shared access signatures from version ${FIRST_VERSION} on, got sv='${version}'.`,
    );
  }
}

/** What was signed for, as far as the request is about it: else the signature will not match. */
function signedResource(
  query: URLSearchParams,
  { container, path }: StorageAddress,
  accountName: string,
): string {
  const root = `/blob/${accountName}/${container}`;
  const kind = query.get('sr') ?? '';
  switch (kind) {
    case 'c':
      return root;
    case 'b':
      return `${root}/${path}`;
    case 'd':
      return directoryResource(
        root,
        path === '' ? (query.get('directory') ?? query.get('prefix') ?? '') : path,
        Number(query.get('sdd')),
      );
    default:
      throw authenticationFailed(`sr must be b, c or d, got '${kind}'`);
  }
}

function directoryResource(root: string, path: string, depth: number): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (!(depth >= 0) || segments.length < depth)
    throw authenticationFailed('sdd is not the depth of the directory');
  return depth === 0 ? root : `${root}/${segments.slice(0, depth).join('/')}`;
}

function stringToSign(query: URLSearchParams, resource: string): string {
  const version = query.get('sv') ?? '';
  const named = (...names: readonly string[]): string[] => names.map((name) => query.get(name) ?? '');
  return [
    ...named('sp', 'st', 'se'),
    resource,
    ...named('skoid', 'sktid', 'skt', 'ske', 'sks', 'skv', 'saoid', 'suoid', 'scid'),
    ...(version < FIRST_WITH_DELEGATED_USERS ? [] : named('skdutid', 'sduoid')),
    ...named('sip', 'spr', 'sv', 'sr'),
    '',
    ...named('ses'),
    ...(version < FIRST_WITH_REQUEST_PARTS ? [] : named('srh', 'srq')),
    ...named('rscc', 'rscd', 'rsce', 'rscl', 'rsct'),
  ].join('\n');
}

/** A start that is missing does not restrict. */
function requireWithin(start: string, end: string, now: number, what: string): void {
  const from = start === '' ? -Infinity : Date.parse(start);
  const to = Date.parse(end);
  if (from <= now && now < to) return;
  throw authenticationFailed(
    `${what} not valid in the specified time frame: Start [${start}] - Expiry [${end}] - Current [${new Date(now).toISOString()}]`,
  );
}
