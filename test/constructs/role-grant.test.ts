import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { TerraformOutput, type TerraformStack } from 'cdktf';
import { DicomService, Grantee, LakeIdentity, LakeStorage, RoleGrant, type IGrantee } from '../../constructs';
import { ROLES } from '../../contract';
import { emptyStack, RESOURCE_GROUP, surroundings, unknownString } from '../support/stack';
import { addressesOf, onlyResource, predecessorsOf, resourcesOf, synth } from '../support/synth';

const TYPE = 'azurerm_role_assignment';
const OBJECT_ID = '77777777-7777-7777-7777-777777777777';
const OTHER_ID = '88888888-8888-8888-8888-888888888888';

function lakeIn(stack: TerraformStack): LakeStorage {
  return new LakeStorage(stack, 'Lake', { resourceGroup: RESOURCE_GROUP, storageAccountName: 'demolake' });
}

test.each([
  ['read', 'Storage Blob Data Reader'],
  ['readWrite', 'Storage Blob Data Contributor'],
] as const)('lake.grants.%s gives %s on the container alone', (method, roleName) => {
  const stack = emptyStack();
  lakeIn(stack).grants[method](Grantee.servicePrincipal(OBJECT_ID));
  expect(onlyResource(synth(stack), TYPE)).toEqual({
    scope: expect.stringMatching(/^\$\{azurerm_storage_container\.\w+\.id\}$/) as string,
    role_definition_name: roleName,
    principal_id: OBJECT_ID,
    principal_type: 'ServicePrincipal',
  });
});

test.each([
  ['dataOwner', 'DICOM Data Owner'],
  ['dataReader', 'DICOM Data Reader'],
] as const)('dicomService.grants.%s gives %s on the service', (method, roleName) => {
  const stack = emptyStack();
  const service = new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
  });
  service.grants[method](Grantee.group(OBJECT_ID));
  const given = resourcesOf(synth(stack), TYPE).find(({ principal_id: id }) => id === OBJECT_ID);
  expect(given).toEqual({
    scope: expect.stringMatching(/^\$\{azurerm_healthcare_dicom_service\.\w+\.id\}$/) as string,
    role_definition_name: roleName,
    principal_id: OBJECT_ID,
    principal_type: 'Group',
  });
});

test('a grant on an existing lake is scoped to its container', () => {
  const stack = emptyStack();
  const account = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/oldlake';
  LakeStorage.fromLakeAttributes(stack, 'Existing', {
    storageAccountId: account,
    storageAccountName: 'oldlake',
    containerName: 'dicom',
    deletedFileRetentionDays: 7,
    lastAccessTracking: true,
    networkAccess: 'open',
  }).grants.read(Grantee.user(OBJECT_ID));
  expect(onlyResource(synth(stack), TYPE)).toMatchObject({
    scope: `${account}/blobServices/default/containers/dicom`,
    principal_type: 'User',
  });
});

test('granting twice is one assignment and returns the same grant', () => {
  const stack = emptyStack();
  const lake = lakeIn(stack);
  const identity = new LakeIdentity(stack, 'Identity', {
    resourceGroup: RESOURCE_GROUP,
    identityName: 'demo-images',
  });
  expect(lake.grants.readWrite(identity)).toBe(lake.grants.readWrite(identity));
  expect(resourcesOf(synth(stack), TYPE)).toHaveLength(1);
});

test('one principal under two names is one assignment, as Azure refuses a second', () => {
  const stack = emptyStack();
  const lake = lakeIn(stack);
  const first = lake.grants.read(
    Grantee.servicePrincipal('ABCDEF00-0000-0000-0000-000000000000', 'Verifier'),
  );
  const second = lake.grants.read(Grantee.servicePrincipal('abcdef00-0000-0000-0000-000000000000'));
  expect(second).toBe(first);
  expect(resourcesOf(synth(stack), TYPE)).toHaveLength(1);
});

test('another role, another principal and another lake are assignments of their own', () => {
  const stack = emptyStack();
  const lake = lakeIn(stack);
  const other = new LakeStorage(stack, 'Other', {
    resourceGroup: RESOURCE_GROUP,
    storageAccountName: 'otherlake',
  });
  lake.grants.read(Grantee.servicePrincipal(OBJECT_ID));
  lake.grants.readWrite(Grantee.servicePrincipal(OBJECT_ID));
  lake.grants.read(Grantee.servicePrincipal(OTHER_ID));
  other.grants.read(Grantee.servicePrincipal(OBJECT_ID));
  expect(resourcesOf(synth(stack), TYPE)).toHaveLength(4);
});

test('an object id that only Terraform knows is granted under the name given to it', () => {
  const stack = emptyStack();
  const lake = lakeIn(stack);
  const objectId = unknownString(stack);
  const grant = lake.grants.read(Grantee.servicePrincipal(objectId, 'Verifier'));
  expect(lake.grants.read(Grantee.servicePrincipal(objectId, 'Verifier'))).toBe(grant);
  expect(onlyResource(synth(stack), TYPE)['principal_id']).toBe('${var.unknown}');
});

test('the logical id of a grant does not depend on what else the stack holds', () => {
  const alone = emptyStack();
  const crowded = emptyStack();
  unknownString(crowded, 'first');
  unknownString(crowded, 'second');
  const ids = [alone, crowded].map((stack) => {
    const { lake, identity } = surroundings(stack);
    lake.grants.readWrite(identity);
    return Object.keys(synth(stack).resource[TYPE] ?? {});
  });
  expect(ids[0]).toEqual(ids[1]);
});

