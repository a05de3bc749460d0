import type { NamedFiles } from './named-files';

/** What the index of the service says of the lake, and the lake of the index. */
export interface StoredFiles {
  /** Images in the index of which the file was looked for, the newest ones. */
  readonly lookedFor: number;
  /** Whether that was all of them. Only then is it known which files are in no index. */
  readonly whole: boolean;
  /** Files that the index names and the lake does not have. */
  readonly missing: NamedFiles;
  /** Files in the lake that the index does not name, but for the newest. */
  readonly unindexed: NamedFiles;
}
