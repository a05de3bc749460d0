import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import type { ITerraformDependable } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { LakeGrants } from './lake-grants';
import { placementConfig, type PlacementProps } from './placement';
import { namePropProblem, problemsOf, whenConcrete, wholeNumberPropProblem } from './private/concrete';
import { refuseInvalid } from './private/invalid';

export const REPLICATIONS = ['LRS', 'ZRS', 'GRS', 'RAGRS', 'GZRS', 'RAGZRS'] as const;

export type Replication = (typeof REPLICATIONS)[number];

/** A container in a storage account with hierarchical namespace, in which DICOM services keep their files. */
export interface ILakeStorage extends IConstruct {
  readonly storageAccountId: string;
  readonly storageAccountName: string;
  /** ARM id, as role assignments take it for a scope. */
  readonly containerId: string;
  readonly containerName: string;
  /** `https://{account}.blob.core.windows.net/` */
  readonly blobEndpoint: string;
  /** `https://{account}.dfs.core.windows.net/` */
  readonly dfsEndpoint: string;
  /** Days a deleted file stays recoverable; 0 while soft delete is off. */
  readonly deletedFileRetentionDays: number;
  readonly lastAccessTracking: boolean;
  readonly grants: LakeGrants;
  /** What has to exist before anybody can use the lake. */
  readonly dependables: readonly ITerraformDependable[];
}

export interface LakeStorageProps extends PlacementProps {
  /**
   * 3 to 24 lower-case letters or digits, unique in all of Azure.
   *
   * Replacement: another name is another, empty account, and the DICOM service on it is replaced with it.
   */
  readonly storageAccountName: string;
  /**
   * 3 to 63 lower-case letters, digits or single dashes.
   *
   * Replacement: another name is another, empty container, and the DICOM service on it is replaced with it.
   *
   * @default 'dicom'
   */
  readonly containerName?: string | undefined;
  /**
   * Copies that Azure keeps. The service's own index is kept once per region whatever is chosen here.
   *
   * Replacement: between the locally redundant (LRS, GRS, RAGRS) and the zone-redundant (ZRS, GZRS, RAGZRS).
   *
   * @default 'ZRS'
   */
  readonly replication?: Replication | undefined;
  /**
   * Days a deleted file stays recoverable, 1 to 365, or 0 to delete at once.
   *
   * Deleted files are billed like live ones meanwhile. The DICOM service writes and deletes a small health file
   * every 30 seconds, so every day of retention holds another 2,880 soft-deleted files: about 20,000 with the
   * default of 7, over a million with 365.
   *
   * @default 7
   */
  readonly deletedFileRetentionDays?: number | undefined;
  /**
   * Days a deleted container stays recoverable, 1 to 365.
   *
   * @default 7
   */
  readonly deletedContainerRetentionDays?: number | undefined;
  /**
   * Whether Azure records, once a day at most, when a file was last read. Tier rules by last access need it; each
   * record is billed as one operation.
   *
   * @default true
   */
  readonly lastAccessTracking?: boolean | undefined;
  /**
   * Lets Terraform delete the account and the container. Otherwise a plan that would do so fails, whether it was
   * asked to destroy or to replace.
   *
   * @default false
   */
  readonly destroyable?: boolean | undefined;
}

export interface LakeAttributes {
  readonly storageAccountId: string;
  readonly storageAccountName: string;
  readonly containerName: string;
  /** @default - `https://{account}.blob.core.windows.net/` */
  readonly blobEndpoint?: string | undefined;
  /** @default - `https://{account}.dfs.core.windows.net/` */
  readonly dfsEndpoint?: string | undefined;
  /** Days a deleted file stays recoverable; 0 where soft delete is off. */
  readonly deletedFileRetentionDays: number;
  readonly lastAccessTracking: boolean;
}

/**
 * A data lake for DICOM files, closed to everything but Entra identities.
 *
 * Account keys, local users, public blobs, plain http and TLS below 1.2 are off and cannot be switched on here.
 * Everything is made through Azure Resource Manager, so that whoever deploys needs no role on the data.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/deploy-dicom-services-in-azure-data-lake
 */
