import { TAG, textOf, type DicomDataset } from './dicom-dataset';
import type { Frame } from './dicom-frames';
import type { StoredFile } from './dicom-lake';
import type { StateStore, StateTable } from './state-store';

/** Names a study, a series in it, or an instance in that. */
export interface DicomIdentifiers {
  readonly study: string;
  readonly series?: string;
  readonly instance?: string;
}

export interface InstanceIdentifiers {
  readonly study: string;
  readonly series: string;
  readonly instance: string;
}

/** What the service knows of an instance without asking the lake. */
export interface DicomInstance extends InstanceIdentifiers {
  readonly partition: string;
  readonly watermark: bigint;
  readonly file: StoredFile;
  readonly transferSyntaxUid: string;
  /** A dataset as DICOM JSON; as an object it would take several times the memory. */
  readonly metadataJson: string;
  readonly frames: readonly Frame[];
}

export function metadataOf({ metadataJson }: Pick<DicomInstance, 'metadataJson'>): DicomDataset {
  return JSON.parse(metadataJson) as DicomDataset;
}

export interface IndexedStudy {
  readonly uid: string;
  /** Grows with every study and series that is created. */
  readonly key: number;
  /** Attributes of the study as the instance stored last has them. */
  readonly attributes: DicomDataset;
  readonly series: ReadonlyMap<string, IndexedSeries>;
}

export interface IndexedSeries {
  readonly uid: string;
  readonly key: number;
  /** Attributes of the series as the instance stored last has them. */
  readonly attributes: DicomDataset;
  readonly instances: ReadonlyMap<string, DicomInstance>;
}

interface StudyRow extends IndexedStudy {
  attributes: DicomDataset;
  readonly series: Map<string, SeriesRow>;
}

interface SeriesRow extends IndexedSeries {
  attributes: DicomDataset;
  readonly instances: Map<string, DicomInstance>;
}

/** An instance as it survives a restart. */
interface InstanceState extends Omit<DicomInstance, 'watermark'> {
  readonly watermark: string;
}

/** What a study or a series has beside its instances. */
interface LevelState {
  readonly key: number;
  readonly attributes: DicomDataset;
}

/** The instances of one partition. UIDs are unique within a partition only. */
export class DicomIndex {
  private readonly rows = new Map<string, StudyRow>();
  private readonly rowsByPatientId = new Map<string, Set<StudyRow>>();
  private readonly instanceStates: StateTable<InstanceState>;
  private readonly levelStates: StateTable<LevelState>;
  private lastKey = 0;

  /** @param name tells the partition from all others, in the names of its tables */
  public constructor(state: StateStore, name: string) {
    this.instanceStates = state.table(`instances ${name}`);
    this.levelStates = state.table(`studies ${name}`);
    const levels = new Map(this.levelStates.rows());
    const instances = this.instanceStates
      .rows()
      .map(([, row]): DicomInstance => ({ ...row, watermark: BigInt(row.watermark) }))
      .sort((a, b) => (a.watermark < b.watermark ? -1 : 1));
    for (const instance of instances) this.add(instance, levels);
  }

  public studies(): Iterable<IndexedStudy> {
    return this.rows.values();
  }

  public study(uid: string): IndexedStudy | undefined {
    return this.rows.get(uid);
  }

  /** Case does not count. */
  public studiesOfPatient(patientId: string): Iterable<IndexedStudy> {
    return this.rowsByPatientId.get(patientId.toLowerCase()) ?? [];
  }

  public instance({ study, series, instance }: InstanceIdentifiers): DicomInstance | undefined {
    return this.rows.get(study)?.series.get(series)?.instances.get(instance);
  }

  /** What the identifiers name, in the order of watermarks; empty where there is nothing. */
  public find({ study, series, instance }: DicomIdentifiers): readonly DicomInstance[] {
    const seriesRows = pick(this.rows.get(study)?.series, series);
    return seriesRows
      .flatMap((row) => pick(row.instances, instance))
      .sort((a, b) => (a.watermark < b.watermark ? -1 : 1));
  }