test.each<[string, IGrantee, string]>([
  [
    'an id that is no GUID',
    Grantee.servicePrincipal('my-app'),
    "GranteeInvalid at test/Lake: 'principalId' must be a GUID such as 00000000-0000-0000-0000-000000000000, got " +
      "'my-app'",
  ],
  [
    'a second principal of the same name',
    Grantee.servicePrincipal(OTHER_ID, 'Verifier'),
    `GranteeAmbiguous at test/Lake: two grantees are named 'Verifier': ${OBJECT_ID} and ${OTHER_ID}; give each a ` +
      'name of its own',
  ],
  [
    'the same principal as another type',
    Grantee.group(OBJECT_ID),
    `GranteeAmbiguous at test/Lake: the grantee '${OBJECT_ID}' was a ServicePrincipal before and is a Group now; ` +
      'use one and the same type',
  ],
])('fails on %s', (_, grantee, message) => {
  const lake = lakeIn(emptyStack());
  lake.grants.read(Grantee.servicePrincipal(OBJECT_ID, 'Verifier'));
  expect(() => lake.grants.read(grantee)).toThrow(new Error(message));
});

test('fails on a nameless grantee whose object id only Terraform knows', () => {
  const stack = emptyStack();
  const lake = lakeIn(stack);
  expect(() => lake.grants.read(Grantee.servicePrincipal(unknownString(stack)))).toThrow(
    new Error(
      'GranteeInvalid at test/Lake: the object id of the grantee is known only during deployment: give the grantee a ' +
        "name, as in Grantee.servicePrincipal(objectId, 'Verifier')",
    ),
  );
});

test('a grant at the account is another one than that at the container', () => {
  const stack = emptyStack();
  const lake = lakeIn(stack);
  const grantee = Grantee.group(OBJECT_ID);
  const wide = lake.grants.read(grantee, { scope: 'account' });
  expect(lake.grants.read(grantee)).not.toBe(wide);
  expect(lake.grants.read(grantee, { scope: 'account' })).toBe(wide);
  expect(
    resourcesOf(synth(stack), TYPE)
      .map(({ scope }) => String(scope).replace(/\.\w+\.id/, ''))
      .sort(),
  ).toEqual(['${azurerm_storage_account}', '${azurerm_storage_container}']);
});

test('a grant at another scope is never taken for the one that was given', () => {
  const stack = emptyStack();
  const lake = lakeIn(stack);
  const grantee = Grantee.group(OBJECT_ID);
  RoleGrant.of(lake, lake.containerId, ROLES.reader, grantee);
  expect(() => RoleGrant.of(lake, lake.storageAccountId, ROLES.reader, grantee)).toThrow(
    `There is already a Construct with name 'Reader-${OBJECT_ID}' in LakeStorage [Lake]`,
  );
});

test('one scope that two constructs stand for has each role once', () => {
  const stack = emptyStack();
  const [first, second] = ['First', 'Second'].map((id) =>
    LakeStorage.fromLakeAttributes(stack, id, {
      storageAccountId: `${RESOURCE_GROUP.id}/providers/Microsoft.Storage/storageAccounts/oldlake`,
      storageAccountName: 'oldlake',
      containerName: 'dicom',
      deletedFileRetentionDays: 7,
      lastAccessTracking: true,
      networkAccess: 'open',
    }),
  );
  const grant = first?.grants.read(Grantee.servicePrincipal(OBJECT_ID));
  expect(second?.grants.read(Grantee.servicePrincipal(OBJECT_ID, 'Verifier'))).toBe(grant);
  expect(resourcesOf(synth(stack), TYPE)).toHaveLength(1);
});

test('a grant at the account of an existing lake is scoped to its id', () => {
  const stack = emptyStack();
  const storageAccountId = `${RESOURCE_GROUP.id}/providers/Microsoft.Storage/storageAccounts/oldlake`;
  LakeStorage.fromLakeAttributes(stack, 'Existing', {
    storageAccountId,
    storageAccountName: 'oldlake',
    containerName: 'dicom',
    deletedFileRetentionDays: 7,
    lastAccessTracking: true,
    networkAccess: 'open',
  }).grants.readWrite(Grantee.group(OBJECT_ID), { scope: 'account' });
  expect(onlyResource(synth(stack), TYPE)['scope']).toBe(storageAccountId);
});

test('fails on a scope that a lake does not have', () => {
  const lake = lakeIn(emptyStack());
  expect(() => lake.grants.read(Grantee.group(OBJECT_ID), { scope: 'folder' as 'account' })).toThrow(
    new Error("LakeGrantInvalid at test/Lake: 'scope' must be one of container, account, got 'folder'"),
  );
});

test('what depends on a grant comes after its assignment', () => {
  const stack = emptyStack();
  const { dependables, assignmentId } = lakeIn(stack).grants.read(Grantee.group(OBJECT_ID));
  new UserAssignedIdentity(stack, 'Later', {
    name: 'later',
    resourceGroupName: 'imaging',
    location: 'westeurope',
    dependsOn: [...dependables],
  });
  new TerraformOutput(stack, 'assignment', { value: assignmentId });
  const synthesized = synth(stack);
  const [assignment = ''] = addressesOf(synthesized);
  expect(assignment).toMatch(/^azurerm_role_assignment\./);
  expect([...predecessorsOf(synthesized, 'azurerm_user_assigned_identity.Later')]).toContain(assignment);
  expect(synthesized.output?.['assignment']?.value).toBe(`\${${assignment}.id}`);
});
