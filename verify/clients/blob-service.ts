import { API_VERSIONS } from '../../contract';
import { objectIn } from './arm-body';
import type { ArmReader } from './arm-reader';

/** What an account does with its files, as Azure Resource Manager has it. */
export interface BlobServiceSettings {
  /** 0 where deleted files are not kept. */
  readonly deletedFileRetentionDays: number;
  readonly lastAccessTracking: boolean;
}

/** @see https://learn.microsoft.com/rest/api/storagerp/blob-services/get-service-properties */
export async function readBlobService(
  arm: ArmReader,
  storageAccountId: string,
  signal?: AbortSignal,
): Promise<BlobServiceSettings> {
  const body = await arm.get(`${storageAccountId}/blobServices/default`, API_VERSIONS.storage, signal);
  const properties = objectIn(body, 'properties');
  const { enabled, days } = objectIn(properties, 'deleteRetentionPolicy');
  return {
    deletedFileRetentionDays: enabled === true && typeof days === 'number' ? days : 0,
    lastAccessTracking: objectIn(properties, 'lastAccessTimeTrackingPolicy')['enable'] === true,
  };
}
