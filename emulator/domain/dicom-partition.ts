import { DicomIndex } from './dicom-index';
import type { StateStore } from './state-store';

/** A part of the service with UIDs of its own. While data partitions are off there is one. */
export class DicomPartition {
  public readonly index: DicomIndex;

  public constructor(
    public readonly name: string,
    public readonly key: number,
    public readonly createdAt: number,
    state: StateStore,
    serviceId: string,
  ) {
    this.index = new DicomIndex(state, `${serviceId.toLowerCase()} ${name}`);
  }
}
