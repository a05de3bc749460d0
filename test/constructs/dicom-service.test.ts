import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { TerraformStack } from 'cdktf';
import {
  DicomService,
  Grantee,
  HealthWorkspace,
  KeyVaultKey,
  LakeStorage,
  type IKeyVaultKey,
  type LakeNetworkAccess,
} from '../../constructs';
import { emptyStack, RESOURCE_GROUP, surroundings, unknownString } from '../support/stack';
import { addressesOf, onlyResource, predecessorsOf, synth } from '../support/synth';

const TYPE = 'azurerm_healthcare_dicom_service';

const FOREIGN_FIREWALL =
  'DicomServiceBehindForeignFirewall: the firewall of oldlake is not part of this deployment; its owner has to let ' +
  'through the workspace demohealth, or the service answers 424';

function keyIn(stack: TerraformStack): IKeyVaultKey {
  return KeyVaultKey.fromKeyAttributes(stack, 'Key', {
    keyVaultId: `${RESOURCE_GROUP.id}/providers/Microsoft.KeyVault/vaults/keys`,
    keyUrl: 'https://keys.vault.azure.net/keys/images/00000000000000000000000000000001',
  });
}

test('a service with nothing optional keeps its files in the lake and is guarded against replacement', () => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', { ...surroundings(stack), dicomServiceName: 'images' });
  const synthesized = synth(stack);
  const [container] = Object.keys(synthesized.resource['azurerm_storage_container'] ?? {});
  const [role] = Object.keys(synthesized.resource['azurerm_role_assignment'] ?? {});
  expect(onlyResource(synthesized, TYPE)).toEqual({
    name: 'images',
    workspace_id: expect.stringMatching(/^\$\{azurerm_healthcare_workspace\.\w+\.id\}$/) as string,
    location: 'westeurope',
    data_partitions_enabled: false,
    public_network_access_enabled: true,
    identity: {
      type: 'UserAssigned',
      identity_ids: [expect.stringMatching(/^\$\{azurerm_user_assigned_identity\.\w+\.id\}$/)],
    },
    storage: {
      storage_account_id: expect.stringMatching(/^\$\{azurerm_storage_account\.\w+\.id\}$/) as string,
      file_system_name: 'dicom',
    },
    depends_on: [`azurerm_storage_container.${container ?? ''}`, `azurerm_role_assignment.${role ?? ''}`],
    lifecycle: { prevent_destroy: true, ignore_changes: ['tags'] },
  });
});

test('the role that precedes the service lets its own identity write to the container', () => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', { ...surroundings(stack), dicomServiceName: 'images' });
  expect(onlyResource(synth(stack), 'azurerm_role_assignment')).toEqual({
    scope: expect.stringMatching(/^\$\{azurerm_storage_container\.\w+\.id\}$/) as string,
    role_definition_name: 'Storage Blob Data Contributor',
    principal_id: expect.stringMatching(
      /^\$\{azurerm_user_assigned_identity\.\w+\.principal_id\}$/,
    ) as string,
    principal_type: 'ServicePrincipal',
  });
});

test('everything else in the stack precedes the service', () => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', { ...surroundings(stack), dicomServiceName: 'images' });
  const synthesized = synth(stack);
  const [service = '', ...others] = addressesOf(synthesized);
  expect(service).toMatch(/^azurerm_healthcare_dicom_service\./);
  expect([...predecessorsOf(synthesized, service)].sort()).toEqual(others);
  expect(others.map((address) => address.split('.')[0])).toEqual([
    'azurerm_healthcare_workspace',
    'azurerm_role_assignment',
    'azurerm_storage_account',
    'azurerm_storage_container',
    'azurerm_user_assigned_identity',
  ]);
});

test('every optional prop reaches the service', () => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
    dataPartitionsEnabled: true,
    publicNetworkAccess: false,
    privateAccessElsewhere: true,
    destroyable: true,
    tags: { costs: 'imaging' },
  });
  expect(onlyResource(synth(stack), TYPE)).toMatchObject({
    data_partitions_enabled: true,
    public_network_access_enabled: false,
    lifecycle: { prevent_destroy: false, ignore_changes: ['tags'] },
    tags: { costs: 'imaging' },
  });
});

test('two services share one lake with one identity and one role', () => {
  const stack = emptyStack();
  const shared = surroundings(stack);
  new DicomService(stack, 'Images', { ...shared, dicomServiceName: 'images' });
  new DicomService(stack, 'Archive', { ...shared, dicomServiceName: 'archive' });
  const { resource } = synth(stack);
  expect(Object.keys(resource[TYPE] ?? {})).toHaveLength(2);
  expect(Object.keys(resource['azurerm_role_assignment'] ?? {})).toHaveLength(1);
});

