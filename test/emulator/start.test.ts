import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { SystemClock, startEmulator } from '../../emulator';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';
import { dicomToken } from '../support/dicom-http';
import { provisionLake, startTestEmulator } from '../support/emulator';
import { rawRequest } from '../support/raw-arm';

test('each plane has an origin of its own on the loopback address', async () => {
  await using emulator = await startTestEmulator();
  const origins = Object.values(emulator.ready.endpoints);
  expect(new Set(origins).size).toBe(5);
  for (const origin of origins) expect(origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
});

test('DICOM services speak plain http where asked to, say so in their URLs, and still want a token', async () => {
  await using emulator = await startTestEmulator({ plainDicom: true });
  const { arm, dicom } = emulator.ready.endpoints;
  expect(arm).toMatch(/^https:/);
  expect(dicom).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const { serviceUrl } = await provisionLake(emulator);
  expect(serviceUrl).toBe(`${dicom}/testws-images`);
  const store = async (authorization: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${serviceUrl}/v2/studies`, {
      method: 'POST',
      headers: { authorization, accept: 'application/dicom+json', 'content-type': 'application/dicom' },
      body: new Uint8Array(writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'i' }))),
    });
    return { status: response.status, text: await response.text() };
  };
  expect(await store('')).toMatchObject({ status: 401 });
  const stored = await store(`Bearer ${await dicomToken(emulator, 'deployer')}`);
  expect(stored.status).toBe(200);
  expect(stored.text).toContain(`"${serviceUrl}/v2/studies/`);
});

test('stopping it takes its state folder away, and stopping it twice is fine', async () => {
  const emulator = await startEmulator();
  const folder = path.dirname(emulator.ready.caPath);
  expect(existsSync(folder)).toBe(true);
  await emulator.close();
  await emulator.close();
  expect(existsSync(folder)).toBe(false);
});

test('a stopped emulator takes no connection, on any of its ports', async () => {
  const emulator = await startEmulator();
  const origins = [...Object.values(emulator.ready.endpoints), emulator.managedIdentity.endpoint];
  expect(await Promise.all(origins.map(outcomeOfConnecting))).toEqual(Array(6).fill('connected'));
  await emulator.close();
  expect(await Promise.all(origins.map(outcomeOfConnecting))).toEqual(Array(6).fill('ECONNREFUSED'));
});

function outcomeOfConnecting(origin: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}

test('fails where a port is taken, and goes on listening nowhere', async () => {
  const gone = await startEmulator();
  await using other = await startTestEmulator();
  const entra = Number(new URL(gone.ready.endpoints.entra).port);
  const dicom = Number(new URL(other.ready.endpoints.dicom).port);
  await gone.close();
  await expect(startEmulator({ ports: { entra, dicom } })).rejects.toThrow(
    `listen EADDRINUSE: address already in use 127.0.0.1:${dicom}`,
  );
  expect(await outcomeOfConnecting(gone.ready.endpoints.entra)).toBe('ECONNREFUSED');
});

test('an error of its own is a 500, and fails whoever started it for a test', async () => {
  const clock = new SystemClock();
  const emulator = await startTestEmulator({
    clock: {
      now: () => {
        throw new Error('the clock has stopped');
      },
      after: (delayMs, action) => clock.after(delayMs, action),
    },
  });
  expect(await rawRequest(emulator, 'GET', '/metadata/endpoints', {})).toMatchObject({ status: 500 });
  await expect(emulator.close()).rejects.toMatchObject({
    message: 'the emulator had an error of its own',
    cause: new Error('the clock has stopped'),
  });
});
