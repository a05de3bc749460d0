import { ROLES, type DeploymentManifest, type IntendedState, type IntendedTierRule } from '../../contract';

const SUBSCRIPTION = '/subscriptions/44444444-4444-4444-4444-444444444444';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-imaging`;

/** A complete manifest of a deployment that does not exist. */
export function manifestFixture(): DeploymentManifest {
  return {
    schemaVersion: 1,
    tenantId: '11111111-1111-1111-1111-111111111111',
    subscriptionId: '44444444-4444-4444-4444-444444444444',
    resourceGroup: 'rg-imaging',
    workspace: { id: `${GROUP}/providers/Microsoft.HealthcareApis/workspaces/hospital`, name: 'hospital' },
    dicomService: {
      id: `${GROUP}/providers/Microsoft.HealthcareApis/workspaces/hospital/dicomServices/images`,
      name: 'images',
      serviceUrl: 'https://hospital-images.dicom.azurehealthcareapis.com',
      principalIds: ['88888888-8888-8888-8888-888888888888'],
      dataPartitionsEnabled: false,
      partitions: ['Microsoft.Default'],
    },
    lake: {
      storageAccountId: `${GROUP}/providers/Microsoft.Storage/storageAccounts/hospitallake`,
      storageAccountName: 'hospitallake',
      containerName: 'dicom',
      blobEndpoint: 'https://hospitallake.blob.core.windows.net/',
      dfsEndpoint: 'https://hospitallake.dfs.core.windows.net/',
      deletedFileRetentionDays: 7,
      lastAccessTracking: true,
    },
    tiering: { rules: [intendedTierRule('coolThenCold')] },
    analytics: { shortcuts: [] },
  };
}

/** A rule that moves images to cool and then to cold. */
export function intendedTierRule(name: string): IntendedTierRule {
  return {
    name,
    prefixes: ['dicom/AHDS/hospital/dicom/images/'],
    basis: 'lastAccess',
    coolAfterDays: 30,
    coldAfterDays: 90,
    returnToHotOnAccess: false,
  };
}

/** What a private deployment with everything means to have. */
export function intendedFixture(): IntendedState {
  const { dicomService, lake, workspace } = manifestFixture();
  const container = `${lake.storageAccountId}/blobServices/default/containers/${lake.containerName}`;
  return {
    publicNetworkAccess: false,
    account: {
      managed: true,
      networkAccess: 'selected',
      allowed: {
        ipRanges: ['203.0.113.7', '203.0.113.0/24'],
        subnetIds: [`${GROUP}/providers/Microsoft.Network/virtualNetworks/hospital/subnets/endpoints`],
        resourceIds: [workspace.id],
        trustedServices: true,
      },
    },
    grants: [
      {
        principalId: '88888888-8888-8888-8888-888888888888',
        roleId: ROLES.storageBlobDataContributor.id,
        scope: container,
      },
    ],
    privateEndpoints: [
      {
        id: `${GROUP}/providers/Microsoft.Network/privateEndpoints/hospital-health`,
        targetId: workspace.id,
        groupId: 'healthcareworkspace',
      },
    ],
    diagnosticSettings: [
      { targetResourceId: dicomService.id, name: 'dicom-lake', categories: ['AuditLogs', 'AllMetrics'] },
    ],
    alertIds: [`${GROUP}/providers/Microsoft.Insights/activityLogAlerts/hospital-images-health`],
    deleteLocks: [{ scope: lake.storageAccountId, name: 'dicom-lake' }],
  };
}

/** A manifest made from names alone. */
export function withoutIntention({ intended, ...manifest }: DeploymentManifest): DeploymentManifest {
  if (intended === undefined) throw new Error('the manifest says nothing of what was meant');
  return manifest;
}
