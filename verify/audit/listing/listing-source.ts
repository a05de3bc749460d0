import { ServiceRefusal } from '../../error';
import { servicePath, lakeTenantOf } from '../../../contract';
import type { AuditRequest, AuditSource } from '../audit-source';
import { patiently } from '../patiently';
import { countText, counted, durationText } from '../../quantity';
import { LakeCensus } from '../lake-census';
import { lakeNamesOf } from '../lake-names';
import type { CountedLake, ListingFacts } from '../model';
import { AdaptiveLimit } from './adaptive-limit';
import type { Checkpoint } from './checkpoint';
import { FolderEstimate } from './folder-estimate';
import { type ListPage, PAGE_SIZE, pageLister } from './list-page';
import type { NameRange } from './name-range';
import { dividersBetween } from './name-share';
import { PageCount } from './page-count';
import type { ListedPage } from './page-parser';

/** What can be set of a listing. */
export interface ListingOptions {
  /** How many requests may be under way at once. @default 16 */
  readonly concurrency?: number;
  /** Entries of one answer, 1 to 5000. @default 5000 */
  readonly pageSize?: number;
  /** Where a listing that was interrupted goes on. @default - it begins anew */
  readonly checkpoint?: Checkpoint;
  /** Told every few seconds what would have to be known to go on from here, and once more where it is interrupted. */
  readonly onCheckpoint?: (checkpoint: Omit<Checkpoint, 'findingsBytes'>) => void;
}

export const LISTING_CONCURRENCY = 16;

const CHECKPOINT_PERIOD_MS = 2_000;
const PROGRESS_PERIOD_MS = 1_000;

/**
 * Counts the files of a lake by listing them, many ranges of names at a time. The names of a folder are divided among
 * requests as these come free; what is counted is the same however they are.
 *
 * @throws ServiceRefusal, UnreadableAnswer or EvidenceError where a page cannot be had in two minutes
 */
export function listingSource(options: ListingOptions = {}): AuditSource<CountedLake> {
  return (request) => new Listing(request, options).run();
}

class Listing {
  private readonly census: LakeCensus;
  private readonly estimate = new FolderEstimate();
  private readonly limit: AdaptiveLimit;
  private readonly listPage: ListPage;
  private readonly signal: AbortSignal;
  private readonly concurrency: number;
  private readonly pageSize: number;
  private readonly startedAt: number;
  private readonly asOf: number;
  /** Ends with the first error, so that nothing is asked any more when it is thrown. */
  private readonly stop = new AbortController();
  private readonly waiting: NameRange[];
  private readonly underWay = new Map<Work, Promise<void>>();
  /** Whether the service begins a listing at a name; not known before it was asked. */
  private knowsNames: boolean | undefined;
  private files = 0;
  private filesNow = 0;
  private requests: number;
  private throttled: number;
  private folders: number;
  private lastCheckpointAt: number;
  private lastProgressAt: number;

  public constructor(
    private readonly request: AuditRequest,
    private readonly options: ListingOptions,
  ) {
    const { manifest, azure, clock, plans, signal } = request;
    this.signal = AbortSignal.any([signal, this.stop.signal]);
    const { checkpoint, concurrency = LISTING_CONCURRENCY, pageSize = PAGE_SIZE } = options;
    this.pageSize = pageSize;
    this.concurrency = concurrency;
    this.startedAt = clock.now();
    this.lastCheckpointAt = this.startedAt;
    this.lastProgressAt = this.startedAt;
    this.asOf = checkpoint?.asOf ?? this.startedAt;
    this.census = new LakeCensus(manifest, plans, this.asOf);
    this.limit = new AdaptiveLimit(concurrency);
    this.requests = checkpoint?.requests ?? 0;
    this.throttled = checkpoint?.throttled ?? 0;
    this.folders = checkpoint?.folders ?? 0;
    if (checkpoint !== undefined) {
      this.census.add(checkpoint);
      this.files = checkpoint.cells.reduce((sum, { count }) => sum + count, 0);
    }
    const root = { prefix: `${servicePath(lakeTenantOf(manifest))}/`, byHierarchy: true };
    this.waiting = [...(checkpoint?.ranges ?? [root])];
    this.listPage = pageLister(manifest, azure, pageSize);
  }

  public async run(): Promise<CountedLake> {
    const { signal } = this.request;
    try {
      while (this.waiting.length + this.underWay.size > 0) {
        signal.throwIfAborted();
        this.startWaiting();
        await Promise.race(this.underWay.values());
      }
    } catch (error) {
      this.stop.abort(error);
      await Promise.allSettled(this.underWay.values());
      this.saveCheckpoint();
      if (!signal.aborted) throw error;
      return this.result(false);
    }
    return this.result(true);
  }

  private startWaiting(): void {
    while (this.underWay.size < this.limit.value) {
      const range = this.waiting.shift();
      if (range === undefined) return;
      const work: Work = { left: range };
      this.underWay.set(work, this.listOnePage(work, range));
    }
  }

  private async listOnePage(work: Work, range: NameRange): Promise<void> {
    try {
      const page = await this.pageOf(range);
      work.left = this.count(range, page);
      this.waiting.unshift(...page.prefixes.map((prefix) => ({ prefix })));
      if (work.left !== undefined) await this.divide(work, work.left);
    } finally {
      // What is left is still to be listed, also where something went wrong.
      this.underWay.delete(work);
      if (work.left !== undefined) this.waiting.unshift(work.left);
    }
    this.tellProgress();
    if (this.now() - this.lastCheckpointAt >= CHECKPOINT_PERIOD_MS) this.saveCheckpoint();
  }

