const WEEK_MS = 7 * 86_400_000;

interface StagedFile {
  readonly blocks: Map<string, Buffer>;
  touchedAt: number;
}

/** Blocks that were put but not committed; they go a week after the last one came. */
export class LakeStagedBlocks {
  private readonly files = new Map<string, StagedFile>();

  public add(path: string, id: string, content: Buffer, now: number): void {
    const file = this.live(path, now) ?? { blocks: new Map<string, Buffer>(), touchedAt: now };
    file.blocks.set(id, content);
    file.touchedAt = now;
    this.files.set(path, file);
  }

  public of(path: string, now: number): ReadonlyMap<string, Buffer> {
    return this.live(path, now)?.blocks ?? new Map<string, Buffer>();
  }

  public drop(path: string): void {
    this.files.delete(path);
  }

  private live(path: string, now: number): StagedFile | undefined {
    const file = this.files.get(path);
    if (file === undefined || now < file.touchedAt + WEEK_MS) return file;
    this.files.delete(path);
    return undefined;
  }
}
