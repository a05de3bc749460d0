import { BlobServiceClient } from '@azure/storage-blob';
import { SERVICE_FACTS } from '../../../contract';
import { ManualClock, type EmulatorOptions } from '../../../emulator';
import { syntheticDataset, uidOf, writeDicomFile } from '../../support/dicom-file';
import {
  instancePath,
  JSON_ACCEPT,
  ORIGINAL_FILE,
  ORIGINAL_FILES,
  startDicomService,
  type TestDicomService,
} from '../../support/dicom-service';
import { armOf, credentialOf } from '../../support/emulator';

/** What the service answers when its lake fails it. */
const FILES = ['first', 'second'].map((instance) => file(instance));
const FIRST = instancePath('study', 'series', 'first');
const STUDY = `/studies/${uidOf('study')}`;
const ANY_FRAME = 'application/octet-stream; transfer-syntax=*';
const TROUBLE =
  'Error occurred during an operation on the configured storage account. Use the https://go.microsoft.com/fwlink/?linkid=2251550 to troubleshoot the issue.';

function file(instance: string): Buffer {
  return writeDicomFile(syntheticDataset({ study: 'study', series: 'series', instance }));
}

function faultOf(code: string): object {
  return { status: 424, text: `${TROUBLE} Received the following error code: ${code}` };
}

async function startWithFiles(options: EmulatorOptions = {}): Promise<TestDicomService> {
  const service = await startDicomService(options);
  expect((await service.store(FILES)).status).toBe(200);
  return service;
}

/** What needs the file of the first instance fails in one way; what does not need it goes on. */
async function expectFault({ send }: TestDicomService, fault: object): Promise<void> {
  expect(await send(FIRST, { accept: ORIGINAL_FILE })).toMatchObject(fault);
  expect(await send(STUDY, { accept: ORIGINAL_FILES })).toMatchObject(fault);
  expect(await send(`${FIRST}/frames/1`, { accept: ANY_FRAME })).toMatchObject(fault);
  expect((await send(`${FIRST}/metadata`, { accept: JSON_ACCEPT })).status).toBe(200);
  expect((await send('/studies', { accept: JSON_ACCEPT })).status).toBe(200);
  expect((await send('/changefeed')).status).toBe(200);
}

describe('a file that is not as it was stored', () => {
  test('fails with ConditionNotMet after its metadata was changed', async () => {
    await using service = await startWithFiles();
    const [path = ''] = await service.files();
    await service.fileSystem.getFileClient(path).setMetadata({ reviewed: 'yes' });
    await expectFault(service, faultOf('ConditionNotMet'));
  });

  test('fails with ConditionNotMet after the same bytes were written again', async () => {
    await using service = await startWithFiles();
    const [path = ''] = await service.files();
    const client = service.fileSystem.getFileClient(path);
    await client.upload(await client.readToBuffer());
    await expectFault(service, faultOf('ConditionNotMet'));
  });

  test('fails with ConditionNotMet after it was deleted', async () => {
    await using service = await startWithFiles();
    const [path = ''] = await service.files();
    await service.fileSystem.getFileClient(path).delete();
    await expectFault(service, faultOf('ConditionNotMet'));
  });

  test('fails with BlobArchived in the archive tier, and comes back from the cool one', async () => {
    await using service = await startWithFiles();
    const { emulator, lake } = service;
    const [path = ''] = await service.files();
    const options = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
    const blobs = new BlobServiceClient(lake.accountUrl, credentialOf(emulator, 'deployer'), options);
    const blob = blobs.getContainerClient(lake.containerName).getBlobClient(path);
    await blob.setAccessTier('Cool');
    expect((await service.send(FIRST, { accept: ORIGINAL_FILE })).status).toBe(200);
    await blob.setAccessTier('Archive');
    await expectFault(service, faultOf('BlobArchived'));
  });

  test('cuts the connection where it is not the first one of a study', async () => {
    await using service = await startWithFiles();
    const [, path = ''] = await service.files();
    await service.fileSystem.getFileClient(path).delete();
    const response = await service.send(STUDY, { accept: ORIGINAL_FILES });
    expect(response).toMatchObject({ status: 200, complete: false });
    expect(response.body.includes(FILES[0]?.subarray(128) ?? 'missing')).toBe(true);
    expect(response.text).not.toMatch(/--\r\n$/);
  });
});

