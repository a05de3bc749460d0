import type { LakeEntry, LakeFile } from './lake-entry';
import { shownLease } from './lake-lease';
import { aclText, groupOf, permissionsOf } from './lake-permissions';
import { archiveStatus, tierAt } from './lake-tier';
import { remainingRetentionDays, type DeletedPath } from './lake-trash';
import type { LakeContainer } from './storage-account';

/** A time is written as milliseconds since 1970. */
export type InventoryKind = 'text' | 'time' | 'integer' | 'boolean';

export type InventoryValue = string | number | boolean | undefined;

/** A file or directory, as a list shows it. */
export interface ListedBlob {
  /** Container and path. */
  readonly name: string;
  readonly entry: LakeEntry;
  readonly deleted?: DeletedPath | undefined;
  /** When the run began. */
  readonly at: number;
}

/** A container, as a list shows it. */
export interface ListedContainer {
  readonly container: LakeContainer;
  /** When the run began. */
  readonly at: number;
}

interface InventoryField<Listed> {
  readonly kind: InventoryKind;
  readonly value: (listed: Listed) => InventoryValue;
}

/** One column of a list. */
export interface InventoryColumn<Listed> extends InventoryField<Listed> {
  /** As the rule spells it. */
  readonly name: string;
}

type Fields<Listed> = Readonly<Record<string, InventoryField<Listed>>>;

/** What nothing in the emulator has. */
function none(kind: InventoryKind): InventoryField<unknown> {
  return { kind, value: () => undefined };
}

/** What a list of blobs can show in an account with a hierarchical namespace. */
const BLOB_FIELDS: Fields<ListedBlob> = {
  Name: { kind: 'text', value: ({ name }) => name },
  'Creation-Time': { kind: 'time', value: ({ entry }) => entry.createdAt },
  'Last-Modified': { kind: 'time', value: ({ entry }) => entry.lastModifiedAt },
  LastAccessTime: { kind: 'time', value: ofFile(({ lastAccessedAt }) => lastAccessedAt) },
  ETag: { kind: 'text', value: ({ entry }) => entry.etag.replaceAll('"', '') },
  'Content-Length': { kind: 'integer', value: ({ entry }) => lengthOf(entry) },
  'Content-Type': { kind: 'text', value: ofFile(({ headers }) => headers.contentType) },
  'Content-Encoding': { kind: 'text', value: ofFile(({ headers }) => headers.contentEncoding) },
  'Content-Language': { kind: 'text', value: ofFile(({ headers }) => headers.contentLanguage) },
  'Content-CRC64': none('text'),
  'Content-MD5': { kind: 'text', value: ofFile(({ headers }) => headers.contentMd5) },
  'Cache-Control': { kind: 'text', value: ofFile(({ headers }) => headers.cacheControl) },
  'Content-Disposition': { kind: 'text', value: ofFile(({ headers }) => headers.contentDisposition) },
  BlobType: { kind: 'text', value: () => 'BlockBlob' },
  AccessTier: { kind: 'text', value: ofFile(({ tier }, at) => tierAt(tier, at).tier) },
  AccessTierChangeTime: { kind: 'time', value: ofFile(({ tier }, at) => tierAt(tier, at).changedAt) },
  AccessTierInferred: { kind: 'boolean', value: ofFile(({ tier }, at) => tierAt(tier, at).inferred) },
  ArchiveStatus: { kind: 'text', value: ofFile(archiveStatusOf) },
  RehydratePriority: {
    kind: 'text',
    value: ofFile(({ tier }, at) => tierAt(tier, at).rehydrating?.priority),
  },
  LeaseStatus: { kind: 'text', value: ofFile(({ lease }, at) => shownLease(lease, at).status) },
  LeaseState: { kind: 'text', value: ofFile(({ lease }, at) => shownLease(lease, at).state) },
  LeaseDuration: { kind: 'text', value: ofFile(({ lease }, at) => shownLease(lease, at).duration) },
  ServerEncrypted: { kind: 'boolean', value: () => true },
  CustomerProvidedKeySHA256: none('text'),
  EncryptionScope: none('text'),
  Metadata: { kind: 'text', value: ({ entry }) => metadataText(entry.metadata) },
  'Expiry-Time': { kind: 'time', value: ofFile(({ expiresAt }) => expiresAt) },
  hdi_isfolder: { kind: 'boolean', value: ({ entry }) => entry.kind === 'directory' },
  Owner: { kind: 'text', value: ({ entry }) => entry.owner },
  Group: { kind: 'text', value: ({ entry }) => groupOf(entry) },
  Permissions: { kind: 'text', value: ({ entry }) => permissionsOf(entry) },
  Acl: { kind: 'text', value: ({ entry }) => aclText(entry) },
  Snapshot: none('time'),
  Deleted: { kind: 'boolean', value: ({ deleted }) => deleted !== undefined },
  DeletionId: { kind: 'text', value: ({ deleted }) => deleted?.deletionId },
  DeletedTime: { kind: 'time', value: ({ deleted }) => deleted?.deletedAt },
  RemainingRetentionDays: {
    kind: 'integer',
    value: ({ deleted, at }) => (deleted === undefined ? undefined : remainingRetentionDays(deleted, at)),
  },
  CopyId: none('text'),
  CopySource: none('text'),
  CopyStatus: none('text'),
  CopyProgress: none('text'),
  CopyCompletionTime: none('time'),
  CopyStatusDescription: none('text'),
  IncrementalCopy: none('boolean'),
  ImmutabilityPolicyUntilDate: none('time'),
  ImmutabilityPolicyMode: none('text'),
  LegalHold: { kind: 'boolean', value: () => false },
};

