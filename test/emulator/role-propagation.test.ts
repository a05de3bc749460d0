import { ROLES } from '../../contract';
import { ManualClock } from '../../emulator';
import { temporaryFolder } from '../support/cli';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';
import { dicomSender, multipartOf } from '../support/dicom-http';
import { JSON_ACCEPT, startDicomService } from '../support/dicom-service';
import { armOf, assignRole, provisionLake, startTestEmulator } from '../support/emulator';
import { storageSender } from '../support/storage-http';

const MINUTE = 60_000;
const FILE = writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'i' }));
const OTHER = writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'j' }));
const STORE = { method: 'POST', accept: JSON_ACCEPT, ...multipartOf([FILE]) };

test('a role that was made or removed counts once the time of its propagation is over', async () => {
  const clock = new ManualClock();
  await using service = await startDicomService({ clock, rolePropagationMs: 10 * MINUTE });
  const { emulator, lake } = service;
  const lookIntoLake = await storageSender(emulator, lake, 'verifier');
  const look = async (): Promise<number> =>
    (await lookIntoLake('GET', '/dicom?restype=container&comp=list')).status;
  expect(await look()).toBe(403);
  await clock.advance(10 * MINUTE - 1);
  expect(await look()).toBe(403);
  await clock.advance(1);
  expect(await look()).toBe(200);

  await service.revoke();
  expect((await service.send('/studies', STORE)).status).toBe(200);
  await clock.advance(10 * MINUTE);
  expect((await service.send('/studies', { ...STORE, ...multipartOf([OTHER]) })).status).toBe(424);
});

test('a role that was removed before it counted never counts', async () => {
  const clock = new ManualClock();
  await using service = await startDicomService({ clock, rolePropagationMs: 10 * MINUTE });
  await clock.advance(5 * MINUTE);
  await service.revoke();
  await clock.advance(6 * MINUTE);
  expect((await service.send('/studies', STORE)).status).toBe(424);
});

test('a new description of an assignment does not start its propagation again', async () => {
  const clock = new ManualClock();
  await using service = await startDicomService({ clock, rolePropagationMs: 10 * MINUTE });
  const { emulator, lake } = service;
  await clock.advance(10 * MINUTE);
  const arm = armOf(emulator);
  const { properties } = await arm.get(lake.serviceRoleAssignmentId, '2022-04-01');
  const body = { properties: { ...(properties as object), description: 'the lake' } };
  await arm.put(lake.serviceRoleAssignmentId, '2022-04-01', body);
  expect((await service.send('/studies', STORE)).status).toBe(200);
});

test('what was removed goes on counting after a restart, for the rest of its time', async () => {
  using folder = temporaryFolder();
  const clock = new ManualClock();
  const options = { clock, stateFolder: folder.path, rolePropagationMs: 10 * MINUTE };
  const first = await startTestEmulator(options);
  const lake = await provisionLake(first);
  await clock.advance(10 * MINUTE);
  await armOf(first).delete(lake.serviceRoleAssignmentId, '2022-04-01');
  await first.close();
  await using second = await startTestEmulator(options);
  const send = await dicomSender(second, lake);
  expect((await send('/studies', STORE)).status).toBe(200);
  await clock.advance(10 * MINUTE);
  expect((await send('/studies', { ...STORE, ...multipartOf([OTHER]) })).status).toBe(424);
});

test('the DICOM service holds on to what it decided on a caller', async () => {
  const clock = new ManualClock();
  const cached = { clock, authorizationCacheMs: 5 * MINUTE };
  await using service = await startDicomService({ ...cached, grantCallers: false });
  const { emulator, lake } = service;
  const { objectId } = emulator.ready.credentials.verifier;
  const sendAsVerifier = await dicomSender(emulator, lake, 'verifier');
  const feed = async (): Promise<number> => (await sendAsVerifier('/changefeed')).status;
  expect(await feed()).toBe(403);
  const id = await assignRole(armOf(emulator), lake.dicomServiceId, ROLES.dicomDataReader.id, objectId, 9);
  expect(await feed()).toBe(403);
  await clock.advance(5 * MINUTE);
  expect(await feed()).toBe(200);
  await armOf(emulator).delete(id, '2022-04-01');
  await clock.advance(5 * MINUTE - 1);
  expect(await feed()).toBe(200);
  await clock.advance(1);
  expect(await feed()).toBe(403);
});