describe('a lake that cannot be reached', () => {
  test('fails with AuthorizationPermissionMismatch without the role, and works again with it', async () => {
    await using service = await startWithFiles();
    const grant = await service.revoke();
    await expectFault(service, faultOf('AuthorizationPermissionMismatch'));
    const third = file('third');
    expect(await service.store([third])).toMatchObject(faultOf('AuthorizationPermissionMismatch'));
    await grant();
    expect((await service.send(FIRST, { accept: ORIGINAL_FILE })).status).toBe(200);
    expect((await service.store([third])).status).toBe(200);
  });

  test('fails with ContainerNotFound without the container', async () => {
    await using service = await startWithFiles();
    await service.fileSystem.delete();
    await expectFault(service, faultOf('ContainerNotFound'));
    expect(await service.store([file('third')])).toMatchObject(faultOf('ContainerNotFound'));
  });

  test('fails with an unknown host without the storage account', async () => {
    await using service = await startWithFiles();
    await armOf(service.emulator).delete(service.lake.accountId, '2023-05-01');
    await expectFault(service, { status: 424, text: `${TROUBLE} No such host is known.` });
  });

  test('does not stop a deletion', async () => {
    await using service = await startWithFiles();
    await service.revoke();
    expect((await service.send(FIRST, { method: 'DELETE' })).status).toBe(204);
    expect((await service.send(FIRST, { method: 'DELETE' })).status).toBe(404);
  });
});

test('a store that fails half way keeps what was stored before, and tells nobody of the rest', async () => {
  await using service = await startWithFiles();
  // The fourth file of the service would go where somebody made a directory.
  await service.fileSystem
    .getDirectoryClient('AHDS/testws/dicom/images/Microsoft.Default/104_4.dcm/blocked')
    .create();
  const response = await service.store(['third', 'fourth', 'fifth'].map(file));
  expect(response).toMatchObject({ status: 424, text: expect.stringContaining(TROUBLE) as string });
  const paths = ['third', 'fourth', 'fifth'].map((name) => instancePath('study', 'series', name));
  const statuses = await Promise.all(
    paths.map(async (path) => (await service.send(`${path}/metadata`, { accept: JSON_ACCEPT })).status),
  );
  expect(statuses).toEqual([200, 404, 404]);
  const feed = (await service.send('/changefeed')).json as { readonly sopInstanceUid: string }[];
  expect(feed.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual(['first', 'second', 'third'].map(uidOf));
  expect((await service.store([file('third')])).json).toMatchObject({
    '00081198': { Value: [{ '00081197': { Value: [45070] } }] },
  });
});

test('a file that somebody put where the service writes next is overwritten', async () => {
  await using service = await startWithFiles();
  const foreign = service.fileSystem.getFileClient('AHDS/testws/dicom/images/Microsoft.Default/274_3.dcm');
  await foreign.upload(Buffer.from('mine'));
  expect((await service.store([file('third')])).status).toBe(200);
  expect((await foreign.readToBuffer()).subarray(128)).toEqual(file('third').subarray(128));
});

test('an instance that is stored again after its deletion gets a new watermark and a new file', async () => {
  await using service = await startWithFiles();
  expect((await service.send(FIRST, { method: 'DELETE' })).status).toBe(204);
  expect((await service.store([file('first')])).status).toBe(200);
  const metadata = await service.send(`${FIRST}/metadata`, { accept: JSON_ACCEPT });
  expect(metadata.headers.etag).toBe('3');
  expect(await service.files()).toContain('AHDS/testws/dicom/images/Microsoft.Default/274_3.dcm');
  expect((await service.send(FIRST, { accept: ORIGINAL_FILE })).status).toBe(200);
});

test('PUT replaces an instance, and its old file goes', async () => {
  const clock = new ManualClock();
  await using service = await startWithFiles({ clock });
  const changed = syntheticDataset(
    { study: 'study', series: 'series', instance: 'first' },
    { '00081030': { vr: 'LO', value: 'Changed' } },
  );
  const response = await service.send('/studies', {
    method: 'PUT',
    accept: JSON_ACCEPT,
    headers: { 'Content-Type': 'application/dicom' },
    body: writeDicomFile(changed),
  });
  expect(response.status).toBe(200);
  const { headers, json } = await service.send(`${FIRST}/metadata`, { accept: JSON_ACCEPT });
  expect(headers.etag).toBe('3');
  expect(json).toMatchObject([{ '00081030': { Value: ['Changed'] } }]);
  expect((await service.send(FIRST, { accept: ORIGINAL_FILE })).body.subarray(128)).toEqual(
    writeDicomFile(changed).subarray(128),
  );
  await clock.advance(SERVICE_FACTS.fileRemovalPeriodSeconds.value * 1000);
  const folder = 'AHDS/testws/dicom/images/Microsoft.Default';
  expect(await service.files()).toEqual([`${folder}/274_3.dcm`, `${folder}/692_2.dcm`]);
});
