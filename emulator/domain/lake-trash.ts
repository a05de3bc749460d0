import type { ContentLedger, LakeContent } from './lake-content';
import { contentsHeldBy, type LakeEntry } from './lake-entry';
import { LakePathTable, successor } from './lake-path-table';
import type { StateTable } from './state-store';

const DAY_MS = 86_400_000;

/** A path that soft delete keeps; a directory keeps everything that was in it, out of sight. */
export interface DeletedPath {
  readonly path: string;
  readonly deletionId: string;
  readonly deletedAt: number;
  /** When it is gone for good. */
  readonly purgedAt: number;
  readonly root: LakeEntry;
  /** What the directory held, by the part of the path after the directory's own. */
  readonly descendants: ReadonlyMap<string, LakeEntry>;
}

/** Whole days that a deleted path has left. */
export function remainingRetentionDays(deleted: DeletedPath, now: number): number {
  return Math.max(0, Math.ceil((deleted.purgedAt - now) / DAY_MS) - 1);
}

/** A deletion as it survives a restart. */
export interface DeletedRow extends Omit<DeletedPath, 'descendants'> {
  readonly descendants: readonly (readonly [string, LakeEntry])[];
}

/** Everything that was deleted from one container and can still come back. */
export class LakeTrash {
  private readonly table = new LakePathTable<DeletedPath>();
  /** In order of deletion, so that what is due stands in front. */
  private readonly byDeletion = new Map<string, DeletedPath>();

  public constructor(
    private readonly rows: StateTable<DeletedRow>,
    private readonly contents: ContentLedger,
  ) {
    const left = rows.rows().map(([, row]) => row);
    for (const row of [...left].sort((a, b) => a.deletedAt - b.deletedAt)) {
      this.keep({ ...row, descendants: new Map(row.descendants) });
    }
  }

  public add(deleted: Omit<DeletedPath, 'purgedAt'>, retentionDays: number): void {
    this.purge(deleted.deletedAt);
    const kept: DeletedPath = { ...deleted, purgedAt: deleted.deletedAt + retentionDays * DAY_MS };
    this.keep(kept);
    this.rows.put(keyOf(kept.path, kept.deletionId), { ...kept, descendants: [...kept.descendants] });
  }

  public find(path: string, deletionId: string, now: number): DeletedPath | undefined {
    const deleted = this.table.get(keyOf(path, deletionId));
    return deleted === undefined || deleted.purgedAt <= now ? undefined : deleted;
  }

  /** The first deletion whose key is not before `start`. The key of a deletion sorts right after its path. */
  public firstFrom(start: string, now: number): readonly [string, DeletedPath] | undefined {
    let found = this.table.firstFrom(start);
    while (found !== undefined && found[1].purgedAt <= now) {
      this.drop(found[1]);
      found = this.table.firstFrom(successor(found[0]));
    }
    return found;
  }

  public drop(deleted: DeletedPath): void {
    const key = keyOf(deleted.path, deleted.deletionId);
    if (!this.table.delete(key)) return;
    this.byDeletion.delete(deleted.deletionId);
    this.rows.delete(key);
    for (const content of contentsOf(deleted)) this.contents.release(content);
  }

  public destroy(): void {
    for (const deleted of [...this.byDeletion.values()]) this.drop(deleted);
  }

  private keep(deleted: DeletedPath): void {
    this.table.set(keyOf(deleted.path, deleted.deletionId), deleted);
    this.byDeletion.set(deleted.deletionId, deleted);
    for (const content of contentsOf(deleted)) this.contents.retain(content);
  }

  private purge(now: number): void {
    for (const deleted of this.byDeletion.values()) {
      if (deleted.purgedAt > now) return;
      this.drop(deleted);
    }
  }
}

function contentsOf({ root, descendants }: DeletedPath): readonly LakeContent[] {
  return [root, ...descendants.values()].flatMap(contentsHeldBy);
}

function keyOf(path: string, deletionId: string): string {
  return `${path}\0${deletionId}`;
}
