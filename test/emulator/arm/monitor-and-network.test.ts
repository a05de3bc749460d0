import type { Emulator } from '../../../emulator';
import { provisionLake, startTestEmulator } from '../../support/emulator';
import { rawRequests } from '../../support/raw-arm';

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
          "Category 'StorageWrite' is not supported by a Microsoft.Storage/storageAccounts; it has Transaction, " +
          'Capacity, AllMetrics.',
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
  const policy = (destination: string) => ({
    properties: { policy: { enabled: true, type: 'Inventory', rules: [{ name: 'all', destination }] } },
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