export class LakeStorage extends Construct implements ILakeStorage {
  /** A lake that exists already and keeps the settings it has; the attributes say what they are. */
  static fromLakeAttributes(scope: Construct, id: string, attributes: LakeAttributes): ILakeStorage {
    const { storageAccountId, storageAccountName: account, containerName } = attributes;
    class ExistingLake extends Construct implements ILakeStorage {
      readonly storageAccountId = storageAccountId;
      readonly storageAccountName = account;
      readonly containerName = containerName;
      readonly containerId = `${storageAccountId}/blobServices/default/containers/${containerName}`;
      readonly blobEndpoint = attributes.blobEndpoint ?? `https://${account}.blob.core.windows.net/`;
      readonly dfsEndpoint = attributes.dfsEndpoint ?? `https://${account}.dfs.core.windows.net/`;
      readonly deletedFileRetentionDays = attributes.deletedFileRetentionDays;
      readonly lastAccessTracking = attributes.lastAccessTracking;
      readonly grants = new LakeGrants(this, this.containerId);
      readonly dependables: readonly ITerraformDependable[] = [];
    }
    const lake = new ExistingLake(scope, id);
    refuseInvalid(lake, 'LakeStorageInvalid', lakeProblems(attributes));
    return lake;
  }

  readonly storageAccountId: string;
  readonly storageAccountName: string;
  readonly containerId: string;
  readonly containerName: string;
  readonly blobEndpoint: string;
  readonly dfsEndpoint: string;
  readonly deletedFileRetentionDays: number;
  readonly lastAccessTracking: boolean;
  readonly grants: LakeGrants;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: LakeStorageProps) {
    super(scope, id);
    refuseInvalid(this, 'LakeStorageInvalid', lakeProblems(props));
    this.storageAccountName = props.storageAccountName;
    this.containerName = props.containerName ?? 'dicom';
    this.deletedFileRetentionDays = props.deletedFileRetentionDays ?? 7;
    this.lastAccessTracking = props.lastAccessTracking ?? true;

    const lifecycle = { preventDestroy: props.destroyable !== true };
    const account = new StorageAccount(this, 'Resource', {
      ...placementConfig(props),
      ...HARDENED,
      name: this.storageAccountName,
      accountReplicationType: props.replication ?? 'ZRS',
      blobProperties: {
        lastAccessTimeEnabled: this.lastAccessTracking,
        containerDeleteRetentionPolicy: { days: props.deletedContainerRetentionDays ?? 7 },
        // The provider switches soft delete off where the block is missing, and on where it is empty.
        ...(this.deletedFileRetentionDays === 0
          ? {}
          : { deleteRetentionPolicy: { days: this.deletedFileRetentionDays } }),
      },
      lifecycle,
    });
    const container = new StorageContainer(this, 'Container', {
      name: this.containerName,
      storageAccountId: account.id,
      lifecycle,
    });

    this.storageAccountId = account.id;
    this.containerId = container.id;
    this.blobEndpoint = account.primaryBlobEndpoint;
    this.dfsEndpoint = account.primaryDfsEndpoint;
    this.grants = new LakeGrants(this, container.id);
    this.dependables = [container];
  }
}

/** What a lake has whatever its props say. */
const HARDENED = {
  accountKind: 'StorageV2',
  accountTier: 'Standard',
  accessTier: 'Hot',
  isHnsEnabled: true,
  infrastructureEncryptionEnabled: true,
  httpsTrafficOnlyEnabled: true,
  minTlsVersion: 'TLS1_2',
  sharedAccessKeyEnabled: false,
  defaultToOauthAuthentication: true,
  localUserEnabled: false,
  allowNestedItemsToBePublic: false,
  crossTenantReplicationEnabled: false,
} as const;

export function lakeProblems(
  props: Pick<
    LakeStorageProps,
    | 'storageAccountName'
    | 'containerName'
    | 'replication'
    | 'deletedFileRetentionDays'
    | 'deletedContainerRetentionDays'
  >,
): string[] {
  return problemsOf(
    namePropProblem('storageAccountName', 'storageAccount', props.storageAccountName),
    namePropProblem('containerName', 'container', props.containerName),
    whenConcrete(props.replication, (replication) =>
      REPLICATIONS.includes(replication)
        ? undefined
        : `'replication' must be one of ${REPLICATIONS.join(', ')}, got '${replication as string}'`,
    ),
    wholeNumberPropProblem('deletedFileRetentionDays', props.deletedFileRetentionDays, 0, 365),
    wholeNumberPropProblem('deletedContainerRetentionDays', props.deletedContainerRetentionDays, 1, 365),
  );
}
