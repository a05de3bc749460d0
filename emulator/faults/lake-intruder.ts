import { setMetadata, setTier } from '../domain/lake-change';
import type { LakeClient } from '../domain/lake-client';
import type { LakeFile } from '../domain/lake-entry';
import type { LakeContext, LakeFileSystem, LakeTree } from '../domain/lake-file-system';
import { PrincipalLakeClient } from '../domain/lake-principal-client';
import { rename } from '../domain/lake-rename';
import type { BlobTier } from '../domain/lake-tier';
import { FaultTargetMissing, type Undo } from './fault-definition';
import { openContainer, type ServiceTarget } from './fault-target';
import type { FaultWorld } from './fault-world';
import { detachHeld, holdEntries } from './held-content';

/** Somebody with every right on a container, who changes files behind the back of the service. */
export class LakeIntruder {
  public constructor(
    private readonly world: FaultWorld,
    private readonly target: ServiceTarget,
  ) {}

  /** Runs `change` on a file; the undo puts back the file as it was, ETag and all. */
  public async changing(path: string, change: () => void | Promise<void>): Promise<Undo> {
    const original = this.file(path);
    const release = holdEntries(this.world, [original]);
    await change();
    return async () => {
      this.putBack(path, original);
      await release();
    };
  }

  public async write(path: string, source: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const { contents } = this.world.lake;
    const written = await contents.write(source);
    try {
      await this.client().put(path, written);
    } finally {
      contents.release(written.content);
    }
  }

  /** Writes a file anew, with its last byte changed. */
  public async alter(path: string): Promise<void> {
    const content = await this.client().get(path);
    await this.write(path, lastByteChanged(this.world.lake.contents.read(content), content.length));
  }

  /** As `alter`, without a trace: ETag and times stay what they were. */
  public async rot(path: string): Promise<void> {
    const { etag, createdAt, lastModifiedAt, owner } = this.file(path);
    await this.alter(path);
    this.opened().files.replace(path, { ...this.file(path), etag, createdAt, lastModifiedAt, owner });
  }

  public setMetadata(path: string, metadata: Readonly<Record<string, string>>): void {
    setMetadata({ ...this.opened(), path, conditions: {} }, metadata);
  }

  public setTier(path: string, tier: BlobTier): void {
    setTier({ ...this.opened(), path, conditions: {} }, tier);
  }

  /** Answers what takes the deletion back. */
  public remove(path: string): Undo {
    const { files, context } = this.opened();
    const original = this.file(path);
    const release = holdEntries(this.world, [original]);
    const deletionId = files.remove(path, context);
    return async () => {
      this.restore(path, original, deletionId);
      await release();
    };
  }

  /** Takes a file out of the container, without a way back but the undo. */
  public destroy(path: string): Undo {
    this.file(path);
    return this.destroyAnything(path);
  }

  /** As `destroy`, for a directory with all that is in it or for nothing at all. */
  public destroyAnything(path: string): Undo {
    const { files, context } = this.opened();
    const root = files.find(path, context.now);
    if (root === undefined) return () => undefined;
    const tree = detachHeld(this.world, files, path, root, context.now);
    return async () => {
      this.openedOrUndefined()?.files.attach(path, tree);
      await tree.release();
    };
  }

  /** What removes a path for good, where it is still there. */
  public removal(path: string): Undo {
    return () => {
      const opened = this.openedOrUndefined();
      const entry = opened?.files.find(path, opened.context.now);
      if (entry !== undefined) opened?.files.detach(path, entry, opened.context.now);
    };
  }

  public move(from: string, to: string): Undo {
    const moved = (source: string, destination: string): void => {
      const { files, context } = this.opened();
      const folder = destination.slice(0, destination.lastIndexOf('/'));
      if (files.find(folder, context.now) === undefined) files.makeDirectory(folder, context);
      const end = { files, conditions: {} };
      rename({ ...end, path: source }, { ...end, path: destination }, context);
    };
    moved(from, to);
    return () => {
      const opened = this.openedOrUndefined();
      if (opened?.files.find(to, opened.context.now) !== undefined) moved(to, from);
    };
  }

  /** Where somebody deleted the file in the meantime, it stays deleted. */
  private putBack(path: string, original: LakeFile): void {
    const opened = this.openedOrUndefined();
    if (opened === undefined) return;
    const { files, context } = opened;
    const changed = files.find(path, context.now);
    if (changed === undefined) return;
    files.detach(path, changed, context.now);
    files.attach(path, treeOf(original));
  }

  private restore(path: string, original: LakeFile, deletionId: string | undefined): void {
    const opened = this.openedOrUndefined();
    if (opened === undefined || opened.files.find(path, opened.context.now) !== undefined) return;
    try {
      if (deletionId === undefined) throw new FaultTargetMissing(path);
      opened.files.restore(path, deletionId, opened.context);
    } catch {
      opened.files.attach(path, treeOf(original));
    }
  }

  private client(): LakeClient {
    return new PrincipalLakeClient(() => ({ ...this.opened(), hierarchicalNamespace: true }));
  }

  private file(path: string): LakeFile {
    const { files, context } = this.opened();
    const entry = files.find(path, context.now);
    if (entry?.kind === 'file') return entry;
    throw new FaultTargetMissing(`there is no file '${path}' in the lake`);
  }

  private opened(): { readonly files: LakeFileSystem; readonly context: LakeContext } {
    return openContainer(this.world, this.target);
  }

  /** What was taken from a lake cannot be put back once the lake is gone. */
  private openedOrUndefined(): ReturnType<typeof openContainer> | undefined {
    try {
      return this.opened();
    } catch (error) {
      if (error instanceof FaultTargetMissing) return undefined;
      throw error;
    }
  }
}

function treeOf(root: LakeFile): LakeTree {
  return { root, descendants: new Map() };
}

async function* lastByteChanged(source: AsyncIterable<Buffer>, length: number): AsyncGenerator<Buffer> {
  let at = 0;
  for await (const chunk of source) {
    at += chunk.length;
    if (at < length) {
      yield chunk;
    } else {
      const last = chunk.length - 1;
      yield Buffer.concat([chunk.subarray(0, last), Buffer.of((chunk[last] ?? 0) ^ 0xff)]);
    }
  }
}
