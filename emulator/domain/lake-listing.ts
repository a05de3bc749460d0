import type { LakeDirectory, LakeEntry } from './lake-entry';
import type { LakeFileSystem } from './lake-file-system';
import { successor } from './lake-path-table';
import type { DeletedPath } from './lake-trash';

export type ListedPath =
  | { readonly kind: 'entry'; readonly path: string; readonly entry: LakeEntry }
  /** A directory that stands for all it holds; only in a listing by hierarchy. */
  | { readonly kind: 'prefix'; readonly path: string; readonly entry: LakeDirectory }
  | { readonly kind: 'deleted'; readonly path: string; readonly deleted: DeletedPath };

export interface ListQuery {
  readonly prefix: string;
  /** Stop at the first `/` after the prefix. */
  readonly byHierarchy: boolean;
  readonly show: 'live' | 'deleted' | 'both';
  /** First path that may be listed. */
  readonly startFrom?: string;
  /** `next` of the page before. */
  readonly after?: string;
  readonly limit: number;
}

export interface ListedPage {
  readonly paths: readonly ListedPath[];
  /** Where the next page goes on, or undefined on the last page. */
  readonly next?: string;
}

type Candidate =
  | { readonly key: string; readonly entry: LakeEntry }
  | { readonly key: string; readonly deleted: DeletedPath };

/**
 * One page of a container in order of its paths. Paging goes by path, so what is written or deleted meanwhile never
 * makes an untouched path come twice or not at all.
 */
export function listPaths(files: LakeFileSystem, query: ListQuery, now: number): ListedPage {
  const { prefix, byHierarchy, limit } = query;
  const paths: ListedPath[] = [];
  let cursor = latest(prefix, query.startFrom ?? '', query.after === undefined ? '' : successor(query.after));
  let last: string | undefined;
  for (;;) {
    const candidate = firstFrom(files, query.show, cursor, now);
    if (candidate?.key.startsWith(prefix) !== true) return { paths };
    const { key } = candidate;
    const slash = byHierarchy ? key.indexOf('/', prefix.length) : -1;
    if (slash >= 0) {
      cursor = afterFolder(key.slice(0, slash));
      continue;
    }
    if (paths.length === limit) return last === undefined ? { paths } : { paths, next: last };
    paths.push(listed(candidate, byHierarchy));
    last = key;
    cursor = successor(key);
  }
}

function listed(candidate: Candidate, byHierarchy: boolean): ListedPath {
  if ('deleted' in candidate) {
    return { kind: 'deleted', path: candidate.deleted.path, deleted: candidate.deleted };
  }
  const { key, entry } = candidate;
  return byHierarchy && entry.kind === 'directory'
    ? { kind: 'prefix', path: key, entry }
    : { kind: 'entry', path: key, entry };
}

function firstFrom(
  files: LakeFileSystem,
  show: ListQuery['show'],
  start: string,
  now: number,
): Candidate | undefined {
  const live = show === 'deleted' ? undefined : files.firstFrom(start, now);
  const deleted = show === 'live' ? undefined : files.firstDeletedFrom(start, now);
  if (deleted !== undefined && (live === undefined || deleted[0] < live[0])) {
    return { key: deleted[0], deleted: deleted[1] };
  }
  return live === undefined ? undefined : { key: live[0], entry: live[1] };
}

/** The smallest string after everything below a folder: `0` follows `/`. */
function afterFolder(folder: string): string {
  return `${folder}0`;
}

function latest(...keys: readonly string[]): string {
  return keys.reduce((a, b) => (a < b ? b : a));
}
