import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { StorageContainer } from '@cdktf/provider-azurerm/lib/storage-container';
import type { ITerraformDependable } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { containerIdOf } from '../contract';
import { ArchiveGuard } from './archive-guard';
import type { IKeyVaultKey } from './key-vault-key';
import { LakeGrants } from './lake-grants';
import type { ILakeIdentity } from './lake-identity';
import type { ILakeFirewall, LakeNetwork, LakeNetworkAccess } from './lake-network';
import { existingLakeProblems, lakeProblems } from './lake-storage-problems';
import { placementConfig, type PlacementProps } from './placement';
import { refuseInvalid } from './private/invalid';
import { StorageFirewall } from './private/storage-firewall';
import type { Replication } from './replication';

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
  /** Region of the account; undefined where it was adopted without saying. */
  readonly location: string | undefined;
  readonly networkAccess: LakeNetworkAccess;
  /** Missing where nothing can be let through: the lake is open, or its firewall is somebody else's. */
  readonly firewall: ILakeFirewall | undefined;
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
   * default of 7, over a million with 365; {@link healthProbeChurn} computes it.
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
   * From which networks the lake can be reached. The workspaces of the DICOM services in it pass by themselves.
   *
   * @default - closed to every network; trusted services of Azure pass
   */
  readonly network?: LakeNetwork | undefined;
  /**
   * From where data may be copied into the account: accounts of the same Entra tenant, or accounts with a private
   * link to the same network.
   *
   * @default 'AAD'
   */
  readonly allowedCopyScope?: 'AAD' | 'PrivateLink' | undefined;
  /**
   * A key of the customer's own for the files at rest. Take one that rotates by itself: the account follows its
   * newest version.
   *
   * @default - Azure's keys
   */
  readonly customerManagedKey?: LakeCustomerManagedKey | undefined;
  /**
   * Lets Terraform delete the account and the container. Otherwise a plan that would do so fails, whether it was
   * asked to destroy or to replace.
   *
   * @default false
   */
  readonly destroyable?: boolean | undefined;
}

/** The key of a lake and who uses it. Whoever loses the key loses the images. */
export interface LakeCustomerManagedKey {
  readonly key: IKeyVaultKey;
  /** Is given the use of the key before the account is created. */
  readonly identity: ILakeIdentity;
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
  /** Who may reach it; where it is not open, its owner lets the workspace of the DICOM service through. */
  readonly networkAccess: LakeNetworkAccess;
  /**
   * Region of the account.
   *
   * @default - that of the DICOM service
   */
  readonly location?: string | undefined;
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
      readonly containerId = containerIdOf(attributes);
      readonly blobEndpoint = attributes.blobEndpoint ?? `https://${account}.blob.core.windows.net/`;
      readonly dfsEndpoint = attributes.dfsEndpoint ?? `https://${account}.dfs.core.windows.net/`;
      readonly deletedFileRetentionDays = attributes.deletedFileRetentionDays;
      readonly lastAccessTracking = attributes.lastAccessTracking;
      readonly networkAccess = attributes.networkAccess;
      readonly firewall = undefined;
      readonly location = attributes.location;
      readonly grants = new LakeGrants(this, { container: this.containerId, account: storageAccountId });
      readonly dependables: readonly ITerraformDependable[] = [];
    }
    const lake = new ExistingLake(scope, id);
    refuseInvalid(lake, 'LakeStorageInvalid', existingLakeProblems(attributes));
    ArchiveGuard.protect(lake);
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
  readonly networkAccess: LakeNetworkAccess;
  readonly firewall: ILakeFirewall | undefined;
  readonly location: string;
  readonly grants: LakeGrants;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: LakeStorageProps) {
    super(scope, id);
    refuseInvalid(this, 'LakeStorageInvalid', lakeProblems(props));
    this.storageAccountName = props.storageAccountName;
    this.containerName = props.containerName ?? 'dicom';
    this.deletedFileRetentionDays = props.deletedFileRetentionDays ?? 7;
    this.lastAccessTracking = props.lastAccessTracking ?? true;

    const network = props.network ?? { access: 'selected' };
    this.networkAccess = network.access;
    const firewall = network.access === 'open' ? undefined : new StorageFirewall(this, network);
    this.firewall = firewall;

    const lifecycle = { preventDestroy: props.destroyable !== true };
    const placement = placementConfig(props);
    this.location = placement.location;
    const account = new StorageAccount(this, 'Resource', {
      ...placement,
      ...HARDENED,
      publicNetworkAccessEnabled: network.access !== 'private',
      networkRules: firewall?.rules ?? OPEN_TO_EVERY_NETWORK,
      allowedCopyScope: props.allowedCopyScope ?? 'AAD',
      ...customerKeyConfig(props.customerManagedKey),
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

    firewall?.guard(account);
    this.storageAccountId = account.id;
    this.containerId = container.id;
    this.blobEndpoint = account.primaryBlobEndpoint;
    this.dfsEndpoint = account.primaryDfsEndpoint;
    this.grants = new LakeGrants(this, { container: this.containerId, account: this.storageAccountId });
    this.dependables = [container];
    ArchiveGuard.protect(this);
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
  sftpEnabled: false,
  nfsv3Enabled: false,
  sasPolicy: { expirationPeriod: '01.00:00:00', expirationAction: 'Block' },
} as const;

/**
 * Nobody needs a bypass where every network passes. The provider does not read back rules that are Azure's defaults,
 * Allow and AzureServices: it would plan to set them again for ever; and without rules it would leave a firewall that
 * was closed before as it is.
 */
const OPEN_TO_EVERY_NETWORK = { defaultAction: 'Allow', bypass: ['None'] };

function customerKeyConfig(customerKey: LakeCustomerManagedKey | undefined) {
  if (customerKey === undefined) return {};
  const { key, identity } = customerKey;
  return {
    identity: { type: 'UserAssigned', identityIds: [identity.identityId] },
    customerManagedKey: {
      keyVaultKeyId: key.versionlessKeyUrl,
      userAssignedIdentityId: identity.identityId,
    },
    dependsOn: [...key.grantEncryption(identity).dependables],
  };
}
