import { LakePathTable, successor } from '../../emulator/domain/lake-path-table';

interface Numbered {
  readonly number: number;
}

function walk(table: LakePathTable<Numbered>, start = ''): readonly string[] {
  const keys: string[] = [];
  let found = table.firstFrom(start);
  while (found !== undefined) {
    keys.push(found[0]);
    found = table.firstFrom(successor(found[0]));
  }
  return keys;
}

test('walks in order of the keys whatever was set and deleted before', () => {
  const table = new LakePathTable<Numbered>();
  const known = new Set<string>();
  let seed = 1;
  for (let step = 0; step < 3_000; step += 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    const key = `${'abc'[seed % 3] ?? ''}/${(seed >> 8) % 97}`;
    if (seed % 5 < 3) {
      table.set(key, { number: step });
      known.add(key);
    } else {
      expect(table.delete(key)).toBe(known.delete(key));
    }
    if (step % 50 === 0) expect(walk(table)).toEqual([...known].sort());
  }
  expect(walk(table)).toEqual([...known].sort());
});

test('starts at the first key that is not before the start', () => {
  const table = new LakePathTable<Numbered>();
  for (const key of ['b', 'a/x', 'a', 'a-b']) table.set(key, { number: 0 });
  expect(walk(table, 'a')).toEqual(['a', 'a-b', 'a/x', 'b']);
  expect(walk(table, 'a/')).toEqual(['a/x', 'b']);
  expect(walk(table, 'c')).toEqual([]);
});

test('sees at the next step what changed since the last one', () => {
  const table = new LakePathTable<Numbered>();
  for (const key of ['a', 'b', 'd']) table.set(key, { number: 1 });
  expect(table.firstFrom(successor('a'))?.[0]).toBe('b');
  table.delete('b');
  table.set('c', { number: 2 });
  expect(table.firstFrom(successor('a'))).toEqual(['c', { number: 2 }]);
  table.delete('c');
  table.set('c', { number: 3 });
  expect(table.firstFrom(successor('a'))).toEqual(['c', { number: 3 }]);
  expect(walk(table)).toEqual(['a', 'c', 'd']);
});
