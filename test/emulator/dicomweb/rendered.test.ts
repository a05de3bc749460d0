import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { syntheticDataset, SYNTAX, writeDicomFile, type SyntheticDataset } from '../../support/dicom-file';
import { instancePath, startDicomService, type TestDicomService } from '../../support/dicom-service';

const NAMES = { study: 's', series: 'e' };
const TWO_BY_ONE = { '00280010': { vr: 'US', value: [1] }, '00280011': { vr: 'US', value: [2] } };

let service: TestDicomService;
beforeAll(async () => {
  service = await startDicomService();
});
afterAll(() => service[Symbol.asyncDispose]());

/** Stores an image of two pixels, or of what the changes say, and answers its path. */
async function store(
  instance: string,
  changes: SyntheticDataset,
  transferSyntaxUid?: string,
): Promise<string> {
  const dataset = syntheticDataset({ ...NAMES, instance }, { ...TWO_BY_ONE, ...changes });
  const file = writeDicomFile(dataset, transferSyntaxUid === undefined ? {} : { transferSyntaxUid });
  expect([200, 202]).toContain((await service.store([file])).status);
  return instancePath('s', 'e', instance);
}

/** The pixels of an image as red, green and blue. */
async function pixels(path: string): Promise<readonly (readonly number[])[]> {
  const { status, headers, body } = await service.send(path, { accept: 'image/png' });
  expect([status, headers['content-type']]).toEqual([200, 'image/png']);
  const { data } = PNG.sync.read(body);
  return Array.from({ length: data.length / 4 }, (_, at) => [...data.subarray(at * 4, at * 4 + 3)]);
}

async function greys(path: string): Promise<readonly number[]> {
  const colours = await pixels(path);
  for (const [red, green, blue] of colours) expect([green, blue]).toEqual([red, red]);
  return colours.map(([red = -1]) => red);
}

function cells(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => bytes.writeUInt16LE(value & 0xffff, at * 2));
  return bytes;
}

function grey(values: readonly number[], changes: SyntheticDataset = {}): SyntheticDataset {
  return {
    '00280011': { vr: 'US', value: [values.length] },
    '7FE00010': { vr: 'OW', value: cells(...values) },
    ...changes,
  };
}

const WINDOW = { '00281050': { vr: 'DS', value: '100\\0' }, '00281051': { vr: 'DS', value: '101\\1' } };
const SIGNED = { '00280103': { vr: 'US', value: [1] } };
const INVERSE = { '00280004': { vr: 'CS', value: 'MONOCHROME1' } };

test.each([
  ['the first window', grey([49, 50, 75, 100, 149, 151], WINDOW), [0, 1, 65, 128, 253, 255]],
  [
    'a window after rescaling',
    grey([149, 150, 200, 251], {
      ...WINDOW,
      '00281052': { vr: 'DS', value: '-100' },
      '00281053': { vr: 'DS', value: '1' },
    }),
    [0, 1, 128, 255],
  ],
  ['a slope', grey([25, 50, 75], { ...WINDOW, '00281053': { vr: 'DS', value: '2' } }), [1, 128, 255]],
  ['the range of its values without a window', grey([1000, 1500, 2000]), [0, 127, 255]],
  [
    'the range of its values without padding',
    grey([0, 1000, 1500, 2000], {
      '00280120': { vr: 'US', value: [0] },
    }),
    [0, 0, 127, 255],
  ],
  [
    'the range of its rescaled values',
    grey([1000, 1500, 2000], {
      '00281052': { vr: 'DS', value: '-1024' },
      '00281053': { vr: 'DS', value: '2' },
    }),
    [0, 127, 255],
  ],
  [
    'a window of one value',
    grey([6, 7, 8], {
      '00281050': { vr: 'DS', value: '7.5' },
      '00281051': { vr: 'DS', value: '1' },
    }),
    [0, 255, 255],
  ],
  ['one value only', grey([7, 7]), [255, 255]],
  ['negative values', grey([-1000, 0, 1000], SIGNED), [0, 127, 255]],
  [
    'values of 12 bits beside other bits',
    grey([0xf801, 0x0000, 0xf7ff], {
      ...SIGNED,
      '00280101': { vr: 'US', value: [12] },
      '00280102': { vr: 'US', value: [11] },
    }),
    [0, 127, 255],
  ],
  [
    'values in high bits',
    grey([0x0010, 0x8000, 0xfff0], {
      '00280101': { vr: 'US', value: [12] },
    }),
    [0, 127, 255],
  ],
  ['inverse grey', grey([50, 100, 151], { ...WINDOW, ...INVERSE }), [254, 127, 0]],
  [
    'an exact window',
    grey([50, 100, 150], {
      '00281050': { vr: 'DS', value: '100' },
      '00281051': { vr: 'DS', value: '100' },
      '00281056': { vr: 'CS', value: 'LINEAR_EXACT' },
    }),
    [0, 127, 255],
  ],
  [
    'a sigmoid window',
    grey([0, 100, 200], {
      '00281050': { vr: 'DS', value: '100' },
      '00281051': { vr: 'DS', value: '100' },
      '00281056': { vr: 'CS', value: 'SIGMOID' },
    }),
    [4, 127, 250],
  ],
])('grey is rendered with %s', async (name, changes, expected) => {
  expect(await greys(`${await store(name, changes)}/rendered`)).toEqual(expected);
});

