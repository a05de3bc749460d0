import type { AuditRequest } from '../audit-source';
import { LakeCensus } from '../lake-census';
import type { AuditedFile, FoundFile } from '../model';
import { isWithin, type NameRange } from './name-range';
import type { EntryTaker } from './page-parser';

/**
 * Counts what a page holds of a range while the page comes: kept until it is over, as many pages as are under way would
 * lie in memory. Nothing is told of it before the page has turned out to be right.
 */
export class PageCount implements EntryTaker {
  public files = 0;
  public folders = 0;
  /** Path of the last file, also where that is beyond the end of the range. */
  public last: string | undefined;
  /** Whether all its files are at or behind the name with which the range begins. */
  public beginsWithRange = true;
  private readonly census: LakeCensus;
  private readonly found: FoundFile[] = [];
  private readonly images: { readonly path: string; readonly modifiedAt: number }[] = [];

  public constructor(
    private readonly range: NameRange,
    private readonly request: AuditRequest,
    asOf: number,
  ) {
    const { manifest, plans, onFound, onImage } = request;
    this.census = new LakeCensus(
      manifest,
      plans,
      asOf,
      onFound && ((file) => this.found.push(file)),
      onImage && ((path, modifiedAt) => this.images.push({ path, modifiedAt })),
    );
  }

  public takeFile(file: AuditedFile): void {
    this.last = file.path;
    if (file.path < (this.range.from ?? '')) this.beginsWithRange = false;
    if (!isWithin(this.range, file.path)) return;
    this.files += 1;
    this.census.count(file);
  }

  public takeFolder(path: string): void {
    if (isWithin(this.range, path)) this.folders += 1;
  }

  /** Adds what was counted to that of the lake, and tells of what stands out. */
  public addTo(census: LakeCensus): void {
    const { onFound, onImage } = this.request;
    census.add(this.census.result());
    for (const file of this.found) onFound?.(file);
    for (const { path, modifiedAt } of this.images) onImage?.(path, modifiedAt);
  }
}
