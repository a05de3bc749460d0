import http from 'node:http';
import https from 'node:https';
import { AUDIENCES, ROLES } from '../../../contract';
import type { Emulator } from '../../../emulator';
import { send as sendHttps } from '../../support/dicom-http';
import { armOf, assignRole, credentialOf, startTestEmulator } from '../../support/emulator';
import { type RawAnswer, rawRequest, rawRequests } from '../../support/raw-arm';
import { type SendStorage, storageSender } from '../../support/storage-http';

/**
 * What the unmodified azurerm provider calls in the life of a deployment, one test for each row of the checklist that
 * was made from its recorded traffic: the statuses it accepts, and what it reads from the answers. The rows stand in
 * their order; rows that need a resource make it.
 */
const LOCATION = 'westeurope';
const API = 'api-version=2024-03-31';
const GONE = { status: 404 };

let emulator: Emulator;
let call: (method: string, target: string, body?: unknown) => Promise<RawAnswer>;
let storage: SendStorage;
let subscription: string;
let group: string;

beforeAll(async () => {
  emulator = await startTestEmulator();
  const raw = await rawRequests(emulator);
  call = (method, target, body) => raw(method, `${target}${target.includes('?') ? '&' : '?'}${API}`, body);
  subscription = `/subscriptions/${emulator.ready.subscriptionId}`;
  group = `${subscription}/resourceGroups/rg-list`;
  await call('PUT', group, { location: LOCATION, tags: { kept: 'yes' } });
});
afterAll(() => emulator.close());

async function ok(method: string, target: string, body?: unknown): Promise<RawAnswer> {
  const answer = await call(method, target, body);
  if (answer.status >= 300) throw new Error(`${method} ${target}: ${JSON.stringify(answer)}`);
  return answer;
}

/** Polls as the provider does: by path and query, until it is over. */
async function over(answer: RawAnswer): Promise<RawAnswer> {
  const url = answer.headers['azure-asyncoperation'] ?? answer.headers['location'];
  const { pathname, search } = new URL(String(url));
  expect(answer.headers['retry-after']).toBe('0');
  return (await rawRequests(emulator))('GET', `${pathname}${search}`);
}

/** Create, read, replace, delete; `statuses` are those of the first PUT, the second one and DELETE. */
async function lifeOf(
  target: string,
  body: object,
  statuses: readonly [created: number, replaced: number, deleted: number],
  { isAsync = false, keep = false } = {},
): Promise<RawAnswer> {
  expect(await call('GET', target)).toMatchObject(GONE);
  const created = await call('PUT', target, body);
  expect(created).toMatchObject({ status: statuses[0] });
  if (isAsync) expect(await over(created)).toMatchObject({ status: 200, body: { status: 'Succeeded' } });
  const read = await call('GET', target);
  expect(read).toMatchObject({ status: 200, body: { id: target, ...body } });
  const again = await call('PUT', target, body);
  expect(again).toMatchObject({ status: statuses[1] });
  expect(withoutStamps(await call('GET', target))).toEqual(withoutStamps(read));
  if (keep) return read;
  expect(await call('DELETE', target)).toMatchObject({ status: statuses[2] });
  expect(await call('GET', target)).toMatchObject(GONE);
  expect(await call('DELETE', target)).toMatchObject({ status: 204 });
  return read;
}

/** What only tells when something was written last is left out. */
function withoutStamps({ body }: RawAnswer): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) => (['etag', 'updatedOn'].includes(key) ? undefined : value)),
  );
}

const id = (type: string, name: string): string => `${group}/providers/${type}/${name}`;
const account = (): string => id('Microsoft.Storage/storageAccounts', 'listlake');
const container = (): string => `${account()}/blobServices/default/containers/dicom`;
const identity = (): string => id('Microsoft.ManagedIdentity/userAssignedIdentities', 'reader');
const workspace = (): string => id('Microsoft.HealthcareApis/workspaces', 'listws');
const service = (): string => `${workspace()}/dicomServices/images`;
const logs = (): string => id('Microsoft.OperationalInsights/workspaces', 'logs');
const actions = (): string => id('Microsoft.Insights/actionGroups', 'oncall');
const network = (): string => id('Microsoft.Network/virtualNetworks', 'hospital');
const zone = (): string => id('Microsoft.Network/privateDnsZones', 'privatelink.dfs.core.windows.net');
const endpoint = (): string => id('Microsoft.Network/privateEndpoints', 'lake');
const ACCOUNT_BODY = {
  location: LOCATION,
  kind: 'StorageV2',
  sku: { name: 'Standard_ZRS', tier: 'Standard' },
  tags: { team: 'imaging' },
  identity: { type: 'None' },
  properties: {
    isHnsEnabled: true,
    allowSharedKeyAccess: false,
    networkAcls: { bypass: 'AzureServices', defaultAction: 'Allow', ipRules: [] },
  },
};

