import { Readable } from 'node:stream';
import https from 'node:https';
import { syntheticDataset, SYNTAX, uidOf, writeDicomFile } from '../support/dicom-file';
import { dicomSender, dicomToken } from '../support/dicom-http';
import { fileSystemOf, instancePath, JSON_ACCEPT, ORIGINAL_FILE } from '../support/dicom-service';
import { provisionLake } from '../support/emulator';
import { startEmulatorProcess, type EmulatorProcess } from '../support/emulator-process';

const FRAME_BYTES = 4 * 1024 * 1024;
/** A file of 128 MiB; LARGE_FILE_MIB=1024 sends one of 1 GiB, which memory must not notice either. */
const MEBIBYTES = Number(process.env['LARGE_FILE_MIB'] ?? 128);
const FRAMES = (MEBIBYTES * 1024 * 1024) / FRAME_BYTES;
/** Far less than the file; the heap of V8 takes some of it by itself. */
const ALLOWED_GROWTH = 90 * 1024 * 1024;

/** Each frame is filled with its own number. */
function frame(number: number): Buffer {
  return Buffer.alloc(FRAME_BYTES, number);
}

/** A file of 4 MiB a frame, whose pixel data is made while it is sent. */
function* largeFile(name: string, encapsulated: boolean, frames = FRAMES): Generator<Buffer> {
  yield* upToPixelData(name, encapsulated, frames);
  // Data Set Trailing Padding
  yield Buffer.from([0xfc, 0xff, 0xfc, 0xff, 0x4f, 0x42, 0, 0, 2, 0, 0, 0, 0, 0]);
}

function* upToPixelData(name: string, encapsulated: boolean, frames: number): Generator<Buffer> {
  const transferSyntaxUid = encapsulated ? SYNTAX.rle : SYNTAX.explicit;
  const whole = writeDicomFile(
    syntheticDataset(
      { study: 's', series: 'e', instance: name },
      {
        '00280008': { vr: 'IS', value: String(frames) },
        '00280010': { vr: 'US', value: [2048] },
        '00280011': { vr: 'US', value: [1024] },
        '7FE00010': { vr: encapsulated ? 'OB' : 'OW', value: Buffer.alloc(0) },
      },
    ),
    { transferSyntaxUid },
  );
  const header = Buffer.from(whole);
  header.writeUInt32LE(encapsulated ? 0xffff_ffff : FRAME_BYTES * frames, header.length - 4);
  yield header;
  if (encapsulated) yield item(Buffer.alloc(0));
  for (let number = 1; number <= frames; number += 1)
    yield encapsulated ? item(frame(number)) : frame(number);
  if (encapsulated) yield Buffer.from([0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0]);
}

function item(content: Buffer): Buffer {
  const header = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}

async function sendStream(
  { emulator }: EmulatorProcess,
  url: string,
  body: Iterable<Buffer>,
): Promise<number | undefined> {
  const headers = {
    Authorization: `Bearer ${await dicomToken(emulator, 'deployer')}`,
    'Content-Type': 'application/dicom',
    Accept: JSON_ACCEPT,
  };
  return new Promise((resolve, reject) => {
    const request = https.request(url, { method: 'POST', ca: emulator.ca, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
    });
    request.on('error', reject);
    Readable.from(body).pipe(request);
  });
}

test.each([
  ['native', false],
  ['encapsulated', true],
])(
  `a file of ${MEBIBYTES} MiB with %s pixel data passes through without being held in memory`,
  async (name, encapsulated) => {
    await using running = await startEmulatorProcess();
    const lake = await provisionLake(running.emulator);
    const send = await dicomSender(running.emulator, lake);
    const before = running.memory();
    const status = await sendStream(running, `${lake.serviceUrl}/v2/studies`, largeFile(name, encapsulated));
    expect(status).toBe(200);

    const path = instancePath('s', 'e', name);
    const metadata = await send(`${path}/metadata`, { accept: JSON_ACCEPT });
    expect(metadata.json).toMatchObject([
      { '00080018': { Value: [uidOf(name)] }, '00280008': { Value: [FRAMES] } },
    ]);
    for (const number of [1, FRAMES / 2, FRAMES]) {
      const accept = 'application/octet-stream; transfer-syntax=*';
      const answer = await send(`${path}/frames/${number}`, { accept });
      expect(answer.status).toBe(200);
      expect(answer.body.equals(frame(number))).toBe(true);
    }
    const received = await send(path, { accept: ORIGINAL_FILE });
    let at = 0;
    for (const chunk of largeFile(name, encapsulated)) {
      const same = received.body.subarray(Math.max(at, 128), at + chunk.length);
      expect(same.equals(chunk.subarray(at === 0 ? 128 : 0))).toBe(true);
      at += chunk.length;
    }
    expect(received.body).toHaveLength(at);

    const upload = fileSystemOf(running.emulator, lake).getFileClient('large.bin');
    await upload.upload(received.body);
    expect((await upload.getProperties()).contentLength).toBe(at);
    expect(running.memory().peak - before.now).toBeLessThan(ALLOWED_GROWTH);
  },
);

test.each([
  ['native', false],
  ['encapsulated', true],
])('a large file that ends with its %s pixel data is stored', async (name, encapsulated) => {
  await using running = await startEmulatorProcess();
  const lake = await provisionLake(running.emulator);
  const file = upToPixelData(name, encapsulated, 4);
  expect(await sendStream(running, `${lake.serviceUrl}/v2/studies`, file)).toBe(200);
  const send = await dicomSender(running.emulator, lake);
  const path = `${instancePath('s', 'e', name)}/frames/4`;
  const { body } = await send(path, { accept: 'application/octet-stream; transfer-syntax=*' });
  expect(body.equals(frame(4))).toBe(true);
});

test.each([
  ['native pixel data', false, 1024],
  ['encapsulated pixel data', true, 1024],
  ['pixel data without its last item', true, 22],
])('a large file with %s that is cut off is refused', async (name, encapsulated, missing) => {
  await using running = await startEmulatorProcess();
  const lake = await provisionLake(running.emulator);
  const chunks = [...largeFile(name, encapsulated, 4)];
  const whole = chunks.reduce((sum, { length }) => sum + length, 0) - missing;
  let sent = 0;
  const cut = chunks.flatMap((chunk) => {
    const part = chunk.subarray(0, Math.max(0, whole - sent));
    sent += part.length;
    return part.length === 0 ? [] : [part];
  });
  expect(await sendStream(running, `${lake.serviceUrl}/v2/studies`, cut)).toBe(409);
  expect(
    await (
      await dicomSender(running.emulator, lake)
    )('/studies', { accept: JSON_ACCEPT }),
  ).toMatchObject({
    status: 204,
  });
});
