import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { AUDIENCES, ROLES } from '../../../contract';
import { ManualClock } from '../../../emulator';
import { type Azure, createAzure } from '../../../emulator/azure';
import { ForgetfulState } from '../../../emulator/domain/state-store';
import { SUBSCRIPTION_ID, TENANT_ID } from '../../../emulator/entra/directory';
import type { Handler, HttpResponse } from '../../../emulator/http/exchange';
import { MemoryContents } from '../../support/memory-contents';
import { usedHeap } from '../../support/used-heap';

/** `FUZZ_CASES=50000` for a long run; `FUZZ_SEED` repeats one that failed. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 1500);
/** Operations are kept for good. */
const HEAP_GROWTH_BYTES = 16 * 1024 * 1024;
/** From so many requests on, everything that is made once is there. */
const WARM = 1000;
const SEED = Number(process.env['FUZZ_SEED'] ?? 20260131);

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg`;
/** Stands apart from all that the requests are about. */
const BARE_GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/bare`;
const at = (type: string, name: string): string => `${GROUP}/providers/${type}/${name}`;
const ACCOUNT = at('Microsoft.Storage/storageAccounts', 'fuzzlake');
const CONTAINER = `${ACCOUNT}/blobServices/default/containers/dicom`;
const IDENTITY = at('Microsoft.ManagedIdentity/userAssignedIdentities', 'one');
const WORKSPACE = at('Microsoft.HealthcareApis/workspaces', 'fuzzws');
const LOGS = at('Microsoft.OperationalInsights/workspaces', 'logs');
const ENVIRONMENT = at('Microsoft.App/managedEnvironments', 'verify');
const NETWORK = at('Microsoft.Network/virtualNetworks', 'net');
const ZONE = at('Microsoft.Network/privateDnsZones', 'privatelink.dfs.core.windows.net');
const ENDPOINT = at('Microsoft.Network/privateEndpoints', 'lake');
const located = (properties: object = {}): object => ({ location: 'westeurope', tags: {}, properties });

