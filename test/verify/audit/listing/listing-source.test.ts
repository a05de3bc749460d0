import { type FoundFile, ManualClock } from '../../../../verify';
import { lakeNamesOf } from '../../../../verify/audit/lake-names';
import type { Checkpoint } from '../../../../verify/audit/listing/checkpoint';
import { listingSource } from '../../../../verify/audit/listing/listing-source';
import type { CountedLake, ListingFacts } from '../../../../verify/audit/model';
import { settled } from '../../../support/audited-lake';
import { type ListedLakeBench, startListedLake, untampered } from '../../../support/listed-lake';

jest.setTimeout(120_000);

/** Small pages, so that there are many of few files. */
const SMALL = { pageSize: 16, concurrency: 6 } as const;

let bench: ListedLakeBench;

beforeAll(async () => {
  bench = await startListedLake(1_100);
});

afterEach(() => (bench.tamper = untampered));

afterAll(() => bench[Symbol.asyncDispose]());

test('counts what the SDK lists, and names what stands out once', async () => {
  const before = bench.requests.length;
  const request = bench.request();
  const lake = await listingSource(SMALL)(request);
  await expectTruth({ ...lake, found: request.found });
  expect(lake.findings.map(({ finding, count }) => [finding, count])).toEqual(
    expect.arrayContaining([
      ['archived', 1],
      ['foreign', 1],
    ]),
  );
  const facts = lake.source as ListingFacts;
  expect(facts).toMatchObject({ divided: 'by name', throttled: 0, folders: 2, resumed: false });
  expect(facts.requests).toBe(bench.requests.length - before);
  // Sixty pages, and one that is not full for each part.
  expect(facts.requests).toBeGreaterThan(60);
  expect(facts.requests).toBeLessThan(120);
});

test('asks for several parts of a folder at once', async () => {
  let now = 0;
  let most = 0;
  bench.tamper = async (_request, forward) => {
    most = Math.max(most, ++now);
    const answer = await forward();
    now -= 1;
    return answer;
  };
  await listingSource(SMALL)(bench.request());
  expect(most).toBe(6);
});

test.each([
  ['startFrom is refused', 400, 'UnsupportedQueryParameter'],
  ['the version is not known', 400, 'InvalidHeaderValue'],
])('lists folder by folder where %s', async (_what, status, code) => {
  bench.tamper = (request, forward) =>
    request.path.includes('startFrom=')
      ? Promise.resolve({ status, headers: { 'x-ms-error-code': code }, body: Buffer.alloc(0) })
      : forward();
  const lake = await listingSource(SMALL)(bench.request());
  await expectTruth(lake);
  expect(lake.source).toMatchObject({ divided: 'by folder' });
});

test('lists folder by folder where startFrom is not heeded', async () => {
  bench.tamper = (request, forward) => {
    Object.assign(request, { path: request.path.replace(/&startFrom=[^&]*/, '') });
    return forward();
  };
  const lake = await listingSource(SMALL)(bench.request());
  await expectTruth(lake);
  expect(lake.source).toMatchObject({ divided: 'by folder' });
});

test('asks more slowly and counts the same where the service is busy or cuts answers off', async () => {
  let turn = 0;
  bench.tamper = async (_request, forward) => {
    turn += 1;
    if (turn % 5 === 0)
      return { status: 503, headers: { 'x-ms-error-code': 'ServerBusy' }, body: Buffer.alloc(0) };
    if (turn % 11 === 0) return 'cut';
    const answer = await forward();
    return turn % 13 === 0 ? { ...answer, body: answer.body.subarray(0, answer.body.length / 2) } : answer;
  };
  const lake = await listingSource(SMALL)(bench.request({ clock: new ManualClock() }));
  await expectTruth(lake);
  expect((lake.source as ListingFacts).throttled).toBeGreaterThan(5);
});

test('ends with what the service says where that does not pass', async () => {
  bench.tamper = () =>
    Promise.resolve({
      status: 403,
      headers: { 'x-ms-error-code': 'AuthorizationPermissionMismatch' },
      body: Buffer.alloc(0),
    });
  await expect(listingSource(SMALL)(bench.request())).rejects.toMatchObject({
    name: 'ServiceRefusal',
    status: 403,
    serviceCode: 'AuthorizationPermissionMismatch',
  });
});

test('gives up after two minutes of a busy service', async () => {
  bench.tamper = () => Promise.resolve({ status: 503, headers: {}, body: Buffer.alloc(0) });
  const clock = new ManualClock();
  const start = clock.now();
  await expect(listingSource(SMALL)(bench.request({ clock }))).rejects.toMatchObject({ status: 503 });
  expect((clock.now() - start) / 1000).toBeGreaterThan(60);
  expect((clock.now() - start) / 1000).toBeLessThan(300);
});

describe('interrupted after some pages', () => {
  test.each([1, 2, 3, 9, 25, 60])('%d, it goes on where it was', async (pages) => {
    const first = await interruptedAfter(pages);
    const found = first.found.slice(0, first.foundAtCheckpoint);
    const before = bench.requests.length;
    const lake = await listingSource({ ...SMALL, checkpoint: first.checkpoint })(
      bench.request({ onFound: (file) => found.push(file) }),
    );
    expect(lake.asOf).toBe(new Date(first.checkpoint.asOf).toISOString());
    await expectTruth({ ...lake, found });
    expect(lake.source).toMatchObject({ resumed: true });
    expect(lake.complete).toBe(true);
    if (pages > 20) expect(bench.requests.length - before).toBeLessThan(100 - pages / 2);
  });
});

/** @param found where it is to be looked at as well */
async function expectTruth({
  found,
  ...lake
}: CountedLake & { readonly found?: readonly FoundFile[] }): Promise<void> {
  const truth = await bench.truth(Date.parse(lake.asOf));
  expect(settled({ ...lake, found: found ?? truth.found })).toEqual(truth);
}

/** Runs until some answers were given, and tells what was kept then. */
async function interruptedAfter(
  pages: number,
): Promise<{ checkpoint: Checkpoint; found: FoundFile[]; foundAtCheckpoint: number }> {
  const stop = new AbortController();
  let answered = 0;
  bench.tamper = async (_request, forward) => {
    const answer = await forward();
    if (++answered >= pages) stop.abort(new Error('stop'));
    return answer;
  };
  const found: FoundFile[] = [];
  let kept: { checkpoint: Checkpoint; foundAtCheckpoint: number } | undefined;
  const lake = await listingSource({
    ...SMALL,
    onCheckpoint: (checkpoint) => {
      kept = {
        checkpoint: JSON.parse(JSON.stringify({ ...checkpoint, findingsBytes: 0 })) as Checkpoint,
        foundAtCheckpoint: found.length,
      };
    },
  })(
    bench.request({
      signal: stop.signal,
      clock: new ManualClock(),
      onFound: (file) => found.push(file),
    }),
  );
  bench.tamper = untampered;
  expect(lake.complete).toBe(false);
  if (kept === undefined) throw new Error('nothing was kept');
  expect(kept.checkpoint.lake).toEqual(lakeNamesOf(bench.lake.manifest));
  return { ...kept, found };
}
