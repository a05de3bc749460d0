import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { BlobServiceClient } from '@azure/storage-blob';
import { type Emulator, ShiftedClock } from '../../emulator';
import { readBody } from '../../emulator/http/exchange';
import { temporaryFolder } from '../support/cli';
import { syntheticDataset, syntheticPixels, writeDicomFile } from '../support/dicom-file';
import { dicomSender, multipartOf } from '../support/dicom-http';
import {
  dicomFilesIn,
  fileSystemOf,
  instancePath,
  JSON_ACCEPT,
  ORIGINAL_FILE,
  ORIGINAL_FILES,
} from '../support/dicom-service';
import { credentialOf, provisionLake, startTestEmulator } from '../support/emulator';
import { WatchedClock } from './faults/fault-bench';

const DAY_MS = 86_400_000;
/** More than the released contents that stay a while for readers. */
const MANY = 100;
const FILLER_BYTES = 3;
/** What the tests write is longer than the filler and the health files of the service. */
const SHORTEST = 1_000;

/** Contents are told apart by their lengths, which differ for all. */
let nextLength = SHORTEST;
function content(): Buffer {
  nextLength += 1;
  return syntheticPixels(String(nextLength), nextLength);
}

function file(instance: string): Buffer {
  const pixels = { '7FE00010': { vr: 'OW', value: syntheticPixels(instance, 32) } };
  const comment = { '00204000': { vr: 'LT', value: 'c'.repeat(2 * (nextLength += 1)) } };
  return writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance }, { ...pixels, ...comment }));
}

async function openLake(emulator: Emulator) {
  const lake = await provisionLake(emulator, { deletedFileRetentionDays: 1 });
  const connect = async () => {
    const options = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
    const blobs = new BlobServiceClient(lake.accountUrl, credentialOf(emulator, 'deployer'), options);
    const send = await dicomSender(emulator, lake);
    return {
      send,
      files: fileSystemOf(emulator, lake),
      blobs: blobs.getContainerClient(lake.containerName),
      store: (instances: readonly Buffer[], method = 'POST') =>
        send('/studies', { method, accept: JSON_ACCEPT, ...multipartOf(instances) }),
    };
  };
  const first = await connect();
  const put = async (name: string, bytes = content()): Promise<Buffer> => {
    await first.blobs.getBlockBlobClient(name).upload(bytes, bytes.length);
    return bytes;
  };
  /** Releases so many contents that whatever was released before is removed. */
  const flush = async ({ blobs }: Pick<typeof first, 'blobs'> = first): Promise<void> => {
    for (let count = 0; count <= MANY; count += 1) {
      await blobs.getBlockBlobClient('filler').upload(Buffer.alloc(FILLER_BYTES), FILLER_BYTES);
    }
  };
  return { ...first, connect, put, flush };
}

/** Lengths of what a test wrote, as far as it is kept. */
function lengthsOf(stateFolder: string): readonly number[] {
  const contents = path.join(stateFolder, 'contents');
  return readdirSync(contents)
    .map((name) => statSync(path.join(contents, name), { throwIfNoEntry: false })?.size ?? 0)
    .filter((length) => length > SHORTEST);
}

function id(number: number): string {
  return Buffer.from(`block ${number}`).toString('base64');
}

