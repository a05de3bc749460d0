import { DEFAULT_PARTITION } from '../../contract';
import type { Clock } from '../clock';
import type { CorsPolicy } from './cors-policy';
import { DicomChangeFeed, type ChangeFeedRow } from './dicom-change-feed';
import { readDicomFile, TRANSFER_SYNTAX, type DicomFile } from './dicom-file';
import { readDicomContent } from './dicom-content';
import { DicomFileRemoval, type DoomedFile } from './dicom-file-removal';
import type { Frame } from './dicom-frames';
import type { DicomIdentifiers, DicomInstance, InstanceIdentifiers } from './dicom-index';
import { DicomLake, reportingLakeFaults, type StoredFile } from './dicom-lake';
import { DicomPartition } from './dicom-partition';
import type { DicomServiceDefinition } from './dicom-service-definition';
import {
  examine,
  FAILURE,
  failure,
  type StorableInstance,
  type StoreOptions,
  type StoreOutcome,
} from './dicom-store';
import type { DicomTrouble } from './dicom-trouble';
import { HealthWriter, type DicomServiceHealth } from './health-writer';
import type { LakeClient, OpenLake } from './lake-client';
import { joinContents, sliceContent, type ContentStorage, type LakeContent } from './lake-content';
import type { ReceivedContent } from './received-content';
import type { StateStore, StateTable } from './state-store';

export interface DicomServiceOptions {
  readonly definition: DicomServiceDefinition;
  readonly clock: Clock;
  readonly openLake: OpenLake;
  /** Where the lake keeps contents; what a client sends is written there once. */
  readonly contents: ContentStorage;
  readonly state: StateStore;
  readonly trouble: DicomTrouble;
  /** How often files of deleted instances are removed. */
  readonly fileRemovalPeriodMs: number;
}

/** A partition and the last watermark, as they survive a restart. */
interface PartitionRow {
  readonly key: number;
  readonly createdAt: number;
}
interface WatermarkRow {
  readonly last: string;
}

/** One DICOM service: an index of its own, and the files in somebody's lake. */
export class DicomService {
  public readonly changeFeed: DicomChangeFeed;
  public readonly contents: ContentStorage;
  private definition: DicomServiceDefinition;
  private readonly clock: Clock;
  private readonly state: StateStore;
  private readonly trouble: DicomTrouble;
  private readonly lake: DicomLake;
  private readonly removal: DicomFileRemoval;
  private readonly healthWriter: HealthWriter;
  private readonly partitionsByName = new Map<string, DicomPartition>();
  private readonly partitionRows: StateTable<PartitionRow>;
  private readonly watermarkRows: StateTable<WatermarkRow>;
  private readonly beingStored = new Set<string>();
  private lastWatermark: bigint;

  public constructor(options: DicomServiceOptions) {
    const { definition, clock, openLake, contents, state, trouble, fileRemovalPeriodMs } = options;
    const name = definition.id.toLowerCase();
    this.definition = definition;
    this.clock = clock;
    this.contents = contents;
    this.state = state;
    this.trouble = trouble;
    this.lake = new DicomLake(openLake, () => this.definition);
    this.removal = new DicomFileRemoval(
      clock,
      this.lake,
      fileRemovalPeriodMs,
      state.table<DoomedFile>(`removal ${name}`),
    );
    this.healthWriter = new HealthWriter(clock, this.lake, contents, () =>
      trouble.healthWriterStopped(definition.id),
    );
    this.partitionRows = state.table(`partitions ${name}`);
    for (const [partition, { key, createdAt }] of this.partitionRows.rows()) {
      this.partitionsByName.set(
        partition,
        new DicomPartition(partition, key, createdAt, state, definition.id),
      );
    }
    this.ensurePartition(DEFAULT_PARTITION);
    this.changeFeed = new DicomChangeFeed(
      state.table<ChangeFeedRow>(`changes ${name}`),
      (row) => this.partition(row.partition)?.index.instance(row),
      () => {
        const delayMs = trouble.changeFeedDelayMs(definition.id);
        return delayMs === 0 ? Number.POSITIVE_INFINITY : clock.now() - delayMs;
      },
    );
    this.watermarkRows = state.table(`watermark ${name}`);
    this.lastWatermark = BigInt(this.watermarkRows.rows()[0]?.[1].last ?? 0);
  }

  /** ARM id. */
  public get id(): string {
    return this.definition.id;
  }

  public get dataPartitionsEnabled(): boolean {
    return this.definition.dataPartitionsEnabled;
  }

  public get health(): DicomServiceHealth {
    return this.healthWriter.health;
  }

  /** Newest first, without what it is now. */
  public get healthHistory(): readonly DicomServiceHealth[] {
    return this.healthWriter.history;
  }

  public get cors(): CorsPolicy | undefined {
    return this.definition.cors;
  }

  /** Identity and CORS policy may change after creation; nothing else does. */
  public takeIdentity(principalId: string | undefined): void {
    this.definition = { ...this.definition, principalId };
  }

  public takeCors(cors: CorsPolicy | undefined): void {
    this.definition = { ...this.definition, cors };
  }

  public async close(): Promise<void> {
    await Promise.all([this.healthWriter.stop(), this.removal.stop()]);
  }

  /** The service is deleted: nothing of it comes back. Its files stay in the lake. */
  public destroy(): void {
    this.removal.destroy();
    this.changeFeed.destroy();
    for (const partition of this.partitionsByName.values()) partition.destroy();
    this.partitionRows.clear();
    this.watermarkRows.clear();
  }

  /** In the order of their creation. */
  public partitions(): readonly DicomPartition[] {
    return [...this.partitionsByName.values()].sort((a, b) => a.key - b.key);
  }

