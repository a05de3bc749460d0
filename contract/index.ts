export * from './access-tier';
export * from './azure-cloud';
export * from './deployment-manifest';
export * from './dicom-file-name';
export * from './emulator-ids';
export * from './emulator-ready';
export * from './health-probe-churn';
export type {
  IntendedAccount,
  IntendedDeleteLock,
  IntendedDiagnosticSetting,
  IntendedGrant,
  IntendedNetworkRules,
  IntendedPrivateEndpoint,
  IntendedState,
  IntendedTierRule,
} from './intended-state';
export * from './hide-secrets';
export * from './kusto-literal';
export * from './lake-path';
export * from './resource-id';
export * from './resource-name';
export * from './role';
export * from './service-error';
export * from './service-facts';
export * from './verification-profile';
