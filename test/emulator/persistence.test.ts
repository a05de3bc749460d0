import { readdirSync } from 'node:fs';
import path from 'node:path';
import { DataLakeServiceClient } from '@azure/storage-file-datalake';
import { type Emulator, ManualClock } from '../../emulator';
import { temporaryFolder } from '../support/cli';
import { syntheticDataset, syntheticPixels, uidOf, writeDicomFile } from '../support/dicom-file';
import { dicomSender, multipartOf, type SendDicom } from '../support/dicom-http';
import {
  dicomFilesIn,
  fileSystemOf,
  instancePath,
  JSON_ACCEPT,
  ORIGINAL_FILE,
} from '../support/dicom-service';
import { armOf, credentialOf, provisionLake, startTestEmulator } from '../support/emulator';
import { startEmulatorProcess } from '../support/emulator-process';

function file(study: string, instance: string, changes = {}): Buffer {
  return writeDicomFile(syntheticDataset({ study, series: 'e', instance }, changes));
}

async function store(send: SendDicom, files: readonly Buffer[], method = 'POST'): Promise<number> {
  const { status } = await send('/studies', { method, accept: JSON_ACCEPT, ...multipartOf(files) });
  return status;
}

test('a start goes on where the last run ended: resources, files, indexes, change feed, and what waits to be done', async () => {
  using folder = temporaryFolder();
  const options = { stateFolder: folder.path };
  const clock = new ManualClock();
  const before = await startTestEmulator({ ...options, clock });
  const lake = await provisionLake(before, { deletedFileRetentionDays: 7 });
  const send = await dicomSender(before, lake);
  await store(send, [file('s', 'kept'), file('s', 'gone'), file('s', 'replaced')]);
  await store(send, [file('s', 'replaced', { '00100020': { vr: 'LO', value: '' } })], 'PUT');
  await send(instancePath('s', 'e', 'gone'), { method: 'DELETE' });
  const filesBefore = await dicomFilesIn(fileSystemOf(before, lake));
  const fileSystem = fileSystemOf(before, lake);
  await fileSystem.getFileClient('notes/a.txt').upload(Buffer.from('written'), { metadata: { k: 'v' } });
  await fileSystem.getFileClient('notes/b.txt').upload(Buffer.from('deleted'));
  await fileSystem.getFileClient('notes/b.txt').delete();
  await fileSystem.getFileClient('notes/c.txt').create();
  await fileSystem.getFileClient('notes/c.txt').append(Buffer.from('waiting'), 0, 7);
  const answers = async (ask: SendDicom): Promise<readonly unknown[]> => {
    const found = await ask('/instances?includefield=all', { accept: JSON_ACCEPT });
    const feed = await ask('/changefeed');
    const metadata = await ask(`/studies/${uidOf('s')}/metadata`, { accept: JSON_ACCEPT });
    const kept = await ask(instancePath('s', 'e', 'kept'), { accept: ORIGINAL_FILE });
    return [found.json, feed.json, metadata.json, metadata.headers.etag, kept.body.toString('base64')];
  };
  const answersBefore = await answers(send);
  await before.close();

  await using after = await startTestEmulator({ ...options, clock });
  expect(after.ready.endpoints).toEqual(before.ready.endpoints);
  const again = await dicomSender(after, lake);
  expect(await answers(again)).toEqual(answersBefore);
  expect(await armOf(after).get(lake.dicomServiceId, '2024-03-31')).toMatchObject({
    properties: { serviceUrl: lake.serviceUrl, provisioningState: 'Succeeded' },
  });

  const files = fileSystemOf(after, lake);
  expect(await dicomFilesIn(files)).toEqual(filesBefore);
  const notes = files.getFileClient('notes/a.txt');
  expect((await notes.readToBuffer()).toString()).toBe('written');
  expect((await notes.getProperties()).metadata).toEqual({ k: 'v' });
  const deleted = [];
  for await (const one of files.listDeletedPaths({ prefix: 'notes' })) deleted.push(one);
  expect(deleted.map(({ name }) => name)).toEqual(['notes/b.txt']);
  const { pathClient } = await files.undeletePath('notes/b.txt', deleted[0]?.deletionId ?? '');
  expect(await pathClient.exists()).toBe(true);
  await files.getFileClient('notes/c.txt').flush(7);
  expect((await files.getFileClient('notes/c.txt').readToBuffer()).toString()).toBe('waiting');

  expect(await store(again, [file('s', 'new')])).toBe(200);
  const metadata = await again(`${instancePath('s', 'e', 'new')}/metadata`, { accept: JSON_ACCEPT });
  expect(metadata.headers.etag).toBe('5');
  await clock.advance(180_000);
  expect(await dicomFilesIn(files)).toHaveLength(3);
});

