import { DicomIndex } from './dicom-index';

/** A part of the service with UIDs of its own. While data partitions are off there is one. */
export class DicomPartition {
  public readonly index = new DicomIndex();

  public constructor(
    public readonly name: string,
    public readonly key: number,
    public readonly createdAt: number,
  ) {}
}
