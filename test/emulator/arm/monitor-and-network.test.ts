import { StorageManagementClient } from '@azure/arm-storage';
import { AUDIENCES, ROLES } from '../../../contract';
import type { Emulator } from '../../../emulator';
import { armOf, assignRole, credentialOf, provisionLake, startTestEmulator } from '../../support/emulator';
import { rawRequest, rawRequests } from '../../support/raw-arm';

const LOGS_API = 'api-version=2022-10-01';
const SETTINGS_API = 'api-version=2021-05-01-preview';
const NETWORK_API = 'api-version=2025-01-01';
const LOCK_API = 'api-version=2020-05-01';

async function bench(emulator: Emulator) {
  const lake = await provisionLake(emulator);
  const send = await rawRequests(emulator);
  const logs = `${lake.groupId}/providers/Microsoft.OperationalInsights/workspaces/logs`;
  await send('PUT', `${logs}?${LOGS_API}`, { location: 'westeurope', properties: {} });
  return { lake, send, logs };
}

function settingOf(target: string): string {
  return `${target}/providers/Microsoft.Insights/diagnosticSettings/logs?${SETTINGS_API}`;
}

test('a category of logs that the target does not have is refused, as on the account itself', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send, logs } = await bench(emulator);
  const body = { properties: { workspaceId: logs, logs: [{ category: 'StorageWrite', enabled: true }] } };
  expect(await send('PUT', settingOf(lake.accountId), body)).toMatchObject({
    status: 400,
    body: {
      error: {
        code: 'BadRequest',
        message:
          "Log category 'StorageWrite' is not supported by a Microsoft.Storage/storageAccounts; it has none.",
      },
    },
  });
  expect(await send('PUT', settingOf(`${lake.accountId}/blobServices/default`), body)).toMatchObject({
    status: 200,
  });
});

test('logs go to a workspace that exists, and never to the account they are about', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const body = {
    properties: { workspaceId: `${lake.groupId}/nowhere`, storageAccountId: lake.accountId, logs: [] },
  };
  expect(await send('PUT', settingOf(`${lake.accountId}/blobServices/default`), body)).toMatchObject({
    status: 400,
    body: {
      error: {
        message: `The resource "${lake.groupId}/nowhere" does not exist. A storage account cannot keep its own logs.`,
      },
    },
  });
});

test('an endpoint needs a subnet, a target, and a part that the target has', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const network = `${lake.groupId}/providers/Microsoft.Network/virtualNetworks/hospital`;
  const endpoint = `${lake.groupId}/providers/Microsoft.Network/privateEndpoints/lake?${NETWORK_API}`;
  const bodyFor = (groupId: string) => ({
    location: 'westeurope',
    properties: {
      subnet: { id: `${network}/subnets/endpoints` },
      privateLinkServiceConnections: [
        { name: 'lake', properties: { privateLinkServiceId: lake.accountId, groupIds: [groupId] } },
      ],
    },
  });
  expect(await send('PUT', endpoint, bodyFor('healthcareworkspace'))).toMatchObject({
    status: 400,
    body: {
      error: {
        code: 'InvalidResourceReference',
        message:
          `properties.subnet.id must name a resource that exists, got "${network}/subnets/endpoints". groupIds of an ` +
          'endpoint to a Microsoft.Storage/storageAccounts must be one of blob, dfs, got ["healthcareworkspace"].',
      },
    },
  });
  await send('PUT', `${network}?${NETWORK_API}`, { location: 'westeurope', properties: {} });
  await send('PUT', `${network}/subnets/endpoints?${NETWORK_API}`, { properties: {} });
  expect(await send('PUT', endpoint, bodyFor('dfs'))).toMatchObject({
    status: 201,
    body: {
      properties: {
        privateLinkServiceConnections: [
          { properties: { privateLinkServiceConnectionState: { status: 'Approved' } } },
        ],
      },
    },
  });
});

test('an inventory goes to a container that exists', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const definition = {
    objectType: 'Container',
    format: 'Csv',
    schedule: 'Daily',
    schemaFields: ['Name'],
  };
  const policy = (destination: string) => ({
    properties: {
      policy: { enabled: true, type: 'Inventory', rules: [{ name: 'all', destination, definition }] },
    },
  });
  const path = `${lake.accountId}/inventoryPolicies/default?api-version=2023-05-01`;
  expect(await send('PUT', path, policy('lists'))).toMatchObject({
    status: 400,
    body: { error: { message: 'Rule "all": the destination container "lists" does not exist.' } },
  });
  expect(await send('PUT', path, policy('dicom'))).toMatchObject({ status: 200 });
});

