import { Testing } from 'cdktf';
import { Grantee } from '../../constructs';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';
import { readSettings } from '../../stacks/settings';
import { onlyResource, synth } from '../support/synth';

const REQUIRED = {
  DICOM_LAKE_TENANT_ID: '11111111-1111-1111-1111-111111111111',
  DICOM_LAKE_SUBSCRIPTION_ID: '44444444-4444-4444-4444-444444444444',
  DICOM_LAKE_RESOURCE_GROUP: 'imaging',
  DICOM_LAKE_LOCATION: 'westeurope',
  DICOM_LAKE_WORKSPACE: 'demohealth',
  DICOM_LAKE_DICOM_SERVICE: 'images',
  DICOM_LAKE_STORAGE_ACCOUNT: 'demolake',
};
const VERIFIER = '77777777-7777-7777-7777-777777777777';

function problemsWith(variables: Readonly<Record<string, string>>): readonly string[] {
  const result = readSettings({ ...REQUIRED, ...variables });
  return result.ok ? [] : result.problems;
}

test('seven variables are enough for a stack that synthesizes', () => {
  const result = readSettings({ ...REQUIRED, PATH: '/usr/bin' });
  if (!result.ok) throw new Error(result.problems.join('\n'));
  const synthesized = synth(new DicomLakeStack(Testing.app(), 'imaging', result.settings));
  expect(onlyResource(synthesized, 'azurerm_resource_group')).toEqual({
    name: 'imaging',
    location: 'westeurope',
  });
  expect(onlyResource(synthesized, 'azurerm_healthcare_workspace')['name']).toBe('demohealth');
  expect(onlyResource(synthesized, 'azurerm_healthcare_dicom_service')['name']).toBe('images');
  expect(onlyResource(synthesized, 'azurerm_storage_account')['name']).toBe('demolake');
  expect(synthesized.resource['azurerm_storage_management_policy']).toBeUndefined();
});

test('every variable reaches its prop', () => {
  expect(
    readSettings({
      ...REQUIRED,
      DICOM_LAKE_CONTAINER: 'files',
      DICOM_LAKE_IDENTITY: 'images-writer',
      DICOM_LAKE_REPLICATION: 'GZRS',
      DICOM_LAKE_DELETED_FILE_RETENTION_DAYS: '0',
      DICOM_LAKE_DELETED_CONTAINER_RETENTION_DAYS: '14',
      DICOM_LAKE_LAST_ACCESS_TRACKING: 'true',
      DICOM_LAKE_PUBLIC_NETWORK_ACCESS: 'false',
      DICOM_LAKE_DESTROYABLE: 'true',
      DICOM_LAKE_PARTITIONS: 'ward-7, ward-8',
      DICOM_LAKE_VERIFIER_OBJECT_ID: VERIFIER,
      DICOM_LAKE_VERIFIER_TYPE: 'Group',
      DICOM_LAKE_COOL_AFTER_DAYS: '30',
      DICOM_LAKE_COLD_AFTER_DAYS: '120',
      DICOM_LAKE_TIER_BASIS: 'lastAccess',
      DICOM_LAKE_RETURN_TO_HOT_ON_ACCESS: 'true',
    }),
  ).toEqual({
    ok: true,
    settings: {
      tenantId: '11111111-1111-1111-1111-111111111111',
      subscriptionId: '44444444-4444-4444-4444-444444444444',
      resourceGroupName: 'imaging',
      location: 'westeurope',
      workspaceName: 'demohealth',
      dicomServiceName: 'images',
      storageAccountName: 'demolake',
      containerName: 'files',
      identityName: 'images-writer',
      replication: 'GZRS',
      deletedFileRetentionDays: 0,
      deletedContainerRetentionDays: 14,
      lastAccessTracking: true,
      publicNetworkAccess: false,
      destroyable: true,
      partitions: ['ward-7', 'ward-8'],
      verifier: Grantee.group(VERIFIER),
      tiering: [
        {
          name: 'IdleImages',
          basis: 'lastAccess',
          coolAfterDays: 30,
          coldAfterDays: 120,
          returnToHotOnAccess: true,
        },
      ],
    },
  });
});

test('tenant and subscription are taken from the variables of the provider where there are no others', () => {
  const { DICOM_LAKE_TENANT_ID: tenant, DICOM_LAKE_SUBSCRIPTION_ID: subscription, ...others } = REQUIRED;
  const fallback = { ARM_TENANT_ID: tenant, ARM_SUBSCRIPTION_ID: subscription };
  expect(readSettings({ ...others, ...fallback })).toMatchObject({
    ok: true,
    settings: { tenantId: tenant, subscriptionId: subscription },
  });
  const own = { ...REQUIRED, ARM_TENANT_ID: VERIFIER, ARM_SUBSCRIPTION_ID: VERIFIER };
  expect(readSettings(own)).toMatchObject({
    ok: true,
    settings: { tenantId: tenant, subscriptionId: subscription },
  });
  expect(readSettings({ ...others, ...fallback, ARM_TENANT_ID: 'contoso' })).toEqual({
    ok: false,
    problems: [
      'DICOM_LAKE_TENANT_ID (from ARM_TENANT_ID) must be a GUID such as 00000000-0000-0000-0000-000000000000, got ' +
        "'contoso'",
    ],
  });
});

test.each([
  ['ServicePrincipal', Grantee.servicePrincipal(VERIFIER)],
  ['User', Grantee.user(VERIFIER)],
  ['', Grantee.servicePrincipal(VERIFIER)],
])('a verifier of type %p is one', (type, verifier) => {
  const variables = { DICOM_LAKE_VERIFIER_OBJECT_ID: VERIFIER, DICOM_LAKE_VERIFIER_TYPE: type };
  expect(readSettings({ ...REQUIRED, ...variables })).toMatchObject({ ok: true, settings: { verifier } });
});

