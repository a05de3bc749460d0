import { readBlobService } from '../clients/blob-service';
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
    return {
      ...(await readBlobService(target.azure.arm, lake.storageAccountId, signal)),
      deletedFileRetentionDaysIntended: lake.deletedFileRetentionDays,
      lastAccessTrackingIntended: lake.lastAccessTracking,
    };
  },
};
