import type { DicomDataset } from './dicom-dataset';
import { metadataOf, type DicomInstance, type InstanceIdentifiers } from './dicom-index';
import type { StateTable } from './state-store';

export interface ChangeFeedEntry extends InstanceIdentifiers {
  readonly sequence: number;
  readonly partition: string;
  readonly action: 'Create' | 'Update' | 'Delete';
  readonly state: 'Current' | 'Replaced' | 'Deleted';
  readonly timestamp: number;
  /** Path of the instance's file inside the container; absent on entries that tell of a deletion. */
  readonly filePath?: string;
  /** Metadata of the instance as it is now; absent once it is deleted. */
  readonly metadata?: DicomDataset;
}

export interface ChangeFeedWindow {
  /** Inclusive. */
  readonly startTime?: number;
  /** Exclusive. */
  readonly endTime?: number;
  readonly offset: number;
  readonly limit: number;
}

/** An instance from its first store to its deletion; storing it again begins another life. */
interface Life {
  current: DicomInstance | undefined;
  filePath: string;
}

interface Row extends InstanceIdentifiers {
  readonly partition: string;
  readonly action: ChangeFeedEntry['action'];
  readonly timestamp: number;
  readonly watermark: bigint;
  readonly life: Life;
}

/** An entry as it survives a restart. */
export interface ChangeFeedRow extends InstanceIdentifiers {
  readonly partition: string;
  readonly action: ChangeFeedEntry['action'];
  readonly timestamp: number;
  readonly watermark: string;
  /** Of the instance at that time. */
  readonly filePath: string;
}

/** Everything that happened to the instances of a service, in order, for ever; one feed for all partitions. */
export class DicomChangeFeed {
  private readonly rows: Row[] = [];
  /** The newest life of each instance. */
  private readonly lives = new Map<string, Life>();

  /**
   * @param find the instance as it is now, if it still is
   * @param visibleUntil the time from which on entries do not show yet
   */
  public constructor(
    private readonly table: StateTable<ChangeFeedRow>,
    find: (identifiers: InstanceIdentifiers & { readonly partition: string }) => DicomInstance | undefined,
    private readonly visibleUntil: () => number = () => Number.POSITIVE_INFINITY,
  ) {
    for (const [, row] of table.rows()) this.restore(row);
    for (const { life, ...row } of this.rows) {
      if (this.lives.get(keyOf(row)) === life) life.current ??= find(row);
    }
  }

  public created(instance: DicomInstance, now: number): void {
    const life = { current: instance, filePath: instance.file.path };
    this.lives.set(keyOf(instance), life);
    this.append('Create', instance, life, now);
  }

  /** The instance got another file: from here on all entries of this life tell of that one. */
  public updated(instance: DicomInstance, now: number): void {
    const life = this.lifeOf(instance);
    life.current = instance;
    life.filePath = instance.file.path;
    this.append('Update', instance, life, now);
  }

  public deleted(instance: DicomInstance, now: number): void {
    const life = this.lifeOf(instance);
    life.current = undefined;
    this.append('Delete', instance, life, now);
  }

  public read({ startTime, endTime, offset, limit }: ChangeFeedWindow): readonly ChangeFeedEntry[] {
    const first = this.firstFrom(startTime ?? Number.NEGATIVE_INFINITY) + offset;
    const endOfWindow = Math.min(endTime ?? Number.POSITIVE_INFINITY, this.visibleUntil());
    const end = Math.min(this.firstFrom(endOfWindow), first + limit);
    return this.rows.slice(first, end).map((row, at) => this.entry(row, first + at));
  }

  public latest(): ChangeFeedEntry | undefined {
    const at = this.firstFrom(this.visibleUntil()) - 1;
    const row = this.rows[at];
    return row === undefined ? undefined : this.entry(row, at);
  }

  /** The service is gone, and its feed with it. */
  public destroy(): void {
    this.table.clear();
  }

  private restore({ filePath, watermark, ...row }: ChangeFeedRow): void {
    const known = this.lives.get(keyOf(row));
    const life = row.action === 'Create' || known === undefined ? { current: undefined, filePath } : known;
    life.filePath = filePath;
    this.lives.set(keyOf(row), life);
    this.rows.push({ ...row, watermark: BigInt(watermark), life });
  }

  /** A clock that is set back must not put an entry before those that are already there. */
  private append(action: Row['action'], instance: DicomInstance, life: Life, now: number): void {
    const { study, series, partition, watermark } = instance;
    const timestamp = Math.max(now, this.rows.at(-1)?.timestamp ?? now);
    const row = { action, study, series, instance: instance.instance, partition, timestamp };
    this.rows.push({ ...row, watermark, life });
    const { filePath } = life;
    this.table.put(sequenceKey(this.rows.length), { ...row, watermark: String(watermark), filePath });
  }

  private lifeOf(instance: DicomInstance): Life {
    const life = this.lives.get(keyOf(instance));
    if (life === undefined) throw new Error(`no entry was written when ${instance.instance} was created`);
    return life;
  }

  private entry(row: Row, at: number): ChangeFeedEntry {
    const { life, watermark, ...told } = row;
    const current = this.lives.get(keyOf(row))?.current;
    const isCurrent = current?.watermark === watermark;
    return {
      ...told,
      sequence: at + 1,
      state: current === undefined ? 'Deleted' : isCurrent ? 'Current' : 'Replaced',
      ...(row.action === 'Delete' ? {} : { filePath: life.filePath }),
      ...(current === undefined ? {} : { metadata: metadataOf(current) }),
    };
  }

  /** Index of the first entry that is not older than `time`. */
  private firstFrom(time: number): number {
    let low = 0;
    let high = this.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.rows[middle]?.timestamp ?? time) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Sorts as the numbers do. */
function sequenceKey(sequence: number): string {
  return String(sequence).padStart(15, '0');
}

function keyOf({
  partition,
  study,
  series,
  instance,
}: InstanceIdentifiers & { readonly partition: string }): string {
  return `${partition}/${study}/${series}/${instance}`;
}
