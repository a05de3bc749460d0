import type { DeploymentManifest } from '../../contract';

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
    tiering: {
      rules: [
        {
          name: 'coolThenCold',
          prefixes: ['dicom/AHDS/hospital/dicom/images/'],
          basis: 'lastAccess',
          coolAfterDays: 30,
          coldAfterDays: 120,
          returnToHotOnAccess: true,
        },
      ],
    },
    analytics: { shortcuts: [] },
  };
}