test('what was deleted does not come back: a service, a container, an account, and their contents', async () => {
  using folder = temporaryFolder();
  const options = { stateFolder: folder.path };
  const before = await startTestEmulator(options);
  const lake = await provisionLake(before);
  const send = await dicomSender(before, lake);
  await store(send, [file('s', 'i')]);
  await armOf(before).delete(lake.dicomServiceId, '2024-03-31');
  await armOf(before).delete(lake.containerId, '2023-05-01');
  await before.close();

  const after = await startTestEmulator(options);
  const again = await provisionLake(after);
  const found = await (await dicomSender(after, again))('/studies', { accept: JSON_ACCEPT });
  expect(found.status).toBe(204);
  expect(await dicomFilesIn(fileSystemOf(after, again))).toEqual([]);
  await after.close();
  await (await startTestEmulator(options)).close();
  expect(readdirSync(path.join(folder.path, 'contents'))).toEqual([]);
});

test('two emulators cannot use one folder at a time', async () => {
  using folder = temporaryFolder();
  await using first = await startTestEmulator({ stateFolder: folder.path });
  expect(first.ready.schemaVersion).toBeGreaterThan(0);
  await expect(startTestEmulator({ stateFolder: folder.path })).rejects.toMatchObject({
    code: 'LEVEL_LOCKED',
  });
});

test('URLs in resources follow when another port is asked for', async () => {
  using folder = temporaryFolder();
  const before = await startTestEmulator({ stateFolder: folder.path });
  const lake = await provisionLake(before);
  await before.close();
  // Ports that were free a moment ago.
  const other = await startTestEmulator();
  const portOf = (plane: 'dicom' | 'storage'): number => Number(new URL(other.ready.endpoints[plane]).port);
  const [dicom, storage] = [portOf('dicom'), portOf('storage')];
  await other.close();
  await using after = await startTestEmulator({ stateFolder: folder.path, ports: { dicom, storage } });
  const service = await armOf(after).get(lake.dicomServiceId, '2024-03-31');
  expect(service).toMatchObject({ properties: { serviceUrl: `https://127.0.0.1:${dicom}/testws-images` } });
  const account = await armOf(after).get(lake.accountId, '2023-05-01');
  expect(account).toMatchObject({
    properties: { primaryEndpoints: { dfs: `https://testlake.dfs.localhost:${storage}/` } },
  });
});