test('however a content comes and goes, it is removed once nothing needs it', async () => {
  using folder = temporaryFolder();
  const clock = new ShiftedClock();
  await using emulator = await startTestEmulator({ stateFolder: folder.path, clock });
  const { files, blobs, send, store, connect, put, flush } = await openLake(emulator);
  const append = async (name: string, at = 0): Promise<number> => {
    const bytes = content();
    await files.getFileClient(name).append(bytes, at, bytes.length);
    return at + bytes.length;
  };

  await put('replaced');
  await put('replaced');
  await put('renamed');
  await files.getFileClient('renamed').move('replaced');
  await put('undeleted');
  await files.getFileClient('undeleted').delete();
  for await (const { deletionId } of files.listDeletedPaths({ prefix: 'undeleted' })) {
    await files.undeletePath('undeleted', deletionId ?? '');
  }
  await files.getDirectoryClient('directory').create();
  await put('directory/in/it');
  await expect(put('directory')).rejects.toMatchObject({ statusCode: 409 });
  const wrongMd5 = { blobHTTPHeaders: {}, transactionalContentMD5: Buffer.alloc(16) };
  const bytes = content();
  await expect(
    blobs.getBlockBlobClient('md5').stageBlock(id(0), bytes, bytes.length, wrongMd5),
  ).rejects.toMatchObject({ code: 'Md5Mismatch' });
  await files.getFileClient('flushed').create();
  await files.getFileClient('flushed').flush(await append('flushed'));
  await files.getFileClient('appended').create();
  await append('appended');
  await append('appended');
  const staged = blobs.getBlockBlobClient('staged');
  for (const number of [0, 1, 1, 2]) {
    const block = content();
    await staged.stageBlock(id(number), block, block.length);
  }
  await staged.commitBlockList([id(0), id(1)]);
  for (const name of ['never committed', 'written meanwhile']) {
    const block = content();
    await blobs.getBlockBlobClient(name).stageBlock(id(0), block, block.length);
  }
  const kept = await put('written meanwhile');
  await put('never committed');

  await store([file('kept')]);
  expect((await store([file('kept')])).status).toBe(409);
  expect((await store([file('kept')], 'PUT')).status).toBe(200);
  expect((await store([file('second'), Buffer.from('no DICOM file')])).status).toBe(202);
  const cut = multipartOf([file('third'), file('fourth')]);
  const cutOff = { ...cut, body: cut.body.subarray(0, -60) };
  const refused = await send('/studies', { method: 'POST', accept: JSON_ACCEPT, ...cutOff });
  expect(refused.status).toBe(400);
  expect((await send(instancePath('s', 'e', 'kept'), { accept: ORIGINAL_FILE })).status).toBe(200);
  await clock.jump(60_000);
  for (const name of ['kept', 'second']) {
    expect((await send(instancePath('s', 'e', name), { method: 'DELETE' })).status).toBe(204);
  }
  await clock.jump(240_000);

  const names = ['replaced', 'undeleted', 'flushed', 'appended', 'staged', 'never committed'];
  for (const name of names) await files.getFileClient(name).delete();
  await files.getDirectoryClient('directory').delete(true);
  await clock.jump(2 * DAY_MS);
  const later = await connect();
  await flush(later);
  // The next deletion takes away what has been deleted long enough.
  await later.files.getFileClient('filler').delete();
  await flush(later);
  expect(lengthsOf(folder.path)).toEqual([kept.length]);
});

