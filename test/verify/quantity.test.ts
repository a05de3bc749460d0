import { bytesText, byteUnitOf, counted, countText, durationText } from '../../verify/quantity';

test.each([
  [0, '0 B'],
  [1, '1 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [1536, '1.5 KiB'],
  [1024 ** 4 * 202.625, '202.6 TiB'],
  [1024 ** 6, '1 EiB'],
  [1024 ** 7, '1024 EiB'],
])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

test('a unit is the largest of which there is one', () => {
  expect(byteUnitOf(1024 ** 2 - 1)).toEqual({ name: 'KiB', bytes: 1024 });
  expect(byteUnitOf(1024 ** 2)).toEqual({ name: 'MiB', bytes: 1024 ** 2 });
});

test('thousands are separated, and one is one', () => {
  expect(countText(10_000_000_000)).toBe('10,000,000,000');
  expect(counted(1, 'file')).toBe('1 file');
  expect(counted(2000, 'file')).toBe('2,000 files');
});

test.each([
  [0, '0.0 s'],
  [59_900, '59.9 s'],
  [60_000, '1 min 0 s'],
  [3_599_999, '59 min 59 s'],
  [3_600_000, '1 h 0 min'],
  [7_560_000, '2 h 6 min'],
  [86_400_000, '1 d 0 h'],
  [86_400_000 * 3 + 3_600_000 * 4.9, '3 d 4 h'],
])('%d ms are %s', (ms, text) => expect(durationText(ms)).toBe(text));
