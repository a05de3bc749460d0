import { SystemClock } from '../../../verify';
import { IndexComparison } from '../../../verify/audit/index-difference/index-difference';
import type { IndexDifference } from '../../../verify/audit/model';
import { connectionForEmulator } from '../../../verify';
import { syntheticDataset, writeDicomFile } from '../../support/dicom-file';
import { instancePath, startDicomService, type TestDicomService } from '../../support/dicom-service';
import { storageClients } from '../../support/storage-clients';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const clock = new SystemClock();

let service: TestDicomService;
let images: readonly string[];

beforeEach(async () => {
  service = await startDicomService({ fileRemovalPeriodMs: DAY });
  const files = ['1', '2', '3'].map((instance) =>
    writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance })),
  );
  expect((await service.store(files)).status).toBe(200);
  images = await service.files();
});

afterEach(() => service[Symbol.asyncDispose]());

/** Compares with a lake that was read at a time, in which these files lay. */
async function compare(
  files: readonly string[],
  asOf: number,
  modifiedAt = asOf - HOUR,
): Promise<IndexDifference> {
  const { emulator, lake } = service;
  using comparison = new IndexComparison({
    manifest: lake.manifest,
    azure: connectionForEmulator(emulator.ready, emulator.ca),
    clock,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  for (const file of files) comparison.onImage(file, modifiedAt);
  return await comparison.compare(asOf);
}

const later = (): number => clock.now() + HOUR;

test('finds nothing where both agree', async () => {
  expect(await compare(images, later())).toEqual({
    entries: 3,
    images: 3,
    lost: { count: 0, first: [] },
    unknown: { count: 0, first: [] },
    unsettled: 0,
  });
});

test('names the files that are gone, and says nothing of those that were only not listed', async () => {
  const [gone = '', unlisted = ''] = images;
  await storageClients(service.emulator, service.lake).container.deleteBlob(gone);
  const others = images.filter((file) => file !== gone && file !== unlisted);
  expect(await compare(others, later())).toMatchObject({ lost: { count: 1, first: [gone] }, unsettled: 1 });
});

test('says nothing of images that came while the lake was read', async () => {
  const [gone = ''] = images;
  await storageClients(service.emulator, service.lake).container.deleteBlob(gone);
  expect(await compare(images.slice(1), clock.now())).toMatchObject({ lost: { count: 0 }, unsettled: 1 });
});

test('names files that no image has, but none that are gone by now, and none that are young', async () => {
  const folder = images[0]?.replace(/[^/]*$/, '') ?? '';
  const stray = `${folder}110_77.dcm`;
  await storageClients(service.emulator, service.lake).container.getBlockBlobClient(stray).upload('x', 1);
  expect(await compare([...images, stray, `${folder}110_78.dcm`], later())).toMatchObject({
    unknown: { count: 1, first: [stray] },
    unsettled: 1,
  });
  expect(await compare([...images, stray], clock.now(), clock.now())).toMatchObject({
    unknown: { count: 0 },
    unsettled: 1,
  });
});

test('says nothing of the file of an image that was deleted just now', async () => {
  const { status } = await service.send(instancePath('s', 'e', '1'), { method: 'DELETE' });
  expect(status).toBe(204);
  // Its file is still there: the service removes it by and by.
  expect(await compare(images, clock.now())).toMatchObject({
    images: 2,
    lost: { count: 0 },
    unknown: { count: 0 },
    unsettled: 1,
  });
});

test('names the file of a deleted image that stays for good', async () => {
  await service.send(instancePath('s', 'e', '1'), { method: 'DELETE' });
  expect(await compare(images, later())).toMatchObject({ unknown: { count: 1 }, unsettled: 0 });
});
