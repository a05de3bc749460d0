import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { TAG, textOf, type DicomDataset } from '../domain/dicom-dataset';
import { TRANSFER_SYNTAX } from '../domain/dicom-file';
import type { Frame } from '../domain/dicom-frames';
import { metadataOf, type DicomInstance } from '../domain/dicom-index';
import { readPalette, type Palette } from '../domain/dicom-palette';
import { renderFrame, type RenderedImage } from '../domain/dicom-rendering';
import type { DicomService } from '../domain/dicom-service';
import type { LakeContent } from '../domain/lake-content';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { parseMediaTypes } from './media-type';
import { refused, textParameter } from './query-parameter';
import { frameNumbers } from './retrieve-frames';
import { identifiersIn, notFound, type DicomExchange, type DicomRoute } from './route';

const INSTANCE = '/studies/{study}/series/{series}/instances/{instance}';

/** Larger files are not rendered. */
const MAX_FILE_BYTES = 100 * 1024 * 1024;
const BEST_QUALITY = 100;

type Encode = (image: RenderedImage, quality: number) => Buffer;

const ENCODERS: ReadonlyMap<string, Encode> = new Map<string, Encode>([
  ['image/jpeg', (image, quality) => jpeg.encode(image, quality).data],
  ['image/png', encodePng],
]);

const NATIVE_SYNTAXES: readonly string[] = [
  TRANSFER_SYNTAX.implicitLittleEndian,
  TRANSFER_SYNTAX.explicitLittleEndian,
  TRANSFER_SYNTAX.deflatedLittleEndian,
  TRANSFER_SYNTAX.explicitBigEndian,
];

/** Returns a frame, by default the first, as an image to look at. */
export const RENDERED_ROUTES: readonly DicomRoute[] = [
  `${INSTANCE}/rendered`,
  `${INSTANCE}/frames/{frame}/rendered`,
].map((path) => ({
  method: 'GET',
  path,
  permission: 'read',
  partition: 'existing',
  handle: retrieveRendered,
}));

async function retrieveRendered(exchange: DicomExchange): Promise<HttpResponse> {
  const { request, service, partition, parameters } = exchange;
  const identifiers = identifiersIn(exchange);
  const [number = 1, ...others] = frameNumbers(parameters['frame'] ?? '1');
  if (others.length > 0) throw refused(`One frame can be rendered at a time, got '${parameters['frame']}'.`);
  const quality = qualityIn(request.url.searchParams);
  const { mediaType, encode } = encoderFor(request.headers.accept);
  const [instance] = partition.index.find(identifiers);
  if (instance === undefined) throw notFound(identifiers);
  if (instance.file.length > MAX_FILE_BYTES) throw tooLarge();
  const [content, firstContent = content] = await service.readFrames(instance, framesFor(instance, number));
  if (content === undefined || firstContent === undefined) {
    throw new ServiceFault(404, 'NotFound', 'The specified frame cannot be found.');
  }
  const { transferSyntaxUid } = instance;
  if (!NATIVE_SYNTAXES.includes(transferSyntaxUid)) throw notRendered(instance);
  const frame = await bytesOf(service, content);
  const firstFrame = firstContent === content ? frame : await bytesOf(service, firstContent);
  const metadata = metadataOf(instance);
  const palette = await paletteOf(service, instance, metadata);
  const image = renderFrame({ frame, firstFrame, transferSyntaxUid, palette }, metadata);
  if (image === undefined) throw notRendered(instance);
  return { status: 200, headers: { 'Content-Type': mediaType }, body: encode(image, quality) };
}

/** The frame with that number, and the first where that is another one; none where there is no such frame. */
function framesFor({ frames: [first, ...others] }: DicomInstance, number: number): readonly Frame[] {
  if (first === undefined || number === 1) return first === undefined ? [] : [first];
  const frame = others[number - 2];
  return frame === undefined ? [] : [frame, first];
}

async function paletteOf(
  service: DicomService,
  instance: DicomInstance,
  metadata: DicomDataset,
): Promise<Palette | undefined> {
  if (textOf(metadata, TAG.photometricInterpretation) !== 'PALETTE COLOR') return undefined;
  const file = await service.readElements(instance);
  return file === undefined ? undefined : readPalette(file, metadata);
}

async function bytesOf({ contents }: DicomService, content: LakeContent | Buffer): Promise<Buffer> {
  return Buffer.isBuffer(content) ? content : contents.readAll(content);
}

function qualityIn(query: URLSearchParams): number {
  const text = textParameter(query, 'quality');
  if (text === undefined) return BEST_QUALITY;
  const quality = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (quality < 1 || quality > BEST_QUALITY)
    throw refused('Image quality must be between 1 and 100 inclusive');
  return quality;
}

/** The header must name one of the types, and nothing else; without it the image is a JPEG. */
function encoderFor(accept = 'image/jpeg'): {
  readonly mediaType: string;
  readonly encode: Encode;
} {
  const [{ type: mediaType } = { type: '' }, ...others] = parseMediaTypes(accept);
  if (others.length > 0) {
    throw notAcceptable('The request contains multiple accept headers, which is not supported.');
  }
  const encode = ENCODERS.get(mediaType);
  if (encode === undefined) throw notAcceptable('The request headers are not acceptable');
  return { mediaType, encode };
}

/** Without filters: trying them out takes most of the time, and saves little. */
function encodePng({ width, height, data }: RenderedImage): Buffer {
  const png = new PNG({ width, height });
  data.copy(png.data);
  return PNG.sync.write(png, { filterType: 0 });
}

function tooLarge(): ServiceFault {
  return notAcceptable(
    `Requested DICOM instance size is above the supported limit of ${MAX_FILE_BYTES} for rendering. Please retrieve the whole file in the original transfer syntax instead of rendering to image media type.`,
  );
}

/** Begins as the service's own message does. */
function notRendered(instance: DicomInstance): ServiceFault {
  const { transferSyntaxUid } = instance;
  const photometric = textOf(metadataOf(instance), TAG.photometricInterpretation) ?? '';
  return notAcceptable(
    `An error was encountered when attempting to convert the dicom file into an image: it has '${photometric}' in transfer syntax ${transferSyntaxUid}; the emulator renders what is not compressed in MONOCHROME1 and MONOCHROME2 of 1, 8, 16 or 32 bits without lookup tables, in RGB and YBR_FULL of 8 bits, and in PALETTE COLOR.`,
  );
}

function notAcceptable(message: string): ServiceFault {
  return new ServiceFault(406, 'NotAcceptable', message);
}
