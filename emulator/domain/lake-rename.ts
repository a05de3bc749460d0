import { checkCreate, checkWrite, type LakeConditions } from './lake-condition';
import type { LakeEntry } from './lake-entry';
import { LakeFault } from './lake-fault';
import type { LakeContext, LakeFileSystem } from './lake-file-system';

/** One end of a rename. */
export interface RenameEnd {
  readonly files: LakeFileSystem;
  readonly path: string;
  readonly conditions: LakeConditions;
}

/**
 * Moves a path with everything below it. An existing file gives way to a file, an empty directory to a directory;
 * what moves keeps its ETag, times and tier.
 */
export function rename(source: RenameEnd, destination: RenameEnd, context: LakeContext): void {
  const { now } = context;
  const moved = source.files.find(source.path, now);
  checkSource(source.conditions, moved, now);
  if (moved === undefined) throw new LakeFault('source-missing');
  const existing = destination.files.find(destination.path, now);
  checkCreate(destination.conditions, existing, now);

  if (source.files === destination.files) {
    if (`${destination.path}/`.startsWith(`${source.path}/`) && moved.kind === 'directory') {
      throw new LakeFault('rename-into-itself');
    }
    if (source.path === destination.path) return;
  }
  requireParent(destination, now);
  if (existing !== undefined && existing.kind !== moved.kind) throw new LakeFault('rename-types-differ');
  if (!destination.files.isEmpty(destination.path, now)) throw new LakeFault('path-exists');

  const tree = source.files.detach(source.path, moved, now);
  if (existing !== undefined) destination.files.detach(destination.path, existing, now);
  destination.files.attach(destination.path, tree);
}

function checkSource(conditions: LakeConditions, entry: LakeEntry | undefined, now: number): void {
  try {
    checkWrite(conditions, entry, now);
  } catch (error) {
    if (error instanceof LakeFault && error.kind === 'condition-not-met') {
      throw new LakeFault(entry === undefined ? 'source-missing' : 'source-condition-not-met');
    }
    throw error;
  }
}

function requireParent({ files, path }: RenameEnd, now: number): void {
  const slash = path.lastIndexOf('/');
  if (slash < 0) return;
  const parent = files.find(path.slice(0, slash), now);
  if (parent === undefined) throw new LakeFault('destination-parent-missing');
  if (parent.kind === 'file') throw new LakeFault('type-mismatch');
}
