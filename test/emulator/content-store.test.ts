import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { joinContents, type LakeContent } from '../../emulator/domain/lake-content';
import { ContentStore } from '../../emulator/state/content-store';
import { temporaryFolder } from '../support/cli';

/** More than the released contents that stay a while for readers. */
const MANY = 100;

async function write(store: ContentStore, bytes = Buffer.from('content')): Promise<LakeContent> {
  return (await store.write([bytes])).content;
}

/** Writes and releases so many that what was released before is no longer among the last. */
async function releaseMany(store: ContentStore): Promise<void> {
  for (let count = 0; count < MANY; count += 1) store.release(await write(store));
}

function isThere(folder: string, { extents }: LakeContent): boolean {
  return extents.every(({ id }) => existsSync(path.join(folder, id)));
}

/** A commit does not wait for the files that it removes. */
async function gone(folder: string, content: LakeContent): Promise<void> {
  for (let tries = 0; isThere(folder, content); tries += 1) {
    if (tries >= 2_000) throw new Error('the content is still there');
    await sleep(1);
  }
}

/** A commit, and time for the files that it removes. */
async function commit(store: ContentStore, folder: string): Promise<void> {
  const marker = await write(store);
  store.release(marker);
  await releaseMany(store);
  store.onCommit()();
  await gone(folder, marker);
  await sleep(10);
}

async function readAll(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

test('a released content goes once the commit that tells of it is safe, and not before', async () => {
  using folder = temporaryFolder();
  const store = new ContentStore(folder.path);
  const content = await write(store);
  store.release(content);
  await releaseMany(store);
  const onSafe = store.onCommit();
  await sleep(10);
  expect(isThere(folder.path, content)).toBe(true);
  onSafe();
  await gone(folder.path, content);
});

test('what is released while a commit is under way stays for the next', async () => {
  using folder = temporaryFolder();
  const store = new ContentStore(folder.path);
  const [before, meanwhile] = [await write(store), await write(store)];
  store.release(before);
  await releaseMany(store);
  const onSafe = store.onCommit();
  store.release(meanwhile);
  await releaseMany(store);
  onSafe();
  await gone(folder.path, before);
  await sleep(10);
  expect(isThere(folder.path, meanwhile)).toBe(true);
  store.onCommit()();
  await gone(folder.path, meanwhile);
});

test('a content that two hold stays until both have released it', async () => {
  using folder = temporaryFolder();
  const store = new ContentStore(folder.path);
  const content = await write(store);
  store.retain(content);
  store.release(content);
  await commit(store, folder.path);
  expect(isThere(folder.path, content)).toBe(true);
  store.release(content);
  await commit(store, folder.path);
  expect(isThere(folder.path, content)).toBe(false);
});

test('a content that is held again before it went stays', async () => {
  using folder = temporaryFolder();
  const store = new ContentStore(folder.path);
  const content = await write(store);
  store.release(content);
  store.retain(content);
  await commit(store, folder.path);
  expect((await store.readAll(content)).toString()).toBe('content');
  await commit(store, folder.path);
  expect(isThere(folder.path, content)).toBe(true);
});

test.each([
  ['to its end', (chunks: AsyncGenerator<Buffer>) => readAll(chunks)],
  ['up to where the reader leaves', (chunks: AsyncGenerator<Buffer>) => chunks.return(undefined)],
])('a content stays while it is read, %s', async (_how, finish) => {
  using folder = temporaryFolder();
  const store = new ContentStore(folder.path);
  const parts = [randomBytes(10), randomBytes(10)];
  const content = joinContents([await write(store, parts[0]), await write(store, parts[1])]);
  const chunks = store.read(content);
  expect((await chunks.next()).value).toEqual(parts[0]);
  store.release(content);
  await commit(store, folder.path);
  expect(isThere(folder.path, content)).toBe(true);
  const rest = await finish(chunks);
  if (Buffer.isBuffer(rest)) expect(rest).toEqual(parts[1]);
  await commit(store, folder.path);
  await gone(folder.path, content);
});

test('a content that was released just now can still be opened', async () => {
  using folder = temporaryFolder();
  const store = new ContentStore(folder.path);
  const content = await write(store);
  store.release(content);
  store.onCommit()();
  await sleep(10);
  expect((await store.readAll(content)).toString()).toBe('content');
});

test.each([10, 3_000_000])('nothing stays of a content whose source fails after %d bytes', async (length) => {
  using folder = temporaryFolder();
  const store = new ContentStore(folder.path);
  async function* failing(): AsyncGenerator<Buffer> {
    yield await Promise.resolve(randomBytes(length));
    throw new Error('the client left');
  }
  await expect(store.write(failing())).rejects.toThrow('the client left');
  expect(readdirSync(folder.path)).toEqual([]);
});

test('a start removes what nobody holds, and nothing else', async () => {
  using folder = temporaryFolder();
  const before = new ContentStore(folder.path);
  const [needed, left] = [await write(before), await write(before)];
  const after = new ContentStore(folder.path);
  after.retain(needed);
  after.removeUnheld();
  expect([isThere(folder.path, needed), isThere(folder.path, left)]).toEqual([true, false]);
});
