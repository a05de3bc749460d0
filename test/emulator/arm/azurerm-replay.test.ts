import https from 'node:https';
import { AUDIENCES, ROLES } from '../../../contract';
import { type Emulator } from '../../../emulator';
import { send as sendHttps } from '../../support/dicom-http';
import { armOf, assignRole, credentialOf, startTestEmulator } from '../../support/emulator';
import { type RawAnswer, rawRequest, rawRequests } from '../../support/raw-arm';
import v4 from './azurerm-v4.54.0.json';
import v5 from './azurerm-v5.2.0.json';

/**
 * The life of a deployment (apply, plan, update, plan, destroy) as the unmodified azurerm provider sent it, for the
 * resource types of this kit, request by request: metadata, tokens, Resource Manager and Data Lake Storage. Left out is
 * only the polling of operations, whose ids each run has its own: every write is polled as its answer says. The
 * provider accepts a closed list of statuses for each operation, and a field that is missing from an answer makes it
 * replace the resource, plan a change or crash.
 */
interface RecordedRequest {
  readonly phase: string;
  readonly method: string;
  /** Of the file system that the deployment makes over Data Lake Storage; all else goes to Resource Manager. */
  readonly host?: string;
  readonly path: string;
  readonly query: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A JSON object, or the form of a token request. */
  readonly body?: unknown;
  readonly status: number;
  /** How many resources a list had. */
  readonly items?: number;
}

const ACCEPTED: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  token: { POST: [200] },
  resourceGroups: { PUT: [200, 201], PATCH: [200], DELETE: [200, 202] },
  userAssignedIdentities: { PUT: [200, 201], DELETE: [200, 204] },
  storageAccounts: { PUT: [200, 202], DELETE: [200, 204], POST: [200, 401, 403, 409] },
  blobServices: { PUT: [200] },
  containers: { PUT: [200, 201], PATCH: [200], DELETE: [200, 204] },
  managementPolicies: { PUT: [200], DELETE: [200, 204] },
  roleAssignments: { PUT: [200, 201], DELETE: [200, 204] },
  logWorkspaces: { POST: [200], PUT: [200, 201, 202], DELETE: [200, 202, 204] },
  workspaces: { PUT: [200, 201, 202], PATCH: [200, 202], DELETE: [200, 202, 204] },
  dicomServices: { PUT: [200, 201, 202], PATCH: [200, 202], DELETE: [200, 202, 204] },
  inventoryPolicies: { PUT: [200], DELETE: [200, 204] },
  locks: { PUT: [200, 201], DELETE: [200, 204] },
  diagnosticSettings: { PUT: [200], DELETE: [200, 204] },
  actionGroups: { PUT: [200, 201], DELETE: [200, 204] },
  activityLogAlerts: { PUT: [200, 201], DELETE: [200, 204] },
  metricAlerts: { PUT: [200], DELETE: [200, 204] },
  virtualNetworks: { PUT: [200, 201], DELETE: [200, 202, 204] },
  subnets: { PUT: [200, 201], DELETE: [200, 202, 204] },
  privateDnsZones: { PUT: [200, 201, 202], DELETE: [200, 202, 204] },
  virtualNetworkLinks: { PUT: [200, 201, 202], DELETE: [200, 202, 204] },
  privateEndpoints: { PUT: [200, 201], DELETE: [200, 202, 204] },
  privateDnsZoneGroups: { PUT: [200, 201], DELETE: [200, 202, 204] },
};

