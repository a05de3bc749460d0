import { DicomService, Grantee, LakeIdentity, VerifierGrant } from '../../constructs';
import { emptyStack, RESOURCE_GROUP, surroundings, unknownString } from '../support/stack';
import { resourcesOf, synth } from '../support/synth';

const VERIFIER = '77777777-7777-7777-7777-777777777777';

test('a verifier gets four roles, each at the narrowest scope that serves', () => {
  const stack = emptyStack();
  const dicomService = new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
  });
  new VerifierGrant(stack, 'Verifier', { dicomService, verifier: Grantee.group(VERIFIER) });
  const given = resourcesOf(synth(stack), 'azurerm_role_assignment')
    .filter(({ principal_id: id }) => id === VERIFIER)
    .map(
      ({ role_definition_name: role, scope }) =>
        `${String(role)} @ ${String(scope).replace(/\.\w+\.id/, '')}`,
    );
  expect(given.sort()).toEqual([
    'DICOM Data Owner @ ${azurerm_healthcare_dicom_service}',
    'Reader @ ${azurerm_healthcare_workspace}',
    'Reader @ ${azurerm_storage_account}',
    'Storage Blob Data Reader @ ${azurerm_storage_container}',
  ]);
});

test('a verifier with deep probes may write to the lake instead of only reading it', () => {
  const stack = emptyStack();
  const dicomService = new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
  });
  const verifier = Grantee.group(VERIFIER);
  new VerifierGrant(stack, 'Verifier', { dicomService, verifier, deepProbes: true });
  const given = resourcesOf(synth(stack), 'azurerm_role_assignment')
    .filter(({ principal_id: id }) => id === VERIFIER)
    .map(({ role_definition_name: role }) => role);
  expect(given.sort()).toEqual(['DICOM Data Owner', 'Reader', 'Reader', 'Storage Blob Data Contributor']);
});

test('fails on a verifier that is no object id', () => {
  const stack = emptyStack();
  const dicomService = new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
  });
  expect(() => new VerifierGrant(stack, 'Verifier', { dicomService, verifier: Grantee.user('me') })).toThrow(
    new Error(
      "GranteeInvalid at test/Verifier: 'principalId' must be a GUID such as 00000000-0000-0000-0000-000000000000, " +
        "got 'me'",
    ),
  );
});

test('a verifier of two services that share workspace and lake has each role once at each scope', () => {
  const stack = emptyStack();
  const shared = surroundings(stack);
  for (const name of ['Images', 'Archive']) {
    const dicomService = new DicomService(stack, name, { ...shared, dicomServiceName: name.toLowerCase() });
    new VerifierGrant(stack, `${name}Verifier`, { dicomService, verifier: Grantee.user(VERIFIER) });
  }
  const given = resourcesOf(synth(stack), 'azurerm_role_assignment')
    .filter(({ principal_id: id }) => id === VERIFIER)
    .map(({ role_definition_name: role, scope }) => `${String(role)} @ ${String(scope)}`);
  expect(new Set(given).size).toBe(5);
  expect(given).toHaveLength(5);
});

test('a verifier that only Terraform knows is granted under the name given to it', () => {
  const stack = emptyStack();
  const dicomService = new DicomService(stack, 'Images', {
    ...surroundings(stack),
    dicomServiceName: 'images',
  });
  const verifier = Grantee.servicePrincipal(unknownString(stack), 'Pipeline');
  new VerifierGrant(stack, 'Verifier', { dicomService, verifier });
  expect(
    resourcesOf(synth(stack), 'azurerm_role_assignment').filter(
      ({ principal_id: id }) => id === '${var.unknown}',
    ),
  ).toHaveLength(4);
});

test('fails on an identity of the service itself, which may write to the lake', () => {
  const stack = emptyStack();
  const { workspace, lake } = surroundings(stack);
  const identity = LakeIdentity.fromIdentityAttributes(stack, 'Old', {
    identityId: `${RESOURCE_GROUP.id}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/writer`,
    principalId: VERIFIER,
  });
  const dicomService = new DicomService(stack, 'Images', {
    workspace,
    lake,
    identity,
    dicomServiceName: 'images',
  });
  const verifier = Grantee.servicePrincipal(VERIFIER, 'Pipeline');
  expect(() => new VerifierGrant(stack, 'Verifier', { dicomService, verifier })).toThrow(
    new Error(
      "GranteeInvalid at test/Verifier: 'verifier' must not be an identity of the DICOM service, which may write to " +
        "the lake: take one of its own, got 'Pipeline'",
    ),
  );
});
