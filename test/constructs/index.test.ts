import * as constructs from '../../constructs';

test('the public names stay what they are: removing one breaks an application', () => {
  expect(Object.keys(constructs).sort()).toEqual([
    'ANALYTICS_ENGINES',
    'AZURERM_MAJORS',
    'AZURERM_MAJOR_CONTEXT',
    'AnalyticsAccess',
    'CORS_METHODS',
    'DICOM_LAKE_PROFILES',
    'DeleteLock',
    'DicomGrants',
    'DicomLake',
    'DicomService',
    'Grantee',
    'HealthWorkspace',
    'InvalidConstructError',
    'KeyVaultKey',
    'LAKE_NETWORK_ACCESSES',
    'LakeGrants',
    'LakeIdentity',
    'LakeStorage',
    'MOST_ROLE_WAIT_MINUTES',
    'REPLICATIONS',
    'RoleGrant',
    'TIER_BASES',
    'TieringPolicy',
    'VerifierGrant',
    'azurermMajor',
    'tierRuleProblems',
  ]);
});
