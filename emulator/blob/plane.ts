import { ACCESS_CONTROL_OPERATIONS } from '../dfs/access-control-operations';
import { FILE_SYSTEM_OPERATIONS } from '../dfs/file-system-operations';
import { PATH_OPERATIONS } from '../dfs/path-operations';
import type { Authenticate } from '../domain/authorizer';
import { contextOf, type Lake, type LakePermission } from '../domain/lake';
import { refusedByFirewall } from '../domain/lake-firewall';
import { inDialect, LakeFault, type LakeDialect } from '../domain/lake-fault';
import type { StorageAccount, StorageAccounts } from '../domain/storage-account';
import type { StorageKeys } from '../domain/storage-keys';
import type { StorageLog } from '../domain/storage-log';
import { ServiceFault } from '../fault';
import type { Handler, HttpRequest, HttpResponse } from '../http/exchange';
import { BATCH_OPERATIONS } from './blob-batch';
import { BLOB_OPERATIONS } from './blob-operations';
import { identifyCaller, type StorageCaller } from './caller';
import { CONTAINER_OPERATIONS } from './container-operations';
import { httpDate } from './entry-headers';
import { type KnownRequest, logged } from './logged-request';
import { headerOf, refuseUnknownHeaders } from './request-headers';
import { SERVICE_OPERATIONS } from './service-operations';
import { readStorageAddress } from './storage-address';
import {
  describeOperation,
  levelOf,
  SHAPE_PARAMETERS,
  type StorageAddress,
  type StorageOperation,
} from './storage-operation';
import { document, element, elements } from './xml';

const OPERATIONS: readonly StorageOperation[] = [
  ...CONTAINER_OPERATIONS,
  ...BLOB_OPERATIONS,
  ...PATH_OPERATIONS,
  ...FILE_SYSTEM_OPERATIONS,
  ...ACCESS_CONTROL_OPERATIONS,
  ...SERVICE_OPERATIONS,
  ...BATCH_OPERATIONS,
];

/** The version that is assumed where a request names none. */
const DEFAULT_VERSION = '2026-02-06';

export interface StoragePlaneOptions {
  readonly lake: Lake;
  readonly accounts: StorageAccounts;
  readonly authenticate: Authenticate;
  readonly keys: StorageKeys;
  readonly tenantId: string;
  /**
   * Where a client without a token is sent, such as `https://login.microsoftonline.com/{tenant}/oauth2/authorize`;
   * the clients read the tenant from it. Asked with every refusal.
   */
  readonly authorizationUri: () => string;
  /** Whether anybody may read a container, without a token. */
  readonly isOpenToAnybody: (account: StorageAccount, container: string) => boolean;
  /** Whether the network rules of an account let the sender of a request in. */
  readonly isAdmitted: (request: HttpRequest, account: StorageAccount) => boolean;
  /** Told of every request whose sender is known. */
  readonly log: Pick<StorageLog, 'record'>;
}

/**
 * Answers `https://{host}/{account}/{container}/{path…}` in the protocols of Blob Storage and of Data Lake Storage,
 * on one origin: the clients cannot derive two from a host that is not Azure's.
 */
export function createStoragePlane(options: StoragePlaneOptions): Handler {
  return (request) => respond(options, request);
}

async function respond(
  options: StoragePlaneOptions,
  request: HttpRequest,
  check?: (target: StorageAddress) => void,
): Promise<HttpResponse> {
  const dialect = dialectOf(request);
  const common = {
    'x-ms-request-id': request.id,
    'x-ms-version': headerOf(request.headers, 'x-ms-version') ?? DEFAULT_VERSION,
    Date: httpDate(request.receivedAt),
    ...clientRequestId(request),
  };
  try {
    const response = await inDialect(dialect, () => answer(options, request, dialect, check));
    return { ...response, headers: { ...common, ...response.headers } };
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    const response = renderFault(error, request, dialect);
    return { ...response, headers: { ...common, ...response.headers } };
  }
}

async function answer(
  options: StoragePlaneOptions,
  request: HttpRequest,
  dialect: LakeDialect,
  check?: (target: StorageAddress) => void,
): Promise<HttpResponse> {
  const { accounts, isAdmitted } = options;
  const address = readStorageAddress(inPathStyle(request), (name) => accounts.byName(name) !== undefined);
  const account = accounts.byName(address.account);
  if (account === undefined) {
    throw new ServiceFault(
      404,
      'ResourceNotFound',
      `The specified resource does not exist: there is no storage account '${address.account}'.`,
    );
  }
  check?.(address);
  const caller = await identifyCaller(request, account, address, {
    ...options,
    authorizationUri: options.authorizationUri(),
  });
  const operation = findOperation(request, address, dialect);
  return logged(options.log, { request, address, account, caller, dialect, operation }, () => {
    if (!isAdmitted(request, account)) throw refusedByFirewall();
    if (operation === undefined) throw unknownOperation(request);
    return perform(options, { request, address, account, caller, operation });
  });
}

