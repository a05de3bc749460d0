import { cpSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { LevelState } from '../../emulator/state/level-state';
import { temporaryFolder } from '../support/cli';

interface Row {
  readonly value: number;
}

const nothingElse = (): (() => void) => () => undefined;

function open(folder: string): Promise<LevelState> {
  return LevelState.open(folder, nothingElse);
}

/** What a start would find if the process ended now: the files as the operating system has them. */
async function foundAfterCrash(
  folder: string,
  tables: readonly string[],
  cutOff?: (log: string) => void,
): Promise<readonly (readonly string[])[]> {
  const copy = `${folder}-copy`;
  cpSync(folder, copy, { recursive: true });
  cutOff?.(logOf(copy));
  const state = await open(copy);
  const found = tables.map((name) =>
    state
      .table<Row>(name)
      .rows()
      .map(([key]) => key),
  );
  await state.close();
  rmSync(copy, { recursive: true });
  return found;
}

function logOf(folder: string): string {
  const [log] = readdirSync(folder)
    .filter((name) => name.endsWith('.log'))
    .sort()
    .reverse();
  return path.join(folder, log ?? '');
}

test('what was committed survives the end of the process', async () => {
  using folder = temporaryFolder();
  const state = await open(folder.path);
  state.table<Row>('a').put('1', { value: 1 });
  await state.committed();
  expect(await foundAfterCrash(folder.path, ['a'])).toEqual([['1']]);
  await state.close();
});

test('what changes while a batch is being written is not committed with it, but with the next one', async () => {
  using folder = temporaryFolder();
  let begun = (): void => undefined;
  const firstBatch = new Promise<void>((resolve) => (begun = resolve));
  const state = await LevelState.open(folder.path, () => {
    begun();
    return () => undefined;
  });
  const table = state.table<Row>('a');
  // So much that the change to come finds the batch under way.
  for (let at = 0; at < 2_000; at += 1) table.put(`first ${at}`, { value: at });
  const first = state.committed();
  await firstBatch;
  table.put('second', { value: 2 });
  await state.committed();
  const [found] = await foundAfterCrash(folder.path, ['a']);
  expect(found).toContain('second');
  expect(found).toHaveLength(2_001);
  await first;
  await state.close();
});

test('what no request waits for is written all the same', async () => {
  using folder = temporaryFolder();
  let safe = (): void => undefined;
  const written = new Promise<void>((resolve) => (safe = resolve));
  const state = await LevelState.open(folder.path, () => () => safe());
  state.table<Row>('a').put('1', { value: 1 });
  await written;
  expect(await foundAfterCrash(folder.path, ['a'])).toEqual([['1']]);
  await state.close();
});

test('wherever a crash cuts off what is being written, changes made in one go are all there or none', async () => {
  using folder = temporaryFolder();
  const state = await open(folder.path);
  const [rows, others] = [state.table<Row>('rows'), state.table<Row>('others')];
  for (let at = 0; at < 5; at += 1) others.put(`old ${at}`, { value: at });
  await state.committed();
  const before = statSync(logOf(folder.path)).size;
  rows.put('gone at once', { value: 0 });
  rows.put('1', { value: 1 });
  others.clear();
  rows.delete('gone at once');
  others.put('new', { value: 2 });
  await state.committed();
  const after = statSync(logOf(folder.path)).size;
  await state.close();

  const old = Array.from({ length: 5 }, (_, at) => `old ${at}`);
  const cuts = [before, before + 1, before + 10, Math.floor((before + after) / 2), after - 12, after - 1];
  for (const size of [...cuts, after]) {
    const found = await foundAfterCrash(folder.path, ['rows', 'others'], (log) => truncateSync(log, size));
    expect([size, found]).toEqual([size, size === after ? [['1'], ['new']] : [[], old]]);
  }
  expect(after - before).toBeGreaterThan(50);
});

test('a table is empty after it was cleared, but for what came later', async () => {
  using folder = temporaryFolder();
  const state = await open(folder.path);
  const [one, two] = [state.table<Row>('table'), state.table<Row>('table 2')];
  one.put('before', { value: 1 });
  two.put('before', { value: 1 });
  await state.committed();
  one.put('just before', { value: 2 });
  one.clear();
  one.put('after', { value: 3 });
  await state.close();
  expect(await foundAfterCrash(folder.path, ['table', 'table 2'])).toEqual([['after'], ['before']]);
});

test('nothing counts as committed where it cannot be written', async () => {
  using folder = temporaryFolder();
  const state = await open(folder.path);
  await state.close();
  state.table<Row>('a').put('1', { value: 1 });
  await expect(state.committed()).rejects.toMatchObject({ code: 'LEVEL_DATABASE_NOT_OPEN' });
});
