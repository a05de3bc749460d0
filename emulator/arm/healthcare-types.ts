import { AUDIENCES } from '../../contract';
import { ServiceFault } from '../fault';
import type { CorsPolicy } from '../domain/cors-policy';
import type { DicomServices } from '../domain/dicom-service-definition';
import type { ResourceStore } from '../domain/resource-store';
import type { LakeContainers, StorageAccounts } from '../domain/storage-account';
import { completeIdentity } from './identity-types';
import { privateEndpointConnections } from './private-endpoint-connection';
import { type Body, type Problem, properties, record, type ResourceType, type Write } from './resource-type';

const WORKSPACE = 'Microsoft.HealthcareApis/workspaces';

export interface HealthcareOptions {
  readonly store: ResourceStore;
  readonly accounts: StorageAccounts;
  readonly containers: LakeContainers;
  readonly services: DicomServices;
  readonly tenantId: string;
  /** Origin of the token endpoint. */
  readonly authority: () => string;
  /** Origin of the DICOM plane. */
  readonly dicomOrigin: () => string;
}

/** Microsoft.HealthcareApis: workspaces and their DICOM services. */
export function healthcareTypes(options: HealthcareOptions): readonly ResourceType[] {
  const { services } = options;
  return [
    {
      type: WORKSPACE,
      nameKind: 'workspace',
      nameTakenCode: 'Conflict',
      located: true,
      longRunning: true,
      complete: ({ body }) => ({
        ...body,
        properties: { ...properties(body), provisioningState: 'Succeeded' },
      }),
      derived: (id) => ({ privateEndpointConnections: privateEndpointConnections(options.store, id) }),
      removalProblem: ({ id }) =>
        options.store.below(`${id}/dicomServices`).length === 0
          ? undefined
          : {
              status: 409,
              code: 'Conflict',
              message: `The workspace '${id}' has DICOM services; delete them first.`,
            },
    },
    {
      type: `${WORKSPACE}/dicomServices`,
      nameKind: 'dicomService',
      longRunning: true,
      located: true,
      problems: ({ body }) => [...storageConfigurationProblems(body), ...bulkImportProblems(body)],
      complete: (write) => completeService(write, options),
      startsService: true,
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
          cors: corsOf(body),
        });
      },
      onRemoved: ({ id }) => services.delete(id),
    },
  ];
}

function storageConfigurationProblems(body: Body): readonly Problem[] {
  const { storageResourceId, fileSystemName } = record(properties(body)['storageConfiguration']);
  if (typeof storageResourceId === 'string' && typeof fileSystemName === 'string') return [];
  return [
    {
      code: 'BadRequest',
      message:
        'The emulator has DICOM services on a data lake only: properties.storageConfiguration needs storageResourceId and fileSystemName.',
    },
  ];
}

/** @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-data-lake#limitations */
function bulkImportProblems(body: Body): readonly Problem[] {
  if (record(properties(body)['bulkImportConfiguration'])['enabled'] !== true) return [];
  return [
    {
      code: 'BadRequest',
      message:
        'Bulk import is not supported by a DICOM service with storageConfiguration, got properties.bulkImportConfiguration.enabled true; leave it out, and store files with DICOMweb.',
    },
  ];
}

function completeService(write: Write, options: HealthcareOptions): Body {
  const { resource, body, previous } = write;
  const { store, tenantId, authority, dicomOrigin } = options;
  if (previous !== undefined) checkUnchanged(properties(previous), properties(body));
  checkStorage(record(properties(body)['storageConfiguration']), options);
  const workspace = workspaceOf(resource.parentId);
  return {
    ...body,
    ...completeIdentity(store, write, tenantId),
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
}

function checkUnchanged(before: Body, after: Body): void {
  const lakeOf = (service: Body): string => {
    const { storageResourceId, fileSystemName } = record(service['storageConfiguration']);
    return `${String(storageResourceId).toLowerCase()}|${String(fileSystemName)}`;
  };
  const problem =
    lakeOf(before) !== lakeOf(after)
      ? 'The storage configuration of a DICOM service cannot be changed after creation.'
      : (before['enableDataPartitions'] === true) !== (after['enableDataPartitions'] === true)
        ? 'Data partitions of a DICOM service are chosen at its creation and cannot be changed.'
        : undefined;
  if (problem !== undefined) throw new ServiceFault(400, 'BadRequest', problem);
}

function checkStorage(
  storageConfiguration: Body,
  { accounts, containers }: Pick<HealthcareOptions, 'accounts' | 'containers'>,
): void {
  const storageResourceId = String(storageConfiguration['storageResourceId']);
  const fileSystemName = String(storageConfiguration['fileSystemName']);
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
export function attachedPrincipal(body: Body): string | undefined {
  const identity = record(body['identity']);
  const [attached] = Object.values(record(identity['userAssignedIdentities']));
  const principal = record(attached)['principalId'] ?? identity['principalId'];
  return typeof principal === 'string' ? principal : undefined;
}

function corsOf(body: Body): CorsPolicy | undefined {
  const { origins, methods, headers, maxAge, allowCredentials } = record(
    properties(body)['corsConfiguration'],
  );
  if (texts(origins).length === 0) return undefined;
  return {
    origins: texts(origins),
    methods: texts(methods),
    headers: texts(headers),
    ...(typeof maxAge === 'number' ? { maxAgeSeconds: maxAge } : {}),
    allowCredentials: allowCredentials === true,
  };
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function workspaceOf(workspaceId: string): string {
  return workspaceId.split('/').at(-1) ?? '';
}
