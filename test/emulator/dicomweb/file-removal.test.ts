import { ManualClock } from '../../../emulator';
import { SERVICE_FACTS } from '../../../contract';
import { syntheticDataset, uidOf, writeDicomFile } from '../../support/dicom-file';
import {
  dicomFilesIn,
  fileSystemOf,
  instancePath,
  JSON_ACCEPT,
  startDicomService,
  type TestDicomService,
} from '../../support/dicom-service';

const PERIOD_MS = SERVICE_FACTS.fileRemovalPeriodSeconds.value * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const FOLDER = 'AHDS/testws/dicom/images/Microsoft.Default';

interface Started extends TestDicomService {
  readonly clock: ManualClock;
}

async function startWithFiles(): Promise<Started> {
  const clock = new ManualClock();
  const service = await startDicomService({ clock });
  await service.store([file('first', 'a'), file('second', 'a'), file('third', 'b')]);
  return { ...service, clock };
}

function file(instance: string, series: string): Buffer {
  return writeDicomFile(syntheticDataset({ study: 'study', series, instance }));
}

test.each([
  ['an instance', instancePath('study', 'a', 'first'), [`${FOLDER}/274_3.dcm`, `${FOLDER}/692_2.dcm`]],
  ['a series', `/studies/${uidOf('study')}/series/${uidOf('a')}`, [`${FOLDER}/274_3.dcm`]],
  ['a study', `/studies/${uidOf('study')}`, []],
])('the files of %s leave the lake with the next run, not before', async (_, path, left) => {
  await using service = await startWithFiles();
  const before = await service.files();
  expect(before).toHaveLength(3);
  const response = await service.send(path, { method: 'DELETE' });
  expect(response).toMatchObject({ status: 204, text: '' });
  expect((await service.send(path, { method: 'DELETE' })).status).toBe(404);
  await service.clock.advance(PERIOD_MS - 1);
  expect(await service.files()).toEqual(before);
  await service.clock.advance(1);
  expect(await service.files()).toEqual(left);
});

test('a file that somebody changed stays for ever', async () => {
  await using service = await startWithFiles();
  await service.fileSystem.getFileClient(`${FOLDER}/132_1.dcm`).setMetadata({ reviewed: 'yes' });
  await service.send(`/studies/${uidOf('study')}`, { method: 'DELETE' });
  await service.clock.advance(PERIOD_MS);
  expect(await service.files()).toEqual([`${FOLDER}/132_1.dcm`]);
});

test('a removal that the lake refuses is tried again after a day', async () => {
  await using service = await startWithFiles();
  const { clock } = service;
  await service.send(`/studies/${uidOf('study')}`, { method: 'DELETE' });
  const grant = await service.revoke();
  await clock.advance(PERIOD_MS);
  await grant();
  await clock.advance(DAY_MS - PERIOD_MS);
  expect(await dicomFilesIn(fileSystemOf(service.emulator, service.lake))).toHaveLength(3);
  await clock.advance(PERIOD_MS);
  expect(await dicomFilesIn(fileSystemOf(service.emulator, service.lake))).toEqual([]);
});

test('what a failed store left behind is removed', async () => {
  await using service = await startWithFiles();
  const grant = await service.revoke();
  expect((await service.store([file('fourth', 'a')])).status).toBe(424);
  await grant();
  const orphan = service.fileSystem.getFileClient(`${FOLDER}/104_4.dcm`);
  await orphan.upload(Buffer.from('half a file'));
  await service.clock.advance(PERIOD_MS);
  expect(await orphan.exists()).toBe(false);
});

test('a file is not removed because another instance with the same UIDs was', async () => {
  await using service = await startWithFiles();
  await service.send(instancePath('study', 'a', 'first'), { method: 'DELETE' });
  await service.store([file('first', 'a')]);
  await service.clock.advance(PERIOD_MS);
  expect(await service.files()).toContain(`${FOLDER}/104_4.dcm`);
  const path = `${instancePath('study', 'a', 'first')}/metadata`;
  expect((await service.send(path, { accept: JSON_ACCEPT })).status).toBe(200);
});
