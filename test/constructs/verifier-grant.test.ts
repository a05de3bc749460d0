import { DicomService, Grantee, VerifierGrant } from '../../constructs';
import { emptyStack, surroundings } from '../support/stack';
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
