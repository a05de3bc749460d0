import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { open, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { ContentStorage, LakeContent, WrittenContent } from '../domain/lake-content';

/** How much is read or written at once. */
const CHUNK_BYTES = 1 << 20;

/** Up to this length, writing at once is faster than asking for it to be done. */
const SHORT_BYTES = 1 << 16;

/** So many contents that nobody needs any more stay a while, for readers that are about to open them. */
const LINGERING = 64;

/** The contents of all files, each a file of its own in one folder. They never pass through memory as a whole. */
export class ContentStore implements ContentStorage {
  private readonly holders = new Map<string, number>();
  private released: string[] = [];

  /** @param folder made where it does not exist; nothing else may keep files there */
  public constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  public async write(source: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<WrittenContent> {
    // Made of characters at once: what randomUUID answers is put together of twenty pieces, and keeps all of them.
    const id = Buffer.from(randomUUID()).toString('latin1');
    const hash = createHash('md5');
    let file: FileHandle | undefined;
    let length = 0;
    let waiting: Buffer[] = [];
    let waitingBytes = 0;
    try {
      for await (const chunk of source) {
        if (chunk.length === 0) continue;
        hash.update(chunk);
        waiting.push(chunk);
        waitingBytes += chunk.length;
        length += chunk.length;
        if (waitingBytes < CHUNK_BYTES) continue;
        file ??= await open(this.pathOf(id), 'wx', 0o600);
        await writeAll(file, waiting);
        waiting = [];
        waitingBytes = 0;
      }
      if (file === undefined && length <= SHORT_BYTES) {
        writeFileSync(this.pathOf(id), Buffer.concat(waiting), { flag: 'wx', mode: 0o600 });
      } else {
        file ??= await open(this.pathOf(id), 'wx', 0o600);
        await writeAll(file, waiting);
      }
    } catch (error) {
      await file?.close();
      await unlink(this.pathOf(id)).catch(ignoreMissing);
      throw error;
    }
    await file?.close();
    this.holders.set(id, 1);
    return { content: { length, extents: [{ id, offset: 0, length }] }, md5: hash.digest('base64') };
  }

  public async *read(content: LakeContent): AsyncGenerator<Buffer, void, undefined> {
    this.retain(content);
    try {
      for (const { id, offset, length } of content.extents) {
        if (length === 0) continue;
        const file = await open(this.pathOf(id), 'r');
        try {
          for (let at = 0; at < length;) {
            const wanted = Math.min(CHUNK_BYTES, length - at);
            const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, offset + at);
            if (bytesRead === 0) throw new Error(`the content ${id} is shorter than the state says`);
            at += bytesRead;
            yield bytesRead === wanted ? buffer : buffer.subarray(0, bytesRead);
          }
        } finally {
          await file.close();
        }
      }
    } finally {
      this.release(content);
    }
  }

  public async readAll(content: LakeContent): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.read(content)) chunks.push(chunk);
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  }

  public retain({ extents }: LakeContent): void {
    for (const { id } of extents) this.holders.set(id, (this.holders.get(id) ?? 0) + 1);
  }

  public release({ extents }: LakeContent): void {
    for (const { id } of extents) {
      const holders = (this.holders.get(id) ?? 0) - 1;
      if (holders > 0) {
        this.holders.set(id, holders);
      } else {
        this.holders.delete(id);
        this.released.push(id);
      }
    }
  }

  /**
   * Told that a commit begins. What was released before may go once that commit is safe: until then a restart would
   * still look for it.
   */
  public readonly onCommit = (): (() => void) => {
    const releasedBefore = this.released.length;
    return () => {
      const due = this.released.splice(0, Math.max(0, releasedBefore - LINGERING));
      for (const id of due) if (!this.holders.has(id)) void unlink(this.pathOf(id)).catch(ignoreMissing);
    };
  };

  /** Removes what nobody holds: left by a run that ended before it could. */
  public removeUnheld(): void {
    for (const id of readdirSync(this.folder)) if (!this.holders.has(id)) unlinkSync(this.pathOf(id));
    this.released = [];
  }

  private pathOf(id: string): string {
    return path.join(this.folder, id);
  }
}

async function writeAll(file: FileHandle, chunks: readonly Buffer[]): Promise<void> {
  for (let left = chunks; left.length > 0;) {
    const { bytesWritten } = await file.writev(left);
    left = behind(left, bytesWritten);
  }
}

function behind(chunks: readonly Buffer[], written: number): Buffer[] {
  let left = written;
  const rest: Buffer[] = [];
  for (const chunk of chunks) {
    if (left >= chunk.length) left -= chunk.length;
    else {
      rest.push(left === 0 ? chunk : chunk.subarray(left));
      left = 0;
    }
  }
  return rest;
}

/** Content may be released more than once: it is held again, for reading, after the first time. */
function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
