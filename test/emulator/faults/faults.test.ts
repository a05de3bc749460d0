import { SERVICE_FACTS } from '../../../contract';
import { ManualClock } from '../../../emulator';
import { temporaryFolder } from '../../support/cli';
import { dicomSender, type DicomResponse, send } from '../../support/dicom-http';
import { ORIGINAL_FILE, startDicomService } from '../../support/dicom-service';
import { provisionLake, startTestEmulator } from '../../support/emulator';
import { FaultBench, FIRST, FIRST_FILE, seenBySdk, seenIn, STUDY } from './fault-bench';

/** Contents that nobody needs stay in the store until so many more of them came. */
const MORE_THAN_LINGER = 70;

const NO_ROLE = { status: 424, code: 'AuthorizationPermissionMismatch' };

test('a late role takes effect by itself', async () => {
  await using bench = await FaultBench.start();
  await bench.faults.set('lake/role-late', { seconds: 60 });
  await bench.clock.advance(59_000);
  expect(seenIn(await bench.store())).toEqual(NO_ROLE);
  await bench.clock.advance(1_000);
  expect(seenIn(await bench.store())).toBe('well');
  await bench.faults.clear();
  expect(seenIn(await bench.store())).toBe('well');
});

test('a rehydrating file comes back after its hours', async () => {
  await using bench = await FaultBench.start();
  await bench.faults.set('lake/file-rehydrating');
  expect(seenIn(await bench.dicom(FIRST, { accept: ORIGINAL_FILE }))).toEqual({
    status: 424,
    code: 'BlobArchived',
  });
  await bench.clock.advance(15 * 3_600_000);
  expect(seenIn(await bench.dicom(FIRST, { accept: ORIGINAL_FILE }))).toBe('well');
});

test('a partial store answers 202 and tells which instance failed', async () => {
  await using bench = await FaultBench.start();
  await bench.faults.set('dicom/partial-store', { every: 2 });
  const { status, json } = await bench.store(3);
  expect(status).toBe(202);
  expect(json).toMatchObject({
    '00081198': { Value: [{ '00081197': { Value: [272] } }] },
    '00081199': { Value: [{}, {}] },
  });
  expect(await bench.service.files()).toHaveLength(4);
});

test('throttling says when to come again, and may be meant for some requests only', async () => {
  await using bench = await FaultBench.start();
  await bench.faults.set('dicom/throttled', { method: 'post', path: '/studies', retryAfterSeconds: 9 });
  expect(await bench.store()).toMatchObject({ status: 429, headers: { 'retry-after': '9' } });
  expect((await bench.dicom(FIRST, { accept: ORIGINAL_FILE })).status).toBe(200);
  expect(await bench.service.files()).toHaveLength(2);
});

test.each([
  ['dicom/throttled', 429],
  ['dicom/unavailable', 503],
  ['dicom/failing', 500],
  ['lake/throttled', 503],
  ['arm/throttled', 429],
  ['arm/unavailable', 503],
  ['entra/throttled', 429],
  ['entra/unavailable', 503],
])('%s answers %i and says when to come again', async (id, status) => {
  await using bench = await FaultBench.start();
  const { lake, emulator } = bench.service;
  const ask = (): Promise<DicomResponse> => {
    if (id.startsWith('dicom/')) return bench.dicom('/changefeed');
    if (id.startsWith('arm/')) return bench.arm('/metadata/endpoints');
    return id.startsWith('entra/') ? bench.token() : send(`${lake.accountUrl}/dicom`, emulator.ca, {});
  };
  await bench.faults.set(id, { retryAfterSeconds: 7 });
  expect(await ask()).toMatchObject({ status, headers: { 'retry-after': '7' } });
  await bench.faults.clear();
  expect((await ask()).headers).not.toHaveProperty('retry-after');
});

test.each([
  ['service', seenBehindFirewall('service')],
  ['callers', seenBehindFirewall('callers')],
])('a closed firewall may be meant for the %s alone', async (whom, [service, caller]) => {
  await using bench = await FaultBench.start();
  await bench.faults.set('lake/firewall-closed', { for: whom });
  expect(seenIn(await bench.dicom(FIRST, { accept: ORIGINAL_FILE }))).toEqual(service);
  expect(await seenBySdk(() => bench.container().getBlobClient(bench.path).getProperties())).toEqual(caller);
});

function seenBehindFirewall(whom: string): readonly [unknown, unknown] {
  return whom === 'service'
    ? [{ status: 424, code: 'AuthorizationFailure' }, 'well']
    : ['well', { status: 403, code: 'AuthorizationFailure' }];
}

test('a closed firewall shows in Azure Resource Manager', async () => {
  await using bench = await FaultBench.start();
  const rules = async (): Promise<unknown> =>
    (await bench.storageManagement().storageAccounts.getProperties('rg-test', 'testlake')).networkRuleSet;
  const before = await rules();
  await bench.faults.set('lake/firewall-closed');
  expect(await rules()).toMatchObject({ defaultAction: 'Deny', bypass: 'None' });
  await bench.faults.clear();
  expect(await rules()).toEqual(before);
});

