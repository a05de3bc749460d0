import { DicomIndex } from './dicom-index';
import { DicomWorklist } from './dicom-worklist';
import type { StateStore } from './state-store';

/** A part of the service with UIDs of its own. While data partitions are off there is one. */
export class DicomPartition {
  public readonly index: DicomIndex;
  public readonly worklist: DicomWorklist;

  public constructor(
    public readonly name: string,
    public readonly key: number,
    public readonly createdAt: number,
    state: StateStore,
    serviceId: string,
  ) {
    const tables = `${serviceId.toLowerCase()} ${name}`;
    this.index = new DicomIndex(state, tables);
    this.worklist = new DicomWorklist(state, tables);
  }

  /** The service is gone, and what it knew with it. */
  public destroy(): void {
    this.index.destroy();
    this.worklist.destroy();
  }
}
