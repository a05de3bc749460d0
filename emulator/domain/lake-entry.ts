import { EMPTY_CONTENT, type LakeContent } from './lake-content';
import type { Lease } from './lake-lease';
import type { AccessControl } from './lake-permissions';
import type { TierState } from './lake-tier';

/** Headers that a file gives back as it got them. */
export interface ContentHeaders {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  readonly contentDisposition?: string;
  readonly cacheControl?: string;
  /** Base64. */
  readonly contentMd5?: string;
}

interface EntryFacts extends AccessControl {
  /** Quoted, as on the wire. */
  readonly etag: string;
  readonly createdAt: number;
  readonly lastModifiedAt: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lease?: Lease | undefined;
}

export interface LakeDirectory extends EntryFacts {
  readonly kind: 'directory';
}

/** A run of bytes inside a file that came as one block. */
export interface CommittedBlock {
  /** Base64, as the caller named it. */
  readonly id: string;
  readonly offset: number;
  readonly length: number;
}

/** Bytes that were appended and wait for a flush. */
export interface AppendedData {
  readonly position: number;
  readonly content: LakeContent;
}

/** Plain JSON data, never changed in place: a change puts another entry at the same path. */
export interface LakeFile extends EntryFacts {
  readonly kind: 'file';
  readonly content: LakeContent;
  readonly headers: ContentHeaders;
  readonly tier: TierState;
  readonly blocks: readonly CommittedBlock[];
  readonly appended: readonly AppendedData[];
  /** Undefined where tracking was never on. */
  readonly lastAccessedAt?: number | undefined;
  /** Undefined for never. */
  readonly expiresAt?: number | undefined;
}

export type LakeEntry = LakeDirectory | LakeFile;

export function hasExpired(entry: LakeEntry, now: number): boolean {
  return entry.kind === 'file' && entry.expiresAt !== undefined && entry.expiresAt <= now;
}

/** A directory has none. */
export function contentOf(entry: LakeEntry): LakeContent {
  return entry.kind === 'file' ? entry.content : EMPTY_CONTENT;
}

/** Everything in the content store that an entry needs. */
export function contentsHeldBy(entry: LakeEntry): readonly LakeContent[] {
  return entry.kind === 'file' ? [entry.content, ...entry.appended.map(({ content }) => content)] : [];
}
