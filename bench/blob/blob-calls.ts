/** What is asked of a blob service, and how many calls one run sends. */
export const CALLS = {
  'put-4k': { title: 'put 4 KiB', count: 400 },
  'get-4k': { title: 'get 4 KiB', count: 400 },
  'put-512k': { title: 'put 512 KiB', count: 100 },
  'get-512k': { title: 'get 512 KiB', count: 100 },
  tier: { title: 'set the tier', count: 400 },
  list: { title: 'list 10,000 blobs', count: 1 },
} as const;

export type CallKind = keyof typeof CALLS;

/** Blobs in the folder that is listed. */
export const LISTED = 10_000;

/** Calls side by side. */
export const AT_ONCE = 8;

/** One kind of call; `name` is that of a blob, or the prefix for a list. */
export interface BlobCaller {
  put(name: string, content: Buffer): Promise<void>;
  /** Answers how many bytes there were. */
  get(name: string): Promise<number>;
  setTier(name: string, tier: 'Hot' | 'Cool'): Promise<void>;
  /** Answers how many blobs there were, over all pages. */
  list(prefix: string): Promise<number>;
}

/** Where a container is and how one is let in, in a form that can be sent to another process. */
export interface BlobPlace {
  /** URL of the container, without a slash at the end. */
  readonly url: string;
  /** PEM text, for https. */
  readonly ca?: string;
  /** @default - none; then the signature lets in */
  readonly bearer?: string;
  /** Query of a shared access signature, without the question mark. @default - none */
  readonly signature?: string;
}
