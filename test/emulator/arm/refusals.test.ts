import { ROLES } from '../../../contract';
import type { Emulator } from '../../../emulator';
import { armOf, provisionLake, type ProvisionedLake, startTestEmulator } from '../../support/emulator';
import { type RawAnswer, rawRequests } from '../../support/raw-arm';

let emulator: Emulator;
let lake: ProvisionedLake;
let send: (method: string, target: string, body?: unknown) => Promise<RawAnswer>;

beforeAll(async () => {
  emulator = await startTestEmulator();
  lake = await provisionLake(emulator);
  const request = await rawRequests(emulator);
  send = (method, target, body) =>
    request(method, `${target}${target.includes('?') ? '&' : '?'}api-version=2023-05-01`, body);
});
afterAll(() => emulator.close());

const SUBSCRIPTION = '/subscriptions/44444444-4444-4444-4444-444444444444';
const GROUP = `${SUBSCRIPTION}/resourceGroups/rg-test`;
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/testlake`;
const WORKSPACE = `${GROUP}/providers/Microsoft.HealthcareApis/workspaces/testws`;
const STRANGER = '99999999-0000-0000-0000-000000000000';
const assignment = (scope: string): string =>
  `${scope}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000090`;
const HNS = { location: 'westeurope', kind: 'StorageV2', sku: { name: 'Standard_ZRS' } };

interface Refusal {
  readonly what: string;
  readonly method: string;
  readonly target: string;
  readonly body?: unknown;
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const refusals: readonly Refusal[] = [
  {
    what: 'a path that is not encoded as it should be',
    method: 'GET',
    target: `${SUBSCRIPTION}/resourceGroups/%E0%A4%A`,
    status: 400,
    code: 'BadRequest',
    message: `The path '${SUBSCRIPTION}/resourceGroups/%E0%A4%A' is not percent-encoded UTF-8.`,
  },
  {
    what: 'a resource that is not there',
    method: 'GET',
    target: `${GROUP}/providers/Microsoft.Storage/storageAccounts/absent`,
    status: 404,
    code: 'ResourceNotFound',
    message: `The resource '${GROUP}/providers/Microsoft.Storage/storageAccounts/absent' was not found.`,
  },
  {
    what: 'a resource in a group that is not there',
    method: 'GET',
    target: `${SUBSCRIPTION}/resourceGroups/absent/providers/Microsoft.Storage/storageAccounts/testlake`,
    status: 404,
    code: 'ResourceGroupNotFound',
    message: "Resource group 'absent' could not be found.",
  },
  {
    what: 'a list in a group that is not there',
    method: 'GET',
    target: `${SUBSCRIPTION}/resourceGroups/absent/providers/Microsoft.Storage/storageAccounts`,
    status: 404,
    code: 'ResourceGroupNotFound',
    message: "Resource group 'absent' could not be found.",
  },
  {
    what: 'the content of a group that is not there',
    method: 'GET',
    target: `${SUBSCRIPTION}/resourceGroups/absent/resources`,
    status: 404,
    code: 'ResourceGroupNotFound',
    message: "Resource group 'absent' could not be found.",
  },
  {
    what: 'the removal of a group that is not there',
    method: 'DELETE',
    target: `${SUBSCRIPTION}/resourceGroups/absent`,
    status: 404,
    code: 'ResourceGroupNotFound',
    message: "Resource group 'absent' could not be found.",
  },
  {
    what: 'a container in an account that is not there',
    method: 'PUT',
    target: `${GROUP}/providers/Microsoft.Storage/storageAccounts/absent/blobServices/default/containers/dicom`,
    body: { properties: {} },
    status: 404,
    code: 'ParentResourceNotFound',
    message: `The parent '${GROUP}/providers/Microsoft.Storage/storageAccounts/absent/blobServices/default' of the Microsoft.Storage/storageAccounts/blobServices/containers does not exist.`,
  },
  {
    what: 'a DICOM service in a workspace that is not there',
    method: 'GET',
    target: `${GROUP}/providers/Microsoft.HealthcareApis/workspaces/absent/dicomServices/images`,
    status: 404,
    code: 'ParentResourceNotFound',
    message: `The parent '${GROUP}/providers/Microsoft.HealthcareApis/workspaces/absent' of the Microsoft.HealthcareApis/workspaces/dicomServices does not exist.`,
  },
  {
    what: 'a storage account that is wrong in every respect, naming all of it',
    method: 'PUT',
    target: `${GROUP}/providers/Microsoft.Storage/storageAccounts/Test-Lake`,
    body: { sku: { name: 'ZRS' }, properties: {} },
    status: 400,
    code: 'InvalidResourceName',
    message:
      "The name of a Microsoft.Storage/storageAccounts must be 3 to 24 lower-case letters or digits, got 'Test-Lake'. " +
      'location must name a region, got nothing. ' +
      'sku.name must be such as Standard_ZRS, got "ZRS". ' +
      'kind must be such as StorageV2, got nothing.',
  },
  {
    what: 'a storage account whose name somebody has already',
    method: 'PUT',
    target: `${SUBSCRIPTION}/resourceGroups/rg-other/providers/Microsoft.Storage/storageAccounts/testlake`,
    body: HNS,
    status: 409,
    code: 'StorageAccountAlreadyTaken',
    message:
      "The name 'testlake' of a Microsoft.Storage/storageAccounts is taken; it must be unique in all of Azure.",
  },
  {
    what: 'a workspace whose name somebody has already',
    method: 'PUT',
    target: `${SUBSCRIPTION}/resourceGroups/rg-other/providers/Microsoft.HealthcareApis/workspaces/testws`,
    body: { location: 'westeurope' },
    status: 409,
    code: 'Conflict',
    message:
      "The name 'testws' of a Microsoft.HealthcareApis/workspaces is taken; it must be unique in all of Azure.",
  },
  {
    what: 'a move to another region',
    method: 'PUT',
    target: WORKSPACE,
    body: { location: 'northeurope' },
    status: 409,
    code: 'InvalidResourceLocation',
    message: `The resource '${WORKSPACE}' exists in 'westeurope' and cannot be moved to 'northeurope'.`,
  },
  {
    what: 'a second blob service',
    method: 'PUT',
    target: `${ACCOUNT}/blobServices/other`,
    body: { properties: {} },
    status: 400,
    code: 'InvalidResourceName',
    message: "The name of a Microsoft.Storage/storageAccounts/blobServices must be 'default', got 'other'.",
  },
  {
    what: 'taking the hierarchical namespace away',
    method: 'PUT',
    target: ACCOUNT,
    body: { ...HNS, properties: { isHnsEnabled: false } },
    status: 409,
    code: 'AccountPropertyCannotBeUpdated',
    message: "The property 'isHnsEnabled' cannot be updated.",
  },
  {
    what: 'a container name that Azure refuses',
    method: 'PUT',
    target: `${ACCOUNT}/blobServices/default/containers/My--Images`,
    body: { properties: {} },
    status: 400,
    code: 'InvalidResourceName',
    message:
      "The name of a Microsoft.Storage/storageAccounts/blobServices/containers must be 3 to 63 lower-case letters, digits or single dashes, starting and ending with a letter or digit, got 'My--Images'.",
  },
  {
    what: 'a container that the public may read',
    method: 'PUT',
    target: `${ACCOUNT}/blobServices/default/containers/public`,
    body: { properties: { publicAccess: 'Blob' } },
    status: 409,
    code: 'PublicAccessNotPermitted',
    message: 'Public access is not permitted on this storage account.',
  },
  {
    what: 'a lifecycle policy that is wrong in several rules, naming all of it',
    method: 'PUT',
    target: `${ACCOUNT}/managementPolicies/default`,
    body: {
      properties: {
        policy: {
          rules: [
            {
              name: 'to cool',
              type: 'Lifecycle',
              definition: {
                filters: { blobTypes: ['blockBlob'] },
                actions: {
                  baseBlob: {
                    tierToCool: { daysAfterModificationGreaterThan: 1, daysAfterCreationGreaterThan: 2 },
                  },
                },
              },
            },
            {
              name: 'empty',
              type: 'Sometimes',
              definition: {
                filters: { prefixMatch: Array.from({ length: 11 }, (_, index) => `dicom/${index}`) },
                actions: {},
              },
            },
            {
              name: 'empty',
              type: 'Lifecycle',
              definition: {
                filters: { blobTypes: ['blockBlob'] },
                actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 'soon' } } },
              },
            },
          ],
        },
      },
    },
    status: 400,
    code: 'InvalidRequestContent',
    message:
      "Rule 1: name must be 1 to 256 letters or digits, got 'to cool'. " +
      'Rule 1: tierToCool must have exactly one condition, got daysAfterModificationGreaterThan, daysAfterCreationGreaterThan. ' +
      'Rule 2: type must be Lifecycle, got "Sometimes". ' +
      'Rule 2: filters.blobTypes must be a list of at least 1, got nothing. ' +
      'Rule 2: filters.prefixMatch must hold at most 10 prefixes, got 11. ' +
      'Rule 2: at least one action is needed, got none. ' +
      'Rule 3: delete.daysAfterModificationGreaterThan must be a number of days, got "soon". ' +
      'Rule names must be unique, got "empty" more than once.',
  },
  {
    what: 'a lifecycle policy without rules',
    method: 'PUT',
    target: `${ACCOUNT}/managementPolicies/default`,
    body: { properties: {} },
    status: 400,
    code: 'InvalidRequestContent',
    message: 'properties.policy.rules must be a list of at most 100 rules, got nothing.',
  },
  {
    what: 'an assignment that is wrong in every respect, naming all of it',
    method: 'PUT',
    target: assignment(GROUP),
    body: { properties: { principalId: 'me', roleDefinitionId: 'all', condition: "@Resource[name] eq 'x'" } },
    status: 400,
    code: 'InvalidPrincipalId',
    message:
      'properties.principalId must be a GUID, got "me". ' +
      'The specified role definition "all" does not exist in the emulator. ' +
      'The emulator cannot decide by conditions; leave properties.condition out.',
  },
  {
    what: 'an assignment for a principal that nobody knows',
    method: 'PUT',
    target: assignment(GROUP),
    body: { properties: { principalId: STRANGER, roleDefinitionId: ROLES.reader.id } },
    status: 400,
    code: 'PrincipalNotFound',
    message:
      'Principal 99999999000000000000000000000000 does not exist in the directory 11111111-1111-1111-1111-111111111111. The object id of a service principal is meant, not its application id.',
  },
  {
    what: 'an assignment on something that is not there',
    method: 'PUT',
    target: assignment(`${ACCOUNT}/blobServices/default/containers/absent`),
    body: {
      properties: {
        principalId: '77777777-7777-7777-7777-777777777777',
        roleDefinitionId: ROLES.reader.id,
      },
    },
    status: 404,
    code: 'ParentResourceNotFound',
    message: `The parent '${ACCOUNT}/blobServices/default/containers/absent' of the Microsoft.Authorization/roleAssignments does not exist.`,
  },
  {
    what: 'an assignment that is turned to another principal',
    method: 'PUT',
    target: `${GROUP}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000006`,
    body: {
      properties: {
        principalId: '55555555-5555-5555-5555-555555555555',
        roleDefinitionId: ROLES.reader.id,
      },
    },
    status: 400,
    code: 'RoleAssignmentUpdateNotPermitted',
    message: 'Principal, role and scope of a role assignment cannot be updated; delete it and make another.',
  },
  {
    what: 'a filter of assignments that the emulator does not know',
    method: 'GET',
    target:
      `${GROUP}/providers/Microsoft.Authorization/roleAssignments?$filter=roleDefinitionId eq '${STRANGER}'`.replaceAll(
        ' ',
        '%20',
      ),
    status: 400,
    code: 'UnsupportedQuery',
    message: `The emulator knows the filters principalId eq '…', assignedTo('…'), atScope(), and the latter two, got "roleDefinitionId eq '${STRANGER}'".`,
  },
  {
    what: 'a filter of role definitions that the emulator does not know',
    method: 'GET',
    target:
      `${GROUP}/providers/Microsoft.Authorization/roleDefinitions?$filter=type eq 'CustomRole'`.replaceAll(
        ' ',
        '%20',
      ),
    status: 400,
    code: 'UnsupportedQuery',
    message: `The emulator knows the filter roleName eq '…', got "type eq 'CustomRole'".`,
  },
  {
    what: 'a role definition that is not there',
    method: 'GET',
    target: `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${STRANGER}`,
    status: 404,
    code: 'RoleDefinitionDoesNotExist',
    message: `The role definition '${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/${STRANGER}' does not exist in the emulator.`,
  },
  {
    what: 'a DICOM service without a lake',
    method: 'PUT',
    target: `${WORKSPACE}/dicomServices/second`,
    body: { location: 'westeurope', properties: {} },
    status: 400,
    code: 'BadRequest',
    message:
      'The emulator has DICOM services on a data lake only: properties.storageConfiguration needs storageResourceId and fileSystemName.',
  },
  {
    what: 'bulk import into a service on a lake',
    method: 'PATCH',
    target: `${WORKSPACE}/dicomServices/images`,
    body: { properties: { bulkImportConfiguration: { enabled: true } } },
    status: 400,
    code: 'BadRequest',
    message:
      'Bulk import is not supported by a DICOM service with storageConfiguration, got properties.bulkImportConfiguration.enabled true; leave it out, and store files with DICOMweb.',
  },
  {
    what: 'a DICOM service on an account that is not there',
    method: 'PUT',
    target: `${WORKSPACE}/dicomServices/second`,
    body: {
      location: 'westeurope',
      properties: { storageConfiguration: { storageResourceId: `${ACCOUNT}2`, fileSystemName: 'dicom' } },
    },
    status: 400,
    code: 'BadRequest',
    message: `Invalid storageConfiguration: the storage account '${ACCOUNT}2' does not exist.`,
  },
  {
    what: 'a DICOM service with an identity that is not there',
    method: 'PUT',
    target: `${WORKSPACE}/dicomServices/second`,
    body: {
      location: 'westeurope',
      identity: { type: 'UserAssigned', userAssignedIdentities: { [`${GROUP}/absent`]: {} } },
      properties: { storageConfiguration: { storageResourceId: ACCOUNT, fileSystemName: 'dicom' } },
    },
    status: 400,
    code: 'FailedIdentityOperation',
    message: `The identity '${GROUP}/absent' does not exist; create it before the resource that uses it.`,
  },
  {
    what: 'data partitions that are switched on later',
    method: 'PATCH',
    target: `${WORKSPACE}/dicomServices/images`,
    body: { properties: { enableDataPartitions: true } },
    status: 400,
    code: 'BadRequest',
    message: 'Data partitions of a DICOM service are chosen at its creation and cannot be changed.',
  },
  {
    what: 'a body that is no JSON object',
    method: 'PUT',
    target: GROUP,
    body: ['location'],
    status: 400,
    code: 'InvalidRequestContent',
    message: 'The request content was invalid: the body must be a JSON object, nested at most 100 deep.',
  },
  {
    what: 'an operation that nobody started',
    method: 'GET',
    target: `${SUBSCRIPTION}/providers/Microsoft.Storage/locations/emulator/operations/none`,
    status: 404,
    code: 'OperationNotFound',
    message: "There is no operation 'none'.",
  },
];

describe('Azure Resource Manager fails', () => {
  beforeAll(async () => {
    await armOf(emulator).put(`${SUBSCRIPTION}/resourceGroups/rg-other`, '2023-07-01', {
      location: 'westeurope',
    });
  });

  test.each(refusals)('$what', async ({ method, target, body, status, code, message }) => {
    const answer = await send(method, target, body);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status,
      body: { error: { code, message } },
    });
  });

  test('what it does not have, with 501, which no client tries again, and the list of what it has', async () => {
    const target = `${GROUP}/providers/Microsoft.Compute/virtualMachines/vm`;
    const answer = await send('PUT', target, { location: 'westeurope' });
    expect(answer).toMatchObject({ status: 501, body: { error: { code: 'NotImplementedInEmulator' } } });
    expect(answer.body).toMatchObject({
      error: {
        message: expect.stringMatching(
          new RegExp(
            `^PUT ${target} is not in the emulator; its types are Microsoft\\.Resources/resourceGroups, .*, ` +
              'Microsoft\\.HealthcareApis/workspaces/dicomServices; it has GET /metadata/endpoints, .*, ' +
              'POST {storage account}/listKeys, POST {log workspace}/sharedKeys, POST {job}/listSecrets besides\\.$',
          ),
        ) as string,
      },
    });
  });

  test('nothing of what was refused was made', async () => {
    const { value } = await armOf(emulator).get(`${GROUP}/resources`, '2023-07-01');
    expect((value as readonly { readonly id: string }[]).map(({ id }) => id).sort()).toEqual([
      WORKSPACE,
      `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/testws-images`,
      ACCOUNT,
    ]);
    expect(lake.accountId).toBe(ACCOUNT);
  });
});

test('fails a lifecycle rule on the last access while nobody records it', async () => {
  const policy = (condition: string): unknown => ({
    properties: {
      policy: {
        rules: [
          {
            name: 'cool',
            type: 'Lifecycle',
            definition: {
              filters: { blobTypes: ['blockBlob'] },
              actions: { baseBlob: { tierToCool: { [condition]: 30 } } },
            },
          },
        ],
      },
    },
  });
  const account = `${GROUP}/providers/Microsoft.Storage/storageAccounts/untracked`;
  await armOf(emulator).put(account, '2023-05-01', { ...HNS, properties: { isHnsEnabled: true } });
  const refused = await send(
    'PUT',
    `${account}/managementPolicies/default`,
    policy('daysAfterLastAccessTimeGreaterThan'),
  );
  expect(refused).toMatchObject({
    status: 400,
    body: {
      error: {
        message:
          'Rule 1: tierToCool.daysAfterLastAccessTimeGreaterThan needs lastAccessTimeTrackingPolicy.enable on the blob service of the account.',
      },
    },
  });
  const accepted = await send(
    'PUT',
    `${account}/managementPolicies/default`,
    policy('daysAfterModificationGreaterThan'),
  );
  expect(accepted.status).toBe(200);
});
