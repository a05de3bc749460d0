import { inDialect, type LakeDialect } from '../domain/lake-fault';
import type { StorageAccount } from '../domain/storage-account';
import type { StorageLog, StorageLogCategory, StorageLogEntry } from '../domain/storage-log';
import { ServiceFault } from '../fault';
import type { HttpRequest, HttpResponse } from '../http/exchange';
import type { StorageCaller } from './caller';
import type { StorageAddress, StorageOperation } from './storage-operation';

/** A request whose sender is known. */
export interface KnownRequest {
  readonly request: HttpRequest;
  readonly address: StorageAddress;
  readonly account: StorageAccount;
  readonly caller: StorageCaller;
}

/** Whatever comes of a request, the log of the account gets it; what the emulator does not know is left out. */
export async function logged(
  log: Pick<StorageLog, 'record'>,
  known: KnownRequest & { readonly dialect: LakeDialect; readonly operation: StorageOperation | undefined },
  run: () => HttpResponse | Promise<HttpResponse>,
): Promise<HttpResponse> {
  const { request, address, account, caller, dialect, operation } = known;
  const record = (statusCode: number, statusText: string): void => {
    if (operation === undefined) return;
    const key = [account.name, address.container, address.path].filter((part) => part !== '').join('/');
    log.record({
      accountId: account.id,
      accountName: account.name,
      category: CATEGORIES[request.method] ?? 'StorageWrite',
      operationName: operation.name.replaceAll(/[^A-Za-z]/g, ''),
      authenticationType: authenticationOf(caller),
      statusCode,
      statusText,
      uri: `${request.url.origin}${request.url.pathname}`,
      objectKey: `/${key}`,
      requesterObjectId: caller.hasAccountKey === true ? '' : caller.objectId,
    });
  };
  try {
    const response = await inDialect(dialect, run);
    record(response.status, 'Success');
    return response;
  } catch (error) {
    if (error instanceof ServiceFault) record(error.status, error.code);
    throw error;
  }
}

const CATEGORIES: Readonly<Record<string, StorageLogCategory>> = {
  GET: 'StorageRead',
  HEAD: 'StorageRead',
  DELETE: 'StorageDelete',
};

function authenticationOf({
  hasAccountKey,
  signedPermissions,
}: StorageCaller): StorageLogEntry['authenticationType'] {
  if (hasAccountKey === true) return 'AccountKey';
  return signedPermissions === undefined ? 'OAuth' : 'SAS';
}