test('every file means those that come later as well, and each gets back what it was', async () => {
  await using bench = await FaultBench.start();
  const tiers = async (): Promise<readonly unknown[]> => {
    const found: unknown[] = [];
    for (const path of await bench.service.files()) {
      found.push((await bench.container().getBlobClient(path).getProperties()).accessTier);
    }
    return found;
  };
  await bench.faults.set('lake/file-archived', { file: 'every' });
  await bench.store();
  expect(await tiers()).toEqual(['Archive', 'Archive', 'Archive']);
  await bench.faults.clear();
  expect(await tiers()).toEqual(['Hot', 'Hot', 'Hot']);
  await bench.store();
  expect(await tiers()).toEqual(['Hot', 'Hot', 'Hot', 'Hot']);
});

test('a file is named by its path or its instance, and a wrong name is told', async () => {
  await using bench = await FaultBench.start();
  const [uid = ''] = FIRST.split('/').slice(-1);
  await bench.faults.set('lake/file-archived', { file: bench.path });
  await bench.faults.set('lake/file-archived', { file: uid });
  expect((await bench.container().getBlobClient(bench.path).getProperties()).accessTier).toBe('Archive');
  await expect(bench.faults.set('lake/file-archived', { file: 'none.dcm' })).rejects.toMatchObject({
    code: 'TargetMissing',
    message: expect.stringContaining(`files are: ${bench.path}, `) as unknown,
  });
  await expect(bench.faults.set('lake/file-archived', { service: 'no-such' })).rejects.toMatchObject({
    message: "lake/file-archived: there is no DICOM service 'no-such'; there are: testws-images",
  });
});

test('a fault that is set again stands once, with its new parameters', async () => {
  await using bench = await FaultBench.start();
  await bench.faults.set('dicom/throttled', { path: '/changefeed' });
  await bench.faults.set('dicom/throttled', { path: '/studies' });
  expect(bench.faults.active()).toMatchObject([{ parameters: { path: '/studies' } }]);
  expect((await bench.dicom('/changefeed')).status).toBe(200);
  await bench.faults.clear();
  expect(seenIn(await bench.store())).toBe('well');
});

test('several faults at once are taken back in turn, and leave no trace', async () => {
  await using bench = await FaultBench.start();
  for (const id of [
    'lake/file-archived',
    'lake/container-renamed',
    'lake/role-removed',
    'arm/soft-delete-off',
  ]) {
    await bench.faults.set(id);
  }
  expect(seenIn(await bench.store())).toEqual(NO_ROLE);
  expect(await bench.faults.clear()).toEqual([
    'arm/soft-delete-off',
    'lake/role-removed',
    'lake/container-renamed',
    'lake/file-archived',
  ]);
  expect(seenIn(await bench.dicom(FIRST, { accept: ORIGINAL_FILE }))).toBe('well');
  expect(seenIn(await bench.store())).toBe('well');
});

test('a fault that waits is set as soon as there is what it harms', async () => {
  await using emulator = await startTestEmulator();
  await emulator.faults.set('lake/role-removed', {}, { whenPossible: true });
  await expect(emulator.faults.set('lake/role-late')).rejects.toMatchObject({ code: 'TargetMissing' });
  expect(emulator.faults.active()).toMatchObject([{ id: 'lake/role-removed', state: 'waiting' }]);
  await provisionLake(emulator);
  expect(emulator.faults.active()).toMatchObject([{ id: 'lake/role-removed', state: 'active' }]);
  await emulator.faults.clear('lake/role-removed');
  expect(emulator.faults.active()).toEqual([]);
});

test('the file of an instance that was deleted while a fault stood does not come back', async () => {
  await using bench = await FaultBench.start();
  await bench.faults.set('lake/file-archived');
  await bench.faults.set('lake/file-deleted', { file: 'last' });
  const all = `/studies/${STUDY}`;
  expect((await bench.dicom(all, { method: 'DELETE' })).status).toBe(204);
  await bench.clock.advance(SERVICE_FACTS.fileRemovalPeriodSeconds.value * 1000);
  await bench.faults.clear();
  expect(await bench.service.files()).toEqual([]);
});

test('the bytes of an altered file are kept for the undo, whatever else is written', async () => {
  await using bench = await FaultBench.start();
  await bench.faults.set('lake/file-altered');
  const other = bench.container().getBlockBlobClient('other.txt');
  for (let count = 0; count < MORE_THAN_LINGER; count += 1) await other.upload('text', 4);
  await bench.faults.clear();
  const { body } = await bench.dicom(FIRST, { accept: ORIGINAL_FILE });
  expect(body.subarray(128)).toEqual(FIRST_FILE.subarray(128));
});

test('stopping an emulator that keeps its state takes its faults back', async () => {
  using folder = temporaryFolder();
  const clock = new ManualClock();
  const first = await startDicomService({ clock, stateFolder: folder.path });
  expect((await first.store([FIRST_FILE])).status).toBe(200);
  await first.emulator.faults.set('lake/container-deleted');
  await first.emulator.close();

  await using emulator = await startTestEmulator({ clock, stateFolder: folder.path });
  const retrieve = await dicomSender(emulator, first.lake);
  const { status, body } = await retrieve(FIRST, { accept: ORIGINAL_FILE });
  expect({ status, isSame: body.subarray(128).equals(FIRST_FILE.subarray(128)) }).toEqual({
    status: 200,
    isSame: true,
  });
});
