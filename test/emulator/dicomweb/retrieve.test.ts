import {
  syntheticDataset,
  syntheticPixels,
  SYNTAX,
  uidOf,
  writeDicomFile,
  type SyntheticDataset,
} from '../../support/dicom-file';
import {
  instancePath,
  JSON_ACCEPT,
  ORIGINAL_FILE,
  ORIGINAL_FILES,
  startDicomService,
  type TestDicomService,
} from '../../support/dicom-service';

const FRAME_BYTES = 32;
const PIXELS = syntheticPixels('frames', 3 * FRAME_BYTES);
const FRAMES = { '00280008': { vr: 'IS', value: '3' }, '7FE00010': { vr: 'OW', value: PIXELS } };
const FIRST = file('first');
const SECOND = file('second', { '0020000E': { vr: 'UI', value: uidOf('other-series') } });
const FRAGMENTS = [syntheticPixels('f1', 10), syntheticPixels('f2', 12), syntheticPixels('f3', 14)];
const SERIES = `/studies/${uidOf('study')}/series/${uidOf('series')}`;
const INSTANCE = instancePath('study', 'series', 'first');

let service: TestDicomService;

beforeAll(async () => {
  service = await startDicomService();
  await service.store([FIRST, SECOND]);
  await service.store([
    ...Object.entries({ implicit: SYNTAX.implicit, deflated: SYNTAX.deflated, big: SYNTAX.bigEndian }).map(
      ([name, transferSyntaxUid]) => writeDicomFile(dataset(name, name, FRAMES), { transferSyntaxUid }),
    ),
    encapsulated('jp2', SYNTAX.jpeg2000, '2', [0, 18 + 20]),
    encapsulated('rle', SYNTAX.rle, '3'),
    encapsulated('one', SYNTAX.rle, '1'),
    encapsulated('unclear', SYNTAX.rle, '2'),
    encapsulated('disordered', SYNTAX.rle, '2', [38, 0]),
    encapsulated('extended', SYNTAX.rle, '3', [], {
      '7FE00001': { vr: 'OV', value: veryLongs([0, 18, 38]) },
      '7FE00002': { vr: 'OV', value: veryLongs([10, 12, 14]) },
    }),
    writeDicomFile(dataset('no-pixels', 'no-pixels', { '7FE00010': undefined })),
  ]);
});
afterAll(() => service[Symbol.asyncDispose]());

function dataset(study: string, instance: string, changes = {}): ReturnType<typeof syntheticDataset> {
  return syntheticDataset({ study, series: study === 'study' ? 'series' : study, instance }, changes);
}

function file(instance: string, changes = {}): Buffer {
  return writeDicomFile(dataset('study', instance, { ...FRAMES, ...changes }));
}

function encapsulated(
  name: string,
  syntax: string,
  frames: string,
  offsetTable: readonly number[] = [],
  further: SyntheticDataset = {},
): Buffer {
  const value = { fragments: FRAGMENTS, offsetTable };
  const changes = { '00280008': { vr: 'IS', value: frames }, '7FE00010': { vr: 'OB', value }, ...further };
  return writeDicomFile(dataset(name, name, changes), { transferSyntaxUid: syntax });
}

function veryLongs(values: readonly number[]): Buffer {
  return Buffer.concat(
    values.map((value) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      return bytes;
    }),
  );
}