function perform(
  options: StoragePlaneOptions,
  { request, address, account, caller, operation }: KnownRequest & { readonly operation: StorageOperation },
): HttpResponse | Promise<HttpResponse> {
  const { lake, keys, tenantId } = options;
  refuseUnknownHeaders(
    Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => operation.headers?.includes(name) !== true),
    ),
  );
  const permit = (container: string, permission: LakePermission): void => {
    if (caller.hasAccountKey === true) return;
    lake.permit(account, container === '' ? undefined : container, caller.objectId, permission);
  };
  const { permission } = operation;
  requireSigned(caller, operation);
  if (permission !== 'any caller') permit(address.container, permission);
  if (!account.hierarchicalNamespace && permission !== 'any caller' && permission.on === 'blobs') {
    throw new ServiceFault(
      501,
      'NotImplemented',
      `The emulator knows files in accounts with a hierarchical namespace only; '${account.name}' has none.`,
    );
  }
  return operation.run({
    request,
    address,
    account,
    context: contextOf(account, caller.objectId, request.receivedAt),
    lake,
    keys,
    tenantId,
    permit,
    answer: (another, checkAnother) => respond(options, another, checkAnother),
  });
}

/** What somebody may do by a signature is what both the signature and the roles of whoever signed permit. */
function requireSigned(
  { signedPermissions: given }: StorageCaller,
  { signedPermissions = '' }: StorageOperation,
): void {
  if (given === undefined || new RegExp(`[${signedPermissions}]`).test(given)) return;
  throw new LakeFault('permission-missing');
}

/**
 * Azure's own form, `https://{account}.{blob or dfs}.{suffix}/{container}/…`, as the emulator reads addresses; the
 * Terraform provider writes the root of a file system with two slashes.
 */
function inPathStyle(request: HttpRequest): HttpRequest {
  const account = ACCOUNT_HOST.exec(request.headers.host ?? '')?.[1];
  const pathname = request.url.pathname.replace(/^((?:\/[^/]+){1,2})\/{2}$/, '$1');
  if (account === undefined && pathname === request.url.pathname) return request;
  const url = new URL(request.url);
  url.pathname = account === undefined ? pathname : `/${account}${pathname}`;
  return { ...request, url };
}

const ACCOUNT_HOST = /^([a-z0-9]{3,24})\.(?:blob|dfs)\./i;

function findOperation(
  { method, url }: HttpRequest,
  address: StorageAddress,
  dialect: LakeDialect,
): StorageOperation | undefined {
  const level = levelOf(address);
  return OPERATIONS.find(
    (candidate) =>
      candidate.dialect === dialect &&
      candidate.method === method &&
      candidate.level === level &&
      SHAPE_PARAMETERS.every((name) => url.searchParams.get(name) === (candidate.shape[name] ?? null)),
  );
}

function unknownOperation({ method, url }: HttpRequest): ServiceFault {
  const known = OPERATIONS.map(describeOperation).join('; ');
  return new ServiceFault(
    501,
    'NotImplemented',
    `The emulator does not know ${method} ${url.pathname}${shapeOf(url)}. It knows: ${known}.`,
  );
}

/** Leaves out parameters that do not decide, such as signatures. */
function shapeOf({ searchParams }: URL): string {
  const query = SHAPE_PARAMETERS.flatMap((name) => {
    const value = searchParams.get(name);
    return value === null ? [] : [`${name}=${value}`];
  });
  return query.length > 0 ? `?${query.join('&')}` : '';
}

function dialectOf({ method, url, headers }: HttpRequest): LakeDialect {
  const query = url.searchParams;
  if (query.has('restype') || query.has('comp')) return 'blob';
  const shaped =
    method === 'PATCH' ||
    ['resource', 'action', 'paginated', 'recursive'].some((name) => query.has(name)) ||
    query.get('mode') === 'legacy' ||
    headers['x-ms-rename-source'] !== undefined;
  return shaped ? 'dfs' : 'blob';
}

function renderFault(fault: ServiceFault, request: HttpRequest, dialect: LakeDialect): HttpResponse {
  const headers = { ...fault.headers, 'x-ms-error-code': fault.code };
  if (request.method === 'HEAD' || fault.status === 304) return { status: fault.status, headers };
  const time = new Date(request.receivedAt).toISOString();
  const message = `${fault.message}\nRequestId:${request.id}\nTime:${time}`;
  return dialect === 'dfs'
    ? {
        status: fault.status,
        headers: { ...headers, 'Content-Type': 'application/json;charset=utf-8' },
        body: JSON.stringify({ error: { code: fault.code, message } }),
      }
    : {
        status: fault.status,
        headers: { ...headers, 'Content-Type': 'application/xml' },
        body: document(element('Error', elements({ Code: fault.code, Message: message }))),
      };
}

function clientRequestId({ headers }: HttpRequest): Record<string, string> {
  const id = headerOf(headers, 'x-ms-client-request-id');
  return id === undefined ? {} : { 'x-ms-client-request-id': id };
}
