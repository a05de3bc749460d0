import { type Emulator } from '../../../emulator';
import { startTestEmulator } from '../../support/emulator';
import { type RawAnswer, rawRequests } from '../../support/raw-arm';
import v4 from './azurerm-v4.54.0.json';
import v5 from './azurerm-v5.2.0.json';

/**
 * The life of a deployment (apply, plan, update, plan, destroy) as the unmodified azurerm provider sent it, for the
 * resource types of this kit. The provider accepts a closed list of statuses for each operation, and a field that is
 * missing from an answer makes it replace the resource, plan a change or crash.
 */
interface RecordedRequest {
  readonly phase: string;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body?: unknown;
  readonly status: number;
}

const ACCEPTED: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
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
    const send = await rawRequests(emulator);
    let principalId = '';
    const complaints: string[] = [];
    for (const request of requests) {
      const body = withPrincipal(request.body, principalId);
      const answer = await send(request.method, `${request.path}?${request.query}`, body);
      if (kindOf(request.path) === 'userAssignedIdentities' && answer.status < 300) {
        principalId = (valueAt(answer.body, 'properties.principalId') as string | undefined) ?? principalId;
      }
      complaints.push(...judge(request, answer));
    }
    expect(complaints).toEqual([]);
    expect(requests.length).toBeGreaterThan(300);
  });
});

function judge(request: RecordedRequest, answer: RawAnswer): readonly string[] {
  const kind = kindOf(request.path);
  const where = `${request.phase}: ${request.method} ${kind}`;
  const accepted = request.method === 'GET' ? [request.status] : (ACCEPTED[kind]?.[request.method] ?? []);
  if (!accepted.includes(answer.status)) {
    return [
      `${where} was answered ${answer.status}, accepted are ${accepted.join(', ')}: ${JSON.stringify(answer.body)}`,
    ];
  }
  if (
    answer.status === 202 &&
    (answer.headers['azure-asyncoperation'] ?? answer.headers['location']) === undefined
  )
    return [`${where}: 202 without a poller`];
  const isList = valueAt(answer.body, 'value') !== undefined;
  if (request.method !== 'GET' || answer.status !== 200 || isList) return [];
  const missing = (REQUIRED[kind] ?? []).filter((path) => valueAt(answer.body, path) === undefined);
  return missing.map((path) => `${where}: the answer lacks ${path}`);
}

/** The type of the last resource in a path, without its namespace; two namespaces have workspaces. */
function kindOf(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.at(-1) === 'resources') return 'resources';
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
