import type { Element } from 'dicom-parser';
import { TAG, textOf, type DicomDataset } from './dicom-dataset';
import type { ParsedDataSet } from './dicom-file';
import { numberOf, PIXEL_DATA } from './dicom-json';

/** A stretch of the file, or of the inflated data set where the file is deflated. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** Where one frame lies; encapsulated frames may consist of several fragments. */
export type Frame = readonly ByteRange[];

/** The frames of an instance in order; none where it has no pixel data or its frames cannot be told apart. */
export function locateFrames(dataSet: ParsedDataSet, metadata: DicomDataset): readonly Frame[] {
  const pixelData = dataSet.elements[PIXEL_DATA];
  if (pixelData === undefined) return [];
  const count = Math.max(1, numberOf(metadata, TAG.numberOfFrames) ?? 1);
  return pixelData.fragments === undefined
    ? nativeFrames(pixelData, metadata, count)
    : encapsulatedFrames(pixelData, count);
}

function nativeFrames(pixelData: Element, metadata: DicomDataset, count: number): readonly Frame[] {
  const bits =
    (numberOf(metadata, TAG.rows) ?? 0) *
    (numberOf(metadata, TAG.columns) ?? 0) *
    storedSamples(metadata) *
    (numberOf(metadata, TAG.bitsAllocated) ?? 0);
  const length = Math.ceil(bits / 8);
  const separable = bits > 0 && (bits % 8 === 0 || count === 1);
  if (!separable || length * count > pixelData.length) return [];
  return Array.from({ length: count }, (_, at) => [{ offset: pixelData.dataOffset + at * length, length }]);
}

/** YBR_FULL_422 stores two samples a pixel: every second pixel goes without its own chrominance. */
function storedSamples(metadata: DicomDataset): number {
  if (textOf(metadata, TAG.photometricInterpretation) === 'YBR_FULL_422') return 2;
  return numberOf(metadata, TAG.samplesPerPixel) ?? 1;
}

/**
 * One fragment a frame is the rule; otherwise the basic offset table tells where frames start, and a single frame has
 * all fragments.
 */
function encapsulatedFrames(pixelData: Element, count: number): readonly Frame[] {
  const fragments = pixelData.fragments ?? [];
  const table = pixelData.basicOffsetTable ?? [];
  const ranges = fragments.map(({ position, length }) => ({ offset: position, length }));
  if (count === 1) return ranges.length === 0 ? [] : [ranges];
  if (ranges.length === count) return ranges.map((range) => [range]);
  if (table.length !== count) return [];
  return table.map((start, frame) => {
    const next = table[frame + 1] ?? Number.POSITIVE_INFINITY;
    return ranges.filter((_, at) => {
      const { offset = 0 } = fragments[at] ?? {};
      return offset >= start && offset < next;
    });
  });
}
