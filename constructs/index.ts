export { healthProbeChurn, type HealthProbeChurn } from '../contract';
export { ActionGroup, type ActionGroupProps, type IActionGroup } from './action-group';
export {
  ANALYTICS_ENGINES,
  AnalyticsAccess,
  type AnalyticsAccessProps,
  type AnalyticsReader,
  type AzureReader,
  type FabricReader,
} from './analytics-access';
export { ArchiveGuard } from './archive-guard';
export { AZURERM_MAJOR_CONTEXT, AZURERM_MAJORS, azurermMajor, type AzurermMajor } from './azurerm-major';
export { DeleteLock, type DeleteLockProps } from './delete-lock';
export { CORS_METHODS, type DicomCors } from './dicom-cors';
export { DicomGrants } from './dicom-grants';
export { DicomLake, type DeploymentTarget } from './dicom-lake';
export {
  DICOM_LAKE_PROFILES,
  type DicomLakeEncryption,
  type DicomLakeProfile,
  type DicomLakeProps,
} from './dicom-lake-props';
export {
  DicomService,
  type DicomCustomerManagedKey,
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
export {
  INVENTORY_FORMATS,
  INVENTORY_SCHEDULES,
  InventoryPolicy,
  type InventoryOptions,
  type InventoryPolicyProps,
} from './inventory-policy';
export { KeyVaultKey, type IKeyVaultKey, type KeyVaultKeyAttributes } from './key-vault-key';
export { LakeGrants, type LakeGrantOptions } from './lake-grants';
export {
  LakeIdentity,
  type ILakeIdentity,
  type LakeIdentityAttributes,
  type LakeIdentityProps,
} from './lake-identity';
export {
  LAKE_NETWORK_ACCESSES,
  type ILakeFirewall,
  type LakeNetwork,
  type LakeNetworkAccess,
  type OpenNetwork,
  type PrivateNetwork,
  type SelectedNetworks,
} from './lake-network';
export { LakeMonitoring, type LakeMonitoringOptions, type LakeMonitoringProps } from './lake-monitoring';
export {
  LakeStorage,
  type ILakeStorage,
  type LakeAttributes,
  type LakeCustomerManagedKey,
  type LakeStorageProps,
} from './lake-storage';
export {
  LogAnalyticsWorkspace,
  type ILogAnalyticsWorkspace,
  type LogAnalyticsWorkspaceAttributes,
  type LogAnalyticsWorkspaceProps,
} from './log-analytics-workspace';
export type { PlacementProps, ResourceGroupReference } from './placement';
export {
  PRIVATE_ZONE_NAMES,
  PrivateAccess,
  type PrivateAccessOptions,
  type PrivateAccessProps,
  type PrivateDnsZones,
} from './private-access';
export { PrivateDnsZone, type IPrivateDnsZone, type PrivateDnsZoneProps } from './private-dns-zone';
export { InvalidConstructError } from './private/invalid';
export { REPLICATIONS, type Replication } from './replication';
export { RoleGrant } from './role-grant';
export { MOST_ROLE_WAIT_MINUTES } from './role-propagation';
export { Subnet, type ISubnet, type SubnetAttributes } from './subnet';
export {
  TIER_BASES,
  tierRuleProblems,
  type TierBasis,
  type TierRule,
  type TierRuleProblem,
  type TierRuleSetting,
} from './tier-rule';
export { TieringPolicy, type CleanupRule, type TieringPolicyProps } from './tiering-policy';
export { VerificationJob, type VerificationJobOptions, type VerificationJobProps } from './verification-job';
export { VerifierGrant, type VerifierGrantProps } from './verifier-grant';
