import path from 'node:path';
import { AUDIENCES, type EmulatorReady, ROLES } from '../contract';
import { ArmClient } from '../local';
import { deployerCredential } from './deployer-credential';
import { end, usageOf, type DicomwebServer } from './dicomweb-server';
import { spawnEmulator } from './emulator-process';

const CLI_PATH = path.resolve(__dirname, '../cli/dicom-lake.js');
const STORAGE_API = '2023-05-01';
const HEALTH_API = '2024-03-31';

/** The emulator as the command line runs it, with a DICOM service on a lake. */
export async function startEmulatorServer(...args: readonly string[]): Promise<DicomwebServer> {
  const emulator = await spawnEmulator(CLI_PATH, args);
  const { child, ready, ca } = emulator;
  const credential = deployerCredential(emulator);
  const serviceUrl = await deploy(ready, new ArmClient({ endpoint: ready.endpoints.arm, credential, ca }));
  const { token } = await credential.getToken(`${AUDIENCES.dicom}/.default`);
  return {
    url: `${serviceUrl}/v2`,
    headers: { Authorization: `Bearer ${token}` },
    ...(serviceUrl.startsWith('https:') ? { ca } : {}),
    ...usageOf(child),
    [Symbol.asyncDispose]: () => end(child),
  };
}

/**
 * Request by request: `local apply` takes no service over plain http.
 *
 * @returns the URL of the service, without a version
 */
async function deploy({ subscriptionId, credentials }: EmulatorReady, arm: ArmClient): Promise<string> {
  const location = 'westeurope';
  const group = `/subscriptions/${subscriptionId}/resourceGroups/bench`;
  const account = `${group}/providers/Microsoft.Storage/storageAccounts/benchlake`;
  const container = `${account}/blobServices/default/containers/dicom`;
  const identity = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/images`;
  const workspace = `${group}/providers/Microsoft.HealthcareApis/workspaces/bench`;
  const service = `${workspace}/dicomServices/images`;
  await arm.put(group, '2023-07-01', { location });
  const made = await arm.put(identity, '2024-11-30', { location, properties: {} });
  await arm.put(account, STORAGE_API, {
    location,
    kind: 'StorageV2',
    sku: { name: 'Standard_ZRS' },
    properties: { isHnsEnabled: true, allowSharedKeyAccess: false, allowBlobPublicAccess: false },
  });
  await arm.put(`${account}/blobServices/default`, STORAGE_API, {
    properties: {
      deleteRetentionPolicy: { enabled: true, days: 7 },
      lastAccessTimeTrackingPolicy: { enable: true },
    },
  });
  await arm.put(container, STORAGE_API, { properties: { publicAccess: 'None' } });
  const { principalId } = made['properties'] as { readonly principalId: string };
  await assign(arm, container, ROLES.storageBlobDataContributor.id, principalId);
  await arm.put(workspace, HEALTH_API, { location, properties: {} });
  const { properties } = await arm.put(service, HEALTH_API, {
    location,
    identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } },
    properties: { storageConfiguration: { storageResourceId: account, fileSystemName: 'dicom' } },
  });
  await assign(arm, service, ROLES.dicomDataOwner.id, credentials.deployer.objectId);
  return (properties as { readonly serviceUrl: string }).serviceUrl;
}

/** Gives an application a role, as the deployer. */
export async function assign(
  arm: ArmClient,
  scope: string,
  roleId: string,
  principalId: string,
): Promise<void> {
  const roleDefinitionId = `/subscriptions/${scope.split('/')[2] ?? ''}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`;
  await arm.put(`${scope}/providers/Microsoft.Authorization/roleAssignments/${roleId}`, '2022-04-01', {
    properties: { principalId, roleDefinitionId, principalType: 'ServicePrincipal' },
  });
}