test('grey of 32 bits is rendered from big endian', async () => {
  const bytes = Buffer.alloc(12);
  [100_000, 150_000, 200_000].forEach((value, at) => bytes.writeUInt32BE(value, at * 4));
  const changes = {
    '00280011': { vr: 'US', value: [3] },
    '00280100': { vr: 'US', value: [32] },
    '00280101': { vr: 'US', value: [32] },
    '00280102': { vr: 'US', value: [31] },
    '7FE00010': { vr: 'OW', value: bytes },
  };
  expect(await greys(`${await store('32 bits', changes, SYNTAX.bigEndian)}/rendered`)).toEqual([0, 127, 255]);
});

test('the range of the first frame decides on the greys of all where there is no window', async () => {
  const path = await store('range', {
    ...grey([0, 1000, 500, 2000]),
    ...TWO_BY_ONE,
    '00280008': { vr: 'IS', value: '2' },
  });
  expect(await greys(`${path}/frames/2/rendered`)).toEqual([127, 255]);
});

const RGB = {
  '00280002': { vr: 'US', value: [3] },
  '00280004': { vr: 'CS', value: 'RGB' },
  '00280011': { vr: 'US', value: [3] },
  '00280100': { vr: 'US', value: [8] },
  '00280101': { vr: 'US', value: [8] },
  '00280102': { vr: 'US', value: [7] },
};

