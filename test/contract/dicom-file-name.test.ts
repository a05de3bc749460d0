import { dicomFileName, watermarkOf } from '../../contract';

/** Computed with an XXH64 that was checked against the published values for "", "a" and "abc". */
const VECTORS: readonly (readonly [bigint, string])[] = [
  [1n, '132_1.dcm'],
  [2n, '692_2.dcm'],
  [3n, '274_3.dcm'],
  [4n, '104_4.dcm'],
  [5n, '767_5.dcm'],
  [9n, '210_9.dcm'],
  [10n, '542_10.dcm'],
  [12n, '608_12.dcm'],
  [100n, '614_100.dcm'],
  [1000n, '768_1000.dcm'],
  [12345n, '143_12345.dcm'],
  [1000001n, '181_1000001.dcm'],
];

describe('dicomFileName', () => {
  test.each(VECTORS)('names version %s %s and reads it back', (watermark, name) => {
    expect(dicomFileName(watermark)).toBe(name);
    expect(watermarkOf(name)).toBe(watermark);
  });

  test.each(['133_1.dcm', '132_01.dcm', '132_1.DCM', '132_1', 'health.txt', '132_0.dcm'])(
    'does not take %s for a file of the service',
    (name) => {
      expect(watermarkOf(name)).toBeUndefined();
    },
  );
});