  private async pageOf(range: NameRange): Promise<CountedPage> {
    const ask = async (): Promise<CountedPage> => {
      this.requests += 1;
      const count = new PageCount(range, this.request, this.asOf);
      return { count, ...(await this.listPage(range, count, this.signal)) };
    };
    const onBusy = (): void => {
      this.throttled += 1;
      this.limit.throttled();
    };
    const page = await patiently(ask, { clock: this.request.clock, signal: this.signal, onBusy });
    this.limit.answered();
    return page;
  }

  /** @returns what is left of the range; undefined where nothing is */
  private count(range: NameRange, { count, prefixes, nextMarker }: CountedPage): NameRange | undefined {
    count.addTo(this.census);
    this.files += count.files;
    this.filesNow += count.files;
    this.folders += prefixes.length + count.folders;
    const { last = range.last } = count;
    const isOver = nextMarker === undefined || (range.end !== undefined && (last ?? '') >= range.end);
    const rest = isOver
      ? undefined
      : { ...range, marker: nextMarker, ...(last === undefined ? {} : { last }) };
    this.estimate.listed(range, rest, count.files);
    return rest;
  }

  /** Gives parts of a range to requests that would have nothing to do. */
  private async divide(work: Work, range: NameRange): Promise<void> {
    const idle = this.limit.value - this.underWay.size - this.waiting.length;
    const pages = Math.floor(this.estimate.left(range) / this.pageSize);
    const parts = Math.min(idle + 1, pages);
    if (parts < 2 || range.byHierarchy === true || this.knowsNames === false) return;
    const { prefix, last = '', end } = range;
    // Whether the service knows this way of asking is found out with one part.
    const dividers = dividersBetween(
      last.slice(prefix.length),
      end?.slice(prefix.length),
      this.knowsNames === true ? parts : 2,
    ).map((digits) => `${prefix}${digits}`);
    const [first] = dividers;
    if (first === undefined) return;
    const ranges = dividers.map((from, index): NameRange => {
      const next = dividers[index + 1] ?? end;
      return { prefix, from, ...(next === undefined ? {} : { end: next }) };
    });
    if (this.knowsNames === true) {
      this.waiting.unshift(...ranges);
    } else {
      const [part = range] = ranges;
      const page = await this.firstPageByName(part);
      if (page === undefined) return;
      const rest = this.count(part, page);
      if (rest !== undefined) this.waiting.unshift(rest);
    }
    work.left = { ...range, end: first };
  }

  /** @returns undefined where the service does not begin a listing at a name, or does not heed it */
  private async firstPageByName(range: NameRange): Promise<CountedPage | undefined> {
    const page = await this.pageOf(range).catch((error: unknown) => {
      if (error instanceof ServiceRefusal && error.status === 400) return undefined;
      throw error;
    });
    this.knowsNames = page?.count.beginsWithRange === true;
    return this.knowsNames ? page : undefined;
  }

  private tellProgress(): void {
    if (this.now() - this.lastProgressAt < PROGRESS_PERIOD_MS) return;
    this.lastProgressAt = this.now();
    const seconds = Math.max(0.001, (this.now() - this.startedAt) / 1000);
    const rate = this.filesNow / seconds;
    const left = [...this.waiting, ...[...this.underWay.keys()].map(({ left }) => left)]
      .filter((range) => range !== undefined)
      .reduce((sum, range) => sum + this.estimate.left(range), 0);
    const time =
      Number.isFinite(left) && rate > 0 ? `, about ${durationText((left / rate) * 1000)} left` : '';
    this.request.progress(`${counted(this.files, 'file')}, ${countText(rate)} a second${time}`);
  }

  private saveCheckpoint(): void {
    this.lastCheckpointAt = this.now();
    const { manifest, plans } = this.request;
    this.options.onCheckpoint?.({
      version: 1,
      lake: lakeNamesOf(manifest),
      plans,
      asOf: this.asOf,
      ranges: [...this.waiting, ...[...this.underWay.keys()].flatMap(({ left }) => left ?? [])],
      ...this.census.result(),
      requests: this.requests,
      throttled: this.throttled,
      folders: this.folders,
      listingMs: this.listingMs(),
    });
  }

  private result(complete: boolean): CountedLake {
    const source: ListingFacts = {
      kind: 'listing',
      requests: this.requests,
      throttled: this.throttled,
      concurrency: this.concurrency,
      divided: this.knowsNames === false ? 'by folder' : 'by name',
      folders: this.folders,
      resumed: this.options.checkpoint !== undefined,
      listingMs: this.listingMs(),
    };
    return { ...this.census.result(), source, asOf: new Date(this.asOf).toISOString(), complete };
  }

  private listingMs(): number {
    return (this.options.checkpoint?.listingMs ?? 0) + this.now() - this.startedAt;
  }

  private now(): number {
    return this.request.clock.now();
  }
}

type CountedPage = ListedPage & { readonly count: PageCount };

/** A page that is asked for, or was counted just now. */
interface Work {
  /** What is still to be listed; undefined where nothing is. */
  left: NameRange | undefined;
}
