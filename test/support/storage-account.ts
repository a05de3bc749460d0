import type { StorageAccount } from '../../emulator/domain/storage-account';

/** What a lake in memory has to know of its account, for tests that start no emulator. */
export function storageAccount(): StorageAccount {
  return {
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/lake',
    name: 'lake',
    hierarchicalNamespace: true,
    sharedKeyAllowed: false,
    deletedFileRetentionDays: 0,
    lastAccessTracking: false,
    network: {
      publicNetworkAccess: 'Enabled',
      defaultAction: 'Allow',
      trustedServices: true,
      ipRanges: [],
      subnetIds: [],
      resourceInstances: [],
    },
  };
}