/** Every type, in an order in which all can be made. */
const RESOURCES: readonly (readonly [id: string, body: object])[] = [
  [GROUP, located()],
  [IDENTITY, located()],
  [
    ACCOUNT,
    {
      ...located({
        isHnsEnabled: true,
        allowSharedKeyAccess: false,
        publicNetworkAccess: 'Enabled',
        networkAcls: {
          bypass: 'AzureServices',
          defaultAction: 'Deny',
          ipRules: [{ value: '203.0.113.10', action: 'Allow' }],
          virtualNetworkRules: [{ id: `${NETWORK}/subnets/one` }],
          resourceAccessRules: [{ tenantId: TENANT_ID, resourceId: WORKSPACE }],
        },
      }),
      kind: 'StorageV2',
      sku: { name: 'Standard_ZRS' },
      identity: { type: 'SystemAssigned, UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    },
  ],
  [
    `${ACCOUNT}/blobServices/default`,
    {
      properties: {
        deleteRetentionPolicy: { enabled: true, days: 7 },
        lastAccessTimeTrackingPolicy: { enable: true },
      },
    },
  ],
  [
    `${ACCOUNT}/fileServices/default`,
    { properties: { shareDeleteRetentionPolicy: { enabled: true, days: 7 } } },
  ],
  [CONTAINER, { properties: { publicAccess: 'None', metadata: { a: '1' } } }],
  [
    `${ACCOUNT}/managementPolicies/default`,
    {
      properties: {
        policy: {
          rules: [
            {
              name: 'cool',
              enabled: true,
              type: 'Lifecycle',
              definition: {
                filters: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/AHDS/'] },
                actions: {
                  baseBlob: {
                    tierToCool: { daysAfterLastAccessTimeGreaterThan: 30 },
                    enableAutoTierToHotFromCool: true,
                  },
                },
              },
            },
          ],
        },
      },
    },
  ],
  [
    `${ACCOUNT}/inventoryPolicies/default`,
    {
      properties: {
        policy: {
          enabled: true,
          type: 'Inventory',
          rules: [
            {
              name: 'a',
              destination: 'dicom',
              definition: {
                objectType: 'Blob',
                format: 'Csv',
                schedule: 'Daily',
                schemaFields: ['Name', 'Snapshot'],
                filters: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/'], includeSnapshots: true },
              },
            },
          ],
        },
      },
    },
  ],
  [
    `${CONTAINER}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000001`,
    {
      properties: {
        principalId: '77777777-7777-7777-7777-777777777777',
        roleDefinitionId: `/providers/Microsoft.Authorization/roleDefinitions/${ROLES.reader.id}`,
        principalType: 'ServicePrincipal',
        condition: null,
      },
    },
  ],
  [`${ACCOUNT}/providers/Microsoft.Authorization/locks/keep`, { properties: { level: 'CanNotDelete' } }],
  [WORKSPACE, located()],
  [
    `${WORKSPACE}/dicomServices/images`,
    {
      ...located({
        enableDataPartitions: true,
        storageConfiguration: { storageResourceId: ACCOUNT, fileSystemName: 'dicom' },
        corsConfiguration: { origins: ['*'] },
      }),
      identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    },
  ],
  [LOGS, located({ sku: { name: 'PerGB2018' }, retentionInDays: 30 })],
  [
    `${WORKSPACE}/dicomServices/images/providers/Microsoft.Insights/diagnosticSettings/logs`,
    { properties: { workspaceId: LOGS, logs: [{ category: 'AuditLogs', enabled: true }], metrics: [] } },
  ],
  [
    at('Microsoft.Insights/actionGroups', 'oncall'),
    located({ groupShortName: 'oncall', emailReceivers: [] }),
  ],
  [
    at('Microsoft.Insights/activityLogAlerts', 'health'),
    located({ scopes: [GROUP], condition: { allOf: [] } }),
  ],
  [at('Microsoft.Insights/metricAlerts', 'refused'), located({ criteria: { 'odata.type': 'x', allOf: [] } })],
  [at('Microsoft.Insights/scheduledQueryRules', 'late'), located({ scopes: [LOGS] })],
  [ENVIRONMENT, located({ appLogsConfiguration: { destination: 'azure-monitor' } })],
  [
    at('Microsoft.App/jobs', 'verify'),
    {
      ...located({
        environmentId: ENVIRONMENT,
        configuration: {
          triggerType: 'Schedule',
          scheduleTriggerConfig: { cronExpression: '17 * * * *' },
          replicaTimeout: 1200,
          registries: [{ server: 'demo.azurecr.io', identity: IDENTITY }],
        },
        template: { containers: [{ name: 'verify', image: 'demo.azurecr.io/dicom-lake:1.2.3' }] },
      }),
      identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: {} } },
    },
  ],
  [NETWORK, located({ addressSpace: { addressPrefixes: ['10.1.0.0/16'] }, subnets: [] })],
  [`${NETWORK}/subnets/one`, { properties: { addressPrefixes: ['10.1.1.0/24'] } }],
  [ZONE, located()],
  [`${ZONE}/virtualNetworkLinks/one`, { properties: { virtualNetwork: { id: NETWORK } } }],
  [
    ENDPOINT,
    located({
      subnet: { id: `${NETWORK}/subnets/one` },
      customNetworkInterfaceName: '',
      privateLinkServiceConnections: [
        { name: 'lake', properties: { privateLinkServiceId: ACCOUNT, groupIds: ['dfs'] } },
      ],
    }),
  ],
  [
    `${ENDPOINT}/privateDnsZoneGroups/zones`,
    { properties: { privateDnsZoneConfigs: [{ name: 'dfs', properties: { privateDnsZoneId: ZONE } }] } },
  ],
];

const OTHER_TARGETS = [
  `${GROUP}/resources`,
  `${GROUP}/providers/Microsoft.Authorization/permissions`,
  `${ACCOUNT}/listKeys`,
  `${LOGS}/sharedKeys`,
  `${ACCOUNT}/providers/Microsoft.Authorization/roleAssignments`,
  `${ACCOUNT}/providers/Microsoft.Authorization/roleDefinitions`,
  `${WORKSPACE}/dicomServices/images/providers/Microsoft.ResourceHealth/availabilityStatuses/current`,
  `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Storage/checkNameAvailability`,
  `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Storage/storageAccounts`,
  `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Storage/register`,
  `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.X/locations/y/operations/z`,
  '/graph/v1.0/servicePrincipals',
  '/metadata/endpoints',
];

const nested = (depth: number): unknown => {
  let value: unknown = {};
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
};

const EVIL: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, '', ' ', '*', '/', '//', '..', 'default', [], [null], [[]], {}],
  ...[{ toString: 1 }, { valueOf: null, toString: null }, { length: -1 }, { then: 1 }, { constructor: {} }],
  ...[[{ toString: 1 }], 'a'.repeat(10_000), '\u0000', '\uD800', '💥', '\u202E', '(a+)+$', '%', '%2e', GROUP],
  ...[ACCOUNT, JSON.parse('{"__proto__": {"polluted": true}}') as unknown, nested(80)],
];

type Path = readonly string[];

/** Where something can be replaced: every leaf and every branch, the whole included. */
function pathsIn(value: unknown): readonly Path[] {
  const inside = Object.entries(typeof value === 'object' && value !== null ? value : {}).flatMap(
    ([key, one]) => pathsIn(one).map((path) => [key, ...path]),
  );
  return [[], ...inside];
}

