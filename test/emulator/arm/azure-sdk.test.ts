import { AuthorizationManagementClient } from '@azure/arm-authorization';
import { HealthcareApisManagementClient } from '@azure/arm-healthcareapis';
import { ResourceManagementClient } from '@azure/arm-resources';
import { StorageManagementClient } from '@azure/arm-storage';
import type { TokenCredential } from '@azure/core-auth';
import { API_VERSIONS, ROLES } from '../../../contract';
import type { Emulator } from '../../../emulator';
import { armOf, assignRole, credentialOf, provisionLake, startTestEmulator } from '../../support/emulator';

let emulator: Emulator;

beforeEach(async () => {
  emulator = await startTestEmulator();
});
afterEach(() => emulator.close());

function healthcare(credential: TokenCredential): HealthcareApisManagementClient {
  const { subscriptionId, endpoints } = emulator.ready;
  return new HealthcareApisManagementClient(credential, subscriptionId, {
    endpoint: endpoints.arm,
    apiVersion: API_VERSIONS.healthcareApis,
    tlsOptions: { ca: emulator.ca },
  });
}

function storage(credential: TokenCredential): StorageManagementClient {
  const { subscriptionId, endpoints } = emulator.ready;
  return new StorageManagementClient(credential, subscriptionId, {
    endpoint: endpoints.arm,
    tlsOptions: { ca: emulator.ca },
  });
}

describe('@azure/arm-healthcareapis, unmodified', () => {
  test('reads a DICOM service with its storage configuration', async () => {
    const { accountId, serviceUrl, principalId } = await provisionLake(emulator);
    let raw: { properties: Record<string, unknown> } | undefined;
    const service = await healthcare(credentialOf(emulator, 'verifier')).dicomServices.get(
      'rg-test',
      'testws',
      'images',
      {
        onResponse: (response) => {
          raw = JSON.parse(response.bodyAsText ?? '{}') as typeof raw;
        },
      },
    );
    expect(service).toMatchObject({ name: 'testws/images', provisioningState: 'Succeeded', serviceUrl });
    expect(Object.values(service.identity?.userAssignedIdentities ?? {})).toMatchObject([{ principalId }]);
    expect(raw?.properties).toMatchObject({
      enableDataPartitions: false,
      storageConfiguration: { storageResourceId: accountId, fileSystemName: 'dicom' },
    });
  });

  test('creates and deletes a workspace, polling as Azure tells it to', async () => {
    await armOf(emulator).put(
      `/subscriptions/${emulator.ready.subscriptionId}/resourceGroups/rg-sdk`,
      '2023-07-01',
      {
        location: 'westeurope',
      },
    );
    const { workspaces } = healthcare(credentialOf(emulator, 'deployer'));
    const made = await workspaces.beginCreateOrUpdateAndWait('rg-sdk', 'clinic', {
      location: 'westeurope',
      properties: {},
    });
    expect(made).toMatchObject({ name: 'clinic', location: 'westeurope' });
    await workspaces.beginDeleteAndWait('rg-sdk', 'clinic');
    await expect(workspaces.get('rg-sdk', 'clinic')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    });
  });

  test('fails to create a DICOM service on a container that is not there', async () => {
    const { accountId } = await provisionLake(emulator);
    const path = accountId.replace(
      /\/providers.*/,
      '/providers/Microsoft.HealthcareApis/workspaces/testws/dicomServices/other',
    );
    await expect(
      armOf(emulator).put(path, API_VERSIONS.healthcareApis, {
        location: 'westeurope',
        properties: { storageConfiguration: { storageResourceId: accountId, fileSystemName: 'absent' } },
      }),
    ).rejects.toThrow(
      "400 BadRequest: Invalid storageConfiguration: the storage account 'testlake' has no container 'absent'.",
    );
  });

  test('fails to move a DICOM service to another container', async () => {
    const { accountId, dicomServiceId } = await provisionLake(emulator);
    await expect(
      armOf(emulator).put(dicomServiceId, API_VERSIONS.healthcareApis, {
        location: 'westeurope',
        properties: { storageConfiguration: { storageResourceId: accountId, fileSystemName: 'other' } },
      }),
    ).rejects.toThrow('The storage configuration of a DICOM service cannot be changed after creation.');
  });
});

