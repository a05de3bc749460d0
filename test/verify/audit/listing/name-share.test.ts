import { dicomFileName } from '../../../../contract';
import { dividersBetween, shareBefore } from '../../../../verify/audit/listing/name-share';

const NAMES = Array.from({ length: 20_000 }, (_, index) => dicomFileName(BigInt(index + 1))).sort();

test('tells where a name stands among those that the service gives', () => {
  for (const at of [100, 5_000, 10_000, 15_000, 19_900]) {
    const name = NAMES[at] ?? '';
    expect(Math.abs(shareBefore(name) - at / NAMES.length)).toBeLessThan(0.02);
  }
});

test.each([
  ['notes', 1],
  ['', 0],
  ['-', 0],
  ['100_1.dcm', 0],
  ['0_1.dcm', 0],
])('places %j, which is no name of the service or the first, at %d', (name, share) => {
  expect(shareBefore(name)).toBe(share);
});

test('divides names into parts that are even, though half of them begin with 1', () => {
  const dividers = dividersBetween(NAMES[0] ?? '', undefined, 8);
  expect(dividers).toHaveLength(7);
  const edges = ['', ...dividers, '~'];
  for (const [index, edge] of edges.slice(0, -1).entries()) {
    const inside = NAMES.filter((name) => name >= edge && name < (edges[index + 1] ?? ''));
    expect(Math.abs(inside.length / NAMES.length - 1 / 8)).toBeLessThan(0.02);
  }
});

test('divides only what lies between, and not at all where nothing does', () => {
  const dividers = dividersBetween('185_3.dcm', '188', 4);
  expect(dividers).toEqual(['186', '187']);
  expect(dividersBetween('187_3.dcm', '188', 4)).toEqual([]);
  expect(dividersBetween('999_1.dcm', undefined, 4)).toEqual([]);
});
