import { API_VERSIONS, type DeploymentManifest } from '../../contract';
import type { ExperimentContext } from './experiment';

/** Who passes the firewall of a lake that is closed to everybody else. */
export interface Passing {
  readonly resourceInstance: boolean;
  readonly trustedServices: boolean;
}

/** Takes a lake off the internet, and lets through whom it says. */
export async function closeLake(
  { owned }: Pick<ExperimentContext, 'owned'>,
  { tenantId, workspace, lake }: DeploymentManifest,
  { resourceInstance, trustedServices }: Passing,
): Promise<void> {
  await owned.patch(lake.storageAccountId, API_VERSIONS.storage, {
    properties: {
      publicNetworkAccess: 'Disabled',
      networkAcls: {
        defaultAction: 'Deny',
        bypass: trustedServices ? 'AzureServices' : 'None',
        resourceAccessRules: resourceInstance ? [{ tenantId, resourceId: workspace.id }] : [],
      },
    },
  });
}

/** As the profile minimal deploys it. */
export async function openLake(
  { owned }: Pick<ExperimentContext, 'owned'>,
  { lake }: DeploymentManifest,
): Promise<void> {
  await owned.patch(lake.storageAccountId, API_VERSIONS.storage, {
    properties: {
      publicNetworkAccess: 'Enabled',
      networkAcls: { defaultAction: 'Allow', bypass: 'AzureServices', resourceAccessRules: [] },
    },
  });
}
