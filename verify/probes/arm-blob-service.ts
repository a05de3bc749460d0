import type { Probe } from '../probe';

/** Settings of the account's blob service that tiering depends on. */
export const armBlobService: Probe<'arm.blob-service'> = {
  id: 'arm.blob-service',
  title: 'the blob service of the storage account',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const { lake } = target.manifest;
    const { blobServices } = target.azure.storageManagement;
    const service = await blobServices.getServiceProperties(
      target.azure.storageResourceGroup,
      lake.storageAccountName,
      {
        abortSignal: signal,
      },
    );
    const { deleteRetentionPolicy } = service;
    return {
      deletedFileRetentionDays:
        deleteRetentionPolicy?.enabled === true ? (deleteRetentionPolicy.days ?? 0) : 0,
      deletedFileRetentionDaysIntended: lake.deletedFileRetentionDays,
      lastAccessTracking: service.lastAccessTimeTrackingPolicy?.enable === true,
      lastAccessTrackingIntended: lake.lastAccessTracking,
    };
  },
};
