import { createHash, randomUUID } from 'node:crypto';
import type { ContentStorage, LakeContent, WrittenContent } from '../../emulator/domain/lake-content';

/** A content store that holds everything in memory, for tests that start no emulator. */
export class MemoryContents implements ContentStorage {
  public readonly kept = new Map<string, Buffer>();

  public async write(source: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<WrittenContent> {
    const chunks: Buffer[] = [];
    for await (const chunk of source) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const id = randomUUID();
    this.kept.set(id, bytes);
    const content = { length: bytes.length, extents: [{ id, offset: 0, length: bytes.length }] };
    return { content, md5: createHash('md5').update(bytes).digest('base64') };
  }

  public async *read({ extents }: LakeContent): AsyncGenerator<Buffer> {
    for (const { id, offset, length } of extents) {
      yield await Promise.resolve(this.kept.get(id)?.subarray(offset, offset + length) ?? Buffer.alloc(0));
    }
  }

  public async readAll(content: LakeContent): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.read(content)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  public retain(): void {
    // Nothing is ever removed.
  }

  public release(): void {
    // Nothing is ever removed.
  }
}

/** A content that carries its own text, for tests that never read contents. */
export function textContent(text: string): LakeContent {
  return { length: text.length, extents: [{ id: text, offset: 0, length: text.length }] };
}

/** What a content made of such contents says. */
export function textIn({ extents }: LakeContent): string {
  return extents.map(({ id, offset, length }) => id.slice(offset, offset + length)).join('');
}
