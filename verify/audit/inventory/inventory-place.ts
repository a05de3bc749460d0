export interface PlacedFile {
  /** Bytes. */
  readonly size: number;
  /** MD5 of the content, where the place knows it. */
  readonly md5?: Uint8Array;
}

/** Where inventories lie: a folder of this machine, or a container. */
export interface InventoryPlace {
  /** As messages call it. */
  readonly name: string;
  /** All files below, by their paths in the place, with slashes. */
  files(signal: AbortSignal): Promise<ReadonlyMap<string, PlacedFile>>;
  /** A small file. */
  read(path: string, signal: AbortSignal): Promise<Buffer>;
  /** As reports call a file: its path, or its address. */
  addressOf(path: string): string;
  /** Has files on this machine, where it can be read at random, and answers their paths there. */
  bring(request: BringRequest): Promise<readonly string[]>;
}

export interface BringRequest {
  readonly paths: readonly string[];
  /** Empty, and deleted after the audit. */
  readonly folder: string;
  readonly files: ReadonlyMap<string, PlacedFile>;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}
