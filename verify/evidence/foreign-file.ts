/** What became of a DICOM file that the verifier laid beside those of the service. */
export interface ForeignFile {
  readonly path: string;
  readonly foundBy: readonly ('search' | 'change feed')[];
  readonly waitedSeconds: number;
}