test('a lock keeps what it is on, what lies below and what holds it, and nothing else, until it is deleted', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const lock = `${lake.accountId}/providers/Microsoft.Authorization/locks/keep?${LOCK_API}`;
  expect(await send('PUT', lock, { properties: { level: 'CanNotDelete' } })).toMatchObject({ status: 201 });
  for (const [path, api] of [
    [lake.accountId, '2023-05-01'],
    [lake.containerId, '2023-05-01'],
    [lake.serviceRoleAssignmentId, '2022-04-01'],
    [lake.groupId, '2023-07-01'],
  ]) {
    expect(await send('DELETE', `${path ?? ''}?api-version=${api ?? ''}`)).toMatchObject({
      status: 409,
      body: {
        error: {
          code: 'ScopeLocked',
          message:
            `The scope '${path ?? ''}' cannot perform delete operation because following scope(s) are locked: ` +
            `'${lake.accountId}'. Please remove the lock and try again.`,
        },
      },
    });
  }
  expect(await send('DELETE', `${lake.dicomServiceId}?api-version=2024-03-31`)).toMatchObject({
    status: 200,
  });
  expect(await send('DELETE', lock)).toMatchObject({ status: 200 });
  expect(await send('DELETE', `${lake.serviceRoleAssignmentId}?api-version=2022-04-01`)).toMatchObject({
    status: 200,
  });
});

test('a lock holds however its type is spelled', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const lock = `${lake.accountId}/providers/microsoft.authorization/LOCKS/keep?${LOCK_API}`;
  expect(await send('PUT', lock, { properties: { level: 'CanNotDelete' } })).toMatchObject({ status: 201 });
  expect(await send('DELETE', `${lake.accountId}?api-version=2023-05-01`)).toMatchObject({
    status: 409,
    body: { error: { code: 'ScopeLocked' } },
  });
  expect(await send('GET', `${lake.accountId}?api-version=2023-05-01`)).toMatchObject({ status: 200 });
});

test('a contributor can make no lock and delete none', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const { objectId } = emulator.ready.credentials.verifier;
  await assignRole(armOf(emulator), lake.groupId, ROLES.contributor.id, objectId, 90);
  const lock = `${lake.accountId}/providers/Microsoft.Authorization/locks/keep?${LOCK_API}`;
  const { token } = await credentialOf(emulator, 'verifier').getToken(`${AUDIENCES.arm}/.default`);
  const asContributor = (method: string, body?: unknown) =>
    rawRequest(emulator, method, lock, { authorization: `Bearer ${token}` }, body);
  const body = { properties: { level: 'CanNotDelete' } };
  expect(await asContributor('PUT', body)).toMatchObject({ status: 403 });
  expect(await send('PUT', lock, body)).toMatchObject({ status: 201 });
  expect(await asContributor('DELETE')).toMatchObject({ status: 403 });
  expect(await asContributor('GET')).toMatchObject({ status: 200 });
});

test('logs and metrics each have categories of their own', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send, logs } = await bench(emulator);
  const answerTo = (setting: object) =>
    send('PUT', settingOf(lake.accountId), { properties: { workspaceId: logs, ...setting } });
  expect(await answerTo({ logs: [{ category: 'Transaction', enabled: true }] })).toMatchObject({
    status: 400,
    body: {
      error: {
        message:
          "Log category 'Transaction' is not supported by a Microsoft.Storage/storageAccounts; it has none.",
      },
    },
  });
  expect(await answerTo({ metrics: [{ category: 'AuditLogs', enabled: true }] })).toMatchObject({
    status: 400,
    body: {
      error: {
        message:
          "Metric category 'AuditLogs' is not supported by a Microsoft.Storage/storageAccounts; it has " +
          'Transaction, Capacity, AllMetrics.',
      },
    },
  });
  expect(await answerTo({ metrics: [{ category: 'Transaction', enabled: true }] })).toMatchObject({
    status: 200,
  });
});

