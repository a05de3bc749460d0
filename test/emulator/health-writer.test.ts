import { ManualClock } from '../../emulator';
import type { Clock } from '../../emulator';
import { ServiceFault } from '../../emulator/fault';
import { DicomServiceHost } from '../../emulator/domain/dicom-service-host';
import { HostNotFound, type LakeClient } from '../../emulator/domain/lake-client';
import { ForgetfulState } from '../../emulator/domain/state-store';
import { healthCheckPath } from '../../contract';
import { startDicomService } from '../support/dicom-service';
import { MemoryContents, textContent } from '../support/memory-contents';
import { DEFINITION } from '../support/dicom-service-definition';

const FOLDER = healthCheckPath({ workspaceName: 'testws', dicomServiceName: 'images' });
/** What the health file was called before each check had one of its own. */
const FORMER_FILE = `${FOLDER}/health.txt`;
/** The second deletion is that of the former file. */
const CHECK = ['put', 'get', 'delete', 'delete'];

describe('on a lake', () => {
  test('the service is healthy after its first check, 5 seconds after its creation, and leaves nothing behind', async () => {
    const clock = new ManualClock();
    await using service = await startDicomService({ clock });
    const health = () => service.emulator.dicomServices.find('testws-images')?.health;
    await clock.advance(4999);
    expect(health()).toEqual({ status: 'Unknown' });
    await clock.advance(1);
    expect(health()).toEqual({ status: 'Healthy', checkedAt: clock.now(), since: clock.now() });
    const left: unknown[] = [];
    for await (const path of service.fileSystem.listPaths({ path: FOLDER })) left.push(path.name);
    expect(left).toEqual([]);
  });

  test('it is degraded while its identity has no role, and heals with it', async () => {
    const clock = new ManualClock();
    await using service = await startDicomService({ clock });
    const health = () => service.emulator.dicomServices.find('testws-images')?.health;
    const grant = await service.revoke();
    await clock.advance(5000);
    expect(health()).toMatchObject({ status: 'Degraded', code: 'AuthorizationPermissionMismatch' });
    await grant();
    await clock.advance(29_999);
    expect(health()).toMatchObject({ status: 'Degraded' });
    await clock.advance(1);
    expect(health()).toEqual({ status: 'Healthy', checkedAt: clock.now(), since: clock.now() });
  });

  test('it is degraded without its container', async () => {
    const clock = new ManualClock();
    await using service = await startDicomService({ clock });
    await service.fileSystem.delete();
    await clock.advance(5000);
    expect(service.emulator.dicomServices.find('testws-images')?.health).toMatchObject({
      status: 'Degraded',
      code: 'ContainerNotFound',
    });
  });
});

/** A lake in which a test decides how each step ends. */
interface Step {
  readonly call: 'put' | 'get' | 'delete';
  readonly path: string;
  readonly expiresInMs?: number | undefined;
}

function start(clock: Clock, onStep: (step: Step) => Promise<void>): DicomServiceHost {
  const lake: LakeClient = {
    put: async (path, { content }, options) => {
      await onStep({ call: 'put', path, expiresInMs: options?.expiresInMs });
      return { etag: '"1"', length: content.length, lastModifiedAt: clock.now() };
    },
    head: () => Promise.reject(new Error('the probe does not ask for properties')),
    get: async (path) => {
      await onStep({ call: 'get', path });
      return textContent('Test content.');
    },
    delete: (path) => onStep({ call: 'delete', path }),
  };
  const host = new DicomServiceHost({
    clock,
    openLake: () => () => lake,
    contents: new MemoryContents(),
    state: new ForgetfulState(),
  });
  host.put(DEFINITION);
  return host;
}

/** What the service is found to be when its file can be written, and reading it fails. */
async function healthAfter(failure: Error): Promise<unknown> {
  const clock = new ManualClock();
  const host = start(clock, ({ call }) => (call === 'get' ? Promise.reject(failure) : Promise.resolve()));
  await clock.advance(5000);
  const health = host.find('testws-images')?.health;
  await host.close();
  return health;
}

