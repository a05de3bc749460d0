import {
  API_VERSIONS,
  DEFAULT_PARTITION,
  type DeploymentManifest,
  explainServiceError,
  isPartitionName,
  isResourceId,
  type LakeShortcut,
  MANIFEST_SCHEMA_VERSION,
  nameProblem,
  parseDeploymentManifest,
  partitionPath,
  readResourceId,
} from '../contract';
import { type ArmBody, objectIn } from './clients/arm-body';
import { armReader, type AzureConnection, dicomSender } from './clients/azure';
import { ConfigError, EvidenceError, ServiceRefusal, UnreadableAnswer } from './error';

/** The names by which Azure knows a DICOM service. */
export interface DicomServicePlace {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly workspace: string;
  readonly dicomService: string;
}

export interface DiscoverySettings {
  /** @default - every partition that the service has */
  readonly partitions?: readonly string[];
  readonly signal?: AbortSignal;
}

/**
 * The manifest of a deployment that somebody else made: what Azure says of a DICOM service and its lake. It tells
 * what is, not what was meant; so checks that compare with the intent do not apply. Reads only, with the role
 * Reader on the service and the storage account, and DICOM Data Reader where partitions have to be listed.
 *
 * @throws ConfigError with every problem that was found
 */
export async function discoverManifest(
  place: DicomServicePlace,
  connection: AzureConnection,
  settings: DiscoverySettings = {},
): Promise<DeploymentManifest> {
  checkNames(place, settings.partitions ?? []);
  const service = await readService(place, connection, settings.signal);
  const [lake, partitions] = await bothOf(
    readLake(service, connection, settings.signal),
    settings.partitions ?? listPartitions(service, connection, settings.signal),
  );
  const { subscriptionId, resourceGroup } = place;
  // A service that nothing was stored in yet has no partitions.
  const known = partitions.length === 0 ? [DEFAULT_PARTITION] : partitions;
  const result = parseDeploymentManifest({
    schemaVersion: MANIFEST_SCHEMA_VERSION,
    tenantId: service.tenantId,
    subscriptionId,
    resourceGroup,
    workspace: { id: service.id.split('/').slice(0, -2).join('/'), name: service.workspaceName },
    dicomService: {
      id: service.id,
      name: service.name,
      serviceUrl: service.serviceUrl,
      principalIds: service.principalIds,
      dataPartitionsEnabled: service.dataPartitionsEnabled,
      partitions: known,
    },
    lake,
    tiering: { rules: [] },
    analytics: { shortcuts: known.map((partition) => shortcutTo(partition, service, lake)) },
  } satisfies Partial<Record<keyof DeploymentManifest, unknown>>);
  if (!result.ok)
    throw new ConfigError(`what Azure says of the ${nounOf(place)} cannot be used`, result.problems);
  return result.manifest;
}

function checkNames(place: DicomServicePlace, partitions: readonly string[]): void {
  const kinds = {
    subscriptionId: 'guid',
    resourceGroup: 'resourceGroup',
    workspace: 'workspace',
    dicomService: 'dicomService',
  } as const;
  const nouns = {
    ...kinds,
    subscriptionId: 'subscription',
    dicomService: 'DICOM service',
    resourceGroup: 'resource group',
  };
  const problems = (Object.keys(kinds) as (keyof typeof kinds)[]).flatMap((name) => {
    const problem = nameProblem(kinds[name], place[name]);
    return problem === undefined ? [] : [`the ${nouns[name]} ${problem}`];
  });
  const wrong = partitions
    .filter((name) => !isPartitionName(name))
    .map((name) => `a partition must be a name of 1 to 64 letters, digits, _ . or -, got '${name}'`);
  if (problems.length + wrong.length > 0)
    throw new ConfigError('the deployment cannot be looked up', [...problems, ...wrong]);
}

