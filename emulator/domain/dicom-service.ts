import { DEFAULT_PARTITION } from '../../contract';
import type { Clock } from '../clock';
import { DicomChangeFeed } from './dicom-change-feed';
import { readDicomFile, TRANSFER_SYNTAX } from './dicom-file';
import { DicomFileRemoval } from './dicom-file-removal';
import type { Frame } from './dicom-frames';
import type { DicomIdentifiers, DicomInstance, InstanceIdentifiers } from './dicom-index';
import { DicomLake, reportingLakeFaults, type StoredFile } from './dicom-lake';
import { DicomPartition } from './dicom-partition';
import type { DicomServiceDefinition } from './dicom-service-definition';
import { examine, FAILURE, failure, type StorableInstance, type StoreOutcome } from './dicom-store';
import type { DicomTrouble } from './dicom-trouble';
import { HealthWriter, type DicomServiceHealth } from './health-writer';
import type { LakeClient, OpenLake } from './lake-client';

const PREAMBLE_BYTES = 128;

export interface DicomServiceOptions {
  readonly definition: DicomServiceDefinition;
  readonly clock: Clock;
  readonly openLake: OpenLake;
  readonly trouble: DicomTrouble;
  /** How often files of deleted instances are removed. */
  readonly fileRemovalPeriodMs: number;
}

/** One DICOM service: an index of its own, and the files in somebody's lake. */
export class DicomService {
  public readonly changeFeed: DicomChangeFeed;
  private definition: DicomServiceDefinition;
  private readonly clock: Clock;
  private readonly trouble: DicomTrouble;
  private readonly lake: DicomLake;
  private readonly removal: DicomFileRemoval;
  private readonly healthWriter: HealthWriter;
  private readonly partitionsByName = new Map<string, DicomPartition>();
  private readonly beingStored = new Set<string>();
  private lastWatermark = 0n;

  public constructor({ definition, clock, openLake, trouble, fileRemovalPeriodMs }: DicomServiceOptions) {
    this.definition = definition;
    this.clock = clock;
    this.trouble = trouble;
    this.changeFeed = new DicomChangeFeed(() => {
      const delayMs = trouble.changeFeedDelayMs(definition.id);
      return delayMs === 0 ? Number.POSITIVE_INFINITY : clock.now() - delayMs;
    });
    this.lake = new DicomLake(openLake, () => this.definition);
    this.removal = new DicomFileRemoval(clock, this.lake, fileRemovalPeriodMs);
    this.healthWriter = new HealthWriter(clock, this.lake, () => trouble.healthWriterStopped(definition.id));
    this.ensurePartition(DEFAULT_PARTITION);
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

  /** The identity may change after creation; nothing else does. */
  public takeIdentity(principalId: string | undefined): void {
    this.definition = { ...this.definition, principalId };
  }

  public async close(): Promise<void> {
    await Promise.all([this.healthWriter.stop(), this.removal.stop()]);
  }

  public partitions(): readonly DicomPartition[] {
    return [...this.partitionsByName.values()];
  }

  public partition(name: string): DicomPartition | undefined {
    return this.partitionsByName.get(name);
  }

  public ensurePartition(name: string): DicomPartition {
    const known = this.partitionsByName.get(name);
    if (known !== undefined) return known;
    const created = new DicomPartition(name, this.partitionsByName.size + 1, this.clock.now());
    this.partitionsByName.set(name, created);
    return created;
  }

  /**
   * Stores one instance: first its file in the lake, then its row in the index and the change feed.
   *
   * @throws ServiceFault 424 where the lake fails
   */
  public async store(
    partition: DicomPartition,
    bytes: Buffer,
    options: { readonly study?: string; readonly replace: boolean },
  ): Promise<StoreOutcome> {
    const examined = examine(bytes, options.study);
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
      const instance = await this.write(partition, storable, bytes);
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
   * The file as it was stored.
   *
   * @throws ServiceFault 424 where the lake fails or the file is not the one that was stored
   */
  public async readFile({ file }: DicomInstance): Promise<Buffer> {
    return this.readingLake(file, (lake, ifMatch) => lake.get(file.path, { ifMatch }));
  }

  /**
   * One frame after the other, as stored.
   *
   * @throws ServiceFault 424 as `readFile`
   */
  public async readFrames(instance: DicomInstance, frames: readonly Frame[]): Promise<readonly Buffer[]> {
    const { file, transferSyntaxUid } = instance;
    if (transferSyntaxUid === TRANSFER_SYNTAX.deflatedLittleEndian) {
      const inflated = readDicomFile(await this.readFile(instance)).dataSet.byteArray;
      return frames.map((frame) =>
        Buffer.concat(frame.map(({ offset, length }) => inflated.subarray(offset, offset + length))),
      );
    }
    return this.readingLake(file, async (lake, ifMatch) => {
      const contents: Buffer[] = [];
      for (const frame of frames) {
        const parts: Buffer[] = [];
        for (const range of frame) {
          if (range.length > 0) parts.push(await lake.get(file.path, { ifMatch, range }));
        }
        contents.push(Buffer.concat(parts));
      }
      return contents;
    });
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
    bytes: Buffer,
  ): Promise<DicomInstance> {
    this.lastWatermark += 1n;
    const watermark = this.lastWatermark;
    const file = await this.writeFile(this.lake.filePath(partition.name, watermark), bytes);
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

  private async writeFile(path: string, bytes: Buffer): Promise<StoredFile> {
    const content = Buffer.from(bytes).fill(0, 0, PREAMBLE_BYTES);
    try {
      return { ...(await reportingLakeFaults(() => this.lake.client().put(path, content))), path };
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
  const { study, series, instance, transferSyntaxUid, metadata, frames } = storable;
  return { study, series, instance, partition, watermark, file, transferSyntaxUid, metadata, frames };
}
