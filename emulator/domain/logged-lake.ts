import { ServiceFault } from '../fault';
import type { LakeClient, OpenLake } from './lake-client';
import type { StorageAccounts } from './storage-account';
import type { StorageLog, StorageLogCategory } from './storage-log';

/** The lakes as they are opened, but for every call being logged. What never reached an account is no request to it. */
export function loggedLake(options: {
  readonly openLake: OpenLake;
  readonly accounts: StorageAccounts;
  readonly log: Pick<StorageLog, 'record'>;
  /** Such as `https://127.0.0.1:40001/account`. */
  readonly endpointOf: (accountName: string) => string;
}): OpenLake {
  const { openLake, accounts, log, endpointOf } = options;
  return (storageAccountId, containerName, principalId) => {
    const lake = openLake(storageAccountId, containerName, principalId);
    const logged = async <Result>(
      category: StorageLogCategory,
      operationName: string,
      path: string,
      success: number,
      call: () => Promise<Result>,
    ): Promise<Result> => {
      const record = (statusCode: number, statusText: string): void => {
        const account = accounts.byId(storageAccountId);
        if (account === undefined) return;
        const objectKey = `/${account.name}/${containerName}/${path}`;
        log.record({
          accountId: account.id,
          accountName: account.name,
          category,
          operationName,
          authenticationType: 'OAuth',
          statusCode,
          statusText,
          uri: `${endpointOf(account.name)}/${containerName}/${encodeURI(path)}`,
          objectKey,
          requesterObjectId: principalId,
        });
      };
      try {
        const result = await call();
        record(success, 'Success');
        return result;
      } catch (error) {
        if (error instanceof ServiceFault) record(error.status, error.code);
        throw error;
      }
    };
    const client: LakeClient = {
      put: (path, ...rest) => logged('StorageWrite', 'PutBlob', path, 201, () => lake.put(path, ...rest)),
      head: (path, ...rest) =>
        logged('StorageRead', 'GetBlobProperties', path, 200, () => lake.head(path, ...rest)),
      get: (path, ...rest) => logged('StorageRead', 'GetBlob', path, 200, () => lake.get(path, ...rest)),
      delete: (path, ...rest) =>
        logged('StorageDelete', 'DeleteBlob', path, 202, () => lake.delete(path, ...rest)),
    };
    return client;
  };
}