test('ids are the same in whatever case, also where one resource names another', async () => {
  const { accountId, dicomServiceId } = await provisionLake(emulator);
  const arm = armOf(emulator);
  const storageResourceId = accountId.replace('/resourceGroups/', '/resourcegroups/');
  const service = await arm.put(dicomServiceId.toUpperCase(), API_VERSIONS.healthcareApis, {
    location: 'West Europe',
    properties: { storageConfiguration: { storageResourceId, fileSystemName: 'dicom' } },
  });
  expect(service).toMatchObject({ id: dicomServiceId, properties: { provisioningState: 'Succeeded' } });
});

test('a deleted storage account takes its containers along', async () => {
  const { accountId, containerId } = await provisionLake(emulator);
  const arm = armOf(emulator);
  await arm.delete(accountId, '2023-05-01');
  await expect(arm.get(containerId, '2023-05-01')).rejects.toMatchObject({ code: 'ParentResourceNotFound' });
  await arm.put(accountId, '2023-05-01', {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_ZRS' },
    properties: { isHnsEnabled: true },
  });
  const containers = `${accountId}/blobServices/default/containers`;
  await expect(arm.get(containers, '2023-05-01')).resolves.toEqual({ value: [] });
});

describe('@azure/arm-storage, unmodified', () => {
  test('reads account, blob service, container and lifecycle policy', async () => {
    const { accountId } = await provisionLake(emulator, { deletedFileRetentionDays: 9 });
    const client = storage(credentialOf(emulator, 'verifier'));
    expect(await client.storageAccounts.getProperties('rg-test', 'testlake')).toMatchObject({
      isHnsEnabled: true,
      allowSharedKeyAccess: false,
      kind: 'StorageV2',
    });
    expect(await client.blobServices.getServiceProperties('rg-test', 'testlake')).toMatchObject({
      deleteRetentionPolicy: { enabled: true, days: 9 },
      lastAccessTimeTrackingPolicy: { enable: true },
    });
    expect(await client.blobContainers.get('rg-test', 'testlake', 'dicom')).toMatchObject({
      publicAccess: 'None',
    });
    await expect(client.managementPolicies.get('rg-test', 'testlake', 'default')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ManagementPolicyNotFound',
    });

    const rules = [
      {
        name: 'cool',
        enabled: true,
        type: 'Lifecycle',
        definition: {
          filters: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/AHDS/'] },
          actions: { baseBlob: { tierToCool: { daysAfterLastAccessTimeGreaterThan: 30 } } },
        },
      },
    ];
    await armOf(emulator).put(`${accountId}/managementPolicies/default`, '2023-05-01', {
      properties: { policy: { rules } },
    });
    const policy = await client.managementPolicies.get('rg-test', 'testlake', 'default');
    expect(policy.policy?.rules).toMatchObject([
      { name: 'cool', definition: { filters: { prefixMatch: ['dicom/AHDS/'] } } },
    ]);
  });

  test('fails to list keys where shared keys are off', async () => {
    await provisionLake(emulator);
    await expect(
      storage(credentialOf(emulator, 'deployer')).storageAccounts.listKeys('rg-test', 'testlake'),
    ).rejects.toMatchObject({
      statusCode: 403,
      code: 'KeyBasedAuthenticationNotPermitted',
    });
  });
});

