import type { ContentLedger, LakeContent } from './lake-content';
import type { StateTable } from './state-store';

const WEEK_MS = 7 * 86_400_000;

interface StagedFile {
  readonly blocks: Map<string, LakeContent>;
  touchedAt: number;
}

/** A block as it survives a restart. */
export interface StagedRow {
  readonly path: string;
  readonly id: string;
  readonly content: LakeContent;
  readonly putAt: number;
}

/** Blocks that were put but not committed; they go a week after the last one came. */
export class LakeStagedBlocks {
  private readonly files = new Map<string, StagedFile>();

  public constructor(
    private readonly rows: StateTable<StagedRow>,
    private readonly contents: ContentLedger,
  ) {
    const left = rows.rows().map(([, row]) => row);
    for (const row of [...left].sort((a, b) => a.putAt - b.putAt)) this.keep(row);
  }

  public add(path: string, id: string, content: LakeContent, now: number): void {
    this.live(path, now);
    const row = { path, id, content, putAt: now };
    this.keep(row);
    this.rows.put(keyOf(path, id), row);
  }

  public of(path: string, now: number): ReadonlyMap<string, LakeContent> {
    return this.live(path, now)?.blocks ?? new Map<string, LakeContent>();
  }

  public drop(path: string): void {
    const file = this.files.get(path);
    if (file === undefined) return;
    this.files.delete(path);
    for (const [id, content] of file.blocks) {
      this.rows.delete(keyOf(path, id));
      this.contents.release(content);
    }
  }

  public destroy(): void {
    for (const path of [...this.files.keys()]) this.drop(path);
  }

  private keep({ path, id, content, putAt }: StagedRow): void {
    const file = this.files.get(path) ?? { blocks: new Map<string, LakeContent>(), touchedAt: putAt };
    const before = file.blocks.get(id);
    this.contents.retain(content);
    file.blocks.set(id, content);
    file.touchedAt = putAt;
    this.files.set(path, file);
    if (before !== undefined) this.contents.release(before);
  }

  private live(path: string, now: number): StagedFile | undefined {
    const file = this.files.get(path);
    if (file === undefined || now < file.touchedAt + WEEK_MS) return file;
    this.drop(path);
    return undefined;
  }
}

function keyOf(path: string, id: string): string {
  return `${path}\0${id}`;
}