describe('nothing works without', () => {
  test('row 1: GET /metadata/endpoints', async () => {
    const answer = await rawRequest(emulator, 'GET', '/metadata/endpoints?api-version=2022-09-01', {});
    const { arm, entra, storage: lake } = emulator.ready.endpoints;
    expect(answer).toMatchObject({
      status: 200,
      body: {
        name: expect.any(String) as unknown,
        resourceManager: arm,
        microsoftGraphResourceId: `${arm}/graph`,
        authentication: { loginEndpoint: entra, tenant: 'common', identityProvider: 'AAD' },
        suffixes: {
          storage: `localhost:${new URL(lake).port}`,
          keyVaultDns: expect.any(String) as unknown,
        },
      },
    });
  });

  test('row 2: GET //metadata/endpoints of the old version, with two slashes', async () => {
    const answer = await rawRequest(emulator, 'GET', '//metadata/endpoints?api-version=2018-01-01', {});
    expect(answer).toMatchObject({ status: 200, body: { cloudEndpoint: {} } });
  });

  test('row 3: POST /{tenant}/oauth2/v2.0/token', async () => {
    const { token } = await credentialOf(emulator, 'deployer').getToken(`${AUDIENCES.arm}/.default`);
    const [, claims = ''] = token.split('.');
    expect(claims).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: AUDIENCES.arm,
      exp: expect.any(Number) as unknown,
      iat: expect.any(Number) as unknown,
      oid: emulator.ready.credentials.deployer.objectId,
      tid: emulator.ready.tenantId,
      appid: emulator.ready.credentials.deployer.clientId,
    });
  });

  test('row 4: GET {S}/providers, of one provider, and its registration', async () => {
    expect(await call('GET', `${subscription}/providers`)).toMatchObject({
      status: 200,
      body: { value: [] },
    });
    const registered = { status: 200, body: { registrationState: 'Registered' } };
    const health = `${subscription}/providers/Microsoft.HealthcareApis`;
    expect(await call('GET', health)).toMatchObject(registered);
    expect(await call('POST', `${health}/register`)).toMatchObject(registered);
  });

  test('row 5: GET of an operation, which has ended; one that nobody started is not there', async () => {
    const target = id('Microsoft.HealthcareApis/workspaces', 'asyncws');
    const started = await call('PUT', target, { location: LOCATION });
    const ended = await over(started);
    expect(ended).toMatchObject({
      status: 200,
      body: { status: 'Succeeded' },
      headers: { 'retry-after': '0' },
    });
    const { pathname } = new URL(String(started.headers['azure-asyncoperation']));
    expect(await call('GET', `${pathname}x`)).toMatchObject(GONE);
    await ok('DELETE', target);
  });

  test('row 6: an unknown route is answered as none that a client would try again', async () => {
    for (const target of ['/', '/nowhere', `${subscription}/nowhere`, `${group}/providers/A.B/c/d/e/f`]) {
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']) {
        const answer = await call(method, target, ['PUT', 'PATCH'].includes(method) ? {} : undefined);
        expect([400, 401, 403, 404, 405, 501]).toContain(answer.status);
        expect(answer.headers['content-type']).toContain('application/json');
      }
    }
  });

  test.each(['', '?api-version='])('a request without its api-version is refused: %j', async (query) => {
    const send = await rawRequests(emulator);
    expect(await send('GET', `${group}${query}`)).toMatchObject({
      status: 400,
      body: { error: { code: 'MissingApiVersionParameter' } },
    });
  });

  test('row 7: GET/PUT/PATCH/DELETE of a resource group', async () => {
    const target = `${subscription}/resourceGroups/rg-short`;
    expect(await call('GET', target)).toMatchObject({
      status: 404,
      body: { error: { code: 'ResourceGroupNotFound' } },
    });
    expect(await call('PUT', target, { location: LOCATION, tags: { a: '1', b: '2' } })).toMatchObject({
      status: 201,
    });
    expect(await call('PUT', target, { location: LOCATION, tags: { a: '1', b: '2' } })).toMatchObject({
      status: 200,
    });
    const patched = await call('PATCH', target, { tags: { a: '3' } });
    expect(patched).toMatchObject({ status: 200, body: { location: LOCATION } });
    expect(((await call('GET', target)).body as { tags: unknown }).tags).toEqual({ a: '3' });
    const deleted = await call('DELETE', target);
    expect(deleted).toMatchObject({ status: 202, headers: { location: expect.any(String) as unknown } });
    expect((await over(deleted)).status).toBe(200);
    expect(await call('GET', target)).toMatchObject(GONE);
    expect(await call('DELETE', target)).toMatchObject(GONE);
  });

  test('row 8: GET {G}/resources', async () => {
    expect(await call('GET', `${group}/resources?$expand=provisioningState&$top=10`)).toMatchObject({
      status: 200,
      body: { value: [] },
    });
  });
});

