import type { ContentStorage, WrittenContent } from './lake-content';

/** Up to this length what a client sends is also kept in memory until it is stored, to be read at once. */
export const IN_MEMORY_BYTES = 8 * 1024 * 1024;

const PREAMBLE_BYTES = 128;

/** A DICOM file as a client sent it, but for its preamble, which the service fills with zeros. */
export interface ReceivedContent extends WrittenContent {
  /** All of it where it is short. */
  readonly bytes: Buffer | undefined;
}

/** Writes a DICOM file to the content store as it comes. The caller has to release it. */
export async function receiveContent(
  storage: ContentStorage,
  source: AsyncIterable<Buffer>,
): Promise<ReceivedContent> {
  let kept: Buffer[] = [];
  let length = 0;
  const passing = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      const left = PREAMBLE_BYTES - length;
      if (left > 0) chunk.fill(0, 0, Math.min(left, chunk.length));
      length += chunk.length;
      if (length <= IN_MEMORY_BYTES) kept.push(chunk);
      else kept = [];
      yield chunk;
    }
  };
  const written = await storage.write(passing());
  return { ...written, bytes: length <= IN_MEMORY_BYTES ? Buffer.concat(kept) : undefined };
}
