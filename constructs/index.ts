export { DicomGrants } from './dicom-grants';
export { DicomLake, type DeploymentTarget, type DicomLakeProps } from './dicom-lake';
export {
  DicomService,
  type DicomServiceAttributes,
  type DicomServiceProps,
  type IDicomService,
} from './dicom-service';
export { Grantee, type IGrantee, type PrincipalType } from './grantee';
export {
  HealthWorkspace,
  type HealthWorkspaceAttributes,
  type HealthWorkspaceProps,
  type IHealthWorkspace,
} from './health-workspace';
export { LakeGrants } from './lake-grants';
export { LakeIdentity, type LakeIdentityProps } from './lake-identity';
export {
  LakeStorage,
  REPLICATIONS,
  type ILakeStorage,
  type LakeAttributes,
  type LakeStorageProps,
  type Replication,
} from './lake-storage';
export type { PlacementProps, ResourceGroupReference } from './placement';
export { InvalidConstructError } from './private/invalid';
export { RoleGrant } from './role-grant';
export {
  TIER_BASES,
  tierRuleProblems,
  type TierBasis,
  type TierRule,
  type TierRuleProblem,
  type TierRuleSetting,
} from './tier-rule';
export { TieringPolicy, type TieringPolicyProps } from './tiering-policy';
