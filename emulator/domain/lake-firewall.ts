import { ServiceFault } from '../fault';
import type { LakeClient, OpenLake } from './lake-client';
import type { NetworkAccess } from './network-access';
import type { StorageAccounts } from './storage-account';

/** What Azure answers to whoever its network rules keep out. */
export function refusedByFirewall(): ServiceFault {
  return new ServiceFault(
    403,
    'AuthorizationFailure',
    'This request is not authorized to perform this operation.',
  );
}

/** The lakes as a resource of Azure reaches them: through the firewalls of their accounts, asked with every call. */
export function openThroughFirewall(options: {
  readonly openLake: OpenLake;
  readonly accounts: StorageAccounts;
  readonly network: NetworkAccess;
  /** The resource that calls. */
  readonly resourceId: string;
}): OpenLake {
  const { openLake, accounts, network, resourceId } = options;
  return (storageAccountId, containerName, principalId) => {
    const lake = openLake(storageAccountId, containerName, principalId);
    const admitted = <Result>(call: () => Promise<Result>): Promise<Result> => {
      const account = accounts.byId(storageAccountId);
      return account === undefined || network.lakeAdmitsResource(account, resourceId)
        ? call()
        : Promise.reject(refusedByFirewall());
    };
    const client: LakeClient = {
      put: (...args) => admitted(() => lake.put(...args)),
      head: (...args) => admitted(() => lake.head(...args)),
      get: (...args) => admitted(() => lake.get(...args)),
      delete: (...args) => admitted(() => lake.delete(...args)),
    };
    return client;
  };
}
