import type { Lake, LakePermission } from '../domain/lake';
import type { LakeTarget } from '../domain/lake-change';
import type { LakeConditions } from '../domain/lake-condition';
import type { LakeDialect } from '../domain/lake-fault';
import type { LakeContext, LakeFileSystem } from '../domain/lake-file-system';
import type { StorageAccount } from '../domain/storage-account';
import type { StorageKeys } from '../domain/storage-keys';
import type { HttpRequest, HttpResponse } from '../http/exchange';

/** What a URL of the storage plane points at. */
export interface StorageAddress {
  readonly account: string;
  /** Empty for the account itself. */
  readonly container: string;
  /** Path inside the container, without a slash at either end; empty for the container itself. */
  readonly path: string;
}

/** An authenticated request to an account that exists. */
export interface StorageCall {
  readonly request: HttpRequest;
  readonly address: StorageAddress;
  readonly account: StorageAccount;
  readonly context: LakeContext;
  readonly lake: Lake;
  readonly keys: StorageKeys;
  readonly tenantId: string;
  /** @throws LakeFault `permission-missing` where the caller may not do so in another container of the account */
  readonly permit: (container: string, permission: LakePermission) => void;
  /**
   * Answers another request as if it had come by itself.
   *
   * @param check told where it leads, before anything is done
   */
  readonly answer: (request: HttpRequest, check: (target: StorageAddress) => void) => Promise<HttpResponse>;
}

/**
 * One operation of the REST interface. Requests are told apart by method, by how deep the URL goes and by the query
 * parameters in `SHAPE_PARAMETERS`.
 */
export interface StorageOperation {
  /** Azure's own name for it. */
  readonly name: string;
  readonly dialect: LakeDialect;
  readonly method: string;
  readonly level: 'service' | 'container' | 'path';
  readonly shape: Readonly<Partial<Record<ShapeParameter, string>>>;
  readonly permission: LakePermission | 'any caller';
  /** Letters of a shared access signature, of which one has to be there. @default - none is enough */
  readonly signedPermissions?: string;
  /** Headers that this operation alone acts on. */
  readonly headers?: readonly string[];
  run(call: StorageCall): HttpResponse | Promise<HttpResponse>;
}

export const SHAPE_PARAMETERS = ['restype', 'comp', 'resource', 'action'] as const;
type ShapeParameter = (typeof SHAPE_PARAMETERS)[number];

export function filesOf({ lake, account, address }: StorageCall): LakeFileSystem {
  return lake.files(account, address.container);
}

export function targetOf(call: StorageCall, conditions: LakeConditions): LakeTarget {
  return { files: filesOf(call), path: call.address.path, context: call.context, conditions };
}

/** Base URL of the account, as listings repeat it. */
export function serviceEndpoint({ request, account }: StorageCall): string {
  return `https://${request.headers.host ?? request.url.host}/${account.name}/`;
}

export function levelOf({ container, path }: StorageAddress): StorageOperation['level'] {
  if (path !== '') return 'path';
  return container === '' ? 'service' : 'container';
}

/** Such as `PUT /{account}/{container}/{path}?comp=tier (Set Blob Tier)`. */
export function describeOperation({ name, method, level, shape }: StorageOperation): string {
  const url = { service: '', container: '/{container}', path: '/{container}/{path}' }[level];
  const query = Object.entries(shape).map(([key, value]) => `${key}=${value}`);
  return `${method} /{account}${url}${query.length > 0 ? `?${query.join('&')}` : ''} (${name})`;
}
