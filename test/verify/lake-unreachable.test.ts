import { rowOf, startVerifyBench } from '../support/verify-bench';

jest.setTimeout(30_000);

const LAKE = ['contract/file-holds-image', 'contract/file-where-promised'];

test('a lake that cuts connections leaves the service judged, and what lies in the lake unknown', async () => {
  await using bench = await startVerifyBench();
  await bench.emulator.faults.set('lake/connection-cut');
  const report = await bench.run({
    only: [
      'dicomweb/bytes-unchanged',
      'dicomweb/deleted-image-gone',
      'contract/change-feed-names-file',
      ...LAKE,
    ],
  });
  const outcomes = Object.fromEntries(report.rows.map(({ id, outcome }) => [id, outcome]));
  expect(outcomes).toEqual({
    'dicomweb/bytes-unchanged': 'pass',
    'dicomweb/deleted-image-gone': 'pass',
    'contract/change-feed-names-file': 'pass',
    'contract/file-holds-image': 'inconclusive',
    'contract/file-where-promised': 'inconclusive',
  });
  for (const id of LAKE)
    expect(rowOf(report, id)).toMatchObject({
      title: expect.stringMatching(/^not known whether /) as unknown,
      reason: expect.stringMatching(/cut the connection|cannot be reached/) as unknown,
      remedy: expect.any(String) as unknown,
    });
  expect(report.observed.journey).toContainEqual(
    expect.objectContaining({ plane: 'data lake', state: 'not asked' }),
  );
  expect(report.leftovers).toEqual([]);
  expect(bench.journalled()).toEqual([]);
});