test('fails with everything that is missing when nothing is set', () => {
  expect(readSettings({})).toEqual({
    ok: false,
    problems: [
      'DICOM_LAKE_TENANT_ID, or ARM_TENANT_ID, must be set to a GUID such as 00000000-0000-0000-0000-000000000000',
      'DICOM_LAKE_SUBSCRIPTION_ID, or ARM_SUBSCRIPTION_ID, must be set to a GUID such as ' +
        '00000000-0000-0000-0000-000000000000',
      'DICOM_LAKE_RESOURCE_GROUP must be set to 1 to 90 letters, digits, underscores, dashes, dots or parentheses, ' +
        'not ending in a dot',
      'DICOM_LAKE_LOCATION must be set to an Azure region as `az account list-locations` names it, such as westeurope',
      'DICOM_LAKE_WORKSPACE must be set to 3 to 24 lower-case letters or digits',
      'DICOM_LAKE_DICOM_SERVICE must be set to 3 to 24 letters, digits or dashes, starting and ending with a letter ' +
        'or digit',
      'DICOM_LAKE_STORAGE_ACCOUNT must be set to 3 to 24 lower-case letters or digits',
    ],
  });
});

test('fails with everything that is wrong, each with its variable and value', () => {
  const problems = problemsWith({
    DICOM_LAKE_LOCATION: 'West Europe',
    DICOM_LAKE_WORKSPACE: 'Demo',
    DICOM_LAKE_CONTAINER: 'X',
    DICOM_LAKE_REPLICATION: 'zrs',
    DICOM_LAKE_DELETED_FILE_RETENTION_DAYS: 'seven',
    DICOM_LAKE_DELETED_CONTAINER_RETENTION_DAYS: '0',
    DICOM_LAKE_DESTROYABLE: 'yes',
    DICOM_LAKE_PARTITIONS: 'ward-7,,ward/8',
    DICOM_LAKE_VERIFIER_OBJECT_ID: 'my-app',
    DICOM_LAKE_COOL_AFTER_DAYS: '-1',
    DICOM_LAKE_RETURN_TO_HOT_ON_ACCESS: 'true',
  });
  expect(problems).toEqual([
    'DICOM_LAKE_LOCATION must be an Azure region as `az account list-locations` names it, such as westeurope, got ' +
      "'West Europe'",
    "DICOM_LAKE_WORKSPACE must be 3 to 24 lower-case letters or digits, got 'Demo'",
    'DICOM_LAKE_PARTITIONS must be names of 1 to 64 letters, digits, underscores, dots or dashes with commas between ' +
      "them, got ''",
    'DICOM_LAKE_PARTITIONS must be names of 1 to 64 letters, digits, underscores, dots or dashes with commas between ' +
      "them, got 'ward/8'",
    "DICOM_LAKE_DESTROYABLE must be one of true, false, got 'yes'",
    "DICOM_LAKE_VERIFIER_OBJECT_ID must be a GUID such as 00000000-0000-0000-0000-000000000000, got 'my-app'",
    'DICOM_LAKE_CONTAINER must be 3 to 63 lower-case letters, digits or single dashes, starting and ending with a ' +
      "letter or digit, got 'X'",
    "DICOM_LAKE_REPLICATION must be one of LRS, ZRS, GRS, RAGRS, GZRS, RAGZRS, got 'zrs'",
    "DICOM_LAKE_DELETED_FILE_RETENTION_DAYS must be a whole number from 0 to 365, got 'seven'",
    "DICOM_LAKE_DELETED_CONTAINER_RETENTION_DAYS must be a whole number from 1 to 365, got '0'",
    "DICOM_LAKE_COOL_AFTER_DAYS must be a whole number from 0 to 99999, got '-1'",
  ]);
});

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    'cold too soon after cool',
    { DICOM_LAKE_COOL_AFTER_DAYS: '30', DICOM_LAKE_COLD_AFTER_DAYS: '59' },
    'DICOM_LAKE_COLD_AFTER_DAYS must be at least 60, which is 30 days after coolAfterDays (leaving cool earlier is ' +
      'billed as early deletion), got 59',
  ],
  [
    'a rule without days',
    { DICOM_LAKE_TIER_BASIS: 'creation' },
    'DICOM_LAKE_COOL_AFTER_DAYS must be given, or coldAfterDays, or both; got neither',
  ],
  [
    'last access counted while it is not tracked',
    { DICOM_LAKE_COOL_AFTER_DAYS: '30', DICOM_LAKE_LAST_ACCESS_TRACKING: 'false' },
    'DICOM_LAKE_TIER_BASIS must be lastModification or creation while the lake does not track last access, got ' +
      "'lastAccess'; or set lastAccessTracking: true on the lake",
  ],
  [
    'a verifier type without a verifier',
    { DICOM_LAKE_VERIFIER_TYPE: 'User' },
    "DICOM_LAKE_VERIFIER_TYPE must go with DICOM_LAKE_VERIFIER_OBJECT_ID, got 'User' without it",
  ],
])('fails on %s', (_, variables, problem) => {
  expect(problemsWith(variables)).toEqual([problem]);
});

test('fails on a variable with a typing error instead of leaving it out', () => {
  const [problem, ...others] = problemsWith({ DICOM_LAKE_COOL_AFTER_DAY: '30' });
  expect(others).toEqual([]);
  expect(problem).toMatch(
    /^DICOM_LAKE_COOL_AFTER_DAY is not a setting; known are DICOM_LAKE_COLD_AFTER_DAYS, .*DICOM_LAKE_WORKSPACE$/,
  );
});
