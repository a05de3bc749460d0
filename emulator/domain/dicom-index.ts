import { TAG, textOf, type DicomDataset } from './dicom-dataset';
import type { Frame } from './dicom-frames';
import type { StoredFile } from './dicom-lake';

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
  readonly metadata: DicomDataset;
  readonly frames: readonly Frame[];
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

/** The instances of one partition. UIDs are unique within a partition only. */
export class DicomIndex {
  private readonly rows = new Map<string, StudyRow>();
  private lastKey = 0;

  public studies(): Iterable<IndexedStudy> {
    return this.rows.values();
  }

  public study(uid: string): IndexedStudy | undefined {
    return this.rows.get(uid);
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
    const { metadata } = instance;
    const study = this.rows.get(instance.study) ?? {
      uid: instance.study,
      key: (this.lastKey += 1),
      attributes: metadata,
      series: new Map<string, SeriesRow>(),
    };
    study.attributes = keepPatientId(study.attributes, metadata);
    const series = study.series.get(instance.series) ?? {
      uid: instance.series,
      key: (this.lastKey += 1),
      attributes: metadata,
      instances: new Map<string, DicomInstance>(),
    };
    series.attributes = metadata;
    series.instances.set(instance.instance, instance);
    study.series.set(series.uid, series);
    this.rows.set(study.uid, study);
  }

  /** Removes an instance, and with it series and study where it was their last. */
  public remove({ study, series, instance }: InstanceIdentifiers): void {
    const studyRow = this.rows.get(study);
    const seriesRow = studyRow?.series.get(series);
    seriesRow?.instances.delete(instance);
    if (seriesRow?.instances.size === 0) studyRow?.series.delete(series);
    if (studyRow?.series.size === 0) this.rows.delete(study);
  }
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