describe('storage, identity and the DICOM service', () => {
  test('row 9: a user-assigned identity, whose principal and client stay', async () => {
    const read = await lifeOf(identity(), { location: LOCATION, properties: {} }, [201, 200, 200], {
      keep: true,
    });
    expect(read.body).toMatchObject({
      properties: {
        tenantId: emulator.ready.tenantId,
        isolationScope: 'None',
        principalId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
        clientId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      },
    });
  });

  test('row 10: PUT and GET of a storage account, never 201', async () => {
    const read = await lifeOf(account(), ACCOUNT_BODY, [202, 200, 200], { isAsync: true, keep: true });
    const suffix = `localhost:${new URL(emulator.ready.endpoints.storage).port}/`;
    expect(read.body).toMatchObject({
      properties: {
        primaryEndpoints: { blob: `https://listlake.blob.${suffix}`, dfs: `https://listlake.dfs.${suffix}` },
        provisioningState: 'Succeeded',
      },
    });
  });

  test('row 11: DELETE of a storage account, unless it is locked', async () => {
    const other = id('Microsoft.Storage/storageAccounts', 'shortlake');
    const lock = `${other}/providers/Microsoft.Authorization/locks/keep`;
    await ok('PUT', other, ACCOUNT_BODY);
    await ok('PUT', lock, { properties: { level: 'CanNotDelete' } });
    expect(await call('DELETE', other)).toMatchObject({
      status: 409,
      body: { error: { code: 'ScopeLocked' } },
    });
    await ok('DELETE', lock);
    expect(await call('DELETE', other)).toMatchObject({ status: 200 });
    expect(await call('GET', other)).toMatchObject(GONE);
    expect(await call('DELETE', other)).toMatchObject({ status: 204 });
  });

  test('row 12: POST listKeys: keys where the account has them on, else 403', async () => {
    expect(await call('POST', `${account()}/listKeys?$expand=kerb`)).toMatchObject({ status: 403 });
    const { properties } = ACCOUNT_BODY;
    const withKeys = { ...ACCOUNT_BODY, properties: { ...properties, allowSharedKeyAccess: true } };
    await ok('PUT', account(), withKeys);
    expect(await call('POST', `${account()}/listKeys?$expand=kerb`)).toMatchObject({
      status: 200,
      body: {
        keys: [
          { keyName: 'key1', permissions: 'FULL', value: expect.any(String) as unknown },
          { keyName: 'key2', permissions: 'FULL' },
        ],
      },
    });
    await ok('PUT', account(), ACCOUNT_BODY);
  });

  test('row 13: the blob service is there with the account', async () => {
    const target = `${account()}/blobServices/default`;
    expect(await call('GET', target)).toMatchObject({
      status: 200,
      body: {
        properties: {
          deleteRetentionPolicy: { enabled: false },
          containerDeleteRetentionPolicy: { enabled: false },
        },
      },
    });
    const body = {
      properties: {
        deleteRetentionPolicy: { enabled: true, days: 7 },
        containerDeleteRetentionPolicy: { enabled: true, days: 7 },
        lastAccessTimeTrackingPolicy: { enable: true },
      },
    };
    expect(await call('PUT', target, body)).toMatchObject({ status: 200, body });
    expect(await call('GET', target)).toMatchObject({ status: 200, body });
  });

  test('row 14: so is the file service', async () => {
    const target = `${account()}/fileServices/default`;
    const body = { properties: { shareDeleteRetentionPolicy: { enabled: true, days: 7 } } };
    expect(await call('GET', target)).toMatchObject({ status: 200, body });
    expect(await call('PUT', target, body)).toMatchObject({ status: 200 });
  });

  test('row 15: the accounts of a subscription', async () => {
    expect(await call('GET', `${subscription}/providers/Microsoft.Storage/storageAccounts`)).toMatchObject({
      status: 200,
      body: {
        value: [
          {
            id: account(),
            name: 'listlake',
            kind: 'StorageV2',
            properties: { isHnsEnabled: true, primaryEndpoints: { dfs: expect.any(String) as unknown } },
          },
        ],
      },
    });
  });

  test('row 16: a container, whose metadata a PATCH replaces', async () => {
    const body = { properties: { publicAccess: 'None', metadata: { a: '1', b: '2' } } };
    await lifeOf(container(), body, [201, 200, 200]);
    await ok('PUT', container(), body);
    expect(await call('PATCH', container(), { properties: { metadata: { a: '3' } } })).toMatchObject({
      status: 200,
    });
    const { properties } = (await call('GET', container())).body as { properties: { metadata: unknown } };
    expect(properties).toMatchObject({
      publicAccess: 'None',
      hasLegalHold: false,
      hasImmutabilityPolicy: false,
    });
    expect(properties.metadata).toEqual({ a: '3' });
  });

  test('row 17: the lifecycle policy', async () => {
    const rule = {
      name: 'cool',
      enabled: true,
      type: 'Lifecycle',
      definition: {
        filters: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/AHDS/'] },
        actions: { baseBlob: { tierToCool: { daysAfterModificationGreaterThan: 30 } } },
      },
    };
    const body = { properties: { policy: { rules: [rule] } } };
    await lifeOf(`${account()}/managementPolicies/default`, body, [200, 200, 200]);
  });

  test('row 18: the inventory policy', async () => {
    const rule = {
      name: 'daily',
      enabled: true,
      destination: 'dicom',
      definition: {
        objectType: 'Blob',
        format: 'Parquet',
        schedule: 'Daily',
        schemaFields: ['Name'],
        filters: { blobTypes: ['blockBlob'] },
      },
    };
    const body = { properties: { policy: { enabled: true, type: 'Inventory', rules: [rule] } } };
    await lifeOf(`${account()}/inventoryPolicies/default`, body, [200, 200, 200]);
  });

  test('row 19: role assignments, at whatever scope', async () => {
    const { principalId } = ((await ok('GET', identity())).body as { properties: { principalId: string } })
      .properties;
    const name = '00000000-0000-0000-0000-000000000019';
    const role = `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${ROLES.reader.id}`;
    for (const scope of [container(), account(), group, subscription]) {
      const body = {
        properties: {
          principalId,
          principalType: 'ServicePrincipal',
          roleDefinitionId: role,
          description: '',
        },
      };
      const target = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
      const read = await lifeOf(target, body, [201, 200, 200]);
      expect(read.body).toMatchObject({ properties: { scope } });
    }
  });

  test('row 20: a role definition by its id, with or without a subscription, with one slash or two', async () => {
    const role = `/providers/Microsoft.Authorization/roleDefinitions/${ROLES.storageBlobDataContributor.id}`;
    for (const target of [`${subscription}${role}`, role, `/${role}`]) {
      expect(await call('GET', target)).toMatchObject({
        status: 200,
        body: { properties: { roleName: 'Storage Blob Data Contributor' } },
      });
    }
  });

  test('row 21: a role definition by its name', async () => {
    const query = `$filter=${encodeURIComponent("roleName eq 'Storage Blob Data Contributor'")}`;
    const answer = await call(
      'GET',
      `${container()}/providers/Microsoft.Authorization/roleDefinitions?${query}`,
    );
    const { value } = answer.body as { value: readonly { name: string }[] };
    expect(value.map(({ name }) => name)).toEqual([ROLES.storageBlobDataContributor.id]);
  });

  test('row 22: a workspace', async () => {
    await lifeOf(workspace(), { location: LOCATION, tags: { a: '1' } }, [201, 200, 200], { isAsync: true });
    await ok('PUT', workspace(), { location: LOCATION, tags: { a: '1' } });
    const patched = await call('PATCH', workspace(), { tags: { b: '2' } });
    expect(patched.status).toBe(200);
    expect((await over(patched)).body).toMatchObject({ status: 'Succeeded' });
    expect(((await call('GET', workspace())).body as { tags: unknown }).tags).toEqual({ b: '2' });
  });

  test('row 23: a DICOM service', async () => {
    const body = {
      location: LOCATION,
      tags: { a: '1' },
      identity: { type: 'UserAssigned', userAssignedIdentities: { [identity()]: {} } },
      properties: {
        enableDataPartitions: false,
        storageConfiguration: { storageResourceId: account(), fileSystemName: 'dicom' },
      },
    };
    await lifeOf(service(), body, [201, 200, 200], { isAsync: true });
    const created = await ok('PUT', service(), body);
    expect(created.body).toMatchObject({
      name: 'listws/images',
      properties: {
        provisioningState: 'Succeeded',
        publicNetworkAccess: 'Enabled',
        serviceUrl: expect.stringContaining('/listws-images') as unknown,
        authenticationConfiguration: {
          authority: expect.stringContaining(emulator.ready.tenantId) as unknown,
          audiences: [AUDIENCES.dicom],
        },
      },
    });
    expect(await call('DELETE', workspace())).toMatchObject({
      status: 409,
      body: { error: { code: 'Conflict' } },
    });
  });

  test('rows 22 and 23: a change of tags never settles, as on Azure', async () => {
    const before = (await ok('GET', service())).body as { tags: unknown };
    const patched = await ok('PATCH', service(), { tags: { a: '2' } });
    expect((patched.body as { tags: unknown }).tags).toEqual({ a: '2' });
    await ok('PUT', service(), before);
    expect(((await ok('GET', service())).body as { tags: unknown }).tags).toEqual({ a: '1' });
  });

  test('rows 24 and 27: a file system over the data plane, by path and by the host of Azure', async () => {
    storage = await storageSender(emulator, { accountUrl: `${emulator.ready.endpoints.storage}/listlake` });
    const { token } = await credentialOf(emulator, 'deployer').getToken(
      'https://listlake.dfs.core.windows.net/.default',
    );
    // The emulator's certificate is for loopback, which real clients reach through a proxy.
    const agent = new https.Agent({ servername: 'localhost' });
    const byHost: SendStorage = (method, target, { headers } = {}) =>
      sendHttps(`${emulator.ready.endpoints.storage}${target}`, emulator.ca, {
        method,
        agent,
        headers: {
          Host: 'listlake.dfs.core.windows.net',
          Authorization: `Bearer ${token}`,
          'Content-Length': '0',
          'x-ms-version': '2023-11-03',
          ...headers,
        },
      });
    for (const [send, name] of [
      [storage, 'bypath'],
      [byHost, 'byhost'],
    ] as const) {
      const target = `/${name}?resource=filesystem`;
      expect((await send('HEAD', target)).status).toBe(404);
      const headers = { 'x-ms-properties': `a=${Buffer.from('1').toString('base64')}` };
      expect((await send('PUT', target, { headers })).status).toBe(201);
      expect((await send('PUT', target, { headers })).status).toBe(409);
      expect(await send('HEAD', target)).toMatchObject({
        status: 200,
        headers: { 'x-ms-properties': headers['x-ms-properties'], 'x-ms-namespace-enabled': 'true' },
      });
      expect((await send('PATCH', target, { headers: { 'x-ms-properties': 'b=Mg==' } })).status).toBe(200);
      expect(await send('HEAD', target)).toMatchObject({ headers: { 'x-ms-properties': 'b=Mg==' } });
      expect(await call('GET', `${account()}/blobServices/default/containers/${name}`)).toMatchObject({
        status: 200,
        body: { properties: { metadata: { b: '2' } } },
      });
      expect((await send('DELETE', target)).status).toBe(202);
      expect((await send('HEAD', target)).status).toBe(404);
    }
  });

  test('row 25: the access control of the root, at two slashes', async () => {
    await assignRole(
      armOf(emulator),
      account(),
      ROLES.storageBlobDataOwner.id,
      emulator.ready.credentials.deployer.objectId,
      25,
    );
    const acl = 'user::rwx,group::r-x,other::---';
    expect(await storage('HEAD', '/dicom//?action=getAccessControl')).toMatchObject({
      status: 200,
      headers: { 'x-ms-acl': acl, 'x-ms-owner': '$superuser', 'x-ms-group': '$superuser' },
    });
    const set = (value: string) =>
      storage('PATCH', '/dicom//?action=setAccessControl', { headers: { 'x-ms-acl': value } });
    expect((await set(acl)).status).toBe(200);
    expect((await set('user::rwx,group::rwx,other::rwx')).status).toBe(200);
    expect(await storage('HEAD', '/dicom//?action=getAccessControl')).toMatchObject({
      headers: { 'x-ms-acl': 'user::rwx,group::rwx,other::rwx' },
    });
  });

  test('row 26: the properties of the blob service over the data plane', async () => {
    expect(await storage('GET', '/?restype=service&comp=properties')).toMatchObject({
      status: 200,
      text: expect.stringContaining('<StorageServiceProperties>') as unknown,
    });
  });
});

