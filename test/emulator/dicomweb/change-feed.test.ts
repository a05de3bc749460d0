import { ManualClock } from '../../../emulator';
import { syntheticDataset, uidOf, writeDicomFile } from '../../support/dicom-file';
import {
  instancePath,
  JSON_ACCEPT,
  startDicomService,
  type TestDicomService,
} from '../../support/dicom-service';

const FOLDER = 'AHDS/testws/dicom/images/Microsoft.Default';
const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 1);
const A = instancePath('study', 'series', 'a');

interface Started extends TestDicomService {
  readonly clock: ManualClock;
}

async function start(): Promise<Started> {
  const clock = new ManualClock(START);
  return { ...(await startDicomService({ clock })), clock };
}

function file(instance: string, description = 'Phantom study'): Buffer {
  const changes = { '00081030': { vr: 'LO', value: description } };
  return writeDicomFile(syntheticDataset({ study: 'study', series: 'series', instance }, changes));
}

async function read(service: TestDicomService, query = ''): Promise<readonly Record<string, unknown>[]> {
  const response = await service.send(`/changefeed${query}`);
  expect(response.status).toBe(200);
  return response.json as Record<string, unknown>[];
}

/** One word for each entry: action, state and file. */
async function story(service: TestDicomService): Promise<readonly string[]> {
  const entries = await read(service, '?includeMetadata=false');
  return entries.map(({ action, state, filePath }) =>
    [action, state, typeof filePath === 'string' ? filePath.replace(`${FOLDER}/`, '') : 'no file'].join(' '),
  );
}

test('an entry tells where the file is and what the instance says', async () => {
  await using service = await start();
  await service.store([file('a')]);
  const [entry] = await read(service);
  const metadata = await service.send(`${A}/metadata`, { accept: JSON_ACCEPT });
  expect(entry).toEqual({
    sequence: 1,
    partitionName: 'Microsoft.Default',
    filePath: `${FOLDER}/132_1.dcm`,
    studyInstanceUid: uidOf('study'),
    seriesInstanceUid: uidOf('series'),
    sopInstanceUid: uidOf('a'),
    action: 'Create',
    timestamp: '2026-01-01T00:00:00.000Z',
    state: 'Current',
    metadata: (metadata.json as unknown[])[0],
  });
});

test('a deletion marks all entries of the instance and drops their metadata', async () => {
  await using service = await start();
  await service.store([file('a'), file('b')]);
  await service.send(A, { method: 'DELETE' });
  expect(await story(service)).toEqual([
    'Create Deleted 132_1.dcm',
    'Create Current 692_2.dcm',
    'Delete Deleted no file',
  ]);
  const withMetadata = await read(service);
  expect(withMetadata.map((entry) => 'metadata' in entry)).toEqual([false, true, false]);
});

test('storing again after a deletion replaces what was before', async () => {
  await using service = await start();
  await service.store([file('a')]);
  await service.send(A, { method: 'DELETE' });
  await service.store([file('a', 'Again')]);
  expect(await story(service)).toEqual([
    'Create Replaced 132_1.dcm',
    'Delete Replaced no file',
    'Create Current 692_2.dcm',
  ]);
  const entries = await read(service);
  expect(entries.map(({ metadata }) => metadata)).toMatchObject(
    entries.map(() => ({ '00081030': { Value: ['Again'] } })),
  );
});

test('a replacement by PUT points all entries to the newest file', async () => {
  await using service = await start();
  await service.store([file('a')]);
  await service.send('/studies', {
    method: 'PUT',
    accept: JSON_ACCEPT,
    headers: { 'Content-Type': 'application/dicom' },
    body: file('a'),
  });
  expect(await story(service)).toEqual(['Create Replaced 692_2.dcm', 'Update Current 692_2.dcm']);
});

test('the window includes its start, not its end', async () => {
  await using service = await start();
  for (const name of ['a', 'b', 'c']) {
    await service.store([file(name)]);
    await service.clock.advance(MINUTE_MS);
  }
  const sequences = async (query: string): Promise<readonly unknown[]> =>
    (await read(service, query)).map(({ sequence }) => sequence);
  expect(await sequences('')).toEqual([1, 2, 3]);
  expect(await sequences('?startTime=2026-01-01T00:01:00Z')).toEqual([2, 3]);
  expect(await sequences('?endTime=2026-01-01T00:01:00Z')).toEqual([1]);
  expect(await sequences('?startTime=2026-01-01T00:00:30Z&endTime=2026-01-01T00:02:00Z')).toEqual([2]);
  expect(await sequences('?startTime=2026-01-01T02:01:00%2B02:00&limit=1')).toEqual([2]);
  expect(await sequences('?offset=1&limit=1')).toEqual([2]);
  expect(await sequences('?startTime=2026-01-01T00:01:00Z&offset=1')).toEqual([3]);
  expect(await sequences('?offset=3')).toEqual([]);
  expect(await sequences('?startTime=2027-01-01T00:00:00Z')).toEqual([]);
});

test('the latest entry is there once there is one', async () => {
  await using service = await start();
  expect(await service.send('/changefeed/latest')).toMatchObject({ status: 204, text: '' });
  await service.store([file('a'), file('b')]);
  const { json } = await service.send('/changefeed/latest?includeMetadata=false');
  expect(json).toMatchObject({ sequence: 2, sopInstanceUid: uidOf('b') });
  expect(json).not.toHaveProperty('metadata');
});

test.each([
  ['limit=201', "limit must be a whole number from 1 to 200, got '201'."],
  ['offset=x', "offset must be a whole number from 0 on, got 'x'."],
  ['includeMetadata=1', "includeMetadata must be true or false, got '1'."],
  [
    'startTime=2026-01-01T00:00:00',
    "startTime must be a time with a UTC offset or Z, such as 2026-01-31T12:00:00Z, got '2026-01-01T00:00:00'.",
  ],
  [
    'startTime=2026-01-01T00:00:00Z&endTime=2026-01-01T00:00:00Z',
    'endTime must be later than startTime, got 2026-01-01T00:00:00Z and 2026-01-01T00:00:00Z.',
  ],
])('fails with 400 for %s', async (query, text) => {
  await using service = await start();
  expect(await service.send(`/changefeed?${query}`)).toMatchObject({ status: 400, text });
});