describe('files', () => {
  test('a study comes in parts with nothing but their type, in the order of their storing', async () => {
    const response = await service.send(`/studies/${uidOf('study')}`, { accept: ORIGINAL_FILES });
    expect(response.status).toBe(200);
    const [, boundary = ''] =
      /^multipart\/related; boundary=([0-9a-f-]{36})$/.exec(response.headers['content-type'] ?? '') ?? [];
    const head = `--${boundary}\r\nContent-Type: application/dicom; transfer-syntax=${SYNTAX.explicit}\r\n\r\n`;
    const zeroed = [FIRST, SECOND].map((one) => Buffer.concat([Buffer.alloc(128), one.subarray(128)]));
    expect(response.body).toEqual(
      Buffer.concat([
        Buffer.from(head),
        zeroed[0] ?? FIRST,
        Buffer.from(`\r\n${head}`),
        zeroed[1] ?? SECOND,
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ]),
    );
  });

  test('a series has the instances of that series only', async () => {
    const { body } = await service.send(SERIES, { accept: ORIGINAL_FILES });
    expect(body.includes(FIRST.subarray(128))).toBe(true);
    expect(body.includes(SECOND.subarray(128))).toBe(false);
  });

  test('an instance comes as a single part where the client asks for one', async () => {
    const response = await service.send(INSTANCE, { accept: 'application/dicom' });
    expect(response.headers['content-type']).toBe(`application/dicom; transfer-syntax=${SYNTAX.explicit}`);
    expect(response.body.subarray(128)).toEqual(FIRST.subarray(128));
  });

  test('Accept */* gets an instance as it was stored, in a multipart body', async () => {
    const response = await service.send(instancePath('big', 'big', 'big'), { accept: '*/*' });
    expect(response.headers['content-type']).toMatch(/^multipart\/related; boundary=/);
    expect(response.text).toContain(`Content-Type: application/dicom; transfer-syntax=${SYNTAX.bigEndian}`);
  });

  test('Accept */* may name a transfer syntax', async () => {
    const accept = `*/*; transfer-syntax=${SYNTAX.explicit}`;
    const { text } = await service.send(INSTANCE, { accept });
    expect(text).toContain(`Content-Type: application/dicom; transfer-syntax=${SYNTAX.explicit}`);
    expect((await service.send(instancePath('big', 'big', 'big'), { accept })).status).toBe(406);
  });

  test('parts of any type are parts of application/dicom', async () => {
    const accept = 'multipart/related; type="*/*"';
    const { status, text } = await service.send(SERIES, { accept });
    expect(status).toBe(200);
    expect(text).toContain(`Content-Type: application/dicom; transfer-syntax=${SYNTAX.explicit}`);
  });

  test('Accept */* does not take precedence over what was named before', async () => {
    const { headers } = await service.send(INSTANCE, { accept: 'application/dicom, */*' });
    expect(headers['content-type']).toBe(`application/dicom; transfer-syntax=${SYNTAX.explicit}`);
  });

  test('among equals the one that asks for the original wins', async () => {
    const accept = 'application/dicom, application/dicom; transfer-syntax=*';
    expect((await service.send(instancePath('big', 'big', 'big'), { accept })).status).toBe(200);
    const ranked = 'application/dicom; q=1, application/dicom; transfer-syntax=*; q=0.9';
    expect((await service.send(instancePath('big', 'big', 'big'), { accept: ranked })).status).toBe(406);
  });

  test.each([
    ['no Accept', INSTANCE, undefined],
    ['a type that is not offered', INSTANCE, 'image/jpeg'],
    ['a transfer syntax that is not offered', INSTANCE, `application/dicom; transfer-syntax=${SYNTAX.rle}`],
    ['a single part for a study', `/studies/${uidOf('study')}`, ORIGINAL_FILE],
    ['*/* for a study', `/studies/${uidOf('study')}`, '*/*'],
    ['*/* for a series', SERIES, '*/*'],
  ])('fails with 406 for %s', async (_, path, accept) => {
    expect(await service.send(path, accept === undefined ? {} : { accept })).toMatchObject({
      status: 406,
      text: 'The request headers are not acceptable',
    });
  });

  test('fails with 406 for several instances in another syntax than their own', async () => {
    const accept = 'multipart/related; type="application/dicom"';
    expect(await service.send(`/studies/${uidOf('study')}`, { accept })).toMatchObject({
      status: 406,
      text: "Accept transfer syntax '1.2.840.10008.1.2.1' is not supported when multiple instances are matched. Matching instances can be retrieved with their original transfer syntax by specifying 'transfer-syntax=*' in the Accept header.",
    });
  });

  test('fails with 406 where the instance would have to be transcoded', async () => {
    const path = instancePath('big', 'big', 'big');
    expect(await service.send(path, { accept: 'application/dicom' })).toMatchObject({
      status: 406,
      text: 'The specified transcoding is not supported.',
    });
  });

  test.each([
    ['study', `/studies/${uidOf('none')}`],
    ['series', `/studies/${uidOf('study')}/series/${uidOf('none')}`],
    ['instance', instancePath('study', 'series', 'none')],
  ])('fails with 404 for a %s that is not there', async (noun, path) => {
    expect(await service.send(path, { accept: ORIGINAL_FILES })).toMatchObject({
      status: 404,
      text: `The specified ${noun} cannot be found.`,
    });
  });

  test('spaces after a UID are no part of it', async () => {
    const { status, body } = await service.send(`${INSTANCE}%20%20`, { accept: ORIGINAL_FILE });
    expect(status).toBe(200);
    expect(body.subarray(128)).toEqual(FIRST.subarray(128));
  });

  test.each(['%00', '%ff', '%'])('fails with 400 for a path with %s', async (end) => {
    expect(await service.send(`${INSTANCE}${end}`, { accept: ORIGINAL_FILE })).toMatchObject({
      status: 400,
      text: `The path must be percent-encoded UTF-8 without NUL, got '${uidOf('first')}${end}'.`,
    });
  });

  test('fails with 400 for a path that is no UID', async () => {
    expect(await service.send(`${SERIES}/instances/x`, { accept: ORIGINAL_FILE })).toMatchObject({
      status: 400,
      text: "SOPInstanceUID in the path must be a UID of at most 64 digits and dots, got 'x'.",
    });
  });
});

