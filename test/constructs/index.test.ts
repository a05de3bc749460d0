import * as constructs from '../../constructs';

test('the public names stay what they are: removing one breaks an application', () => {
  expect(Object.keys(constructs).sort()).toEqual([
    'AZURERM_MAJORS',
    'AZURERM_MAJOR_CONTEXT',
    'CORS_METHODS',
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
    'REPLICATIONS',
    'RoleGrant',
    'TIER_BASES',
    'TieringPolicy',
    'azurermMajor',
    'tierRuleProblems',
  ]);
});
