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

/** Bound on what is kept of one instance; slides of the largest scanners have fewer. */
const MAX_FRAMES = 1_000_000;

/** The frames of an instance in order; none where it has no pixel data or its frames cannot be told apart. */
export function locateFrames(dataSet: ParsedDataSet, metadata: DicomDataset): readonly Frame[] {
  const pixelData = dataSet.elements[PIXEL_DATA];
  if (pixelData === undefined) return [];
  const count = Math.max(1, numberOf(metadata, TAG.numberOfFrames) ?? 1);
  if (count > MAX_FRAMES) return [];
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
  const isAscending = table.every((start, at) => start >= (table[at - 1] ?? 0));
  if (table.length !== count || !isAscending) return [];
  const offsets = fragments.map(({ offset }) => offset);
  const firsts = table.map((start) => firstFrom(offsets, start));
  return firsts.map((first, frame) => ranges.slice(first, firsts[frame + 1]));
}

/** Index of the first of ascending offsets that is not below `start`. */
function firstFrom(offsets: readonly number[], start: number): number {
  let low = 0;
  let high = offsets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((offsets[middle] ?? start) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