const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  metadata: [
    'name',
    'resourceManager',
    'microsoftGraphResourceId',
    'authentication.loginEndpoint',
    'authentication.identityProvider',
    'authentication.tenant',
    'suffixes.storage',
    'suffixes.keyVaultDns',
  ],
  token: ['token_type', 'access_token', 'expires_in'],
  resourceGroups: ['location', 'tags'],
  userAssignedIdentities: [
    'location',
    'properties.principalId',
    'properties.clientId',
    'properties.tenantId',
  ],
  storageAccounts: [
    'location',
    'sku.name',
    'sku.tier',
    'kind',
    'identity.type',
    'tags',
    'properties.isHnsEnabled',
    'properties.allowSharedKeyAccess',
    'properties.defaultToOAuthAuthentication',
    'properties.minimumTlsVersion',
    'properties.networkAcls.bypass',
    'properties.networkAcls.defaultAction',
    'properties.networkAcls.ipRules',
    'properties.supportsHttpsTrafficOnly',
    'properties.allowBlobPublicAccess',
    'properties.primaryEndpoints.blob',
    'properties.primaryEndpoints.dfs',
  ],
  blobServices: [
    'properties.deleteRetentionPolicy.enabled',
    'properties.deleteRetentionPolicy.days',
    'properties.containerDeleteRetentionPolicy.enabled',
    'properties.containerDeleteRetentionPolicy.days',
    'properties.lastAccessTimeTrackingPolicy.enable',
  ],
  fileServices: ['properties.shareDeleteRetentionPolicy.days'],
  containers: ['properties.publicAccess', 'properties.metadata.ver'],
  managementPolicies: ['properties.policy.rules.0.definition.actions.baseBlob'],
  roleAssignments: [
    'id',
    'properties.principalId',
    'properties.principalType',
    'properties.roleDefinitionId',
    'properties.scope',
  ],
  inventoryPolicies: ['properties.policy.enabled', 'properties.policy.rules'],
  locks: ['properties.level'],
  diagnosticSettings: ['properties.logs', 'properties.metrics', 'properties.workspaceId'],
  actionGroups: ['location', 'properties.emailReceivers', 'properties.enabled', 'properties.groupShortName'],
  activityLogAlerts: [
    'location',
    'properties.actions.actionGroups',
    'properties.condition.allOf',
    'properties.enabled',
    'properties.scopes',
  ],
  metricAlerts: [
    'location',
    'properties.actions',
    'properties.autoMitigate',
    'properties.criteria.allOf.0.criterionType',
    'properties.criteria.odata\\.type',
    'properties.enabled',
    'properties.evaluationFrequency',
    'properties.scopes',
    'properties.severity',
    'properties.windowSize',
  ],
  logWorkspaces: [
    'location',
    'properties.customerId',
    'properties.features.enableLogAccessUsingOnlyResourcePermissions',
    'properties.publicNetworkAccessForIngestion',
    'properties.publicNetworkAccessForQuery',
    'properties.retentionInDays',
    'properties.sku.name',
  ],
  virtualNetworks: [
    'location',
    'properties.addressSpace.addressPrefixes',
    'properties.privateEndpointVNetPolicies',
    'properties.subnets',
    'tags',
  ],
  subnets: [
    'properties.provisioningState',
    'properties.privateEndpointNetworkPolicies',
    'properties.privateLinkServiceNetworkPolicies',
  ],
  privateEndpoints: ['location', 'properties.subnet.id', 'properties.privateLinkServiceConnections'],
  privateDnsZoneGroups: ['properties.privateDnsZoneConfigs'],
  networkInterfaces: ['properties.ipConfigurations.0.properties.privateIPAddress'],
  virtualNetworkLinks: ['properties.virtualNetwork.id'],
  SOA: ['properties.soaRecord.email'],
  roleDefinitions: ['properties.roleName'],
  workspaces: ['location', 'tags'],
  dicomServices: [
    'location',
    'properties.enableDataPartitions',
    'properties.storageConfiguration.fileSystemName',
    'properties.storageConfiguration.storageResourceId',
    'properties.serviceUrl',
    'properties.authenticationConfiguration.authority',
    'identity.type',
    'identity.userAssignedIdentities',
    'tags',
  ],
};

