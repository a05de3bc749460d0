import { ClientSecretCredential } from '@azure/identity';
import { type DeploymentManifest, type IntendedGrant, ROLES } from '../../contract';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator';
import { ArmClient, type ArmConnection } from '../../local';

/** An emulator that fails the test when it is closed, if an error of its own came up before. */
export async function startTestEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const errors: unknown[] = [];
  const emulator = await startEmulator({ onError: (error) => errors.push(error), ...options });
  const close = async (): Promise<void> => {
    await emulator.close();
    const [first] = errors.splice(0);
    if (first !== undefined) throw new Error('the emulator had an error of its own', { cause: first });
  };
  return { ...emulator, close, [Symbol.asyncDispose]: close };
}

/** A credential of the emulator's directory for any Azure SDK; nothing of the SDK is changed for it. */
export function credentialOf(emulator: Emulator, who: 'deployer' | 'verifier'): ClientSecretCredential {
  const { ready, ca } = emulator;
  const { clientId, clientSecret } = ready.credentials[who];
  return new ClientSecretCredential(ready.tenantId, clientId, clientSecret, {
    authorityHost: ready.endpoints.entra,
    disableInstanceDiscovery: true,
    tlsOptions: { ca },
  });
}

export function armOf(emulator: Emulator, who: 'deployer' | 'verifier' = 'deployer'): ArmClient {
  return new ArmClient(connectionTo(emulator, who));
}

export function connectionTo(emulator: Emulator, who: 'deployer' | 'verifier' = 'deployer'): ArmConnection {
  const { ready, ca } = emulator;
  return { endpoint: ready.endpoints.arm, credential: credentialOf(emulator, who), ca };
}

/** What provisionLake made. */
export interface ProvisionedLake {
  readonly groupId: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly containerId: string;
  readonly containerName: string;
  /** `https://127.0.0.1:PORT/{account}`, for blob and dfs clients alike. */
  readonly accountUrl: string;
  readonly dicomServiceId: string;
  /** Without a version. */
  readonly serviceUrl: string;
  /** Object id of the DICOM service's identity, its role assignment on the container. */
  readonly principalId: string;
  readonly serviceRoleAssignmentId: string;
  readonly manifest: DeploymentManifest;
}

export interface ProvisionOptions {
  readonly dataPartitionsEnabled?: boolean;
  readonly deletedFileRetentionDays?: number;
  /** @default 'Standard_ZRS' */
  readonly sku?: 'Standard_LRS' | 'Standard_ZRS';
  /** Data roles of deployer and verifier on container and service, so that tests can look. @default true */
  readonly grantCallers?: boolean;
}

const GROUP_API = '2023-07-01';
const STORAGE_API = '2023-05-01';
const HEALTH_API = '2024-03-31';