function shortcutTo(
  partition: string,
  { workspaceName, name }: FoundService,
  { containerName, dfsEndpoint }: DeploymentManifest['lake'],
): LakeShortcut {
  const subpath = `/${containerName}/${partitionPath({ workspaceName, dicomServiceName: name }, partition)}`;
  return { partition, url: `${dfsEndpoint.replace(/\/$/, '')}${subpath}`, subpath };
}

interface FoundService {
  readonly id: string;
  readonly name: string;
  readonly workspaceName: string;
  readonly tenantId: string | undefined;
  readonly serviceUrl: string;
  readonly principalIds: readonly string[];
  readonly dataPartitionsEnabled: boolean;
  readonly storageAccountId: string;
  readonly containerName: string;
}

async function readService(
  place: DicomServicePlace,
  connection: AzureConnection,
  signal?: AbortSignal,
): Promise<FoundService> {
  const { subscriptionId, resourceGroup, workspace, dicomService } = place;
  const asked = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.HealthcareApis/workspaces/${workspace}/dicomservices/${dicomService}`;
  const noun = nounOf(place);
  const body = await explained(noun, 'Reader', () =>
    armReader(connection).get(asked, API_VERSIONS.healthcareApis, signal),
  );
  const properties = objectIn(body, 'properties');
  const identity = objectIn(body, 'identity');
  const storage = objectIn(properties, 'storageConfiguration');
  const storageAccountId = textIn(storage, 'storageResourceId');
  const principalIds = principalsOf(identity);
  const problems = [
    ...(isResourceId('Microsoft.Storage/storageAccounts', storageAccountId)
      ? []
      : ['it has no storage configuration: it keeps images to itself, not in a lake that could be verified']),
    ...(principalIds.length > 0
      ? []
      : ['it has no managed identity, without which it cannot reach a lake; give it one']),
  ];
  if (problems.length > 0) throw new ConfigError(`the ${noun} cannot be verified`, problems);
  // Names in the spelling of Azure: the paths of the lake have them.
  const [workspaceName = workspace, name = dicomService] = textIn(body, 'name').split('/').slice(-2);
  const id = textIn(body, 'id');
  const authority = textIn(objectIn(properties, 'authenticationConfiguration'), 'authority');
  return {
    id: id === '' ? asked : id,
    name,
    workspaceName,
    tenantId: /[0-9a-f-]{36}/i.exec(authority)?.[0] ?? (textIn(identity, 'tenantId') || undefined),
    serviceUrl: textIn(properties, 'serviceUrl').replace(/\/+$/, ''),
    principalIds,
    dataPartitionsEnabled: properties['enableDataPartitions'] === true,
    storageAccountId,
    containerName: textIn(storage, 'fileSystemName'),
  };
}

function nounOf({ resourceGroup, workspace, dicomService }: DicomServicePlace): string {
  return `DICOM service '${dicomService}' of the workspace '${workspace}' in the resource group '${resourceGroup}'`;
}

/** Of both kinds of identity: which one the service uses for the lake is not told. */
function principalsOf(identity: ArmBody): readonly string[] {
  const assigned = Object.values(objectIn(identity, 'userAssignedIdentities')).map((one) =>
    textIn(asRecord(one), 'principalId'),
  );
  return [textIn(identity, 'principalId'), ...assigned].filter((id) => id !== '');
}

async function readLake(
  { storageAccountId, containerName }: FoundService,
  connection: AzureConnection,
  signal?: AbortSignal,
): Promise<DeploymentManifest['lake']> {
  const arm = armReader(connection);
  const name = readResourceId(storageAccountId)?.name ?? storageAccountId;
  const noun = `storage account '${name}'`;
  const [account, blobs] = await bothOf(
    explained(noun, 'Reader', () => arm.get(storageAccountId, API_VERSIONS.storage, signal)),
    explained(`blob service of the ${noun}`, 'Reader', () =>
      arm.get(`${storageAccountId}/blobServices/default`, API_VERSIONS.storage, signal),
    ),
  );
  const endpoints = objectIn(objectIn(account, 'properties'), 'primaryEndpoints');
  const settings = objectIn(blobs, 'properties');
  const softDelete = objectIn(settings, 'deleteRetentionPolicy');
  return {
    storageAccountId,
    storageAccountName: name,
    containerName,
    blobEndpoint: textIn(endpoints, 'blob'),
    dfsEndpoint: textIn(endpoints, 'dfs'),
    deletedFileRetentionDays: softDelete['enabled'] === true ? Number(softDelete['days'] ?? 0) : 0,
    lastAccessTracking: objectIn(settings, 'lastAccessTimeTrackingPolicy')['enable'] === true,
  };
}

/** @see https://learn.microsoft.com/azure/healthcare-apis/dicom/data-partitions#list-partitions */
async function listPartitions(
  { serviceUrl, name, dataPartitionsEnabled }: FoundService,
  connection: AzureConnection,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  if (!dataPartitionsEnabled) return [DEFAULT_PARTITION];
  const operation = 'GET /partitions';
  return explained(`list of partitions of the DICOM service '${name}'`, 'DICOM Data Reader', async () => {
    const answer = await dicomSender(connection)({
      method: 'GET',
      url: `${serviceUrl}/${API_VERSIONS.dicomWeb}/partitions`,
      headers: { Accept: 'application/json' },
      operation,
      ...(signal === undefined ? {} : { signal }),
    });
    if (answer.status === 204) return [];
    if (answer.status !== 200) throw new ServiceRefusal('dicom', operation, answer.status, undefined);
    const listed = parsedList(answer.body);
    if (listed === undefined) throw new UnreadableAnswer(operation, 'it is no JSON list');
    return listed.map((one) => textIn(asRecord(one), 'partitionName'));
  });
}

function parsedList(body: Buffer): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Both, or all that stands against them. */
async function bothOf<A, B>(first: A | Promise<A>, second: B | Promise<B>): Promise<[A, B]> {
  const [one, two] = await Promise.allSettled([first, second]);
  if (one.status === 'fulfilled' && two.status === 'fulfilled') return [one.value, two.value];
  const reasons = [one, two].flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  const bug = reasons.find((reason) => !(reason instanceof ConfigError));
  if (bug !== undefined) throw bug as Error;
  const problems = (reasons as ConfigError[]).flatMap(({ problems, message }) =>
    problems.length === 0 ? [message] : problems,
  );
  throw new ConfigError('the deployment cannot be looked up', problems);
}

/** @throws ConfigError in place of what Azure, or the way to it, has against it */
async function explained<T>(noun: string, role: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const problem = problemOf(error, noun, role);
    if (problem === undefined) throw error;
    throw new ConfigError('the deployment cannot be looked up', [problem]);
  }
}

function problemOf(error: unknown, noun: string, role: string): string | undefined {
  if (error instanceof EvidenceError) return `the ${noun} cannot be read: ${error.message}; ${error.remedy}`;
  if (error instanceof UnreadableAnswer) return `the ${noun} cannot be read: ${error.message}`;
  if (!(error instanceof ServiceRefusal)) return undefined;
  const { status, plane, serviceCode } = error;
  const code = serviceCode === undefined ? '' : ` ${serviceCode}`;
  if (status === 404) return `there is no ${noun} (404${code}); look at the names`;
  if (status === 403)
    return `whoever verifies may not read the ${noun} (403${code}), or it does not exist; grant ${role} on it, or mend the names`;
  const known = explainServiceError(plane, status, serviceCode);
  return `the ${noun} cannot be read (${status}${code})${known === undefined ? '; try again' : `: ${known.cause}; ${known.remedy}`}`;
}

function asRecord(value: unknown): ArmBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ArmBody) : {};
}

function textIn(body: ArmBody, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}