describe('monitoring and locks', () => {
  test('row 28: a lock, which binds what it is on, above and below', async () => {
    const lock = `${account()}/providers/Microsoft.Authorization/locks/keep`;
    const body = { properties: { level: 'CanNotDelete', notes: 'images' } };
    await lifeOf(lock, body, [201, 200, 200]);
    await ok('PUT', lock, body);
    for (const target of [account(), container(), group]) {
      expect(await call('DELETE', target)).toMatchObject({
        status: 409,
        body: { error: { code: 'ScopeLocked' } },
      });
    }
    await ok('DELETE', lock);
  });

  test('row 29: a log workspace, in its three versions', async () => {
    const body = {
      location: LOCATION,
      properties: {
        sku: { name: 'PerGB2018' },
        retentionInDays: 30,
        features: { enableLogAccessUsingOnlyResourcePermissions: true },
      },
    };
    await lifeOf(logs(), body, [201, 200, 200], { isAsync: true });
    const created = await ok('PUT', logs(), body);
    expect(created.body).toMatchObject({ properties: { customerId: expect.any(String) as unknown } });
    expect(await ok('GET', `${logs()}?api-version=2020-08-01&force=false`)).toMatchObject({ status: 200 });
  });

  test('row 30: deleted log workspaces', async () => {
    expect(
      await call('GET', `${subscription}/providers/Microsoft.OperationalInsights/deletedWorkspaces`),
    ).toMatchObject({ status: 200, body: { value: [] } });
  });

  test('row 31: the shared keys of a log workspace', async () => {
    expect(await call('POST', `${logs()}/sharedKeys`)).toMatchObject({
      status: 200,
      body: {
        primarySharedKey: expect.any(String) as unknown,
        secondarySharedKey: expect.any(String) as unknown,
      },
    });
  });

  test('row 32: a diagnostic setting', async () => {
    const body = {
      properties: {
        workspaceId: logs(),
        logs: [{ category: 'AuditLogs', enabled: true }],
        metrics: [{ category: 'AllMetrics', enabled: true }],
      },
    };
    const target = `${service()}/providers/Microsoft.Insights/diagnosticSettings/logs`;
    await lifeOf(target, body, [200, 200, 200]);
  });

  test('row 33: an action group', async () => {
    const body = {
      location: 'global',
      properties: { groupShortName: 'oncall', enabled: true, emailReceivers: [], smsReceivers: [] },
    };
    await lifeOf(actions(), body, [201, 200, 200]);
    await ok('PUT', actions(), body);
  });

  test('row 34: an alert on the activity log', async () => {
    const body = {
      location: 'global',
      properties: {
        scopes: [group],
        enabled: true,
        condition: { allOf: [{ field: 'category', equals: 'ResourceHealth' }] },
        actions: { actionGroups: [{ actionGroupId: actions() }] },
      },
    };
    await lifeOf(id('Microsoft.Insights/activityLogAlerts', 'health'), body, [201, 200, 200]);
  });

  test('row 35: a metric alert, with its type discriminators', async () => {
    const body = {
      location: 'global',
      properties: {
        criteria: {
          'odata.type': 'Microsoft.Azure.Monitor.MultipleResourceMultipleMetricCriteria',
          allOf: [{ criterionType: 'StaticThresholdCriterion', name: 'm' }],
        },
        scopes: [account()],
        severity: 1,
        enabled: true,
        autoMitigate: true,
        evaluationFrequency: 'PT1M',
        windowSize: 'PT5M',
        actions: [],
      },
    };
    await lifeOf(id('Microsoft.Insights/metricAlerts', 'refused'), body, [200, 200, 200]);
  });
});

