import { checkCreate, checkRead, checkWrite } from './lake-condition';
import { joinContents, sliceContent, type LakeContent } from './lake-content';
import type { CommittedBlock, LakeFile } from './lake-entry';
import { LakeFault } from './lake-fault';
import type { NewFile } from './lake-file-system';
import type { LakeTarget } from './lake-change';

/** @see https://learn.microsoft.com/azure/storage/blobs/scalability-targets */
const MAXIMUM_COMMITTED_BLOCKS = 50_000;
const MAXIMUM_STAGED_BLOCKS = 100_000;

/** Which of the blocks of a name is meant: `latest` is the uncommitted one where there is one. */
export interface BlockReference {
  readonly from: 'committed' | 'uncommitted' | 'latest';
  readonly id: string;
}

/** @param id base64; all ids of one file have the same length */
export function stageBlock(
  { files, path, context, conditions }: LakeTarget,
  id: string,
  content: LakeContent,
): void {
  const existing = files.find(path, context.now);
  checkWrite(conditions, existing, context.now);
  if (existing?.kind === 'directory') throw new LakeFault('type-mismatch');
  const staged = files.staged.of(path, context.now);
  const [known] = staged.keys();
  if (known !== undefined && known.length !== id.length) throw new LakeFault('invalid-block');
  if (staged.size >= MAXIMUM_STAGED_BLOCKS && !staged.has(id)) throw new LakeFault('too-many-blocks');
  files.staged.add(path, id, content, context.now);
}

/** Writes the file that the named blocks make up, in the order given. */
export function commitBlocks(
  { files, path, context, conditions }: LakeTarget,
  list: readonly BlockReference[],
  file: Omit<NewFile, 'content' | 'blocks' | 'conditions'>,
): LakeFile {
  const existing = files.find(path, context.now);
  checkCreate(conditions, existing, context.now);
  if (list.length > MAXIMUM_COMMITTED_BLOCKS) throw new LakeFault('invalid-block-list');
  const staged = files.staged.of(path, context.now);
  const committed = existing?.kind === 'file' ? contentOfBlocks(existing) : new Map<string, LakeContent>();
  const blocks: CommittedBlock[] = [];
  const parts: LakeContent[] = [];
  let offset = 0;
  for (const { from, id } of list) {
    const fresh = from === 'committed' ? undefined : staged.get(id);
    const content = fresh ?? (from === 'uncommitted' ? undefined : committed.get(id));
    if (content === undefined) throw new LakeFault('invalid-block-list');
    blocks.push({ id, offset, length: content.length });
    parts.push(content);
    offset += content.length;
  }
  return files.write(path, context, { ...file, content: joinContents(parts), blocks, conditions });
}

/** Sizes of the blocks of a file by id; a path that has only uncommitted blocks is no file yet. */
export function blocksOf({ files, path, context, conditions }: LakeTarget): {
  readonly file: LakeFile | undefined;
  readonly uncommitted: ReadonlyMap<string, LakeContent>;
} {
  const entry = files.find(path, context.now);
  checkRead(conditions, entry, context.now);
  const uncommitted = files.staged.of(path, context.now);
  if (entry?.kind === 'directory') throw new LakeFault('not-on-directory');
  if (entry === undefined && uncommitted.size === 0) throw new LakeFault('path-missing');
  return { file: entry, uncommitted };
}

function contentOfBlocks(file: LakeFile): Map<string, LakeContent> {
  return new Map(
    file.blocks.map(({ id, offset, length }) => [id, sliceContent(file.content, offset, length)]),
  );
}