test('kill -9 in the middle of stores, uploads and deletions loses nothing that was acknowledged', async () => {
  using folder = temporaryFolder();
  const first = await startEmulatorProcess('--state', folder.path, '--file-removal-seconds', '1');
  const lake = await provisionLake(first.emulator);
  const send = await dicomSender(first.emulator, lake);
  const stored = new Map<string, Buffer>();
  const deleted = new Set<string>();
  const uploaded = new Map<string, Buffer>();
  let running = true;
  let enough = (): void => undefined;
  const storedEnough = new Promise<void>((resolve) => (enough = resolve));
  const client = async (number: number): Promise<void> => {
    for (let count = 0; running; count += 1) {
      const name = `${number}-${count}`;
      const content = file('s', name, { '7FE00010': { vr: 'OW', value: syntheticPixels(name, 20_000) } });
      if ((await store(send, [content])) === 200) stored.set(name, content);
      if (stored.size >= 60) enough();
      if (count % 5 === 4) {
        const old = `${number}-${count - 2}`;
        const { status } = await send(instancePath('s', 'e', old), { method: 'DELETE' });
        if (status === 204) deleted.add(old);
      }
    }
  };
  const uploader = async (): Promise<void> => {
    const files = fileSystemWithoutRetries(first.emulator, lake);
    for (let count = 0; running; count += 1) {
      const content = syntheticPixels(`upload ${count % 7}`, 70_000);
      await files.getFileClient(`own/${count % 7}.bin`).upload(content);
      uploaded.set(`own/${count % 7}.bin`, content);
    }
  };
  const work = [client(1), client(2), client(3), uploader()].map((task) => task.catch(() => undefined));
  await storedEnough;
  await first.kill();
  running = false;
  await Promise.all(work);

  await using second = await startEmulatorProcess('--state', folder.path);
  expect(second.emulator.ready.endpoints).toEqual(first.emulator.ready.endpoints);
  const again = await dicomSender(second.emulator, lake);
  for (const [name, content] of stored) {
    const answer = await again(instancePath('s', 'e', name), { accept: ORIGINAL_FILE });
    if (deleted.has(name)) {
      expect([name, answer.status]).toEqual([name, 404]);
    } else if (answer.status !== 404 || !isLastDeletion(name, stored)) {
      expect([name, answer.status]).toEqual([name, 200]);
      expect(answer.body.subarray(128).equals(content.subarray(128))).toBe(true);
    }
  }
  const files = fileSystemOf(second.emulator, lake);
  for (const [name, content] of uploaded) {
    const length = (await files.getFileClient(name).getProperties()).contentLength ?? 0;
    // An upload that was under way may have begun the file anew.
    if (length === content.length) {
      expect((await files.getFileClient(name).readToBuffer()).equals(content)).toBe(true);
    }
  }
});

test('kill -9 right after the answer keeps a jump of the clock, and what a fault changed', async () => {
  using folder = temporaryFolder();
  const first = await startEmulatorProcess('--state', folder.path);
  const lake = await provisionLake(first.emulator);
  const { milliseconds } = await askAdmin(first.emulator, 'POST', '/clock/jump', { days: 120 });
  await askAdmin(first.emulator, 'POST', '/faults', { id: 'lake/role-removed' });
  await first.kill();

  await using second = await startEmulatorProcess('--state', folder.path);
  const clock = await askAdmin(second.emulator, 'GET', '/clock');
  expect(clock['milliseconds']).toBeGreaterThanOrEqual(Number(milliseconds));
  expect(await askAdmin(second.emulator, 'GET', '/faults')).toEqual({ faults: [] });
  await expect(armOf(second.emulator).get(lake.serviceRoleAssignmentId, '2022-04-01')).rejects.toMatchObject({
    status: 404,
  });
});

async function askAdmin(
  { ready }: Emulator,
  method: string,
  path: string,
  body?: object,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { Authorization: `Bearer ${ready.admin.token}` };
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(ready.admin.endpoint + path, init);
  return (await answer.json()) as Readonly<Record<string, unknown>>;
}

/** The deletion that each client was waiting for when the emulator died may have counted or not. */
function isLastDeletion(name: string, stored: ReadonlyMap<string, Buffer>): boolean {
  const [client = '', count = ''] = name.split('-');
  const last = Math.max(
    ...[...stored.keys()]
      .filter((one) => one.startsWith(`${client}-`))
      .map((one) => Number(one.split('-')[1])),
  );
  return Number(count) >= last - 3;
}

function fileSystemWithoutRetries(
  emulator: Parameters<typeof fileSystemOf>[0],
  { accountUrl, containerName }: Parameters<typeof fileSystemOf>[1],
) {
  const pipeline = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
  const service = new DataLakeServiceClient(accountUrl, credentialOf(emulator, 'deployer'), pipeline);
  return service.getFileSystemClient(containerName);
}
