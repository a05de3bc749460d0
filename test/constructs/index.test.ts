import * as constructs from '../../constructs';

test('the public names stay what they are: removing one breaks an application', () => {
  expect(Object.keys(constructs).sort()).toEqual([
    'DicomGrants',
    'DicomLake',
    'DicomService',
    'Grantee',
    'HealthWorkspace',
    'InvalidConstructError',
    'LakeGrants',
    'LakeIdentity',
    'LakeStorage',
    'REPLICATIONS',
    'RoleGrant',
    'TIER_BASES',
    'TieringPolicy',
    'tierRuleProblems',
  ]);
});
