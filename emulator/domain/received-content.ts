import type { ContentStorage, WrittenContent } from './lake-content';

/** So much of what a client sends stays in memory until it is stored; most files have their pixel data after less. */
const HEAD_BYTES = 1 << 15;

const PREAMBLE_BYTES = 128;

/** A DICOM file as a client sent it, but for its preamble, which the service fills with zeros. */
export interface ReceivedContent extends WrittenContent {
  /** What it begins with: 32 KiB or somewhat more, or all of it where it is shorter. */
  readonly head: Buffer | undefined;
}

/** Writes a DICOM file to the content store as it comes. The caller has to release it. */
export async function receiveContent(
  storage: ContentStorage,
  source: AsyncIterable<Buffer>,
): Promise<ReceivedContent> {
  const head: Buffer[] = [];
  let length = 0;
  const passing = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      const left = PREAMBLE_BYTES - length;
      if (left > 0) chunk.fill(0, 0, Math.min(left, chunk.length));
      if (length < HEAD_BYTES) head.push(chunk);
      length += chunk.length;
      yield chunk;
    }
  };
  const written = await storage.write(passing());
  return { ...written, head: joined(head) };
}

/** Joining copies; a single chunk stays what it is. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [first, ...others] = chunks;
  return first === undefined || others.length > 0 ? Buffer.concat(chunks) : first;
}