const REMOVED = Symbol('removed');

/** A copy with another value at a path, or without what is there. */
function mutated(value: unknown, [key, ...rest]: Path, evil: unknown): unknown {
  if (key === undefined) return evil;
  if (Array.isArray(value)) {
    return value.map((one: unknown, index) => (String(index) === key ? mutated(one, rest, evil) : one));
  }
  const entries = Object.entries(value as object).map(
    ([name, one]: [string, unknown]) => [name, name === key ? mutated(one, rest, evil) : one] as const,
  );
  return Object.fromEntries(entries.filter(([, one]) => one !== REMOVED));
}

function written(body: unknown): string {
  return body === REMOVED ? '' : JSON.stringify(body);
}

const bodyOf = (template: object): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: mutationOf(template) },
    { weight: 1, arbitrary: fc.constant(JSON.stringify(template)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', '{', 'null', '[]', '"x"', '\uFEFF{}', '{}{}', '{"a":1e999}'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom('['.repeat(100_000), '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000)),
    },
  );

function mutationOf(template: object): fc.Arbitrary<string> {
  const evil = fc.oneof(fc.constantFrom(...EVIL, REMOVED), fc.jsonValue({ maxDepth: 3 }));
  return fc
    .tuple(fc.constantFrom(...pathsIn(template)), evil)
    .map(([path, value]) => written(mutated(template, path, value)));
}

const EVIL_SEGMENTS = fc.oneof(
  fc.constantFrom('', '.', '..', '%', '%00', '%2F', '%zz', '%E0%A4%A', '@', 'default', '$root', '__proto__'),
  fc.constantFrom('providers', 'Microsoft.Authorization', 'locks', 'subscriptions', 'constructor', '*'),
  fc.string({ maxLength: 20 }).map((text) => encodeURIComponent(text.replace(/[\uD800-\uDFFF]/g, ''))),
);

function targetOf(id: string): fc.Arbitrary<string> {
  const segments = id.split('/');
  const replaced = fc
    .tuple(fc.nat(segments.length - 1), EVIL_SEGMENTS)
    .map(([index, evil]) => segments.with(index, evil).join('/'));
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(id) },
    { weight: 1, arbitrary: fc.constantFrom(id.toUpperCase(), `${id}/`, `/${id}`, `${id}//`) },
    { weight: 2, arbitrary: replaced },
    { weight: 1, arbitrary: EVIL_SEGMENTS.map((evil) => `${id}/${evil}`) },
    {
      weight: 1,
      arbitrary: fc.nat(segments.length).map((count) => segments.slice(0, count).join('/') || '/'),
    },
  );
}

const QUERIES = fc.constantFrom(
  'api-version=2024-03-31',
  'api-version=2024-03-31',
  'api-version=2024-03-31&api-version=',
  'api-version=1&$filter=x',
  "api-version=1&$filter=roleName%20eq%20'",
  "api-version=1&$filter=principalId%20eq%20'x'",
  'api-version=1&$expand=recommendedactions',
  '%',
  'api-version=2',
);

interface Shot {
  readonly method: string;
  readonly target: string;
  readonly body: string;
}

/** Make a group and remove it, in any order; no lock can protect it, so that each finds the other's work. */
const BARE_SHOTS: readonly Shot[] = ['PUT', 'DELETE'].map((method) => ({
  method,
  target: `${BARE_GROUP}?api-version=1`,
  body: JSON.stringify(located()),
}));

const ANY_SHOT: fc.Arbitrary<Shot> = fc
  .constantFrom(...RESOURCES, ...OTHER_TARGETS.map((target) => [target, { name: 'fuzzlake' }] as const))
  .chain(([id, template]) =>
    fc.record({
      method: fc.constantFrom(
        'GET',
        'PUT',
        'PUT',
        'PUT',
        'PATCH',
        'PATCH',
        'DELETE',
        'POST',
        'HEAD',
        'TRACE',
      ),
      target: fc.tuple(targetOf(id), QUERIES).map(([path, query]) => `${path}?${query}`),
      body: bodyOf(template),
    }),
  );

const SHOTS = fc.oneof(
  { weight: 20, arbitrary: ANY_SHOT },
  { weight: 1, arbitrary: fc.constantFrom(...BARE_SHOTS) },
);

function textOf(body: HttpResponse['body']): string {
  return typeof body === 'string' ? body : '';
}

/** @throws Error where an answer is none that Azure would give */
function judge({ status, headers = {}, body }: HttpResponse): void {
  const isKnown = (status >= 200 && status < 300) || [400, 401, 403, 404, 409, 413, 501].includes(status);
  if (!isKnown) throw new Error(`answered ${status}: ${textOf(body)}`);
  if (status < 300) {
    if (body !== undefined) JSON.parse(textOf(body));
    return;
  }
  expect(headers['Content-Type']).toContain('application/json');
  const { error } = JSON.parse(textOf(body)) as { error: { code: string; message: string } };
  expect(error).toEqual({
    code: expect.stringMatching(/^\w+$/) as string,
    message: expect.any(String) as string,
  });
}