test('a name that only Terraform knows is left to Azure', () => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', { ...surroundings(stack), dicomServiceName: unknownString(stack) });
  expect(onlyResource(synth(stack), TYPE)['name']).toBe('${var.unknown}');
});

test('an existing service is referred to and not created', () => {
  const stack = emptyStack();
  const { lake } = surroundings(stack);
  const workspaceId =
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.HealthcareApis/workspaces/oldhealth';
  const attributes = {
    dicomServiceId: `${workspaceId}/dicomServices/old-images`,
    dataPartitionsEnabled: true,
    publicNetworkAccess: false,
    lake,
    principals: [Grantee.servicePrincipal('77777777-7777-7777-7777-777777777777')],
  };
  expect(DicomService.fromDicomServiceAttributes(stack, 'Existing', attributes)).toMatchObject({
    ...attributes,
    workspaceId,
    workspaceName: 'oldhealth',
    dicomServiceName: 'old-images',
    serviceUrl: 'https://oldhealth-old-images.dicom.azurehealthcareapis.com',
  });
  expect(synth(stack).resource[TYPE]).toBeUndefined();
});

test('fails on a name that Azure refuses', () => {
  const stack = emptyStack();
  const parts = surroundings(stack);
  const problem =
    "'dicomServiceName' must be 3 to 24 letters, digits or dashes, starting and ending with a letter or digit, got ";
  expect(() => new DicomService(stack, 'Images', { ...parts, dicomServiceName: 'x_y' })).toThrow(
    new Error(`DicomServiceInvalid at test/Images: ${problem}'x_y'`),
  );
});

test.each([
  '/subscriptions/s',
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.HealthcareApis/workspaces/w',
])('fails on an existing service with the id %s', (dicomServiceId) => {
  const stack = emptyStack();
  const { lake } = surroundings(stack);
  expect(() =>
    DicomService.fromDicomServiceAttributes(stack, 'Existing', {
      dicomServiceId,
      dataPartitionsEnabled: false,
      publicNetworkAccess: true,
      lake,
      principals: [],
    }),
  ).toThrow(
    new Error(
      "DicomServiceInvalid at test/Existing: 'dicomServiceId' must be the resource id of a " +
        `Microsoft.HealthcareApis/workspaces/dicomServices, known when the stack is synthesized, got '${dicomServiceId}'`,
    ),
  );
});

test('an identity of its own beside another has its role after the service, the other one before', () => {
  const stack = emptyStack();
  const service = new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
    systemAssignedIdentity: true,
  });
  const synthesized = synth(stack);
  const [address = '', ...others] = addressesOf(synthesized);
  expect(onlyResource(synthesized, TYPE)['identity']).toMatchObject({ type: 'SystemAssigned, UserAssigned' });
  const roles = others.filter((other) => other.startsWith('azurerm_role_assignment'));
  expect(roles).toHaveLength(2);
  const before = predecessorsOf(synthesized, address);
  expect(
    roles.map((role) => [before.has(role), predecessorsOf(synthesized, role).has(address)]).sort(),
  ).toEqual([
    [false, true],
    [true, false],
  ]);
  expect(service.principals).toHaveLength(2);
  expect(service.dependables).toHaveLength(2);
});

test('a wait stands between the role and the service, anew for every new role', () => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
    roleWaitMinutes: 10,
  });
  const synthesized = synth(stack);
  const [service = '', ...others] = addressesOf(synthesized);
  const wait = others.find((address) => address.startsWith('time_sleep')) ?? '';
  const role = others.find((address) => address.startsWith('azurerm_role_assignment')) ?? '';
  expect(onlyResource(synthesized, 'time_sleep')).toEqual({
    create_duration: '10m',
    triggers: { role_assignment: `\${${role}.id}` },
  });
  expect([...predecessorsOf(synthesized, service)]).toContain(wait);
  expect([...predecessorsOf(synthesized, wait)]).toContain(role);
  expect(synthesized.terraform['required_providers']).toMatchObject({
    time: { source: 'hashicorp/time', version: '>= 0.9.0, < 1.0.0' },
  });
});

