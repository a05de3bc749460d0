import type { EvidenceMap } from '../../verify/model';

const GROUP = '/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/rg-imaging/providers';
export const ACCOUNT_ID = `${GROUP}/Microsoft.Storage/storageAccounts/hospitallake`;
export const WORKSPACE_ID = `${GROUP}/Microsoft.HealthcareApis/workspaces/hospital`;
export const SERVICE_ID = `${WORKSPACE_ID}/dicomServices/images`;
export const ENDPOINT_ID = `${GROUP}/Microsoft.Network/privateEndpoints/hospitallake-blob`;
export const ALERT_ID = `${GROUP}/Microsoft.Insights/activityLogAlerts/hospital-images-health`;

type ResourceEvidence = Pick<
  EvidenceMap,
  | 'arm.dicom-service'
  | 'arm.workspace'
  | 'arm.storage-account'
  | 'arm.lake-container'
  | 'arm.delete-locks'
  | 'arm.monitoring'
  | 'network.resolved-names'
>;

/** Resources of a private deployment that has no fault. */
export function healthyResources(): ResourceEvidence {
  const serviceUrl = 'https://hospital-images.dicom.azurehealthcareapis.com';
  const lake = { storageAccountId: ACCOUNT_ID, containerName: 'dicom' };
  const allowed = { trustedServices: true, ipRanges: [], subnetIds: [], resourceIds: [WORKSPACE_ID] };
  return {
    'arm.dicom-service': {
      found: {
        provisioningState: 'Succeeded',
        serviceUrl,
        lake,
        dataPartitionsEnabled: false,
        publicNetworkAccess: false,
      },
      intended: {
        id: SERVICE_ID,
        serviceUrl,
        lake,
        dataPartitionsEnabled: false,
        publicNetworkAccess: false,
      },
    },
    'arm.workspace': {
      id: WORKSPACE_ID,
      found: { publicNetworkAccess: false, privateEndpointConnections: [] },
    },
    'arm.storage-account': {
      found: {
        provisioningState: 'Succeeded',
        statusOfPrimary: 'available',
        settings: {
          hierarchicalNamespace: true,
          minimumTlsVersion: 'TLS1_2',
          httpsOnly: true,
          sharedKeyAccess: false,
          publicBlobs: false,
          localUsers: false,
          sftp: false,
          nfsV3: false,
          crossTenantReplication: false,
          infrastructureEncryption: true,
          keySource: 'Microsoft.Storage',
        },
        firewall: {
          publicNetworkAccess: false,
          defaultAction: 'Deny',
          bypass: ['AzureServices'],
          ipRanges: [],
          subnetIds: [],
          resourceIds: [WORKSPACE_ID],
        },
        privateEndpointConnections: [{ endpointId: ENDPOINT_ID, status: 'Approved' }],
      },
      intended: {
        id: ACCOUNT_ID,
        managed: true,
        networkAccess: 'private',
        allowed,
        privateEndpoints: [{ id: ENDPOINT_ID, targetId: ACCOUNT_ID, groupId: 'blob' }],
      },
    },
    'arm.lake-container': {
      name: 'dicom',
      found: { publicAccess: 'None', hasImmutabilityPolicy: false, hasLegalHold: false },
    },
    'arm.delete-locks': { locks: [{ scope: ACCOUNT_ID, name: 'dicom-lake', level: 'CanNotDelete' }] },
    'arm.monitoring': {
      diagnosticSettings: [
        {
          targetResourceId: SERVICE_ID,
          name: 'dicom-lake',
          intendedCategories: ['AuditLogs'],
          found: { categories: ['AuditLogs'], hasDestination: true },
        },
      ],
      alerts: [{ id: ALERT_ID, found: { enabled: true } }],
    },
    'network.resolved-names': {
      names: [{ host: 'hospitallake.blob.core.windows.net', addresses: ['10.10.1.5'], isPrivate: true }],
    },
  };
}