test('a setting goes somewhere', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const setting = { metrics: [{ category: 'Transaction', enabled: true }] };
  expect(await send('PUT', settingOf(lake.accountId), { properties: setting })).toMatchObject({
    status: 400,
    body: {
      error: {
        message:
          'At least one of workspaceId, storageAccountId, eventHubAuthorizationRuleId, marketplacePartnerId must be ' +
          'given, got none.',
      },
    },
  });
});

test('an endpoint that waits for an approval by hand is checked as well', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const network = `${lake.groupId}/providers/Microsoft.Network/virtualNetworks/hospital`;
  await send('PUT', `${network}?${NETWORK_API}`, { location: 'westeurope', properties: {} });
  await send('PUT', `${network}/subnets/endpoints?${NETWORK_API}`, { properties: {} });
  const endpoint = `${lake.groupId}/providers/Microsoft.Network/privateEndpoints/lake?${NETWORK_API}`;
  const answer = await send('PUT', endpoint, {
    location: 'westeurope',
    properties: {
      subnet: { id: `${network}/subnets/endpoints` },
      manualPrivateLinkServiceConnections: [
        { name: 'lake', properties: { privateLinkServiceId: `${lake.accountId}x`, groupIds: ['dfs'] } },
      ],
    },
  });
  expect(answer).toMatchObject({ status: 400, body: { error: { code: 'InvalidResourceReference' } } });
});

test('keys of logs that are not there are not listed', async () => {
  await using emulator = await startTestEmulator();
  const { send, logs } = await bench(emulator);
  const keysOf = (id: string) => send('POST', `${id}/sharedKeys?api-version=2020-08-01`);
  expect(await keysOf(`${logs}x`)).toMatchObject({ status: 404 });
  expect(await keysOf(logs)).toMatchObject({ status: 200 });
});

test('a network shows its subnets, and keeps them when it is put again', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const network = `${lake.groupId}/providers/Microsoft.Network/virtualNetworks/hospital`;
  const body = { location: 'westeurope', properties: { subnets: [] } };
  await send('PUT', `${network}?${NETWORK_API}`, body);
  await send('PUT', `${network}/subnets/endpoints?${NETWORK_API}`, { properties: {} });
  expect(await send('GET', `${network}?${NETWORK_API}`)).toMatchObject({
    body: { properties: { subnets: [{ id: `${network}/subnets/endpoints`, name: 'endpoints' }] } },
  });
  expect(await send('PUT', `${network}?${NETWORK_API}`, body)).toMatchObject({
    body: { properties: { subnets: [{ id: `${network}/subnets/endpoints` }] } },
  });
  expect(await send('DELETE', `${network}/subnets/endpoints?${NETWORK_API}`)).toMatchObject({ status: 200 });
  expect(await send('GET', `${network}?${NETWORK_API}`)).toMatchObject({
    body: { properties: { subnets: [] } },
  });
});

test('logs are chosen by groups as well, but not both ways at once, and metrics have none', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send, logs } = await bench(emulator);
  const answerTo = (target: string, setting: object) =>
    send('PUT', settingOf(target), { properties: { workspaceId: logs, ...setting } });
  const service = lake.dicomServiceId;
  expect(await answerTo(service, { logs: [{ categoryGroup: 'allLogs', enabled: true }] })).toMatchObject({
    status: 200,
    body: { properties: { logs: [{ categoryGroup: 'allLogs', enabled: true }] } },
  });
  const refusal = (message: string) => ({ status: 400, body: { error: { code: 'BadRequest', message } } });
  expect(
    await answerTo(service, { logs: [{ categoryGroup: 'allLogs' }, { category: 'AuditLogs' }] }),
  ).toMatchObject(refusal('Choose logs by category or by categoryGroup, not both ways in one setting.'));
  expect(await answerTo(service, { logs: [{ categoryGroup: 'everything' }] })).toMatchObject(
    refusal(
      "Category group 'everything' is not supported by a Microsoft.HealthcareApis/workspaces/dicomServices; it has allLogs, audit.",
    ),
  );
  expect(await answerTo(lake.accountId, { logs: [{ categoryGroup: 'allLogs' }] })).toMatchObject(
    refusal("Category group 'allLogs' is not supported by a Microsoft.Storage/storageAccounts; it has none."),
  );
});