describe('step by step', () => {
  test('each check writes a file of its own, which would expire by itself, reads it and deletes it', async () => {
    const clock = new ManualClock();
    const steps: Step[] = [];
    const host = start(clock, (step) => Promise.resolve(void steps.push(step)));
    await clock.advance(35_000);
    await host.close();
    const own = steps.filter(({ path }) => path !== FORMER_FILE);
    expect(own.map(({ call }) => call)).toEqual(['put', 'get', 'delete', 'put', 'get', 'delete']);
    const paths = [...new Set(own.map(({ path }) => path))];
    expect(paths).toHaveLength(2);
    expect(paths[0]).toMatch(/^AHDS\/testws\/dicom\/images\/healthCheck\/health[0-9a-f-]{36}\.txt$/);
    expect(own[0]?.expiresInMs).toBe(300_000);
  });

  test.each([
    ['put', 'Unhealthy'],
    ['get', 'Unhealthy'],
    ['delete', 'Healthy'],
  ])(
    'after a check whose %s fails the former health.txt is deleted, and the service is %s',
    async (failing, status) => {
      const clock = new ManualClock();
      const steps: Step[] = [];
      const host = start(clock, (step) => {
        steps.push(step);
        const fails = step.call === failing && (failing !== 'delete' || step.path === FORMER_FILE);
        return fails ? Promise.reject(new ServiceFault(404, 'BlobNotFound', '')) : Promise.resolve();
      });
      await clock.advance(5000);
      expect(steps.at(-1)).toMatchObject({ call: 'delete', path: FORMER_FILE });
      expect(host.find('testws-images')?.health).toMatchObject({ status });
      await host.close();
    },
  );

  test.each([
    [400, 'UnsupportedHeader', 'Degraded'],
    [401, 'InvalidAuthenticationInfo', 'Degraded'],
    [403, 'AccountIsDisabled', 'Degraded'],
    [403, 'AuthorizationFailure', 'Degraded'],
    [403, 'AuthorizationPermissionMismatch', 'Degraded'],
    [403, 'InsufficientAccountPermissions', 'Degraded'],
    [403, 'InvalidAuthenticationInfo', 'Degraded'],
    [403, 'KeyVaultAccessTokenCannotBeAcquired', 'Degraded'],
    [403, 'KeyVaultEncryptionKeyNotFound', 'Degraded'],
    [403, 'KeyVaultVaultNotFound', 'Degraded'],
    [404, 'ContainerNotFound', 'Degraded'],
    [404, 'FilesystemNotFound', 'Degraded'],
    [409, 'ContainerBeingDeleted', 'Degraded'],
    [409, 'ContainerDisabled', 'Degraded'],
    [404, 'BlobNotFound', 'Unhealthy'],
    [409, 'LeaseIdMissing', 'Unhealthy'],
    [409, 'BlobImmutableDueToPolicy', 'Unhealthy'],
    [503, 'ServerBusy', 'Unhealthy'],
  ])('%i %s from the lake makes the service %s', async (status, code, expected) => {
    expect(await healthAfter(new ServiceFault(status, code, ''))).toMatchObject({ status: expected, code });
  });

  test('an account that no longer has a host makes it Degraded, and what nobody foresaw Unhealthy', async () => {
    expect(await healthAfter(new HostNotFound('no such host'))).toMatchObject({
      status: 'Degraded',
      code: 'HostNotFound',
    });
    expect(await healthAfter(new Error('disk full'))).toMatchObject({ status: 'Unhealthy' });
  });

  test('a check that hangs keeps the next ones from starting', async () => {
    const clock = new ManualClock();
    const steps: Step[] = [];
    let letGo = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (letGo = resolve));
    const host = start(clock, (step) => {
      steps.push(step);
      return hanging;
    });
    await clock.advance(5000 + 3 * 30_000);
    expect(steps).toHaveLength(1);
    letGo();
    await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(30_000);
    expect(steps.map(({ call }) => call)).toEqual([...CHECK, ...CHECK]);
    await host.close();
  });

  test('closing waits for the check that is under way and starts no other', async () => {
    const clock = new ManualClock();
    const steps: Step[] = [];
    let letGo = (): void => undefined;
    const hanging = new Promise<void>((resolve) => (letGo = resolve));
    const host = start(clock, (step) => {
      steps.push(step);
      return hanging;
    });
    await clock.advance(5000);
    let closed = false;
    const closing = host.close().then(() => (closed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    letGo();
    await closing;
    await clock.advance(10 * 60_000);
    expect(steps.map(({ call }) => call)).toEqual(CHECK);
  });
});