  public partition(name: string): DicomPartition | undefined {
    return this.partitionsByName.get(name);
  }

  public ensurePartition(name: string): DicomPartition {
    const known = this.partitionsByName.get(name);
    if (known !== undefined) return known;
    const row = { key: this.partitionsByName.size + 1, createdAt: this.clock.now() };
    const created = new DicomPartition(name, row.key, row.createdAt, this.state, this.id);
    this.partitionsByName.set(name, created);
    this.partitionRows.put(name, row);
    return created;
  }

  /**
   * Stores one instance: first its file in the lake, then its row in the index and the change feed.
   *
   * @throws ServiceFault 424 where the lake fails
   */
  public async store(
    partition: DicomPartition,
    received: ReceivedContent,
    options: StoreOptions,
  ): Promise<StoreOutcome> {
    const examined = examine(await readDicomContent(this.contents, received), options);
    if ('failure' in examined) return examined.failure;
    const { storable } = examined;
    const refusal = this.trouble.refusalOfStore({ serviceId: this.id, instance: storable });
    if (refusal !== undefined) return failure(storable.metadata, refusal, []);
    const before = partition.index.instance(storable);
    if (before !== undefined && !options.replace) {
      return failure(storable.metadata, FAILURE.alreadyExists, []);
    }
    const key = [partition.name, storable.study, storable.series, storable.instance].join('/');
    if (this.beingStored.has(key)) return failure(storable.metadata, FAILURE.beingStored, []);
    this.beingStored.add(key);
    try {
      const instance = await this.write(partition, storable, received);
      const { sopClassUid, problems, severalValuesIndexed, warning } = storable;
      return {
        outcome: 'stored',
        instance,
        sopClassUid,
        problems,
        severalValuesIndexed,
        ...(warning === undefined ? {} : { warning }),
      };
    } finally {
      this.beingStored.delete(key);
    }
  }

  /** Removes what the identifiers name from the index, at once; the files follow. Answers what was removed. */
  public remove(partition: DicomPartition, identifiers: DicomIdentifiers): readonly DicomInstance[] {
    const removed = partition.index.find(identifiers);
    for (const instance of removed) {
      partition.index.remove(instance);
      this.changeFeed.deleted(instance, this.clock.now());
      this.removal.schedule(instance.file.path, instance.file.etag);
    }
    return removed;
  }

  /**
   * Where the bytes of the file are, as it was stored.
   *
   * @throws ServiceFault 424 where the lake fails or the file is not the one that was stored
   */
  public async readFile({ file }: DicomInstance): Promise<LakeContent> {
    return this.readingLake(file, (lake, ifMatch) => lake.get(file.path, { ifMatch }));
  }

  /**
   * The elements of the file, those included that metadata leaves out; undefined where they cannot be read.
   *
   * @throws ServiceFault 424 as `readFile`
   */
  public async readElements(instance: DicomInstance): Promise<DicomFile | undefined> {
    return readDicomContent(this.contents, { content: await this.readFile(instance), head: undefined });
  }

  /**
   * One frame after the other, as stored. The frames of a deflated file exist in memory only.
   *
   * @throws ServiceFault 424 as `readFile`
   */
  public async readFrames(
    instance: DicomInstance,
    frames: readonly Frame[],
  ): Promise<readonly (LakeContent | Buffer)[]> {
    const content = await this.readFile(instance);
    if (instance.transferSyntaxUid !== TRANSFER_SYNTAX.deflatedLittleEndian) {
      return frames.map((frame) =>
        joinContents(frame.map(({ offset, length }) => sliceContent(content, offset, length))),
      );
    }
    const inflated = readDicomFile(await this.contents.readAll(content)).dataSet.byteArray as Buffer;
    return frames.map((frame) =>
      Buffer.concat(frame.map(({ offset, length }) => inflated.subarray(offset, offset + length))),
    );
  }

  /** Asks for the properties first, as the service does, and for the content only where they are as stored. */
  private readingLake<Content>(
    { path, etag }: StoredFile,
    read: (lake: LakeClient, ifMatch: string) => Promise<Content>,
  ): Promise<Content> {
    return reportingLakeFaults(async () => {
      const lake = this.lake.client();
      await lake.head(path, { ifMatch: etag });
      return read(lake, etag);
    });
  }

  private async write(
    partition: DicomPartition,
    storable: StorableInstance,
    received: ReceivedContent,
  ): Promise<DicomInstance> {
    this.lastWatermark += 1n;
    const watermark = this.lastWatermark;
    this.watermarkRows.put('last', { last: String(watermark) });
    const file = await this.writeFile(this.lake.filePath(partition.name, watermark), received);
    const before = partition.index.instance(storable);
    const instance = toInstance(storable, partition.name, watermark, file);
    partition.index.put(instance);
    const now = this.clock.now();
    if (before === undefined) {
      this.changeFeed.created(instance, now);
    } else {
      this.changeFeed.updated(instance, now);
      this.removal.schedule(before.file.path, before.file.etag);
    }
    return instance;
  }

  private async writeFile(path: string, received: ReceivedContent): Promise<StoredFile> {
    try {
      return { ...(await reportingLakeFaults(() => this.lake.client().put(path, received))), path };
    } catch (error) {
      this.removal.schedule(path);
      throw error;
    }
  }
}

function toInstance(
  storable: StorableInstance & InstanceIdentifiers,
  partition: string,
  watermark: bigint,
  file: StoredFile,
): DicomInstance {
  const { study, series, instance, transferSyntaxUid, frames } = storable;
  const metadataJson = JSON.stringify(storable.metadata);
  return { study, series, instance, partition, watermark, file, transferSyntaxUid, metadataJson, frames };
}