describe('networks', () => {
  test('row 36: a network, with its subnets', async () => {
    const body = {
      location: LOCATION,
      properties: { addressSpace: { addressPrefixes: ['10.1.0.0/16'] }, subnets: [] },
    };
    await lifeOf(network(), body, [201, 200, 200], { isAsync: true });
    await ok('PUT', network(), body);
  });

  test('row 37: a subnet, which its network shows, also after a PUT of the network without it', async () => {
    const subnet = `${network()}/subnets/endpoints`;
    const body = {
      properties: { addressPrefixes: ['10.1.1.0/24'], privateEndpointNetworkPolicies: 'Disabled' },
    };
    await lifeOf(subnet, body, [201, 200, 200], { isAsync: true });
    await ok('PUT', subnet, body);
    await ok('PUT', network(), { location: LOCATION, properties: { subnets: [] } });
    expect(await call('GET', network())).toMatchObject({
      body: {
        properties: {
          provisioningState: 'Succeeded',
          subnets: [{ id: subnet, properties: { provisioningState: 'Succeeded' } }],
        },
      },
    });
  });

  test('rows 38 and 40: an endpoint with its network interface, which comes and goes with it', async () => {
    const body = {
      location: LOCATION,
      properties: {
        subnet: { id: `${network()}/subnets/endpoints` },
        privateLinkServiceConnections: [
          { name: 'lake', properties: { privateLinkServiceId: account(), groupIds: ['dfs'] } },
        ],
      },
    };
    const interfaceOf = (answer: RawAnswer): string =>
      (answer.body as { properties: { networkInterfaces: readonly [{ id: string }] } }).properties
        .networkInterfaces[0].id;
    const first = interfaceOf(await lifeOf(endpoint(), body, [201, 200, 200], { isAsync: true }));
    expect(await call('GET', first)).toMatchObject(GONE);

    const created = await ok('PUT', endpoint(), body);
    expect(created.body).toMatchObject({
      properties: {
        customDnsConfigs: [{ fqdn: 'listlake.dfs.core.windows.net', ipAddresses: ['10.1.1.4'] }],
        privateLinkServiceConnections: [
          { properties: { privateLinkServiceConnectionState: { status: 'Approved' } } },
        ],
      },
    });
    expect(await call('GET', interfaceOf(created))).toMatchObject({
      status: 200,
      body: { properties: { ipConfigurations: [{ properties: { privateIPAddress: '10.1.1.4' } }] } },
    });
    const second = await ok('PUT', `${endpoint()}2`, body);
    expect((await ok('GET', interfaceOf(second))).body).toMatchObject({
      properties: { ipConfigurations: [{ properties: { privateIPAddress: '10.1.1.5' } }] },
    });
    expect(await call('DELETE', interfaceOf(second))).toMatchObject({
      status: 400,
      body: { error: { code: 'NicInUseWithPrivateEndpoint' } },
    });
    for (const used of [network(), `${network()}/subnets/endpoints`]) {
      expect(await call('DELETE', used)).toMatchObject({
        status: 400,
        body: { error: { code: 'InUseSubnetCannotBeDeleted' } },
      });
    }
  });

  test('row 41: a private zone with its SOA record', async () => {
    await lifeOf(zone(), { location: 'global', tags: {} }, [201, 200, 200], { isAsync: true });
    await ok('PUT', zone(), { location: 'global', tags: {} });
    expect(await call('GET', `${zone()}/SOA/@`)).toMatchObject({
      status: 200,
      body: { properties: { ttl: 3600, soaRecord: { email: expect.any(String) as unknown } } },
    });
  });

  test('row 42: a link of a zone, without which alone the zone can go', async () => {
    const link = `${zone()}/virtualNetworkLinks/hospital`;
    const body = {
      location: 'global',
      properties: { registrationEnabled: false, virtualNetwork: { id: network() } },
    };
    await lifeOf(link, body, [201, 200, 200], { isAsync: true });
    await ok('PUT', link, body);
    expect(await call('DELETE', zone())).toMatchObject({
      status: 409,
      body: { error: { code: 'CannotDeleteResource' } },
    });
  });

  test('row 39: the zone group of an endpoint, as a list and by its id', async () => {
    const list = `${endpoint()}/privateDnsZoneGroups`;
    expect(await call('GET', list)).toMatchObject({ status: 200, body: { value: [] } });
    const body = {
      properties: { privateDnsZoneConfigs: [{ name: 'dfs', properties: { privateDnsZoneId: zone() } }] },
    };
    await lifeOf(`${list}/zones`, body, [201, 200, 200], { isAsync: true });
    await ok('PUT', `${list}/zones`, body);
    expect(await call('GET', list)).toMatchObject({
      status: 200,
      body: { value: [{ id: `${list}/zones` }] },
    });
  });
});

