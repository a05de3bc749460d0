import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LakeContent } from '../../emulator/domain/lake-content';
import { ContentStore } from '../../emulator/state/content-store';
import { temporaryFolder } from '../support/cli';

/** More than the released contents that stay a while for readers. */
const MANY = 100;

async function write(store: ContentStore, bytes = Buffer.from('content')): Promise<LakeContent> {
  return (await store.write([bytes])).content;
}

function idOf({ extents }: LakeContent): string {
  return extents[0]?.id ?? '';
}

/** Writes and releases so many that whatever was released before is no longer among the last. */
async function releaseMany(store: ContentStore): Promise<void> {
  for (let count = 0; count < MANY; count += 1) store.release(await write(store));
}

/** Ends when the files that a commit removes are gone: it does not wait for them itself. */
async function commit(store: ContentStore): Promise<void> {
  store.onCommit()();
  await settled(store);
}

async function settled({ folder }: { readonly folder: string } | ContentStore): Promise<void> {
  void folder;
  await sleep(1);
}

test('a released content is there until the commit that tells of its end is safe', async () => {
  using folder = temporaryFolder();
});
