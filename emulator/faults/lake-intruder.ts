import { setMetadata, setTier } from '../domain/lake-change';
import type { LakeClient } from '../domain/lake-client';
import type { ContentStorage } from '../domain/lake-content';
import { contentsHeldBy, type LakeEntry, type LakeFile } from '../domain/lake-entry';
import type { LakeContext, LakeFileSystem, LakeTree } from '../domain/lake-file-system';
import { PrincipalLakeClient } from '../domain/lake-principal-client';
import { rename } from '../domain/lake-rename';
import type { BlobTier } from '../domain/lake-tier';
import { FaultTargetMissing, type Undo } from './fault-definition';
import { openContainer, type ServiceTarget } from './fault-target';
import type { FaultWorld } from './fault-world';

/** Somebody with every right on a container, who changes files behind the back of the service. */
export class LakeIntruder {
  public constructor(
    private readonly world: FaultWorld,
    private readonly target: ServiceTarget,
  ) {}

  /** Runs `change` on a file; the undo puts back the file as it was, ETag and all. */
  public async changing(path: string, change: () => void | Promise<void>): Promise<Undo> {
    const original = this.file(path);
    const letGo = this.hold([original]);
    await change();
    return () => {
      const opened = this.openedOrUndefined();
      if (opened === undefined) return;
      const { files, context } = opened;
      const changed = files.find(path, context.now);
      if (changed !== undefined) files.detach(path, changed, context.now);
      files.attach(path, { root: original, descendants: new Map() });
      letGo();
    };
  }

  public async read(path: string): Promise<Buffer> {
    return this.contents.readAll(await this.client().get(path));
  }

  public async write(path: string, bytes: Buffer): Promise<void> {
    const written = await this.contents.write([bytes]);
    try {
      await this.client().put(path, written);
    } finally {
      this.contents.release(written.content);
    }
  }

  /** Writes content without a trace: ETag and times stay what they were. */
  public async rot(path: string, content: Buffer): Promise<void> {
    const { etag, createdAt, lastModifiedAt, owner } = this.file(path);
    await this.write(path, content);
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
    const letGo = this.hold([original]);
    const deletionId = files.remove(path, context);
    return () => {
      const opened = this.openedOrUndefined();
      if (opened === undefined || opened.files.find(path, opened.context.now) !== undefined) return;
      try {
        if (deletionId === undefined) throw new FaultTargetMissing(path);
        opened.files.restore(path, deletionId, opened.context);
      } catch {
        opened.files.attach(path, treeOf(original));
      } finally {
        letGo();
      }
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
    const tree = files.detach(path, root, context.now);
    const letGo = this.hold([root, ...tree.descendants.values()]);
    return () => {
      this.openedOrUndefined()?.files.attach(path, tree);
      letGo();
    };
  }

  /** What removes a path for good, where it is still there. */
  public removal(path: string): Undo {
    return () => {
      if (this.openedOrUndefined() !== undefined) this.destroyAnything(path);
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

  /** Keeps what entries hold from vanishing for as long as an undo may need it. */
  private hold(entries: readonly LakeEntry[]): () => void {
    const held = entries.flatMap(contentsHeldBy);
    held.forEach((content) => this.contents.retain(content));
    return () => held.forEach((content) => this.contents.release(content));
  }

  private get contents(): ContentStorage {
    return this.world.lake.contents;
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