test('whatever happens to others, a content stays while anything needs it', async () => {
  using folder = temporaryFolder();
  await using emulator = await startTestEmulator({ stateFolder: folder.path });
  const { files, blobs, send, store, put, flush } = await openLake(emulator);
  const expected = new Map<string, Buffer>();
  await put('replaced');
  expected.set('replaced', await put('replaced'));
  expected.set('renamed', await put('before'));
  await files.getFileClient('before').move('renamed');
  await files.getDirectoryClient('directory').create();
  expected.set('moved/in/it', await put('directory/in/it'));
  await files.getDirectoryClient('directory').move('moved');
  const [first, second] = [content(), content()];
  await files.getFileClient('flushed').create();
  await files.getFileClient('flushed').append(first, 0, first.length);
  await files.getFileClient('flushed').flush(first.length);
  await files.getFileClient('flushed').append(second, first.length, second.length);
  expected.set('flushed', Buffer.concat([first, second]));
  const blocks = [content(), content(), content()];
  const staged = blobs.getBlockBlobClient('staged');
  for (const [number, block] of blocks.entries()) await staged.stageBlock(id(number), block, block.length);
  await staged.commitBlockList([id(0), id(1)]);
  await staged.stageBlock(id(3), blocks[2] ?? first, blocks[2]?.length ?? 0);
  expected.set('staged', Buffer.concat([blocks[0] ?? first, blocks[2] ?? first]));
  expected.set('undeleted', await put('undeleted'));
  await files.getFileClient('undeleted').delete();
  expected.set('undeleted at once', await put('undeleted at once'));
  await files.getFileClient('undeleted at once').delete();
  const undelete = async (name: string): Promise<void> => {
    for await (const one of files.listDeletedPaths({ prefix: name })) {
      if (one.name === name) await files.undeletePath(name, one.deletionId ?? '');
    }
  };
  await undelete('undeleted at once');
  const [old, instance] = [file('kept'), file('kept')];
  await store([old]);
  await store([instance], 'PUT');
  expect((await store([old])).status).toBe(409);

  await flush();
  await files.getFileClient('flushed').flush(first.length + second.length);
  await staged.commitBlockList([id(0), id(3)]);
  await undelete('undeleted');
  await flush();
  for (const [name, bytes] of expected) {
    const found = await files.getFileClient(name).readToBuffer();
    expect([name, found.equals(bytes)]).toEqual([name, true]);
  }
  const { body } = await send(instancePath('s', 'e', 'kept'), { accept: ORIGINAL_FILE });
  expect(body.subarray(128).equals(instance.subarray(128))).toBe(true);
});

test('an answer that is slow to go out has what was there when it was asked for', async () => {
  using folder = temporaryFolder();
  const clock = new WatchedClock();
  await using emulator = await startTestEmulator({ stateFolder: folder.path, clock });
  const { blobs, files, send, store, put, flush } = await openLake(emulator);
  const [single, multipart, frame] = [file('single'), file('multipart'), file('frame')];
  await store([single, multipart, frame]);
  const [whole, range] = [await put('whole'), await put('range')];
  const paths = ['whole', 'range', ...(await dicomFilesIn(files))];
  const slow = { method: 'GET', milliseconds: 1234 };
  for (const id of ['lake/slow', 'dicom/slow'] as const) await emulator.faults.set(id, slow);

  const retrieve = async (path: string, accept: string): Promise<Buffer> =>
    (await send(path, { accept })).body;
  // Each of another content: whoever holds one of them holds it for all.
  const asked = [
    async () => readBody((await blobs.getBlobClient('whole').download()).readableStreamBody as Readable),
    () => blobs.getBlobClient('range').downloadToBuffer(10, 500),
    () => retrieve(instancePath('s', 'e', 'single'), ORIGINAL_FILE),
    () => retrieve(instancePath('s', 'e', 'multipart'), ORIGINAL_FILES),
    () =>
      retrieve(`${instancePath('s', 'e', 'frame')}/frames/1`, 'application/octet-stream; transfer-syntax=*'),
  ];
  let waiting = 0;
  const allHandled = new Promise<void>((resolve) => {
    clock.onWait = (delayMs) => {
      if (delayMs === slow.milliseconds && (waiting += 1) === asked.length) resolve();
    };
  });
  const answers = Promise.all(asked.map((ask) => ask()));
  await Promise.race([allHandled, answers]);
  for (const name of paths) await put(name, Buffer.from('another'));
  await flush();
  await clock.advance(slow.milliseconds);

  const got = await answers;
  expect(got[0]?.equals(whole)).toBe(true);
  expect(got[1]?.equals(range.subarray(10, 510))).toBe(true);
  expect(got[2]?.subarray(128).equals(single.subarray(128))).toBe(true);
  expect(got[3]?.includes(multipart.subarray(128))).toBe(true);
  expect(got[4]?.equals(syntheticPixels('frame', 32))).toBe(true);
  await flush();
  expect(lengthsOf(folder.path)).toEqual([]);
});