test.each([
  ['activityLogAlerts', (group: string) => ({ actionGroups: [{ actionGroupId: group }] }), 201],
  ['metricAlerts', (group: string) => [{ actionGroupId: group }], 200],
  ['scheduledQueryRules', (group: string) => ({ actionGroups: [group] }), 201],
])('%s watch what exists and tell an action group that exists', async (type, actionsOf, created) => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const insights = `${lake.groupId}/providers/Microsoft.Insights`;
  const group = `${insights}/actionGroups/oncall`;
  const answerTo = (scopes: readonly string[]) =>
    send('PUT', `${insights}/${type}/alert?api-version=2023-01-01`, {
      location: 'global',
      properties: { scopes, actions: actionsOf(group) },
    });
  expect(await answerTo([`${lake.accountId}x`])).toMatchObject({
    status: 400,
    body: {
      error: {
        message: `The resource "${lake.accountId}x" does not exist. The action group "${group}" does not exist.`,
      },
    },
  });
  await send('PUT', `${group}?api-version=2023-01-01`, { location: 'global', properties: {} });
  expect(await answerTo([])).toMatchObject({
    status: 400,
    body: { error: { message: 'properties.scopes must name at least one resource, got [].' } },
  });
  const subscription = `/subscriptions/${emulator.ready.subscriptionId}`;
  expect(await answerTo([lake.accountId, subscription])).toMatchObject({ status: created });
});

test('what an endpoint leads to shows the connection, approved or waiting, until the endpoint is gone', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const network = `${lake.groupId}/providers/Microsoft.Network/virtualNetworks/hospital`;
  await send('PUT', `${network}?${NETWORK_API}`, { location: 'westeurope', properties: {} });
  await send('PUT', `${network}/subnets/endpoints?${NETWORK_API}`, { properties: {} });
  const endpointOf = (name: string): string =>
    `${lake.groupId}/providers/Microsoft.Network/privateEndpoints/${name}?${NETWORK_API}`;
  const workspace = lake.dicomServiceId.replace(/\/dicomServices\/.*$/, '');
  for (const [name, kind, target, groupId] of [
    ['lake', 'manualPrivateLinkServiceConnections', lake.accountId, 'dfs'],
    ['ws', 'privateLinkServiceConnections', workspace, 'healthcareworkspace'],
  ] as const) {
    const connection = { name, properties: { privateLinkServiceId: target, groupIds: [groupId] } };
    await send('PUT', endpointOf(name), {
      location: 'westeurope',
      properties: { subnet: { id: `${network}/subnets/endpoints` }, [kind]: [connection] },
    });
  }
  const storage = new StorageManagementClient(
    credentialOf(emulator, 'deployer'),
    emulator.ready.subscriptionId,
    { endpoint: emulator.ready.endpoints.arm, tlsOptions: { ca: emulator.ca } },
  );
  const account = await storage.storageAccounts.getProperties('rg-test', 'testlake');
  expect(account.privateEndpointConnections).toMatchObject([
    { privateLinkServiceConnectionState: { status: 'Pending' } },
  ]);
  const shown = async (): Promise<unknown> =>
    ((await send('GET', `${workspace}?api-version=2024-03-31`)).body as { properties: unknown }).properties;
  expect(await shown()).toMatchObject({
    privateEndpointConnections: [
      {
        id: `${workspace}/privateEndpointConnections/testws.ws`,
        properties: {
          privateEndpoint: { id: endpointOf('ws').replace(/\?.*/, '') },
          privateLinkServiceConnectionState: { status: 'Approved' },
        },
      },
    ],
  });
  await send('DELETE', endpointOf('ws'));
  expect(await shown()).toMatchObject({ privateEndpointConnections: [] });
});

test('what comes and goes with its parent cannot be deleted alone', async () => {
  await using emulator = await startTestEmulator();
  const { lake, send } = await bench(emulator);
  const zone = `${lake.groupId}/providers/Microsoft.Network/privateDnsZones/privatelink.dfs.core.windows.net`;
  await send('PUT', `${zone}?api-version=2024-06-01`, { location: 'global' });
  for (const target of [
    `${lake.accountId}/blobServices/default?api-version=2023-05-01`,
    `${lake.accountId}/fileServices/default?api-version=2023-05-01`,
    `${zone}/SOA/@?api-version=2024-06-01`,
  ]) {
    expect(await send('DELETE', target)).toMatchObject({ status: 501 });
    expect(await send('GET', target)).toMatchObject({ status: 200 });
  }
});
