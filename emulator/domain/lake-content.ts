/** A stretch of something in the content store. */
export interface ContentExtent {
  /** Name of it in the store. */
  readonly id: string;
  readonly offset: number;
  readonly length: number;
}

/** The bytes of a file: stretches in order. Says where they are, without having them in memory. */
export interface LakeContent {
  readonly length: number;
  readonly extents: readonly ContentExtent[];
}

/** Keeps count of who needs what is in the content store; what nobody needs any more goes. */
export interface ContentLedger {
  retain(content: LakeContent): void;
  release(content: LakeContent): void;
}

/** Content that has just been written. Its writer holds it, and has to release it once somebody else does. */
export interface WrittenContent {
  readonly content: LakeContent;
  /** Base64. */
  readonly md5: string;
}

/** Where contents are. */
export interface ContentStorage extends ContentLedger {
  /** Writes what comes, as it comes; nothing stays of it where the source fails. */
  write(source: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<WrittenContent>;
  /** In pieces of at most 1 MiB. */
  read(content: LakeContent): AsyncIterable<Buffer>;
  /** The whole of it in memory; only for what is known to be small. */
  readAll(content: LakeContent): Promise<Buffer>;
}

/** Holds contents until what it answers is called. */
export function holdContents(ledger: ContentLedger, contents: readonly LakeContent[]): () => void {
  for (const content of contents) ledger.retain(content);
  return () => {
    for (const content of contents) ledger.release(content);
  };
}

export const EMPTY_CONTENT: LakeContent = { length: 0, extents: [] };

export function joinContents(contents: readonly LakeContent[]): LakeContent {
  return {
    length: contents.reduce((sum, { length }) => sum + length, 0),
    extents: contents.flatMap(({ extents }) => extents),
  };
}

/** The part from `offset` on, as far as there is one. */
export function sliceContent(content: LakeContent, offset: number, length: number): LakeContent {
  const end = Math.min(content.length, offset + length);
  const extents: ContentExtent[] = [];
  let at = 0;
  for (const extent of content.extents) {
    const from = Math.max(offset, at);
    const to = Math.min(end, at + extent.length);
    if (from < to) {
      extents.push({ id: extent.id, offset: extent.offset + from - at, length: to - from });
    }
    at += extent.length;
  }
  return { length: Math.max(0, end - offset), extents };
}
