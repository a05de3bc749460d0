import type { Lease } from './lake-lease';

/** What the data plane has to know of a storage account; ARM owns these facts. */
export interface StorageAccount {
  readonly id: string;
  readonly name: string;
  readonly hierarchicalNamespace: boolean;
  readonly sharedKeyAllowed: boolean;
  /** Soft delete of files; 0 while it is off. */
  readonly deletedFileRetentionDays: number;
  readonly lastAccessTracking: boolean;
  readonly network: LakeNetworkRules;
}

/** Who gets to a storage account at all. */
export interface LakeNetworkRules {
  readonly publicNetworkAccess: 'Enabled' | 'Disabled' | 'SecuredByPerimeter';
  readonly defaultAction: 'Allow' | 'Deny';
  /** Whether services of Azure that it trusts get through. */
  readonly trustedServices: boolean;
  /** Addresses, and blocks such as `203.0.113.0/24`. */
  readonly ipRanges: readonly string[];
  readonly subnetIds: readonly string[];
  readonly resourceInstances: readonly { readonly tenantId?: string; readonly resourceId: string }[];
}

export interface StorageAccounts {
  byName(name: string): StorageAccount | undefined;
  byId(id: string): StorageAccount | undefined;
}

/** Containers exist once, whichever plane made them; the ARM plane reads and writes them through this. */
export interface LakeContainers {
  create(storageAccountId: string, name: string, metadata: Readonly<Record<string, string>>): LakeContainer;
  find(storageAccountId: string, name: string): LakeContainer | undefined;
  list(storageAccountId: string): readonly LakeContainer[];
  setMetadata(storageAccountId: string, name: string, metadata: Readonly<Record<string, string>>): void;
  /** Deleting what does not exist is no error; answers whether it existed. */
  delete(storageAccountId: string, name: string): boolean;
  /** The account is gone, and everything in it. */
  deleteAccount(storageAccountId: string): void;
}

export interface LakeContainer {
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly etag: string;
  readonly lastModifiedAt: number;
  readonly lease?: Lease | undefined;
}
