import { DEFAULT_PARTITION, type DeploymentManifest, MANIFEST_SCHEMA_VERSION } from '../../contract';

/** What an audit has to know of a lake; all else of the manifest is made up. */
export interface BenchLake {
  readonly subscriptionId: string;
  readonly workspaceName: string;
  readonly dicomServiceName: string;
  readonly storageAccountName: string;
  readonly blobEndpoint: string;
  readonly dataPartitionsEnabled: boolean;
}

/** The manifest of a lake in the resource group `bench`, with the container `dicom`. */
export function benchManifest(lake: BenchLake): DeploymentManifest {
  const { subscriptionId, workspaceName, dicomServiceName, storageAccountName, blobEndpoint } = lake;
  const providers = `/subscriptions/${subscriptionId}/resourceGroups/bench/providers`;
  const workspaceId = `${providers}/Microsoft.HealthcareApis/workspaces/${workspaceName}`;
  return {
    schemaVersion: MANIFEST_SCHEMA_VERSION,
    tenantId: '11111111-1111-1111-1111-111111111111',
    subscriptionId,
    resourceGroup: 'bench',
    workspace: { id: workspaceId, name: workspaceName },
    dicomService: {
      id: `${workspaceId}/dicomServices/${dicomServiceName}`,
      name: dicomServiceName,
      serviceUrl: `https://${workspaceName}-${dicomServiceName}.dicom.azurehealthcareapis.com`,
      principalIds: ['66666666-6666-6666-6666-666666666666'],
      dataPartitionsEnabled: lake.dataPartitionsEnabled,
      partitions: [DEFAULT_PARTITION],
    },
    lake: {
      storageAccountId: `${providers}/Microsoft.Storage/storageAccounts/${storageAccountName}`,
      storageAccountName,
      containerName: 'dicom',
      blobEndpoint,
      dfsEndpoint: blobEndpoint,
      deletedFileRetentionDays: 0,
      lastAccessTracking: true,
    },
    tiering: { rules: [] },
    analytics: { shortcuts: [] },
  };
}