describe('role assignments', () => {
  test('fail a caller without one, and let it in with one', async () => {
    const { accountId } = await provisionLake(emulator, { grantCallers: false });
    const client = storage(credentialOf(emulator, 'verifier'));
    const { objectId } = emulator.ready.credentials.verifier;
    await expect(client.storageAccounts.getProperties('rg-test', 'testlake')).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthorizationFailed',
      message: expect.stringContaining(
        `The client with object id '${objectId}' does not have authorization to perform action 'Microsoft.Storage/storageAccounts/read' over scope '${accountId}'`,
      ) as unknown,
    });
    await assignRole(armOf(emulator), accountId, ROLES.reader.id, objectId, 50);
    await expect(client.storageAccounts.getProperties('rg-test', 'testlake')).resolves.toMatchObject({
      isHnsEnabled: true,
    });
    await expect(client.storageAccounts.delete('rg-test', 'testlake')).rejects.toMatchObject({
      statusCode: 403,
    });
    await armOf(emulator).delete(
      `${accountId}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000050`,
      '2022-04-01',
    );
    await expect(client.storageAccounts.getProperties('rg-test', 'testlake')).rejects.toMatchObject({
      statusCode: 403,
    });
  });

  test('fail for a second assignment of the same role, and for a principal nobody knows', async () => {
    const { containerId, principalId } = await provisionLake(emulator);
    const arm = armOf(emulator);
    await expect(
      assignRole(arm, containerId, ROLES.storageBlobDataContributor.id, principalId, 60),
    ).rejects.toMatchObject({
      status: 409,
      code: 'RoleAssignmentExists',
    });
    await expect(
      assignRole(arm, containerId, ROLES.reader.id, '99999999-0000-0000-0000-000000000000', 61),
    ).rejects.toMatchObject({ status: 400, code: 'PrincipalNotFound' });
  });

  test('are listed at their scope, above and below, and by principal', async () => {
    const { containerId, principalId, serviceRoleAssignmentId, groupId } = await provisionLake(emulator);
    const arm = armOf(emulator);
    const list = async (
      scope: string,
      filter: Readonly<Record<string, string>> = {},
    ): Promise<readonly string[]> => {
      const answer = await arm.get(
        `${scope}/providers/Microsoft.Authorization/roleAssignments`,
        '2022-04-01',
        filter,
      );
      return (answer['value'] as readonly { readonly id: string }[]).map(({ id }) => id);
    };
    expect(await list(containerId, { $filter: `principalId eq '${principalId}'` })).toEqual([
      serviceRoleAssignmentId,
    ]);
    expect(await list(groupId)).toHaveLength(6);
    expect(await list(containerId)).toHaveLength(4);
    expect(await list(groupId, { $filter: 'atScope()' })).toHaveLength(1);
    expect(await list(containerId, { $filter: 'atScope()' })).toHaveLength(4);
  });
});

test('@azure/arm-resources, unmodified, makes a group, tags it, and removes it with all that is in it', async () => {
  const { accountId } = await provisionLake(emulator);
  const { subscriptionId, endpoints } = emulator.ready;
  const { resourceGroups } = new ResourceManagementClient(
    credentialOf(emulator, 'deployer'),
    subscriptionId,
    {
      endpoint: endpoints.arm,
      tlsOptions: { ca: emulator.ca },
    },
  );
  await resourceGroups.createOrUpdate('rg-sdk', { location: 'westeurope', tags: { a: '1', b: '2' } });
  expect((await resourceGroups.update('rg-sdk', { tags: { a: '3' } })).tags).toEqual({ a: '3' });
  const names: (string | undefined)[] = [];
  for await (const { name } of resourceGroups.list()) names.push(name);
  expect(names).toEqual(['rg-test', 'rg-sdk']);
  await resourceGroups.beginDeleteAndWait('rg-test');
  await expect(resourceGroups.get('rg-test')).rejects.toMatchObject({ code: 'ResourceGroupNotFound' });
  await expect(armOf(emulator).get(accountId, '2023-05-01')).rejects.toMatchObject({ status: 404 });
});

test('@azure/arm-authorization, unmodified, lists what a principal holds, and since when', async () => {
  const { containerId, principalId } = await provisionLake(emulator);
  const { subscriptionId, endpoints } = emulator.ready;
  const client = new AuthorizationManagementClient(credentialOf(emulator, 'deployer'), subscriptionId, {
    endpoint: endpoints.arm,
    tlsOptions: { ca: emulator.ca },
  });
  const found: unknown[] = [];
  const filter = `principalId eq '${principalId}'`;
  for await (const one of client.roleAssignments.listForScope(containerId.slice(1), { filter }))
    found.push(one);
  expect(found).toMatchObject([
    {
      principalId,
      scope: containerId,
      createdOn: expect.any(Date) as Date,
      updatedOn: expect.any(Date) as Date,
    },
  ]);
});
