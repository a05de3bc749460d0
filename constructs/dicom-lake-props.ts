import type { AnalyticsReader } from './analytics-access';
import type { DicomServiceProps } from './dicom-service';
import type { IGrantee } from './grantee';
import type { IHealthWorkspace } from './health-workspace';
import type { InventoryOptions } from './inventory-policy';
import type { IKeyVaultKey } from './key-vault-key';
import type { ILakeIdentity } from './lake-identity';
import type { LakeMonitoringOptions } from './lake-monitoring';
import type { ILakeStorage, LakeStorageProps } from './lake-storage';
import type { PlacementProps } from './placement';
import type { PrivateAccessOptions } from './private-access';
import type { TierRule } from './tier-rule';

/**
 * How much a lake brings along.
 *
 * - `minimal`: workspace, lake, identity, role and service. The lake is open to every network, to callers with a role
 *   and a token. For trials and tests.
 * - `standard`: the lake is closed to every network but those named; logs and alerts.
 * - `private`: as standard, and neither the service nor the lake answers on the internet: private endpoints.
 */
export const DICOM_LAKE_PROFILES = ['minimal', 'standard', 'private'] as const;

export type DicomLakeProfile = (typeof DICOM_LAKE_PROFILES)[number];

/** The customer's own keys for images at rest. */
export interface DicomLakeEncryption {
  /**
   * For the files in the lake.
   *
   * @default - Azure's keys
   */
  readonly lakeKey?: IKeyVaultKey | undefined;
  /**
   * For what the service keeps itself, such as its index. Deploy without it first: a service with a lake takes its
   * key only after it was created.
   *
   * @default - Azure's keys
   */
  readonly dicomServiceKey?: DicomServiceProps['customerManagedKey'];
}

export interface DicomLakeProps
  extends
    PlacementProps,
    Omit<LakeStorageProps, 'customerManagedKey' | 'storageAccountName' | 'destroyable'>,
    Pick<
      DicomServiceProps,
      'dicomServiceName' | 'cors' | 'systemAssignedIdentity' | 'roleWaitMinutes' | 'privateAccessElsewhere'
    > {
  /** @default 'standard' */
  readonly profile?: DicomLakeProfile | undefined;
  /**
   * Names the workspace to be made: 3 to 24 lower-case letters or digits.
   *
   * Replacement: another name is another workspace, and every service in it is lost with its index.
   *
   * @default - none; then `workspace` has to be given
   */
  readonly workspaceName?: string | undefined;
  /**
   * A workspace that exists already or is made elsewhere in the application.
   *
   * Replacement: a service cannot change its workspace, and its index is lost with it.
   *
   * @default - one named `workspaceName` is made
   */
  readonly workspace?: IHealthWorkspace | undefined;
  /**
   * Names the storage account to be made: 3 to 24 lower-case letters or digits, unique in all of Azure.
   *
   * Replacement: another name is another, empty account, and the DICOM service on it is replaced with it.
   *
   * @default - none; then `lake` has to be given
   */
  readonly storageAccountName?: string | undefined;
  /**
   * A lake that exists already or is made elsewhere in the application. Every prop that says how to make one has to
   * be left out.
   *
   * Replacement: a service cannot change its lake, and its index is lost with it.
   *
   * @default - one named `storageAccountName` is made
   */
  readonly lake?: ILakeStorage | undefined;
  /**
   * Replacement: the new identity has another object id, so that every role is assigned anew.
   *
   * @default - `{workspaceName}-{dicomServiceName}`
   */
  readonly identityName?: string | undefined;
  /**
   * An identity that exists already or is made elsewhere in the application.
   *
   * @default - one named `identityName` is made
   */
  readonly identity?: ILakeIdentity | undefined;
  /**
   * Names of the data partitions that are to be verified; the service makes further ones on demand. Naming any
   * switches data partitions on.
   *
   * Replacement: from none to some and back, because a service is created with partitions or without.
   *
   * @default - data partitions are off
   */
  readonly partitions?: readonly string[] | undefined;
  /**
   * Whether the service answers on the internet (to callers with a role and a token).
   *
   * @default - false in the profile `private`, else true
   */
  readonly publicNetworkAccess?: boolean | undefined;
  /**
   * Private endpoints for the service and its lake; the profile `private` needs them.
   *
   * @default - none
   */
  readonly privateAccess?: PrivateAccessOptions | undefined;
  /**
   * Logs and alerts, or false for none.
   *
   * @default - none in the profile `minimal`, else those of {@link LakeMonitoring} with its defaults
   */
  readonly monitoring?: LakeMonitoringOptions | false | undefined;
  /** @default - Azure's keys */
  readonly encryption?: DicomLakeEncryption | undefined;
  /**
   * Lists of all files, written by Azure.
   *
   * @default - none
   */
  readonly inventory?: InventoryOptions | undefined;
  /** @default - files stay in the hot tier */
  readonly tiering?: readonly TierRule[] | undefined;
  /**
   * Analytics engines that read the images where they lie.
   *
   * @default - none
   */
  readonly analytics?: readonly AnalyticsReader[] | undefined;
  /**
   * Who runs `dicom-lake verify`; is given exactly what that needs.
   *
   * @default - nobody; whoever verifies needs these roles from elsewhere
   */
  readonly verifier?: IGrantee | undefined;
  /**
   * Whether the verifier may change files of the lake, all of them, which the profile `deep` of `dicom-lake verify`
   * needs; read {@link VerifierGrant} first.
   *
   * Replacement: the verifier's role on the container is another one.
   *
   * @default false
   */
  readonly verifierDeepProbes?: boolean | undefined;
  /**
   * Locks the service and the storage account against deletion, for everybody and on every way. Read {@link DeleteLock}
   * first: it also stops an apply that takes a role away.
   *
   * @default false
   */
  readonly deleteLock?: boolean | undefined;
  /**
   * Lets Terraform delete the lake and the service. Otherwise a plan that would do so fails, whether it was asked
   * to destroy or to replace.
   *
   * @default false
   */
  readonly destroyable?: boolean | undefined;
}

/** The props with what the profile decides. */
export function settleProfile(props: DicomLakeProps): DicomLakeProps {
  const { network, publicNetworkAccess, monitoring } = PROFILES[props.profile ?? 'standard'];
  return {
    ...props,
    monitoring: props.monitoring ?? monitoring,
    publicNetworkAccess: props.publicNetworkAccess ?? publicNetworkAccess,
    ...(props.lake === undefined ? { network: props.network ?? network } : {}),
  };
}

const PROFILES = {
  minimal: { network: { access: 'open' }, publicNetworkAccess: true, monitoring: false },
  standard: { network: { access: 'selected' }, publicNetworkAccess: true, monitoring: {} },
  private: { network: { access: 'private' }, publicNetworkAccess: false, monitoring: {} },
} as const satisfies Record<
  DicomLakeProfile,
  Pick<DicomLakeProps, 'network' | 'publicNetworkAccess' | 'monitoring'>
>;
