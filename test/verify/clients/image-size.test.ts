import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { imageSizeOf } from '../../../verify/clients/image-size';

const SIZE = { width: 16, height: 9 };

function png(colorType: 0 | 2 | 6): Buffer {
  const image = new PNG({ ...SIZE });
  image.data.fill(200);
  return PNG.sync.write(image, { colorType, inputHasAlpha: true });
}

function jpegImage(): Buffer {
  const data = Buffer.alloc(SIZE.width * SIZE.height * 4, 127);
  return Buffer.from(jpeg.encode({ ...SIZE, data }, 90).data);
}

test.each([
  ['a grey PNG', png(0)],
  ['a coloured PNG', png(2)],
  ['a PNG with transparency', png(6)],
  ['a JPEG', jpegImage()],
])('tells the size of %s', (_name, image) => {
  expect(imageSizeOf(image)).toEqual(SIZE);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a text', Buffer.from('<html>no image</html>')],
  ['a PNG without its end', png(2).subarray(0, -12)],
  ['half a PNG', png(2).subarray(0, 40)],
  ['a PNG whose pixels are for another size', withOtherHeight(png(2))],
  ['half a JPEG', jpegImage().subarray(0, 200)],
  ['the beginning of a JPEG', jpegImage().subarray(0, 4)],
  ['a JPEG that has nothing but an end', Buffer.from([0xff, 0xd8, 0xff, 0xd9])],
])('fails for %s', (_name, image) => {
  expect(() => imageSizeOf(image)).toThrow(/^(it is |unexpected end|incorrect|invalid)/);
});

function withOtherHeight(image: Buffer): Buffer {
  const changed = Buffer.from(image);
  changed.writeUInt32BE(SIZE.height + 1, 20);
  return changed;
}
