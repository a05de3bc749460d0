import type { DicomDataset } from './dicom-dataset';
import { bytesOf, TRANSFER_SYNTAX, type DicomFile } from './dicom-file';

/** Red, green and blue, from 0 to 255 each, by the value of a pixel. */
export type Palette = (value: number) => readonly [number, number, number];

const CHANNELS = [
  { descriptor: '00281101', data: 'x00281201' },
  { descriptor: '00281102', data: 'x00281202' },
  { descriptor: '00281103', data: 'x00281203' },
] as const;

/**
 * Reads the lookup tables of a palette, which metadata leaves out; undefined where they are missing, in segments, or
 * in big endian.
 *
 * @see https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.7.6.3.html#sect_C.7.6.3.1.5
 */
export function readPalette(
  { dataSet, transferSyntaxUid }: DicomFile,
  metadata: DicomDataset,
): Palette | undefined {
  if (transferSyntaxUid === TRANSFER_SYNTAX.explicitBigEndian) return undefined;
  const [red, green, blue] = CHANNELS.map(({ descriptor, data }) =>
    readTable(dataSet, data, metadata[descriptor]?.Value ?? []),
  );
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return (value) => [red(value), green(value), blue(value)];
}

/** Values below the first and above the last that is mapped get what those get. */
function readTable(
  dataSet: DicomFile['dataSet'],
  data: string,
  [length, first, bits]: readonly unknown[],
): ((value: number) => number) | undefined {
  const element = dataSet.elements[data];
  if (element === undefined || typeof first !== 'number' || (bits !== 8 && bits !== 16)) return undefined;
  // 65,536 entries do not fit into the descriptor, which says 0.
  const entries = Number(length) || 65_536;
  const bytes = bytesOf(dataSet, element);
  const size = bytes.length >= entries * 2 ? 2 : 1;
  if (bytes.length < entries * size) return undefined;
  const high = size === 2 && bits === 16 ? 1 : 0;
  return (value) => bytes[Math.min(entries - 1, Math.max(0, value - first)) * size + high] ?? 0;
}