describe('what is asked in some set-ups only', () => {
  test('row 43: Graph names the service principal of an application', async () => {
    const { clientId, objectId } = emulator.ready.credentials.deployer;
    const { token } = await credentialOf(emulator, 'deployer').getToken(
      `${emulator.ready.endpoints.arm}/graph/.default`,
    );
    const target = (filter: string): string =>
      `/graph/v1.0/servicePrincipals?$filter=${encodeURIComponent(filter)}`;
    const authorization = `Bearer ${token}`;
    expect(
      await rawRequest(emulator, 'GET', target(`appId eq '${clientId}'`), { authorization }),
    ).toMatchObject({ status: 200, body: { value: [{ id: objectId, appId: clientId }] } });
    expect(await rawRequest(emulator, 'GET', target(`appId eq 'nobody'`), { authorization })).toMatchObject({
      status: 200,
      body: { value: [] },
    });
    expect(await rawRequest(emulator, 'GET', target('startswith(x)'), { authorization })).toMatchObject({
      status: 400,
    });
    expect(await call('GET', target(`appId eq '${clientId}'`))).toMatchObject({ status: 401 });
  });

  test('row 44: the endpoint of managed identities, as on a virtual machine', async () => {
    const { endpoint: appService, header } = emulator.managedIdentity;
    const url = appService.replace('/msi/token', `/msi/${header}/token`);
    const query = `?api-version=2018-02-01&resource=${encodeURIComponent(AUDIENCES.arm)}`;
    const { clientId } = ((await ok('GET', identity())).body as { properties: { clientId: string } })
      .properties;
    expect(await getPlain(`${url}${query}`, { Metadata: 'true' })).toMatchObject({
      status: 200,
      body: {
        access_token: expect.stringMatching(/^[^.]+\.[^.]+\.[^.]+$/) as unknown,
        expires_in: '3599',
        client_id: clientId,
      },
    });
    expect(await getPlain(`${url}${query}`, {})).toMatchObject({ status: 401 });
    expect(await getPlain(`${appService}${query}`, { Metadata: 'true' })).toMatchObject({ status: 401 });
  });
});

test('the removal of a group takes all of this with it, and leaves nothing behind', async () => {
  const lock = `${container()}/providers/Microsoft.Authorization/locks/keep`;
  await ok('PUT', lock, { properties: { level: 'CanNotDelete' } });
  expect(await call('DELETE', group)).toMatchObject({
    status: 409,
    body: { error: { code: 'ScopeLocked' } },
  });
  await ok('DELETE', lock);
  const deleted = await call('DELETE', group);
  expect(deleted).toMatchObject({ status: 202 });
  expect(await over(deleted)).toMatchObject({ status: 200 });
  for (const target of [
    group,
    account(),
    container(),
    service(),
    endpoint(),
    network(),
    zone(),
    identity(),
  ]) {
    expect(await call('GET', target)).toMatchObject(GONE);
  }
  expect(emulator.dicomServices.find('listws-images')).toBeUndefined();
  await ok('PUT', group, { location: LOCATION });
  expect(await call('GET', `${group}/resources`)).toMatchObject({ body: { value: [] } });
});

function getPlain(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number | undefined; readonly body: unknown }> {
  return new Promise((resolve, reject) => {
    http
      .get(url, { headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
          resolve({ status: response.statusCode, body });
        });
      })
      .on('error', reject);
  });
}
