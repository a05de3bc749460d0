import { AUDIENCES, ROLES } from '../../../contract';
import type { Emulator } from '../../../emulator';
import { armOf, assignRole, credentialOf, provisionLake, startTestEmulator } from '../../support/emulator';
import { rawRequest } from '../../support/raw-arm';

const GROUP_API = '2023-07-01';

async function statusAs(
  emulator: Emulator,
  who: 'deployer' | 'verifier',
  method: string,
  target: string,
  body?: unknown,
): Promise<number> {
  const { token } = await credentialOf(emulator, who).getToken(`${AUDIENCES.arm}/.default`);
  const answer = await rawRequest(emulator, method, target, { authorization: `Bearer ${token}` }, body);
  return answer.status;
}

test('fails a token for another service, whatever host name the request claims', async () => {
  await using emulator = await startTestEmulator();
  const { token } = await credentialOf(emulator, 'deployer').getToken(`${AUDIENCES.storage}/.default`);
  const answer = await rawRequest(emulator, 'GET', `/subscriptions?api-version=${GROUP_API}`, {
    authorization: `Bearer ${token}`,
    host: new URL(AUDIENCES.storage).host,
  });
  expect(answer).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': expect.stringContaining('invalid_token') as unknown },
    body: { error: { code: 'InvalidAuthenticationToken' } },
  });
});

test.each([
  ['of the public cloud', () => AUDIENCES.arm],
  ['of the classic management endpoint', () => 'https://management.core.windows.net/'],
  ['of the emulator itself', (emulator: Emulator) => emulator.ready.endpoints.arm],
])('lets in a token for the Azure Resource Manager %s', async (_which, audience) => {
  await using emulator = await startTestEmulator();
  const { token } = await credentialOf(emulator, 'deployer').getToken(`${audience(emulator)}/.default`);
  const group = `/subscriptions/${emulator.ready.subscriptionId}/resourceGroups`;
  const answer = await rawRequest(emulator, 'GET', `${group}?api-version=${GROUP_API}`, {
    authorization: `Bearer ${token}`,
  });
  expect(answer).toMatchObject({ status: 200, body: { value: [] } });
});

test('fails a reader of one group in another group whose name begins alike', async () => {
  await using emulator = await startTestEmulator();
  const arm = armOf(emulator);
  const group = `/subscriptions/${emulator.ready.subscriptionId}/resourceGroups/rg-a`;
  await arm.put(group, GROUP_API, { location: 'westeurope' });
  await arm.put(`${group}b`, GROUP_API, { location: 'westeurope' });
  await assignRole(arm, group, ROLES.reader.id, emulator.ready.credentials.verifier.objectId, 1);
  expect(await statusAs(emulator, 'verifier', 'GET', `${group}?api-version=${GROUP_API}`)).toBe(200);
  expect(await statusAs(emulator, 'verifier', 'GET', `${group.toUpperCase()}?api-version=1`)).toBe(200);
  expect(await statusAs(emulator, 'verifier', 'GET', `${group}b?api-version=${GROUP_API}`)).toBe(403);
});

test('fails a reader who writes, deletes, lists keys or grants', async () => {
  await using emulator = await startTestEmulator();
  const { accountId, groupId } = await provisionLake(emulator);
  const { objectId } = emulator.ready.credentials.verifier;
  const grant = `${groupId}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000099`;
  const attempts: readonly (readonly [string, string, unknown?])[] = [
    ['PUT', groupId, { location: 'westeurope' }],
    ['PATCH', groupId, { tags: {} }],
    ['DELETE', accountId],
    ['POST', `${accountId}/listKeys`],
    ['PUT', grant, { properties: { principalId: objectId, roleDefinitionId: ROLES.owner.id } }],
  ];
  for (const [method, path, body] of attempts) {
    expect(await statusAs(emulator, 'verifier', method, `${path}?api-version=2023-05-01`, body)).toBe(403);
  }
  expect(await statusAs(emulator, 'verifier', 'GET', `${accountId}?api-version=2023-05-01`)).toBe(200);
});

test('lists keys where shared keys are on for who may list them, and for nobody else', async () => {
  await using emulator = await startTestEmulator();
  const { groupId } = await provisionLake(emulator);
  const id = `${groupId}/providers/Microsoft.Storage/storageAccounts/keyed`;
  const account = {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_ZRS' },
    properties: {},
  };
  await armOf(emulator).put(id, '2023-05-01', account);
  const target = `${id}/listKeys?api-version=2023-05-01`;
  expect(await statusAs(emulator, 'deployer', 'POST', target)).toBe(200);
  expect(await statusAs(emulator, 'verifier', 'POST', target)).toBe(403);
});

test('fails an owner of the subscription in a subscription that is not there', async () => {
  await using emulator = await startTestEmulator();
  const target =
    '/subscriptions/99999999-9999-9999-9999-999999999999/resourceGroups/rg?api-version=2023-07-01';
  expect(await statusAs(emulator, 'deployer', 'PUT', target, { location: 'westeurope' })).toBe(403);
});

test('fails a role given on a resource that was deleted, also when one of the same name is made again', async () => {
  await using emulator = await startTestEmulator();
  const { accountId } = await provisionLake(emulator, { grantCallers: false });
  const arm = armOf(emulator);
  await assignRole(arm, accountId, ROLES.reader.id, emulator.ready.credentials.verifier.objectId, 7);
  const target = `${accountId}?api-version=2023-05-01`;
  expect(await statusAs(emulator, 'verifier', 'GET', target)).toBe(200);
  await arm.delete(accountId, '2023-05-01');
  await arm.put(accountId, '2023-05-01', {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_ZRS' },
    properties: { isHnsEnabled: true },
  });
  expect(await statusAs(emulator, 'verifier', 'GET', target)).toBe(403);
});