async function makeAll(arm: (shot: Shot) => Promise<HttpResponse>): Promise<void> {
  for (const [id, body] of RESOURCES) {
    if (id.includes('/locks/')) continue;
    await arm({ method: 'PUT', target: `${id}?api-version=1`, body: JSON.stringify(body) });
  }
}

/** Whatever stands can still be listed and removed. */
async function clear(azure: Azure, arm: (shot: Shot) => Promise<HttpResponse>): Promise<void> {
  const locks = azure.resources.below('/subscriptions').filter(({ id }) => /\/locks\/[^/]*$/i.test(id));
  for (const { id } of locks)
    await arm({ method: 'DELETE', target: `${encodeURI(id)}?api-version=1`, body: '' });
  // A request may have removed the group already.
  await arm({ method: 'PUT', target: `${GROUP}?api-version=1`, body: JSON.stringify(located()) });
  const subscription = `/subscriptions/${SUBSCRIPTION_ID}`;
  expect(
    (await arm({ method: 'GET', target: `${subscription}/resourceGroups?api-version=1`, body: '' })).status,
  ).toBe(200);
  expect((await arm({ method: 'DELETE', target: `${GROUP}?api-version=1`, body: '' })).status).toBe(202);
  expect(azure.resources.below(GROUP)).toEqual([]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  await azure.dicomServices.close();
}

test(`${CASES} requests of all kinds crash nothing, and are answered as Azure answers`, async () => {
  const azure = await startAzure();
  const arm = await sender(azure);
  const statuses = new Set<number>();
  let count = 0;
  let heapWhenWarm = 0;
  await fc.assert(
    fc.asyncProperty(SHOTS, async (shot) => {
      if (count % 100 === 0) await makeAll(arm);
      if (count === WARM) heapWhenWarm = usedHeap();
      count += 1;
      const answer = await arm(shot);
      statuses.add(answer.status);
      judge(answer);
    }),
    { numRuns: CASES, seed: SEED, endOnFailure: true },
  );
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 202, 400, 404, 409, 501]));
  await clear(azure, arm);
  expect(usedHeap() - heapWhenWarm).toBeLessThan(HEAP_GROWTH_BYTES);
}, 600_000);

test.each(RESOURCES)(
  '%s takes no harm from any value in any field, new or there already',
  async (id, template) => {
    const azure = await startAzure();
    const arm = await sender(azure);
    const target = `${id}?api-version=1`;
    await makeAll(arm);
    for (const path of pathsIn(template)) {
      for (const evil of [...EVIL, REMOVED]) {
        const body = written(mutated(template, path, evil));
        try {
          judge(await arm({ method: 'PUT', target, body }));
          judge(await arm({ method: 'PATCH', target, body }));
          judge(await arm({ method: 'DELETE', target, body: '' }));
          judge(await arm({ method: 'PUT', target, body }));
          await arm({ method: 'PUT', target, body: JSON.stringify(template) });
        } catch (error) {
          throw new Error(`PUT ${body.slice(0, 500)}`, { cause: error });
        }
      }
      await makeAll(arm);
    }
    await clear(azure, arm);
  },
  120_000,
);

function startAzure(): Promise<Azure> {
  return createAzure({
    clock: new ManualClock(),
    origin: (plane) => `https://127.0.0.1/${plane}`,
    state: new ForgetfulState(),
    contents: new MemoryContents(),
  });
}

/** Requests as the listener would pass them on, in the name of the deployer. */
async function sender({ planes, directory }: Azure): Promise<(shot: Shot) => Promise<HttpResponse>> {
  const { clientId, clientSecret } = directory.deployer;
  const form = new URLSearchParams({
    ...{ grant_type: 'client_credentials', scope: `${AUDIENCES.arm}/.default` },
    ...{ client_id: clientId, client_secret: clientSecret },
  });
  const issued = await request(planes.entra, 'POST', `/${TENANT_ID}/oauth2/v2.0/token`, String(form), {});
  const { access_token: token } = JSON.parse(textOf(issued.body)) as { access_token: string };
  return ({ method, target, body }) =>
    request(planes.arm, method, target, body, { authorization: `Bearer ${token}` });
}

function request(
  handler: Handler,
  method: string,
  target: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<HttpResponse> {
  return handler({
    method,
    url: new URL(target.replace(/^\/{2,}/, '/'), 'https://127.0.0.1'),
    headers,
    body: Readable.from([Buffer.from(body)]),
    receivedAt: 0,
    id: '1',
  });
}
