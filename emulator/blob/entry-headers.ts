import type { ContentHeaders, LakeEntry, LakeFile } from '../domain/lake-entry';
import { shownLease, type Lease } from '../domain/lake-lease';
import { groupOf, permissionsOf, type Guarded } from '../domain/lake-permissions';
import { archiveStatus, tierAt } from '../domain/lake-tier';
import { elements } from './xml';

let lastDate = { at: NaN, text: '' };

/** Times come several times in a row; wording one takes longer than all else about an entry of a listing. */
export function httpDate(at: number): string {
  if (lastDate.at !== at) lastDate = { at, text: new Date(at).toUTCString() };
  return lastDate.text;
}

/** Metadata as the blob protocol shows it: a directory is a blob with a mark. */
export function visibleMetadata(entry: LakeEntry): Readonly<Record<string, string>> {
  return entry.kind === 'directory' ? { ...entry.metadata, hdi_isfolder: 'true' } : entry.metadata;
}

export function stampHeaders({
  etag,
  lastModifiedAt,
}: Pick<LakeEntry, 'etag' | 'lastModifiedAt'>): Record<string, string> {
  return { ETag: etag, 'Last-Modified': httpDate(lastModifiedAt) };
}

/** Headers that Get Blob and Get Blob Properties have in common. */
export function entryHeaders(entry: LakeEntry, now: number): Record<string, string> {
  const headers: Record<string, string> = {
    ...stampHeaders(entry),
    'Accept-Ranges': 'bytes',
    'x-ms-blob-type': 'BlockBlob',
    'x-ms-creation-time': httpDate(entry.createdAt),
    ...leaseHeaders(entry.lease, now),
    'x-ms-server-encrypted': 'true',
    'x-ms-resource-type': entry.kind,
    ...ownershipHeaders(entry),
    ...contentHeaders(entry.kind === 'file' ? entry.headers : {}),
  };
  for (const [name, value] of Object.entries(visibleMetadata(entry))) headers[`x-ms-meta-${name}`] = value;
  if (entry.kind === 'file' && entry.lastAccessedAt !== undefined) {
    headers['x-ms-last-access-time'] = httpDate(entry.lastAccessedAt);
  }
  if (entry.kind === 'file' && entry.expiresAt !== undefined) {
    headers['x-ms-expiry-time'] = httpDate(entry.expiresAt);
  }
  return headers;
}

/** Who owns a path, and the short form of its access control list. */
export function ownershipHeaders(path: Guarded): Record<string, string> {
  return { 'x-ms-owner': path.owner, 'x-ms-group': groupOf(path), 'x-ms-permissions': permissionsOf(path) };
}

export function leaseHeaders(lease: Lease | undefined, now: number): Record<string, string> {
  const { status, state, duration } = shownLease(lease, now);
  return {
    'x-ms-lease-status': status,
    'x-ms-lease-state': state,
    ...(duration === undefined ? {} : { 'x-ms-lease-duration': duration }),
  };
}

/** Elements of a listing. */
export function leaseElements(lease: Lease | undefined, now: number): string {
  const { status, state, duration } = shownLease(lease, now);
  return elements({ LeaseStatus: status, LeaseState: state, LeaseDuration: duration });
}

/** Only Get Blob Properties tells the tier. */
export function tierHeaders(file: LakeFile, now: number): Record<string, string> {
  const { tier, inferred, changedAt, rehydrating } = tierAt(file.tier, now);
  return {
    'x-ms-access-tier': tier,
    ...(inferred ? { 'x-ms-access-tier-inferred': 'true' } : {}),
    ...(changedAt === undefined ? {} : { 'x-ms-access-tier-change-time': httpDate(changedAt) }),
    ...(rehydrating === undefined
      ? {}
      : {
          'x-ms-archive-status': archiveStatus(rehydrating.to),
          'x-ms-rehydrate-priority': rehydrating.priority,
        }),
  };
}

function contentHeaders(headers: ContentHeaders): Record<string, string> {
  return {
    'Content-Type': headers.contentType ?? 'application/octet-stream',
    ...(headers.contentEncoding === undefined ? {} : { 'Content-Encoding': headers.contentEncoding }),
    ...(headers.contentLanguage === undefined ? {} : { 'Content-Language': headers.contentLanguage }),
    ...(headers.contentDisposition === undefined
      ? {}
      : { 'Content-Disposition': headers.contentDisposition }),
    ...(headers.cacheControl === undefined ? {} : { 'Cache-Control': headers.cacheControl }),
    ...(headers.contentMd5 === undefined ? {} : { 'Content-MD5': headers.contentMd5 }),
  };
}
