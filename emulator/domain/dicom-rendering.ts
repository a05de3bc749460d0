import { TAG, textOf, type DicomDataset } from './dicom-dataset';
import { numberOf } from './dicom-json';
import type { Palette } from './dicom-palette';
import { readSamples, type Samples } from './dicom-samples';

/** Pixels of four bytes: red, green, blue, and 255 for opaque. */
export interface RenderedImage {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

const OPAQUE = 255;
const WHITE = 255;

/** What a value after rescaling becomes, from 0 to 255. */
type Windowing = (value: number) => number;

/** Native pixel data of an instance, as far as a frame of it needs that to be rendered. */
export interface FramePixels {
  readonly frame: Buffer;
  /** Decides on the greys of all frames where there is no window. */
  readonly firstFrame: Buffer;
  readonly transferSyntaxUid: string;
  /** Of pixel data that is PALETTE COLOR, where it could be read. */
  readonly palette?: Palette | undefined;
}

/**
 * Makes an image of one frame: grey with the first window, or where there is none with the range of the values of the
 * first frame; RGB and YBR_FULL of 8 bits, and palettes, in their colours. Undefined for every other kind of pixel
 * data, and for lookup tables of grey.
 *
 * @see https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.11.2.html
 */
export function renderFrame(
  { frame, firstFrame, transferSyntaxUid, palette }: FramePixels,
  metadata: DicomDataset,
): RenderedImage | undefined {
  const [samples, firstSamples] = [frame, firstFrame].map((bytes) =>
    readSamples(bytes, metadata, transferSyntaxUid),
  );
  if (samples === undefined || firstSamples === undefined) return undefined;
  const data = colour({ samples, firstSamples, palette }, metadata);
  if (data === undefined) return undefined;
  return {
    width: numberOf(metadata, TAG.columns) ?? 0,
    height: numberOf(metadata, TAG.rows) ?? 0,
    data,
  };
}

interface Colouring {
  readonly samples: Samples;
  readonly firstSamples: Samples;
  readonly palette: Palette | undefined;
}

function colour({ samples, firstSamples, palette }: Colouring, metadata: DicomDataset): Buffer | undefined {
  const samplesPerPixel = numberOf(metadata, TAG.samplesPerPixel) ?? 1;
  const interpretation = textOf(metadata, TAG.photometricInterpretation) ?? '';
  if (samplesPerPixel === 1) {
    switch (interpretation) {
      case 'MONOCHROME1':
        return grey(samples, firstSamples, metadata, (value) => WHITE - value);
      case 'MONOCHROME2':
        return grey(samples, firstSamples, metadata, (value) => value);
      case 'PALETTE COLOR':
        return palette === undefined
          ? undefined
          : opaque(samples.length, (pixel) => palette(samples[pixel] ?? 0));
      default:
        return undefined;
    }
  }
  if (samplesPerPixel !== 3 || numberOf(metadata, TAG.bitsAllocated) !== 8) return undefined;
  const pixels = samples.length / 3;
  const [step, plane] = numberOf(metadata, TAG.planarConfiguration) === 1 ? [1, pixels] : [3, 1];
  const at = (pixel: number, channel: number): number => samples[pixel * step + channel * plane] ?? 0;
  switch (interpretation) {
    case 'RGB':
      return opaque(pixels, (pixel) => [at(pixel, 0), at(pixel, 1), at(pixel, 2)]);
    case 'YBR_FULL':
      return opaque(pixels, (pixel) => rgbOf(at(pixel, 0), at(pixel, 1) - 128, at(pixel, 2) - 128));
    default:
      return undefined;
  }
}

/** @see https://dicom.nema.org/medical/dicom/current/output/chtml/part03/sect_C.7.6.3.html#sect_C.7.6.3.1.2 */
function rgbOf(luminance: number, blue: number, red: number): readonly [number, number, number] {
  return [luminance + 1.402 * red, luminance - 0.344136 * blue - 0.714136 * red, luminance + 1.772 * blue];
}

function opaque(pixels: number, colourOf: (pixel: number) => readonly [number, number, number]): Buffer {
  const data = Buffer.alloc(pixels * 4, OPAQUE);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    colourOf(pixel).forEach((value, channel) => {
      data[pixel * 4 + channel] = Math.round(Math.min(WHITE, Math.max(0, value)));
    });
  }
  return data;
}

function grey(
  samples: Samples,
  firstSamples: Samples,
  metadata: DicomDataset,
  shape: Windowing,
): Buffer | undefined {
  if (TAG.modalityLutSequence in metadata || TAG.voiLutSequence in metadata) return undefined;
  const slope = numberOf(metadata, TAG.rescaleSlope) ?? 1;
  const intercept = numberOf(metadata, TAG.rescaleIntercept) ?? 0;
  const windowing = windowOf(metadata, () => {
    const [low, high] = rangeOf(firstSamples, numberOf(metadata, TAG.pixelPaddingValue));
    return [low * slope + intercept, high * slope + intercept];
  });
  const data = Buffer.alloc(samples.length * 4, OPAQUE);
  samples.forEach((sample, pixel) => {
    const value = shape(Math.trunc(Math.min(WHITE, Math.max(0, windowing(sample * slope + intercept)))));
    data.fill(value, pixel * 4, pixel * 4 + 3);
  });
  return data;
}

/** Without a window, bits are black and white, and other values are spread from the lowest to the highest. */
function windowOf(metadata: DicomDataset, valueRange: () => readonly [number, number]): Windowing {
  const center = numberOf(metadata, TAG.windowCenter);
  const width = numberOf(metadata, TAG.windowWidth) ?? 0;
  const voiLutFunction = textOf(metadata, TAG.voiLutFunction) ?? 'LINEAR';
  if (center !== undefined && width > 0) return windowing(center, width, voiLutFunction);
  if (numberOf(metadata, TAG.bitsStored) === 1) return windowing(1, 1, 'LINEAR');
  const [low, high] = valueRange();
  return windowing((low + high) / 2, Math.max(1, Math.abs(high - low)), voiLutFunction);
}

function windowing(center: number, width: number, voiLutFunction: string): Windowing {
  if (voiLutFunction === 'SIGMOID') {
    return (value) => WHITE / (1 + Math.exp((-4 * (value - center)) / width));
  }
  if (voiLutFunction === 'LINEAR_EXACT' || width < 1) {
    return (value) => ((value - center) / width + 0.5) * WHITE;
  }
  if (width === 1) return (value) => (value < center - 0.5 ? 0 : WHITE);
  return (value) => ((value - (center - 0.5)) / (width - 1) + 0.5) * WHITE;
}

function rangeOf(samples: Samples, padding: number | undefined): readonly [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const sample of samples) {
    if (sample === padding) continue;
    low = Math.min(low, sample);
    high = Math.max(high, sample);
  }
  return low > high ? [padding ?? 0, padding ?? 0] : [low, high];
}