describe.each([
  ['4.54.0', v4 as readonly RecordedRequest[]],
  ['5.2.0', v5 as readonly RecordedRequest[]],
])('the recorded traffic of azurerm %s', (_version, requests) => {
  test('is answered as the provider needs it, from create to destroy', async () => {
    await using emulator: Emulator = await startTestEmulator();
    const play = await player(emulator);
    const written = new Map<string, unknown>();
    const complaints: string[] = [];
    for (const request of requests) {
      const { answer, sent } = await play(request);
      if (['PUT', 'PATCH'].includes(request.method)) written.set(request.path, sent);
      complaints.push(...judge(request, answer, written.get(request.path)));
    }
    expect(complaints).toEqual([]);
  });
});

/** Sends recorded requests with what each run has its own: secrets, principals, and names that Azure chooses. */
async function player(
  emulator: Emulator,
): Promise<(request: RecordedRequest) => Promise<{ readonly answer: RawAnswer; readonly sent: unknown }>> {
  const { deployer } = emulator.ready.credentials;
  const { arm, entra, storage } = emulator.ready.endpoints;
  await assignRole(
    armOf(emulator),
    `/subscriptions/${emulator.ready.subscriptionId}`,
    ROLES.storageBlobDataOwner.id,
    deployer.objectId,
    1,
  );
  const authorize = async (audience: string): Promise<Readonly<Record<string, string>>> => ({
    Authorization: `Bearer ${(await credentialOf(emulator, 'deployer').getToken(`${audience}/.default`)).token}`,
  });
  const [armToken, lakeToken] = await Promise.all([authorize(AUDIENCES.arm), authorize(AUDIENCES.storage)]);
  // The emulator's certificate is for loopback, whatever host a proxy sends there.
  const agent = new https.Agent({ servername: 'localhost' });
  const sendTo = async (origin: string, request: RecordedRequest, body = ''): Promise<RawAnswer> => {
    const { status, headers, text } = await sendHttps(
      `${origin}${request.path}?${request.query}`,
      emulator.ca,
      {
        method: request.method,
        agent,
        headers: {
          ...(request.host === undefined ? {} : { Host: request.host, ...lakeToken }),
          ...request.headers,
          'Content-Length': String(Buffer.byteLength(body)),
        },
        body: Buffer.from(body),
      },
    );
    return { status, headers, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
  };
  const poll = await rawRequests(emulator);
  let principalId = '';
  let interfaceId = '';
  return async (request) => {
    if (request.host !== undefined) return { answer: await sendTo(storage, request), sent: undefined };
    if (typeof request.body === 'string') {
      const form = new URLSearchParams(request.body);
      form.set('client_secret', deployer.clientSecret);
      form.set('scope', (form.get('scope') ?? '').replace('https://localhost:8443', arm));
      return { answer: await sendTo(entra, request, form.toString()), sent: undefined };
    }
    const kind = kindOf(request.path);
    const path = kind === 'networkInterfaces' ? interfaceId : request.path;
    const sent = withPrincipal(request.body, principalId);
    const headers = kind === 'metadata' ? {} : { ...armToken, ...request.headers };
    const answer = await rawRequest(emulator, request.method, `${path}?${request.query}`, headers, sent);
    if (kind === 'userAssignedIdentities') {
      principalId = (valueAt(answer.body, 'properties.principalId') as string | undefined) ?? principalId;
    }
    if (kind === 'privateEndpoints') {
      interfaceId =
        (valueAt(answer.body, 'properties.networkInterfaces.0.id') as string | undefined) ?? interfaceId;
    }
    const operation = answer.headers['azure-asyncoperation'] ?? answer.headers['location'];
    if (operation !== undefined) {
      const { pathname, search } = new URL(String(operation));
      expect(await poll('GET', `${pathname}${search}`)).toMatchObject({
        status: 200,
        body: { status: 'Succeeded' },
      });
    }
    return { answer, sent };
  };
}

function judge(request: RecordedRequest, answer: RawAnswer, written: unknown): readonly string[] {
  const kind = kindOf(request.path);
  const where = `${request.phase}: ${request.method} ${kind}`;
  const isClosedList = request.host === undefined && !['GET', 'HEAD'].includes(request.method);
  const accepted = isClosedList ? (ACCEPTED[kind]?.[request.method] ?? []) : [request.status];
  if (!accepted.includes(answer.status)) {
    return [
      `${where} was answered ${answer.status}, accepted are ${accepted.join(', ')}: ${JSON.stringify(answer.body)}`,
    ];
  }
  if (
    answer.status === 202 &&
    request.host === undefined &&
    (answer.headers['azure-asyncoperation'] ?? answer.headers['location']) === undefined
  )
    return [`${where}: 202 without a poller`];
  if (answer.status !== 200 || request.method === 'HEAD') return [];
  if (request.items !== undefined) return judgeList(where, request, answer.body);
  if (request.method !== 'GET' && kind !== 'token') return [];
  return [
    ...missing(kind, answer.body).map((path) => `${where}: the answer lacks ${path}`),
    ...unlike(written, answer.body, AZURE_DECIDES[kind]).map(
      (path) => `${where}: the answer differs from what was put at ${path}`,
    ),
  ];
}

function judgeList(where: string, { path, items }: RecordedRequest, body: unknown): readonly string[] {
  const list = valueAt(body, 'value') as readonly unknown[];
  const kind = path.split('/').at(-1) ?? '';
  if (list.length !== items) return [`${where}: ${list.length} resources, not ${items}`];
  return list.flatMap((item) => missing(kind, item).map((path) => `${where}: an item lacks ${path}`));
}

function missing(kind: string, resource: unknown): readonly string[] {
  return (REQUIRED[kind] ?? []).filter((path) => valueAt(resource, path) === undefined);
}

/** What the provider puts back as it read it from another Azure, or under the name of something else. */
const AZURE_DECIDES: Readonly<Record<string, readonly string[]>> = {
  dicomServices: ['properties.serviceUrl', 'properties.authenticationConfiguration'],
  logWorkspaces: ['properties.customerId'],
  privateDnsZoneGroups: ['name'],
  virtualNetworks: ['properties.resourceGuid', 'properties.subnets'],
};

/** Where an answer does not show what was put; a plan would find a change there. */
function unlike(put: unknown, shown: unknown, except: readonly string[] = [], path = ''): readonly string[] {
  if (put === null || put === undefined || except.includes(path)) return [];
  if (typeof put !== 'object') return put === shown ? [] : [path];
  if (Array.isArray(put) && (!Array.isArray(shown) || shown.length !== put.length)) return [path];
  return Object.entries(put).flatMap(([key, value]) =>
    unlike(
      value,
      (shown as Record<string, unknown> | undefined)?.[key],
      except,
      path === '' ? key : `${path}.${key}`,
    ),
  );
}

/** The type of the last resource in a path, without its namespace; two namespaces have workspaces. */
function kindOf(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.at(-1) === 'resources') return 'resources';
  if (segments[0] === 'metadata') return 'metadata';
  if (segments.at(-1) === 'token') return 'token';
  const kind = segments.length % 2 === 1 ? (segments.at(-3) ?? '') : (segments.at(-2) ?? '');
  return kind === 'workspaces' && path.includes('/Microsoft.OperationalInsights/') ? 'logWorkspaces' : kind;
}

/** Principals differ from run to run; assignments name the one of this run. */
function withPrincipal(body: unknown, principalId: string): unknown {
  const properties = (body as { properties?: { principalId?: string } } | undefined)?.properties;
  return properties?.principalId === undefined
    ? body
    : { ...(body as object), properties: { ...properties, principalId } };
}

/** Keys are parted by dots; `\\.` stands for a dot within a key. */
function valueAt(body: unknown, path: string): unknown {
  return path
    .split(/(?<!\\)\./)
    .map((key) => key.replaceAll('\\.', '.'))
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], body);
}
