import { LakeFault } from './lake-fault';
import type { LakeFileSystem } from './lake-file-system';
import { withAclChange, type AclChange, type Guarded } from './lake-permissions';

/** One batch of a recursive change of access control lists. */
export interface AclBatchQuery {
  /** Empty for the root. */
  readonly path: string;
  /** `next` of the batch before. @default - begins with the path itself */
  readonly start?: string | undefined;
  readonly limit: number;
  /** Whether a path that fails stops what comes after its batch. */
  readonly stopAtFailure: boolean;
  /** @throws LakeFault `permission-missing` where the caller may not change the path */
  readonly permit: (path: Guarded) => void;
}

export interface AclBatch {
  readonly directories: number;
  readonly files: number;
  readonly failed: readonly {
    readonly path: string;
    readonly kind: Guarded['kind'];
    readonly fault: LakeFault;
  }[];
  /** Where the next batch goes on; undefined after the last. */
  readonly next?: string;
}

/**
 * Changes the list of a path and of what is below it, a batch at a time, in order of the paths. ETags and times stay.
 *
 * @throws LakeFault `path-missing`, and whatever keeps the path itself from being changed
 */
export function changeAclTree(
  files: LakeFileSystem,
  change: AclChange,
  { path, start, limit, stopAtFailure, permit }: AclBatchQuery,
  now: number,
): AclBatch {
  const counts = { directory: 0, file: 0 };
  const failed: AclBatch['failed'][number][] = [];
  if (start === undefined) {
    counts[changeOne(files, path, path === '' ? files.root : files.find(path, now), { change, permit })] += 1;
  }
  let seen = start === undefined ? 1 : 0;
  for (const [child, entry] of files.below(path, now, start)) {
    if (seen === limit) {
      const more = failed.length > 0 && stopAtFailure ? {} : { next: child };
      return { directories: counts.directory, files: counts.file, failed, ...more };
    }
    seen += 1;
    try {
      counts[changeOne(files, child, entry, { change, permit })] += 1;
    } catch (error) {
      if (!(error instanceof LakeFault)) throw error;
      failed.push({ path: child, kind: entry.kind, fault: error });
    }
  }
  return { directories: counts.directory, files: counts.file, failed };
}

function changeOne(
  files: LakeFileSystem,
  path: string,
  guarded: ReturnType<LakeFileSystem['find']> | LakeFileSystem['root'],
  { change, permit }: Pick<AclBatchQuery, 'permit'> & { readonly change: AclChange },
): Guarded['kind'] {
  if (guarded === undefined) throw new LakeFault('path-missing');
  permit(guarded);
  const changed = withAclChange(guarded, change);
  if ('etag' in changed) files.replace(path, changed);
  else files.replaceRoot(changed);
  return changed.kind;
}
