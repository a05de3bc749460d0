import { DicomService, Grantee } from '../../constructs';
import { emptyStack, surroundings, unknownString } from '../support/stack';
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
