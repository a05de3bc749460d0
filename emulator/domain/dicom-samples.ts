import { TAG, type DicomDataset } from './dicom-dataset';
import { TRANSFER_SYNTAX } from './dicom-file';
import { numberOf } from './dicom-json';

/** What one pixel of one colour is, as a number. */
export type Samples = Float64Array;

const READERS: Readonly<Record<number, (bytes: Buffer, at: number, littleEndian: boolean) => number>> = {
  8: (bytes, at) => bytes.readUInt8(at),
  16: (bytes, at, littleEndian) => (littleEndian ? bytes.readUInt16LE(at * 2) : bytes.readUInt16BE(at * 2)),
  32: (bytes, at, littleEndian) => (littleEndian ? bytes.readUInt32LE(at * 4) : bytes.readUInt32BE(at * 4)),
};

/**
 * Reads the samples of one frame of native pixel data, in the order in which they lie there; undefined where so many
 * bits are not known.
 *
 * @see https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_8.html
 */
export function readSamples(
  frame: Buffer,
  metadata: DicomDataset,
  transferSyntaxUid: string,
): Samples | undefined {
  const allocated = numberOf(metadata, TAG.bitsAllocated) ?? 0;
  const count =
    (numberOf(metadata, TAG.rows) ?? 0) *
    (numberOf(metadata, TAG.columns) ?? 0) *
    (numberOf(metadata, TAG.samplesPerPixel) ?? 1);
  if (allocated === 1) return Float64Array.from({ length: count }, (_, at) => bitOf(frame, at));
  const read = READERS[allocated];
  if (read === undefined || frame.length < (count * allocated) / 8) return undefined;
  const littleEndian = transferSyntaxUid !== TRANSFER_SYNTAX.explicitBigEndian;
  const valueOf = storedValue(metadata, allocated);
  return Float64Array.from({ length: count }, (_, at) => valueOf(read(frame, at, littleEndian)));
}

/** The first pixel is the lowest bit. */
function bitOf(frame: Buffer, at: number): number {
  return ((frame[at >> 3] ?? 0) >> (at & 7)) & 1;
}

/** Takes the value out of its cell: bits beside those that are stored may hold anything. */
function storedValue(metadata: DicomDataset, allocated: number): (cell: number) => number {
  const stored = numberOf(metadata, TAG.bitsStored) ?? allocated;
  const lowBit = (numberOf(metadata, TAG.highBit) ?? stored - 1) + 1 - stored;
  const range = 2 ** stored;
  const signed = numberOf(metadata, TAG.pixelRepresentation) === 1;
  return (cell) => {
    const value = Math.floor(cell / 2 ** lowBit) % range;
    return signed && value >= range / 2 ? value - range : value;
  };
}
