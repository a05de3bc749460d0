import { existsSync, readdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AUDIENCES } from '../../contract';
import { SystemClock, startEmulator } from '../../emulator';
import { armOf, credentialOf, startTestEmulator } from '../support/emulator';

function stateFolders(): readonly string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith('dicom-lake-emulator-'));
}

test('each plane has an origin of its own on the loopback address', async () => {
  await using emulator = await startTestEmulator();
  const origins = Object.values(emulator.ready.endpoints);
  expect(new Set(origins).size).toBe(4);
  for (const origin of origins) expect(origin).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
});

test('stopping it takes its state folder away, and stopping it twice is fine', async () => {
  const emulator = await startEmulator();
  const folder = path.dirname(emulator.ready.caPath);
  expect(existsSync(folder)).toBe(true);
  await emulator.close();
  await emulator.close();
  expect(existsSync(folder)).toBe(false);
});

test('a stopped emulator answers nobody, not even a client that kept its connection', async () => {
  const emulator = await startEmulator();
  const arm = armOf(emulator);
  const groups = `/subscriptions/${emulator.ready.subscriptionId}/resourceGroups`;
  await expect(arm.get(groups, '2023-07-01')).resolves.toEqual({ value: [] });
  await emulator.close();
  const { arm: origin } = emulator.ready.endpoints;
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(Number(new URL(origin).port), '127.0.0.1', resolve));
  expect((server.address() as AddressInfo).address).toBe('127.0.0.1');
  await new Promise((resolve) => server.close(resolve));
});

test('fails where a port is taken, and leaves nothing behind', async () => {
  await using other = await startTestEmulator();
  const before = stateFolders();
  const port = Number(new URL(other.ready.endpoints.dicom).port);
  await expect(startEmulator({ ports: { dicom: port } })).rejects.toThrow(
    `listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
  );
  expect(stateFolders()).toEqual(before);
});

test('an error of its own fails whoever started it for a test', async () => {
  const clock = new SystemClock();
  const emulator = await startTestEmulator({
    clock: {
      now: () => {
        throw new Error('the clock has stopped');
      },
      after: (delayMs, action) => clock.after(delayMs, action),
    },
  });
  await expect(credentialOf(emulator, 'deployer').getToken(`${AUDIENCES.arm}/.default`)).rejects.toThrow();
  await expect(emulator.close()).rejects.toMatchObject({
    message: 'the emulator had an error of its own',
    cause: new Error('the clock has stopped'),
  });
});
