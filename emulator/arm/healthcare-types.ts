import { AUDIENCES } from '../../contract';
import { ServiceFault } from '../fault';
import type { DicomServices } from '../domain/dicom-service-definition';
import type { ResourceStore } from '../domain/resource-store';
import type { LakeContainers, StorageAccounts } from '../domain/storage-account';
import { completeIdentity } from './identity-types';
import { type Body, properties, record, type ResourceType, type Write } from './resource-type';

const WORKSPACE = 'Microsoft.HealthcareApis/workspaces';

/** Microsoft.HealthcareApis: workspaces and their DICOM services. */
export function healthcareTypes(options: {
  readonly store: ResourceStore;
  readonly accounts: StorageAccounts;
  readonly containers: LakeContainers;
  readonly services: DicomServices;
  readonly tenantId: string;
  readonly authority: () => string;
  /** Origin of the DICOM plane. */
  readonly dicomOrigin: () => string;
}): readonly ResourceType[] {
  const { store, services, tenantId, authority, dicomOrigin } = options;
  return [
    {
      type: WORKSPACE,
      nameKind: 'workspace',
      longRunning: true,
      complete: ({ body }) => ({
        ...body,
        properties: { ...properties(body), provisioningState: 'Succeeded' },
      }),
    },
    {
      type: `${WORKSPACE}/dicomServices`,
      nameKind: 'dicomService',
      longRunning: true,
      complete: (write) => {
        checkStorage(write, options);
        const { resource, body } = write;
        const workspace = workspaceOf(resource.parentId);
        return {
          ...body,
          ...completeIdentity(store, resource.id, body, tenantId),
          name: `${workspace}/${resource.name}`,
          properties: {
            enableDataPartitions: false,
            publicNetworkAccess: 'Enabled',
            ...properties(body),
            provisioningState: 'Succeeded',
            serviceUrl: `${dicomOrigin()}/${workspace}-${resource.name}`,
            authenticationConfiguration: {
              authority: `${authority()}/${tenantId}`,
              audiences: [AUDIENCES.dicom],
            },
          },
        };
      },
      onStored: ({ id, name, parentId }, body) => {
        const { storageResourceId, fileSystemName } = record(properties(body)['storageConfiguration']);
        services.put({
          id,
          workspaceName: workspaceOf(parentId),
          serviceName: name,
          principalId: attachedPrincipal(body),
          storageAccountId: String(storageResourceId),
          containerName: String(fileSystemName),
          dataPartitionsEnabled: properties(body)['enableDataPartitions'] === true,
        });
      },
      onRemoved: ({ id }) => services.delete(id),
    },
  ];
}

function checkStorage(
  { body, previous }: Write,
  { accounts, containers }: { readonly accounts: StorageAccounts; readonly containers: LakeContainers },
): void {
  const { storageResourceId, fileSystemName } = record(properties(body)['storageConfiguration']);
  if (typeof storageResourceId !== 'string' || typeof fileSystemName !== 'string') {
    throw new ServiceFault(
      400,
      'BadRequest',
      'The emulator has DICOM services on a data lake only: properties.storageConfiguration needs storageResourceId and fileSystemName.',
    );
  }
  const before = record(properties(previous)['storageConfiguration']);
  if (
    previous !== undefined &&
    (before['storageResourceId'] !== storageResourceId || before['fileSystemName'] !== fileSystemName)
  ) {
    throw new ServiceFault(
      400,
      'BadRequest',
      'The storage configuration of a DICOM service cannot be changed after creation.',
    );
  }
  const account = accounts.byId(storageResourceId);
  const problem =
    account === undefined
      ? `the storage account '${storageResourceId}' does not exist`
      : !account.hierarchicalNamespace
        ? `the storage account '${account.name}' has no hierarchical namespace`
        : containers.find(account.id, fileSystemName) === undefined
          ? `the storage account '${account.name}' has no container '${fileSystemName}'`
          : undefined;
  if (problem !== undefined)
    throw new ServiceFault(400, 'BadRequest', `Invalid storageConfiguration: ${problem}.`);
}

/** The principal with which the service goes to the lake: its user-assigned identity, else its own. */
function attachedPrincipal(body: Body): string | undefined {
  const identity = record(body['identity']);
  const [attached] = Object.values(record(identity['userAssignedIdentities']));
  const principal = record(attached)['principalId'] ?? identity['principalId'];
  return typeof principal === 'string' ? principal : undefined;
}

function workspaceOf(workspaceId: string): string {
  return workspaceId.split('/').at(-1) ?? '';
}