test('fails with everything that is wrong with name, identity, key, wait and CORS at once', () => {
  const stack = emptyStack();
  const { workspace, lake } = surroundings(stack);
  expect(
    () =>
      new DicomService(stack, 'Images', {
        workspace,
        lake,
        dicomServiceName: 'x_y',
        roleWaitMinutes: 31,
        customerManagedKey: { key: keyIn(stack), serviceExists: false as unknown as true },
        cors: { origins: [] },
      }),
  ).toThrow(
    new Error(
      [
        'DicomServiceInvalid at test/Images:',
        "- 'dicomServiceName' must be 3 to 24 letters, digits or dashes, starting and ending with a letter or digit, " +
          "got 'x_y'",
        "- the service needs an identity to reach its lake: give 'identity', or set 'systemAssignedIdentity' to true",
        "- 'customerManagedKey' must go with 'identity': a system-assigned identity cannot be given the use of the " +
          'key before the service needs it',
        "- 'roleWaitMinutes' must go with 'identity': the role of a system-assigned identity comes after the service",
        "- 'customerManagedKey.serviceExists' must be true: deploy the service without the key first, then add the " +
          'key and deploy again, got false',
        "- 'roleWaitMinutes' must be a whole number from 1 to 30, got 31",
        "- 'cors.origins' must name at least one origin, got none",
      ].join('\n'),
    ),
  );
});

test.each([0, 1.5, 31])('fails on a wait of %s minutes', (roleWaitMinutes) => {
  const stack = emptyStack();
  const parts = surroundings(stack);
  expect(
    () => new DicomService(stack, 'Images', { ...parts, dicomServiceName: 'images', roleWaitMinutes }),
  ).toThrow(
    new Error(
      `DicomServiceInvalid at test/Images: 'roleWaitMinutes' must be a whole number from 1 to 30, got ${roleWaitMinutes}`,
    ),
  );
});

test.each([1, 30])('waits for %s minutes', (roleWaitMinutes) => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', { ...surroundings(stack), dicomServiceName: 'images', roleWaitMinutes });
  expect(onlyResource(synth(stack), 'time_sleep')['create_duration']).toBe(`${roleWaitMinutes}m`);
});

test('without a wait the provider that waits is not needed', () => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', { ...surroundings(stack), dicomServiceName: 'images' });
  expect(synth(stack).terraform['required_providers']).not.toHaveProperty('time');
});

test('with nothing but an identity of its own, the role is given to it after the service', () => {
  const stack = emptyStack();
  const { workspace, lake } = surroundings(stack);
  const service = new DicomService(stack, 'Images', {
    workspace,
    lake,
    dicomServiceName: 'images',
    systemAssignedIdentity: true,
  });
  const synthesized = synth(stack);
  const [address = '', ...others] = addressesOf(synthesized);
  const container = others.find((other) => other.startsWith('azurerm_storage_container')) ?? '';
  expect(onlyResource(synthesized, TYPE)).toMatchObject({
    identity: { type: 'SystemAssigned' },
    depends_on: [container],
  });
  expect(onlyResource(synthesized, TYPE)['identity']).not.toHaveProperty('identity_ids');
  expect(onlyResource(synthesized, 'azurerm_role_assignment')).toEqual({
    scope: `\${${container}.id}`,
    role_definition_name: 'Storage Blob Data Contributor',
    principal_id: `\${${address}.identity[0].principal_id}`,
    principal_type: 'ServicePrincipal',
  });
  expect(service.principals.map(({ granteeId }) => granteeId)).toEqual(['Images/SystemAssigned']);
});

test('who comes after the service comes after the role of its own identity, too', () => {
  const stack = emptyStack();
  const { dependables } = new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
    systemAssignedIdentity: true,
  });
  new UserAssignedIdentity(stack, 'Later', {
    name: 'later',
    resourceGroupName: 'imaging',
    location: 'westeurope',
    dependsOn: [...dependables],
  });
  const synthesized = synth(stack);
  const everythingElse = addressesOf(synthesized).filter((address) => !address.endsWith('.Later'));
  expect([...predecessorsOf(synthesized, 'azurerm_user_assigned_identity.Later')].sort()).toEqual(
    everythingElse,
  );
});

test('the service passes the firewall of its lake by its workspace, also by one that exists already', () => {
  const stack = emptyStack();
  const { lake, identity } = surroundings(stack);
  const workspaceId = `${RESOURCE_GROUP.id}/providers/Microsoft.HealthcareApis/workspaces/oldhealth`;
  const workspace = HealthWorkspace.fromWorkspaceAttributes(stack, 'OldWorkspace', {
    workspaceId,
    workspaceName: 'oldhealth',
    location: 'West Europe',
  });
  const service = new DicomService(stack, 'Images', {
    workspace,
    lake,
    identity,
    dicomServiceName: 'images',
  });
  expect(onlyResource(synth(stack), 'azurerm_storage_account')).toMatchObject({
    network_rules: { private_link_access: [{ endpoint_resource_id: workspaceId }] },
  });
  expect(service.node.metadata).toEqual([]);
});

