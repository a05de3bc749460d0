import { watermarkOf } from './dicom-file-name';

/** Partition that holds everything while data partitions are off. */
export const DEFAULT_PARTITION = 'Microsoft.Default';

/** Folder of the health probe; it stands beside the partitions, not inside one. */
export const HEALTH_CHECK_FOLDER = 'healthCheck';

/** A DICOM service as its lake paths name it. */
export interface LakeTenant {
  readonly workspaceName: string;
  readonly dicomServiceName: string;
}

/** What a path inside the container is to the service. */
export type LakePath =
  | { readonly kind: 'dicom-file'; readonly partition: string; readonly watermark: bigint }
  | { readonly kind: 'health-file' }
  | { readonly kind: 'directory' }
  | { readonly kind: 'foreign' };

/**
 * Everything the service writes lies below this folder of the container; no slash at the end.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-data-lake
 */
export function servicePath(tenant: LakeTenant): string {
  return `AHDS/${tenant.workspaceName}/dicom/${tenant.dicomServiceName}`;
}

export function partitionPath(tenant: LakeTenant, partition: string = DEFAULT_PARTITION): string {
  return `${servicePath(tenant)}/${partition}`;
}

export function healthCheckPath(tenant: LakeTenant): string {
  return `${servicePath(tenant)}/${HEALTH_CHECK_FOLDER}`;
}

/**
 * Says what a path is to the service. Files directly below the service folder count as the default partition:
 * one documented shape of the contract leaves the partition folder out.
 *
 * @param path path inside the container, without a leading slash
 */
export function readLakePath(tenant: LakeTenant, path: string): LakePath {
  const root = servicePath(tenant);
  if (path === root || root.startsWith(`${path}/`)) return { kind: 'directory' };
  if (!path.startsWith(`${root}/`)) return { kind: 'foreign' };

  const [first = '', second, ...deeper] = path.slice(root.length + 1).split('/');
  if (deeper.length > 0) return { kind: 'foreign' };
  if (first === HEALTH_CHECK_FOLDER) {
    if (second === undefined) return { kind: 'directory' };
    return /^health[0-9a-fA-F-]*\.txt$/.test(second) ? { kind: 'health-file' } : { kind: 'foreign' };
  }
  const watermark = watermarkOf(second ?? first);
  if (watermark === undefined) {
    return second === undefined && isPartitionName(first) ? { kind: 'directory' } : { kind: 'foreign' };
  }
  return { kind: 'dicom-file', partition: second === undefined ? DEFAULT_PARTITION : first, watermark };
}

/** @see https://learn.microsoft.com/azure/healthcare-apis/dicom/data-partitions */
export function isPartitionName(name: string): boolean {
  return /^[A-Za-z0-9_.-]{1,64}$/.test(name);
}
