import { inflateSync } from 'node:zlib';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Size of a PNG or JPEG image that is whole.
 *
 * @throws Error where it is no such image, or cut short
 */
export function imageSizeOf(image: Buffer): ImageSize {
  if (image.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE)) return pngSize(image);
  if (image.length > 3 && image.readUInt16BE(0) === 0xff_d8) return jpegSize(image);
  throw new Error('it is neither PNG nor JPEG');
}

const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** Samples for each pixel by colour type. */
const PNG_SAMPLES: readonly (number | undefined)[] = [1, undefined, 3, 1, 2, undefined, 4];

/** @see https://www.w3.org/TR/png-3/#11Chunks */
function pngSize(image: Buffer): ImageSize {
  const data: Buffer[] = [];
  let header: Buffer = Buffer.alloc(0);
  for (let at = PNG_SIGNATURE.length; at + 12 <= image.length;) {
    const end = at + 12 + image.readUInt32BE(at);
    const type = image.toString('latin1', at + 4, at + 8);
    const content = image.subarray(at + 8, end - 4);
    if (type === 'IHDR') header = content;
    if (type === 'IDAT') data.push(content);
    if (type === 'IEND') return checkedPng(header, data);
    at = end;
  }
  throw new Error('it is a PNG image that was cut short');
}

function checkedPng(header: Buffer, data: readonly Buffer[]): ImageSize {
  if (header.length < 13) throw new Error('it is a PNG image without a header');
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const bits = (header[8] ?? 0) * (PNG_SAMPLES[header[9] ?? 0] ?? 0);
  const expected = height * (1 + Math.ceil((width * bits) / 8));
  if (inflateSync(Buffer.concat(data)).length !== expected)
    throw new Error('it is a PNG image whose pixels are not all there');
  return { width, height };
}

/** @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf B.1 */
function jpegSize(image: Buffer): ImageSize {
  if (image.readUInt16BE(image.length - 2) !== 0xff_d9)
    throw new Error('it is a JPEG image that was cut short');
  for (let at = 2; at + 9 < image.length && image[at] === 0xff;) {
    const marker = image[at + 1] ?? 0;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: image.readUInt16BE(at + 7), height: image.readUInt16BE(at + 5) };
    at += 2 + image.readUInt16BE(at + 2);
  }
  throw new Error('it is a JPEG image without a frame');
}