describe('frames', () => {
  const ANY_SYNTAX = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';
  const SINGLE = 'application/octet-stream; transfer-syntax=*';

  test.each(['implicit', 'deflated'])('of %s files lie there as with explicit VR', async (name) => {
    const path = `${instancePath(name, name, name)}/frames/2`;
    const response = await service.send(path, { accept: 'application/octet-stream' });
    expect(response.headers['content-type']).toBe(
      `application/octet-stream; transfer-syntax=${SYNTAX.explicit}`,
    );
    expect(response.body).toEqual(PIXELS.subarray(FRAME_BYTES, 2 * FRAME_BYTES));
  });

  test('one fragment a frame is the rule', async () => {
    const path = instancePath('rle', 'rle', 'rle');
    const { body, headers } = await service.send(`${path}/frames/3`, { accept: SINGLE });
    expect(body).toEqual(FRAGMENTS[2]);
    expect(headers['content-type']).toBe(`application/octet-stream; transfer-syntax=${SYNTAX.rle}`);
  });

  test('an extended offset table does not hide them', async () => {
    const path = `${instancePath('extended', 'extended', 'extended')}/frames/2`;
    expect((await service.send(path, { accept: SINGLE })).body).toEqual(FRAGMENTS[1]);
  });

  test('a single frame has all fragments', async () => {
    const path = instancePath('one', 'one', 'one');
    expect((await service.send(`${path}/frames/1`, { accept: SINGLE })).body).toEqual(
      Buffer.concat(FRAGMENTS),
    );
  });

  test('the offset table says which fragments belong to a frame', async () => {
    const path = instancePath('jp2', 'jp2', 'jp2');
    const accept = 'multipart/related; type="image/jp2"';
    const { text, body } = await service.send(`${path}/frames/1`, { accept });
    expect(text).toContain(`Content-Type: image/jp2; transfer-syntax=${SYNTAX.jpeg2000}`);
    expect(body.includes(Buffer.concat(FRAGMENTS.slice(0, 2)))).toBe(true);
    expect(body.includes(FRAGMENTS[2] ?? '')).toBe(false);
  });

  test.each([
    ['beyond the last', 'study', 'series', 'first', '4'],
    ['one of several beyond the last', 'study', 'series', 'first', '1,4'],
    ['of an instance without pixels', 'no-pixels', 'no-pixels', 'no-pixels', '1'],
    ['that cannot be told apart', 'unclear', 'unclear', 'unclear', '1'],
    ['whose offsets go back', 'disordered', 'disordered', 'disordered', '1'],
  ])('fail with 404 %s', async (_, study, series, instance, frames) => {
    const path = `${instancePath(study, series, instance)}/frames/${frames}`;
    expect(await service.send(path, { accept: ANY_SYNTAX })).toMatchObject({
      status: 404,
      text: 'The specified frame cannot be found.',
    });
  });

  test.each(['0', '-1', 'x', '1,,2', '1,0', '2147483648'])(
    'fail with 400 for the number %s',
    async (frames) => {
      expect(await service.send(`${INSTANCE}/frames/${frames}`, { accept: ANY_SYNTAX })).toMatchObject({
        status: 400,
        text: 'The specified frames value is not valid. At least one frame must be present, and all requested frames must have value greater than 0.',
      });
    },
  );

  test('fail with 400 for several frames in a single part', async () => {
    expect(await service.send(`${INSTANCE}/frames/1,2`, { accept: SINGLE })).toMatchObject({
      status: 400,
      text: 'The accept header is supported for single frame retrieval, use multi-part accept header instead.',
    });
  });

  test('fail with 406 where they would have to be transcoded', async () => {
    const path = `${instancePath('big', 'big', 'big')}/frames/1`;
    expect(await service.send(path, { accept: 'application/octet-stream' })).toMatchObject({
      status: 406,
      text: 'The specified transcoding is not supported.',
    });
  });
});

describe('metadata', () => {
  test.each([
    ['instance', `${INSTANCE}/metadata`, '1', 1],
    ['series', `${SERIES}/metadata`, '1-1', 1],
    ['study', `/studies/${uidOf('study')}/metadata`, '2-2', 2],
  ])('of a %s has an ETag without quotes', async (_, path, etag, length) => {
    const response = await service.send(path, { accept: JSON_ACCEPT });
    expect(response.status).toBe(200);
    expect(response.headers.etag).toBe(etag);
    expect(response.json).toHaveLength(length);
  });

  test('is answered with 304 and no ETag where the client has it already', async () => {
    const headers = { 'If-None-Match': '1' };
    const response = await service.send(`${INSTANCE}/metadata`, { accept: JSON_ACCEPT, headers });
    expect(response).toMatchObject({ status: 304, text: '' });
    expect(response.headers.etag).toBeUndefined();
  });

  test.each(['"1"', 'W/"1"', '1, 2', '2'])('is sent again for If-None-Match %s', async (tag) => {
    const headers = { 'If-None-Match': tag };
    expect((await service.send(`${INSTANCE}/metadata`, { accept: JSON_ACCEPT, headers })).status).toBe(200);
  });

  test('fails with 406 for another type', async () => {
    const response = await service.send(`${INSTANCE}/metadata`, { accept: 'application/json' });
    expect(response).toMatchObject({ status: 406, text: '' });
  });
});