/** Makes a lake with a DICOM service on it through Azure Resource Manager, as the deployer. */
export async function provisionLake(
  emulator: Emulator,
  options: ProvisionOptions = {},
): Promise<ProvisionedLake> {
  const { dataPartitionsEnabled = false, deletedFileRetentionDays = 7, grantCallers = true } = options;
  const { sku = 'Standard_ZRS' } = options;
  const arm = armOf(emulator);
  const { ready } = emulator;
  const location = 'westeurope';
  const groupId = `/subscriptions/${ready.subscriptionId}/resourceGroups/rg-test`;
  const accountId = `${groupId}/providers/Microsoft.Storage/storageAccounts/testlake`;
  const containerId = `${accountId}/blobServices/default/containers/dicom`;
  const identityId = `${groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/testws-images`;
  const workspaceId = `${groupId}/providers/Microsoft.HealthcareApis/workspaces/testws`;
  const dicomServiceId = `${workspaceId}/dicomServices/images`;

  await arm.put(groupId, GROUP_API, { location, tags: {} });
  const identity = await arm.put(identityId, '2024-11-30', { location, properties: {} });
  const account = await arm.put(accountId, STORAGE_API, {
    location,
    kind: 'StorageV2',
    sku: { name: sku },
    properties: {
      isHnsEnabled: true,
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      isLocalUserEnabled: false,
      minimumTlsVersion: 'TLS1_2',
      encryption: { keySource: 'Microsoft.Storage', requireInfrastructureEncryption: true },
    },
  });
  await arm.put(`${accountId}/blobServices/default`, STORAGE_API, {
    properties: {
      deleteRetentionPolicy:
        deletedFileRetentionDays > 0 ? { enabled: true, days: deletedFileRetentionDays } : { enabled: false },
      lastAccessTimeTrackingPolicy: { enable: true },
    },
  });
  await arm.put(containerId, STORAGE_API, { properties: { publicAccess: 'None', metadata: {} } });
  const { principalId } = identity['properties'] as { readonly principalId: string };
  const grants: IntendedGrant[] = [];
  const grant = async (scope: string, roleId: string, to: string): Promise<string> => {
    grants.push({ principalId: to, roleId, scope });
    return assignRole(arm, scope, roleId, to, grants.length);
  };
  const serviceRoleAssignmentId = await grant(containerId, ROLES.storageBlobDataContributor.id, principalId);
  await arm.put(workspaceId, HEALTH_API, { location, properties: {} });
  const service = await arm.put(dicomServiceId, HEALTH_API, {
    location,
    identity: { type: 'UserAssigned', userAssignedIdentities: { [identityId]: {} } },
    properties: {
      enableDataPartitions: dataPartitionsEnabled,
      storageConfiguration: { storageResourceId: accountId, fileSystemName: 'dicom' },
    },
  });
  const { serviceUrl } = service['properties'] as { readonly serviceUrl: string };
  if (grantCallers) {
    const { deployer, verifier } = ready.credentials;
    await grant(containerId, ROLES.storageBlobDataOwner.id, deployer.objectId);
    await grant(containerId, ROLES.storageBlobDataReader.id, verifier.objectId);
    await grant(dicomServiceId, ROLES.dicomDataOwner.id, deployer.objectId);
    await grant(dicomServiceId, ROLES.dicomDataOwner.id, verifier.objectId);
    await grant(groupId, ROLES.reader.id, verifier.objectId);
  }
  const { primaryEndpoints } = account['properties'] as {
    readonly primaryEndpoints: Readonly<Record<'blob' | 'dfs', string>>;
  };
  const accountUrl = `${ready.endpoints.storage}/testlake`;
  return {
    groupId,
    accountId,
    accountName: 'testlake',
    containerId,
    containerName: 'dicom',
    accountUrl,
    dicomServiceId,
    serviceUrl,
    principalId,
    serviceRoleAssignmentId,
    manifest: {
      schemaVersion: 1,
      tenantId: ready.tenantId,
      subscriptionId: ready.subscriptionId,
      resourceGroup: 'rg-test',
      workspace: { id: workspaceId, name: 'testws' },
      dicomService: {
        id: dicomServiceId,
        name: 'images',
        serviceUrl,
        principalIds: [principalId],
        dataPartitionsEnabled,
        partitions: ['Microsoft.Default'],
      },
      lake: {
        storageAccountId: accountId,
        storageAccountName: 'testlake',
        containerName: 'dicom',
        blobEndpoint: primaryEndpoints.blob,
        dfsEndpoint: primaryEndpoints.dfs,
        deletedFileRetentionDays,
        lastAccessTracking: true,
      },
      tiering: { rules: [] },
      analytics: { shortcuts: [] },
      intended: {
        publicNetworkAccess: true,
        account: { managed: true, networkAccess: 'open' },
        grants: grants.filter(({ scope }) => scope !== groupId),
        privateEndpoints: [],
        diagnosticSettings: [],
        alertIds: [],
        deleteLocks: [],
      },
    },
  };
}

/** Assigns a role under a name made from `number`, and answers the id of the assignment. */
export async function assignRole(
  arm: ArmClient,
  scope: string,
  roleId: string,
  principalId: string,
  number: number,
): Promise<string> {
  const name = `00000000-0000-0000-0000-${String(number).padStart(12, '0')}`;
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
  const roleDefinitionId = `/subscriptions/${scope.split('/')[2] ?? ''}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
  await arm.put(id, '2022-04-01', {
    properties: { principalId, roleDefinitionId, principalType: 'ServicePrincipal' },
  });
  return id;
}