  /** Adds an instance, or puts it in the place of the one with the same identifiers. */
  public put(instance: DicomInstance): void {
    const metadata = metadataOf(instance);
    const { study, series } = this.add(instance, new Map(), () => metadata);
    this.describeStudy(study, keepPatientId(study.attributes, metadata));
    series.attributes = metadata;
    this.instanceStates.put(pathOf(instance), { ...instance, watermark: String(instance.watermark) });
    this.levelStates.put(study.uid, { key: study.key, attributes: study.attributes });
    this.levelStates.put(`${study.uid}/${series.uid}`, { key: series.key, attributes: metadata });
  }

  private add(
    instance: DicomInstance,
    levels: ReadonlyMap<string, LevelState>,
    metadata = () => metadataOf(instance),
  ): { readonly study: StudyRow; readonly series: SeriesRow } {
    const study = this.rows.get(instance.study) ?? {
      uid: instance.study,
      ...this.levelOf(levels.get(instance.study), metadata),
      series: new Map<string, SeriesRow>(),
    };
    if (!this.rows.has(study.uid)) this.describeStudy(study, study.attributes);
    this.rows.set(study.uid, study);
    const series = study.series.get(instance.series) ?? {
      uid: instance.series,
      ...this.levelOf(levels.get(`${instance.study}/${instance.series}`), metadata),
      instances: new Map<string, DicomInstance>(),
    };
    study.series.set(series.uid, series);
    series.instances.set(instance.instance, instance);
    return { study, series };
  }

  private describeStudy(study: StudyRow, attributes: DicomDataset): void {
    this.forgetPatientOf(study);
    study.attributes = attributes;
    const key = patientKeyOf(study);
    const rows = this.rowsByPatientId.get(key) ?? new Set();
    this.rowsByPatientId.set(key, rows.add(study));
  }

  private forgetPatientOf(study: StudyRow): void {
    const key = patientKeyOf(study);
    const rows = this.rowsByPatientId.get(key);
    rows?.delete(study);
    if (rows?.size === 0) this.rowsByPatientId.delete(key);
  }

  private levelOf(known: LevelState | undefined, metadata: () => DicomDataset): LevelState {
    const level = known ?? { key: this.lastKey + 1, attributes: metadata() };
    this.lastKey = Math.max(this.lastKey, level.key);
    return level;
  }

  /** Removes an instance, and with it series and study where it was their last. */
  public remove({ study, series, instance }: InstanceIdentifiers): void {
    const studyRow = this.rows.get(study);
    const seriesRow = studyRow?.series.get(series);
    if (studyRow === undefined || seriesRow === undefined) return;
    seriesRow.instances.delete(instance);
    this.instanceStates.delete(pathOf({ study, series, instance }));
    if (seriesRow.instances.size === 0) {
      studyRow.series.delete(series);
      this.levelStates.delete(`${study}/${series}`);
    }
    if (studyRow.series.size === 0) {
      this.rows.delete(study);
      this.forgetPatientOf(studyRow);
      this.levelStates.delete(study);
    }
  }

  /** The service is gone, and its index with it. */
  public destroy(): void {
    this.rows.clear();
    this.rowsByPatientId.clear();
    this.instanceStates.clear();
    this.levelStates.clear();
  }
}

function pathOf({ study, series, instance }: InstanceIdentifiers): string {
  return `${study}/${series}/${instance}`;
}

function patientKeyOf({ attributes }: IndexedStudy): string {
  return textOf(attributes, TAG.patientId)?.toLowerCase() ?? '';
}

/** An instance without PatientID does not take it from a study that has one. */
function keepPatientId(before: DicomDataset, after: DicomDataset): DicomDataset {
  const known = before[TAG.patientId];
  return known === undefined || textOf(after, TAG.patientId) !== undefined
    ? after
    : { ...after, [TAG.patientId]: known };
}

function pick<Row>(rows: ReadonlyMap<string, Row> | undefined, uid: string | undefined): readonly Row[] {
  if (rows === undefined) return [];
  if (uid === undefined) return [...rows.values()];
  const row = rows.get(uid);
  return row === undefined ? [] : [row];
}
