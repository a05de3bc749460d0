import { type DeploymentManifest, lakeTenantOf, servicePath } from '../../contract';
import type { AuditReport } from './model';

export type LakeNames = AuditReport['lake'];

/** Which lake is audited, and which folder of it. */
export function lakeNamesOf(manifest: DeploymentManifest): LakeNames {
  const { storageAccountName, containerName } = manifest.lake;
  return { storageAccountName, containerName, servicePath: servicePath(lakeTenantOf(manifest)) };
}