/** What a list of containers can show. */
const CONTAINER_FIELDS: Fields<ListedContainer> = {
  Name: { kind: 'text', value: ({ container }) => container.name },
  'Last-Modified': { kind: 'time', value: ({ container }) => container.lastModifiedAt },
  ETag: { kind: 'text', value: ({ container }) => container.etag.replaceAll('"', '') },
  Metadata: { kind: 'text', value: ({ container }) => metadataText(container.metadata) },
  LeaseStatus: { kind: 'text', value: ({ container, at }) => shownLease(container.lease, at).status },
  LeaseState: { kind: 'text', value: ({ container, at }) => shownLease(container.lease, at).state },
  LeaseDuration: { kind: 'text', value: ({ container, at }) => shownLease(container.lease, at).duration },
  PublicAccess: none('text'),
  DefaultEncryptionScope: { kind: 'text', value: () => '$account-encryption-key' },
  DenyEncryptionScopeOverride: { kind: 'boolean', value: () => false },
  HasImmutabilityPolicy: { kind: 'boolean', value: () => false },
  HasLegalHold: { kind: 'boolean', value: () => false },
  ImmutableStorageWithVersioningEnabled: { kind: 'boolean', value: () => false },
  Deleted: { kind: 'boolean', value: () => false },
  Version: none('text'),
  DeletedTime: none('time'),
  RemainingRetentionDays: none('integer'),
};

/** Names of the fields that a rule can choose. */
export const INVENTORY_FIELDS = {
  Blob: Object.keys(BLOB_FIELDS),
  Container: Object.keys(CONTAINER_FIELDS),
} as const;

/** One spelling for all: clients write `Content-Type` and `ContentType`, `ETag` and `Etag`. */
export function fieldKey(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

export function blobColumns(names: readonly string[]): readonly InventoryColumn<ListedBlob>[] {
  return columnsOf(BLOB_FIELDS, names);
}

export function containerColumns(names: readonly string[]): readonly InventoryColumn<ListedContainer>[] {
  return columnsOf(CONTAINER_FIELDS, names);
}

export function lengthOf(entry: LakeEntry): number {
  return entry.kind === 'file' ? entry.content.length : 0;
}

function columnsOf<Listed>(
  fields: Fields<Listed>,
  names: readonly string[],
): readonly InventoryColumn<Listed>[] {
  const byKey = new Map(Object.entries(fields).map(([name, field]) => [fieldKey(name), field]));
  return names.map((name) => ({ name, ...(byKey.get(fieldKey(name)) ?? none('text')) }));
}

/** A directory has no such thing. */
function ofFile(value: (file: LakeFile, at: number) => InventoryValue): InventoryField<ListedBlob>['value'] {
  return ({ entry, at }) => (entry.kind === 'file' ? value(entry, at) : undefined);
}

function archiveStatusOf({ tier }: LakeFile, at: number): string | undefined {
  const { rehydrating } = tierAt(tier, at);
  return rehydrating === undefined ? undefined : archiveStatus(rehydrating.to);
}

function metadataText(metadata: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(metadata).length === 0 ? undefined : JSON.stringify(metadata);
}