test.each([
  ['by pixel', 0, [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ['by plane', 1, [1, 4, 7, 2, 5, 8, 3, 6, 9]],
])('colours that lie %s are rendered, also in an odd number of bytes', async (name, planar, bytes) => {
  const path = await store(name, {
    ...RGB,
    '00280006': { vr: 'US', value: [planar] },
    '7FE00010': { vr: 'OB', value: Buffer.from(bytes) },
  });
  expect(await pixels(`${path}/rendered`)).toEqual([
    [1, 2, 3],
    [4, 5, 6],
    [7, 8, 9],
  ]);
});

test('a frame is rendered by its number, and the instance by its first one', async () => {
  const path = await store('frames', {
    ...grey([10, 20, 30, 40], WINDOW),
    ...TWO_BY_ONE,
    '00280008': { vr: 'IS', value: '2' },
    '00281050': { vr: 'DS', value: '25' },
    '00281051': { vr: 'DS', value: '256' },
  });
  expect(await greys(`${path}/frames/2/rendered`)).toEqual([133, 143]);
  expect(await greys(`${path}/frames/1/rendered`)).toEqual([113, 123]);
  expect(await greys(`${path}/rendered`)).toEqual([113, 123]);
  expect(await service.send(`${path}/frames/3/rendered`)).toMatchObject({
    status: 404,
    text: 'The specified frame cannot be found.',
  });
});

test('without an Accept header the image is a JPEG, smaller with less quality', async () => {
  const path = await store('jpeg', {
    '00280010': { vr: 'US', value: [4] },
    '00280011': { vr: 'US', value: [4] },
  });
  const best = await service.send(`${path}/rendered`);
  expect(best).toMatchObject({ status: 200, headers: { 'content-type': 'image/jpeg' } });
  const { data, width, height } = jpeg.decode(best.body);
  expect([width, height]).toEqual([4, 4]);
  const expected = await greys(`${path}/rendered`);
  expected.forEach((value, at) => expect(Math.abs((data[at * 4] ?? 0) - value)).toBeLessThanOrEqual(3));
  const poor = await service.send(`${path}/rendered?quality=1`);
  expect(poor.body.length).toBeLessThan(best.body.length);
  expect((await service.send(`${path}/rendered?Quality=100`)).body).toEqual(best.body);
});

test.each([
  ['quality=0', undefined, 400, 'Image quality must be between 1 and 100 inclusive'],
  ['quality=101', undefined, 400, 'Image quality must be between 1 and 100 inclusive'],
  ['quality=best', undefined, 400, 'Image quality must be between 1 and 100 inclusive'],
  ['', '*/*', 406, 'The request headers are not acceptable'],
  ['', 'constructor', 406, 'The request headers are not acceptable'],
  ['', 'image/gif', 406, 'The request headers are not acceptable'],
  ['', 'image/png, image/jpeg', 406, 'The request contains multiple accept headers, which is not supported.'],
])('fails for ?%s with Accept %s', async (query, accept, status, text) => {
  const path = await store(`refused ${query} ${String(accept)}`, {});
  const response = await service.send(`${path}/rendered?${query}`, accept === undefined ? {} : { accept });
  expect(response).toMatchObject({ status, text });
});

test.each(['0', '-1', 'x', '1,2'])('fails with 400 for frame %s', async (frame) => {
  const path = await store(`frame ${frame}`, {});
  expect((await service.send(`${path}/frames/${frame}/rendered`)).status).toBe(400);
});

test('fails with 404 for an instance that is not there, and for one without pixel data', async () => {
  expect(await service.send(`${instancePath('s', 'e', 'nowhere')}/rendered`)).toMatchObject({
    status: 404,
    text: 'The specified instance cannot be found.',
  });
  const path = await store('no pixels', { '7FE00010': undefined });
  expect(await service.send(`${path}/rendered`)).toMatchObject({
    status: 404,
    text: 'The specified frame cannot be found.',
  });
});

test.each([
  [
    'compressed pixel data',
    { '7FE00010': { vr: 'OB', value: { fragments: [Buffer.alloc(8)] } } },
    SYNTAX.rle,
  ],
  ['a palette without tables', { '00280004': { vr: 'CS', value: 'PALETTE COLOR' } }, SYNTAX.explicit],
  [
    'lookup tables',
    { '00283000': { vr: 'SQ', value: [{ '00283006': { vr: 'OW', value: Buffer.alloc(4) } }] } },
    SYNTAX.explicit,
  ],
  [
    '64 bits',
    { '00280100': { vr: 'US', value: [64] }, '00280011': { vr: 'US', value: [1] } },
    SYNTAX.explicit,
  ],
])('fails with 406 for %s', async (name, changes, transferSyntaxUid) => {
  const path = await store(name, changes, transferSyntaxUid);
  const response = await service.send(`${path}/rendered`);
  expect(response.status).toBe(406);
  expect(response.text).toMatch(
    /^An error was encountered when attempting to convert the dicom file into an image/,
  );
});

test('fails with 406 for a file of more than 100 MiB', async () => {
  const path = await store('large', { '7FE00010': { vr: 'OW', value: Buffer.alloc(100 * 1024 * 1024) } });
  expect(await service.send(`${path}/rendered`)).toMatchObject({
    status: 406,
    text: 'Requested DICOM instance size is above the supported limit of 104857600 for rendering. Please retrieve the whole file in the original transfer syntax instead of rendering to image media type.',
  });
});

test('fails with 424 once the file in the lake is another one, also for a frame that is not there', async () => {
  const path = await store('altered', {});
  const { json } = await service.send('/changefeed/latest');
  const { filePath } = json as { readonly filePath: string };
  await service.fileSystem.getFileClient(filePath).setMetadata({ altered: 'yes' });
  for (const frame of ['1', '9']) {
    const response = await service.send(`${path}/frames/${frame}/rendered`);
    expect(response.status).toBe(424);
    expect(response.text).toContain('Received the following error code: ConditionNotMet');
  }
});
