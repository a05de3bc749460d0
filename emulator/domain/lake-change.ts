import { checkConditions, type LakeConditions } from './lake-condition';
import { joinContents } from './lake-content';
import type { AppendedData, ContentHeaders, LakeEntry, LakeFile } from './lake-entry';
import { expiresAt, type LakeExpiry } from './lake-expiry';
import { LakeFault } from './lake-fault';
import type { LakeContext, LakeFileSystem } from './lake-file-system';
import { afterLeaseAction, type LeaseAction } from './lake-lease';
import { withAccess, type AccessWish } from './lake-permissions';
import { changeTier, refuseArchived, tierAt, type BlobTier, type RehydratePriority } from './lake-tier';

/** Where a change applies and under which conditions. */
export interface LakeTarget {
  readonly files: LakeFileSystem;
  readonly path: string;
  readonly context: LakeContext;
  readonly conditions: LakeConditions;
}

export function setMetadata(target: LakeTarget, metadata: Readonly<Record<string, string>>): LakeEntry {
  const { files, path, context, conditions } = target;
  const entry = files.forChange(path, context, conditions);
  if (entry.kind === 'file') refuseArchived(entry.tier, context.now);
  return files.replace(path, { ...entry, ...files.stamp(context, entry), metadata });
}

/** Replaces all content headers: those not given are gone. */
export function setContentHeaders(target: LakeTarget, headers: ContentHeaders): LakeFile {
  const file = onlineFile(target);
  const { files, path, context } = target;
  return files.replace(path, { ...file, ...files.stamp(context, file), headers });
}

/** Leaves ETag and Last-Modified alone. Answers whether the file is in its tier or on its way there. */
export function setTier(
  target: LakeTarget,
  tier: BlobTier,
  priority?: RehydratePriority,
): 'done' | 'pending' {
  const file = fileForChange(target);
  const { files, path, context } = target;
  const changed = files.replace(path, { ...file, tier: changeTier(file.tier, tier, context.now, priority) });
  return tierAt(changed.tier, context.now).rehydrating === undefined ? 'done' : 'pending';
}

export function setExpiry(target: LakeTarget, expiry: LakeExpiry): LakeFile {
  const file = fileForChange(target);
  const { files, path, context } = target;
  return files.replace(path, { ...file, expiresAt: expiresAt(expiry, file.createdAt, context.now) });
}

/**
 * Leaves ETag and Last-Modified alone.
 *
 * @throws LakeFault as `withAccess`
 */
export function setAccess({ files, path, context, conditions }: LakeTarget, wish: AccessWish): LakeEntry {
  return files.replace(path, withAccess(files.forChange(path, context, conditions), wish));
}

/** Leaves ETag and Last-Modified alone; the conditions bind, but for the lease, which the action itself names. */
export function setLease({ files, path, context, conditions }: LakeTarget, action: LeaseAction): LakeEntry {
  const entry = files.find(path, context.now);
  if (entry === undefined) throw new LakeFault('path-missing');
  checkConditions(conditions, entry);
  return files.replace(path, { ...entry, lease: afterLeaseAction(entry.lease, action, context.now) });
}

/** Keeps data for a later flush; it may come in any order, since clients send chunks side by side. */
export function append(target: LakeTarget, data: AppendedData): LakeFile {
  const file = onlineFile(target);
  if (data.position < file.content.length) throw new LakeFault('invalid-flush-position');
  const others = file.appended.filter((other) => other.position !== data.position);
  return target.files.replace(target.path, { ...file, appended: [...others, data] });
}

/**
 * Makes appended data part of the file, which then has to be `length` bytes long.
 *
 * @param headers those given replace what the file has
 */
export function flush(
  target: LakeTarget,
  length: number,
  headers: ContentHeaders,
  retainUncommitted: boolean,
): LakeFile {
  const file = onlineFile(target);
  const { files, path, context } = target;
  const inOrder = [...file.appended].sort((a, b) => a.position - b.position);
  const [due, kept] = retainUncommitted
    ? [inOrder.filter((data) => data.position < length), inOrder.filter((data) => data.position >= length)]
    : [inOrder, []];
  let end = file.content.length;
  for (const data of due) {
    if (data.position !== end) throw new LakeFault('invalid-flush-position');
    end += data.content.length;
  }
  if (end !== length) throw new LakeFault('invalid-flush-position');
  return files.replace(path, {
    ...file,
    ...files.stamp(context, file),
    content: joinContents([file.content, ...due.map((data) => data.content)]),
    headers: { ...file.headers, ...headers },
    blocks: [],
    appended: kept,
  });
}

function onlineFile(target: LakeTarget): LakeFile {
  const file = fileForChange(target);
  refuseArchived(file.tier, target.context.now);
  return file;
}

function fileForChange({ files, path, context, conditions }: LakeTarget): LakeFile {
  const entry = files.forChange(path, context, conditions);
  if (entry.kind === 'directory') throw new LakeFault('not-on-directory');
  return entry;
}