test('an existing service is told from its id, however spelled and in whatever resource group', () => {
  const stack = emptyStack();
  const workspaceId =
    '/subscriptions/s/resourcegroups/dicomServices/providers/microsoft.healthcareapis/workspaces/w';
  const service = DicomService.fromDicomServiceAttributes(stack, 'Existing', {
    dicomServiceId: `${workspaceId}/dicomservices/images`,
    dataPartitionsEnabled: false,
    publicNetworkAccess: true,
    lake: surroundings(stack).lake,
    principals: [],
  });
  expect(service).toMatchObject({ workspaceId, workspaceName: 'w', dicomServiceName: 'images' });
});

test('roles on an existing service are given at its id', () => {
  const stack = emptyStack();
  const { lake } = surroundings(stack);
  const dicomServiceId = `${RESOURCE_GROUP.id}/providers/Microsoft.HealthcareApis/workspaces/w/dicomServices/images`;
  const service = DicomService.fromDicomServiceAttributes(stack, 'Existing', {
    dicomServiceId,
    dataPartitionsEnabled: false,
    publicNetworkAccess: true,
    lake,
    principals: [],
  });
  service.grants.dataReader(Grantee.group('77777777-7777-7777-7777-777777777777'));
  expect(onlyResource(synth(stack), 'azurerm_role_assignment')['scope']).toBe(dicomServiceId);
  expect(service.dependables).toEqual([]);
});

test.each([
  ['', ''],
  [`${RESOURCE_GROUP.id}/providers/Microsoft.HealthcareApis/workspaces/`, '/dicomServices/images'],
])('fails on an existing service of which Terraform alone knows the id, %s…%s', (start, end) => {
  const stack = emptyStack();
  const { lake } = surroundings(stack);
  const dicomServiceId = `${start}${unknownString(stack)}${end}`;
  expect(() =>
    DicomService.fromDicomServiceAttributes(stack, 'Existing', {
      dicomServiceId,
      dataPartitionsEnabled: false,
      publicNetworkAccess: true,
      lake,
      principals: [Grantee.servicePrincipal('images')],
    }),
  ).toThrow(
    new Error(
      [
        'DicomServiceInvalid at test/Existing:',
        "- 'dicomServiceId' must be the resource id of a Microsoft.HealthcareApis/workspaces/dicomServices, known " +
          `when the stack is synthesized, got '${dicomServiceId}'`,
        "- principals[0]: 'principalId' must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'images'",
      ].join('\n'),
    ),
  );
});

test('a lake in another region is warned of', () => {
  const stack = emptyStack();
  const { workspace, identity } = surroundings(stack);
  const lake = new LakeStorage(stack, 'Far', {
    resourceGroup: RESOURCE_GROUP,
    location: 'northeurope',
    storageAccountName: 'farlake',
  });
  const service = new DicomService(stack, 'Images', {
    workspace,
    identity,
    lake,
    dicomServiceName: 'images',
  });
  expect(service.node.metadata.map(({ data }) => data as unknown)).toEqual([
    "DicomServiceFarFromLake: the service is in 'westeurope' and its lake in 'northeurope'; every image then crosses " +
      'regions, which takes time and is billed; use one region for both',
  ]);
});

test.each<[LakeNetworkAccess, string | undefined, readonly string[]]>([
  ['open', undefined, []],
  ['open', 'West Europe', []],
  ['selected', undefined, [FOREIGN_FIREWALL]],
  ['private', 'westeurope', [FOREIGN_FIREWALL]],
])('with an existing lake, %s and in the region %s, there is a warning where one is needed', (...row) => {
  const [networkAccess, location, warnings] = row;
  const stack = emptyStack();
  const { workspace, identity } = surroundings(stack);
  const lake = LakeStorage.fromLakeAttributes(stack, 'Old', {
    storageAccountId: `${RESOURCE_GROUP.id}/providers/Microsoft.Storage/storageAccounts/oldlake`,
    storageAccountName: 'oldlake',
    containerName: 'dicom',
    deletedFileRetentionDays: 7,
    lastAccessTracking: true,
    networkAccess,
    location,
  });
  const service = new DicomService(stack, 'Images', {
    workspace,
    identity,
    lake,
    dicomServiceName: 'images',
  });
  expect(service.node.metadata.map(({ data }) => data as unknown)).toEqual(warnings);
});

test('a region that only Terraform knows is nothing to warn of', () => {
  const stack = emptyStack();
  const { workspace, identity } = surroundings(stack);
  const lake = new LakeStorage(stack, 'Far', {
    resourceGroup: RESOURCE_GROUP,
    location: unknownString(stack),
    storageAccountName: 'farlake',
  });
  const service = new DicomService(stack, 'Images', {
    workspace,
    identity,
    lake,
    dicomServiceName: 'images',
  });
  expect(service.node.metadata).toEqual([]);
});
