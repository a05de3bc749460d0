import { DicomService, Grantee, LakeStorage } from '../../constructs';
import { emptyStack, RESOURCE_GROUP, surroundings, unknownString } from '../support/stack';
import { addressesOf, onlyResource, predecessorsOf, synth } from '../support/synth';

const TYPE = 'azurerm_healthcare_dicom_service';

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

test('fails on names that Azure refuses, created or existing', () => {
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

test('web pages of named origins may call the service', () => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
    cors: { origins: ['https://viewer.example.org'] },
  });
  expect(onlyResource(synth(stack), TYPE)['cors']).toEqual({
    allowed_origins: ['https://viewer.example.org'],
    allowed_methods: ['GET', 'OPTIONS'],
    allowed_headers: ['authorization', 'accept', 'content-type'],
    max_age_in_seconds: 600,
    allow_credentials: false,
  });
});

test('every optional prop of CORS reaches the service, and what only Terraform knows is left to Azure', () => {
  const stack = emptyStack();
  new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
    cors: {
      origins: [unknownString(stack)],
      methods: ['POST'],
      headers: ['x-viewer'],
      maxAgeSeconds: 5,
      credentials: true,
    },
  });
  expect(onlyResource(synth(stack), TYPE)['cors']).toEqual({
    allowed_origins: ['${var.unknown}'],
    allowed_methods: ['POST'],
    allowed_headers: ['x-viewer'],
    max_age_in_seconds: 5,
    allow_credentials: true,
  });
});

test('fails with everything that is wrong with identity, wait and CORS at once', () => {
  const stack = emptyStack();
  const { workspace, lake } = surroundings(stack);
  expect(
    () =>
      new DicomService(stack, 'Images', {
        workspace,
        lake,
        dicomServiceName: 'images',
        roleWaitMinutes: 31,
        cors: {
          origins: ['*', 'https://viewer.example.org/'],
          methods: ['HEAD' as 'GET'],
          maxAgeSeconds: 99_999,
        },
      }),
  ).toThrow(
    new Error(
      [
        'DicomServiceInvalid at test/Images:',
        "- the service needs an identity to reach its lake: give 'identity', or set 'systemAssignedIdentity' to true",
        "- 'roleWaitMinutes' must go with 'identity': the role of a system-assigned identity comes after the service",
        "- 'roleWaitMinutes' must be a whole number from 1 to 30, got 31",
        "- 'cors.origins' must hold origins such as https://viewer.example.org, without a path and without *, got '*'",
        "- 'cors.origins' must hold origins such as https://viewer.example.org, without a path and without *, got " +
          "'https://viewer.example.org/'",
        "- 'cors.methods' must hold methods of DELETE, GET, OPTIONS, PATCH, POST, PUT, got 'HEAD'",
        "- 'cors.maxAgeSeconds' must be a whole number from 0 to 99998, got 99999",
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
