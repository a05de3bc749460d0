import type { NameRange } from './name-range';
import { shareBefore } from './name-share';

/** How many files a folder will turn out to have, from those of it that were listed. */
export class FolderEstimate {
  private readonly folders = new Map<string, { files: number; share: number; ended: boolean }>();

  /** @param after undefined where the range has come to its end */
  public listed(before: NameRange, after: NameRange | undefined, files: number): void {
    const { prefix } = before;
    const folder = this.folders.get(prefix) ?? { files: 0, share: 0, ended: false };
    folder.files += files;
    folder.share += shareAt(after, before.end, prefix) - shareAt(before, before.end, prefix);
    this.folders.set(prefix, folder);
  }

  /** Files that are still to be listed in a range; infinite where nothing tells. */
  public left(range: NameRange): number {
    const folder = this.folders.get(range.prefix);
    const share = shareAt(undefined, range.end, range.prefix) - shareAt(range, range.end, range.prefix);
    return folder === undefined || folder.share <= 0 ? Infinity : (share * folder.files) / folder.share;
  }
}

function shareAt(range: NameRange | undefined, end: string | undefined, prefix: string): number {
  const name = range === undefined ? end : (range.last ?? range.from);
  if (name === undefined) return range === undefined ? 1 : 0;
  return shareBefore(name.slice(prefix.length));
}
