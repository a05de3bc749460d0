import { API_VERSIONS, ROLES } from '../../../contract';
import type { Emulator } from '../../../emulator';
import { armOf, assignRole, provisionLake, startTestEmulator } from '../../support/emulator';

const IDENTITY_API = '2024-11-30';
const STORAGE_API = '2023-05-01';
const HEALTH_API = API_VERSIONS.healthcareApis;

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

function principalIn(resource: Readonly<Record<string, unknown>>): string | undefined {
  const { properties, identity } = resource as {
    readonly properties: { readonly principalId?: string };
    readonly identity?: { readonly principalId?: string };
  };
  return properties.principalId ?? identity?.principalId;
}

test('an identity keeps its principal when it is put again, and has another when it is made anew', async () => {
  const { groupId, principalId } = await provisionLake(emulator);
  const id = `${groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/testws-images`;
  const arm = armOf(emulator);
  const body = { location: 'westeurope', properties: { principalId: 'mine' } };
  expect(principalIn(await arm.put(id, IDENTITY_API, body))).toBe(principalId);
  await arm.delete(id, IDENTITY_API);
  const anew = principalIn(await arm.put(id, IDENTITY_API, body));
  expect(anew).toMatch(/^[0-9a-f-]{36}$/);
  expect(anew).not.toBe(principalId);
});

test('a deleted identity cannot be granted anything, though an assignment of it is left', async () => {
  const { groupId, containerId, principalId, serviceRoleAssignmentId } = await provisionLake(emulator);
  const arm = armOf(emulator);
  await arm.delete(
    `${groupId}/providers/Microsoft.HealthcareApis/workspaces/testws/dicomServices/images`,
    HEALTH_API,
  );
  await arm.delete(
    `${groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/testws-images`,
    IDENTITY_API,
  );
  await expect(arm.get(serviceRoleAssignmentId, '2022-04-01')).resolves.toMatchObject({
    properties: { principalId },
  });
  await expect(assignRole(arm, containerId, ROLES.reader.id, principalId, 80)).rejects.toMatchObject({
    status: 400,
    code: 'PrincipalNotFound',
  });
});

test('a DICOM service has a principal of its own for as long as it lives, and loses its grants with it', async () => {
  const { accountId, dicomServiceId, containerId } = await provisionLake(emulator);
  const arm = armOf(emulator);
  const id = dicomServiceId.replace(/images$/, 'own');
  const body = {
    location: 'westeurope',
    identity: { type: 'SystemAssigned' },
    properties: { storageConfiguration: { storageResourceId: accountId, fileSystemName: 'dicom' } },
  };
  const principalId = principalIn(await arm.put(id, HEALTH_API, body)) ?? '';
  expect(principalIn(await arm.put(id, HEALTH_API, body))).toBe(principalId);
  await assignRole(arm, containerId, ROLES.storageBlobDataContributor.id, principalId, 81);
  await arm.delete(id, HEALTH_API);
  await expect(assignRole(arm, containerId, ROLES.reader.id, principalId, 82)).rejects.toMatchObject({
    code: 'PrincipalNotFound',
  });
  expect(principalIn(await arm.put(id, HEALTH_API, body))).not.toBe(principalId);
});

test.each([
  ['by naming it as its own', (principalId: string) => ({ type: 'None', principalId }), undefined],
  ['by naming it for an identity', (principalId: string) => ({ type: 'UserAssigned', principalId }), {}],
])('a DICOM service cannot take a principal %s', async (_how, identity, attached) => {
  const { accountId, dicomServiceId, groupId, principalId } = await provisionLake(emulator);
  const arm = armOf(emulator);
  const powerless = `${groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/powerless`;
  const own = principalIn(await arm.put(powerless, IDENTITY_API, { location: 'westeurope', properties: {} }));
  const service = await arm.put(dicomServiceId.replace(/images$/, 'thief'), HEALTH_API, {
    location: 'westeurope',
    identity: {
      ...identity(principalId),
      ...(attached === undefined ? {} : { userAssignedIdentities: { [powerless]: { principalId } } }),
    },
    properties: { storageConfiguration: { storageResourceId: accountId, fileSystemName: 'dicom' } },
  });
  expect(JSON.stringify(service)).not.toContain(principalId);
  expect(JSON.stringify(service['identity']).includes(own ?? '-')).toBe(attached !== undefined);
});

test('a storage account has a principal of its own where it is to have one', async () => {
  const { accountId } = await provisionLake(emulator);
  const body = {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_ZRS' },
    properties: { isHnsEnabled: true },
  };
  const arm = armOf(emulator);
  const without = { ...body, identity: { type: 'None', userAssignedIdentities: null } };
  expect((await arm.put(accountId, STORAGE_API, without))['identity']).toEqual({ type: 'None' });
  const account = await arm.put(accountId, STORAGE_API, { ...body, identity: { type: 'SystemAssigned' } });
  expect(account['identity']).toEqual({
    type: 'SystemAssigned',
    principalId: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
    tenantId: emulator.ready.tenantId,
  });
});
