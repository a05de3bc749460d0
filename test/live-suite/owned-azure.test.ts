import { appendFileSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { healthFile } from '../live/experiments/health-file';
import { LiveJournal } from '../live/live-journal';
import { LIVE_TAG, NotOwned, OwnedAzure } from '../live/owned-azure';
import { cleanUp, runExperiments } from '../live/run-experiments';
import { armOf } from '../support/emulator';
import { LIVE_RUN_ID, type LiveBench, startLiveBench } from '../support/live-bench';

const GROUP_API = '2023-07-01';
const IDENTITY_API = '2024-11-30';

let bench: LiveBench;
let owned: OwnedAzure;

beforeEach(async () => {
  bench = await startLiveBench();
  owned = new OwnedAzure(bench.connection, bench.run.journal);
});

afterEach(() => bench[Symbol.asyncDispose]());

function groupId(name: string): string {
  return `/subscriptions/${bench.emulator.ready.subscriptionId}/resourceGroups/${name}`;
}

/** A group that somebody else made. */
async function makeForeign(name: string, tags: Readonly<Record<string, string>> = {}): Promise<void> {
  await armOf(bench.emulator).put(groupId(name), GROUP_API, { location: 'westeurope', tags });
}

function identityIn(group: string): string {
  return `${groupId(group)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/somebody`;
}

test('what is in a group of the run is made, changed and deleted', async () => {
  await owned.makeGroup('mine', 'westeurope');
  await owned.put(identityIn('mine'), IDENTITY_API, { location: 'westeurope' });
  expect(await owned.read(identityIn('mine'), IDENTITY_API)).toMatchObject({ name: 'somebody' });
  await owned.remove(identityIn('mine'), IDENTITY_API);
  expect(await owned.read(identityIn('mine'), IDENTITY_API)).toBeUndefined();
});

test('a group that exists already is not taken', async () => {
  await makeForeign('theirs');
  await expect(owned.makeGroup('theirs', 'westeurope')).rejects.toThrow(
    "the resource group 'theirs' exists already and is not of this run; name one that does not exist",
  );
  expect(bench.run.journal.groups).toEqual([]);
});

test('nothing is changed in a group that the run has not made, whatever its tag', async () => {
  await makeForeign('theirs', { [LIVE_TAG]: LIVE_RUN_ID });
  await armOf(bench.emulator).put(identityIn('theirs'), IDENTITY_API, { location: 'westeurope' });
  const body = { location: 'westeurope', tags: { changed: 'yes' } };
  await expect(owned.put(identityIn('theirs'), IDENTITY_API, body)).rejects.toBeInstanceOf(NotOwned);
  await expect(owned.patch(identityIn('theirs'), IDENTITY_API, body)).rejects.toBeInstanceOf(NotOwned);
  await expect(owned.remove(identityIn('theirs'), IDENTITY_API)).rejects.toBeInstanceOf(NotOwned);
  await expect(owned.removeGroup('theirs')).rejects.toBeInstanceOf(NotOwned);
  expect(await owned.read(identityIn('theirs'), IDENTITY_API)).not.toHaveProperty('tags.changed');
});

test('a group of the journal that lost the tag of the run is left alone, and clean-up says so', async () => {
  await owned.makeGroup('mine', 'westeurope');
  await owned.makeGroup('taken-over', 'westeurope');
  await makeForeign('taken-over', { [LIVE_TAG]: 'another' });
  await expect(cleanUp(bench.run)).rejects.toThrow('not everything was deleted; clean up again');
  expect(bench.run.journal.groups).toEqual(['taken-over']);
  expect(await owned.read(groupId('taken-over'), GROUP_API)).toMatchObject({
    tags: { [LIVE_TAG]: 'another' },
  });
  expect(await owned.read(groupId('mine'), GROUP_API)).toBeUndefined();
});

test('nothing of another subscription, and nothing outside of groups, is of the run', async () => {
  await owned.makeGroup('mine', 'westeurope');
  const elsewhere = identityIn('mine').replace(/\/subscriptions\/[^/]+/, '/subscriptions/55555555');
  await expect(owned.remove(elsewhere, IDENTITY_API)).rejects.toBeInstanceOf(NotOwned);
  const lock = `/subscriptions/${bench.emulator.ready.subscriptionId}/providers/Microsoft.Authorization/locks/l`;
  await expect(owned.remove(lock, '2020-05-01')).rejects.toBeInstanceOf(NotOwned);
});

test('a journal is read again after a line that was cut off, and goes on after the whole ones', async () => {
  const { folder } = bench.run;
  const file = path.join(folder, 'journal.jsonl');
  await owned.makeGroup('mine', 'westeurope');
  appendFileSync(file, '{"kind":"group","na');
  const again = LiveJournal.open(folder);
  expect(again?.groups).toEqual(['mine']);
  again?.add({ kind: 'group-gone', name: 'mine' });
  expect([LiveJournal.open(folder)?.groups, LiveJournal.open(folder)?.isOver]).toEqual([[], true]);
  expect(readFileSync(file, 'utf8')).not.toContain('"na{');
});

test('an answer of an experiment that was stopped does not count, one that was answered is not tried again', async () => {
  const stop = new AbortController();
  let runs = 0;
  const experiment = (end: () => void) => ({
    ...healthFile,
    run: () => {
      runs += 1;
      end();
      return Promise.resolve({ answer: 'none seen' as const, observed: {} });
    },
  });
  const stopped = experiment(() => stop.abort(new Error('stopped')));
  await expect(runExperiments([stopped], { ...bench.run, signal: stop.signal })).rejects.toThrow('stopped');
  expect([...bench.run.journal.answers, ...bench.run.journal.failures]).toEqual([]);
  for (let time = 0; time < 2; time += 1) await runExperiments([experiment(() => undefined)], bench.run);
  expect([...bench.run.journal.answers.keys()]).toEqual(['health-file']);
  expect(runs).toBe(2);
});
