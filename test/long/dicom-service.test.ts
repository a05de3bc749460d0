import { ManualClock } from '../../emulator';
import { DicomServiceHost } from '../../emulator/domain/dicom-service-host';
import type { DicomPartition } from '../../emulator/domain/dicom-partition';
import type { DicomService } from '../../emulator/domain/dicom-service';
import type { LakeClient } from '../../emulator/domain/lake-client';
import type { ReceivedContent } from '../../emulator/domain/received-content';
import { ForgetfulState } from '../../emulator/domain/state-store';
import { ServiceFault } from '../../emulator/fault';
import { syntheticDataset, uidOf, writeDicomFile } from '../support/dicom-file';
import { DEFINITION } from '../support/dicom-service-definition';
import { MemoryContents } from '../support/memory-contents';

const FILE = writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'i' }));

const RECEIVED: ReceivedContent = { head: FILE, content: { length: FILE.length, extents: [] }, md5: '' };

/** A lake that keeps one file, says what was asked of it, and is as slow as a test wants it to be. */
function recordingLake(
  calls: string[] = [],
  { written = Promise.resolve(), deletion = (): Promise<void> => Promise.resolve() } = {},
): LakeClient {
  const properties = { etag: '"1"', length: FILE.length, lastModifiedAt: 0 };
  return {
    put: async () => {
      await written;
      return properties;
    },
    head: (_, { ifMatch } = {}) => {
      calls.push(`head ${ifMatch ?? 'anything'}`);
      return Promise.resolve(properties);
    },
    get: (_, { ifMatch, range } = {}) => {
      calls.push(`get ${range?.length ?? 'all'} ${ifMatch ?? 'anything'}`);
      return Promise.resolve({ length: FILE.length, extents: [] });
    },
    delete: (_, { ifMatch } = {}) => {
      calls.push(`delete ${ifMatch ?? 'anything'}`);
      return deletion();
    },
  };
}

interface Started {
  readonly host: DicomServiceHost;
  readonly service: DicomService;
  readonly partition: DicomPartition;
}

function start(lake: LakeClient, { clock = new ManualClock(), definition = DEFINITION } = {}): Started {
  const host = new DicomServiceHost({
    clock,
    openLake: () => () => lake,
    contents: new MemoryContents(),
    state: new ForgetfulState(),
  });
  host.put(definition);
  const service = host.find('TESTWS-Images');
  const partition = service?.partition('Microsoft.Default');
  if (service === undefined || partition === undefined) throw new Error('the host has no such service');
  return { host, service, partition };
}

test('an instance that another request is storing is refused with 45071, and is not to be seen yet', async () => {
  let letGo = (): void => undefined;
  const written = new Promise<void>((resolve) => (letGo = resolve));
  const { host, service, partition } = start(recordingLake([], { written }));

  const first = service.store(partition, RECEIVED, { version: 2, replace: false });
  const second = await service.store(partition, RECEIVED, { version: 2, replace: true });
  expect(second).toMatchObject({ outcome: 'failed', reason: 45071, sopInstanceUid: uidOf('i') });
  expect(partition.index.find({ study: uidOf('s') })).toEqual([]);
  expect(service.changeFeed.latest()).toBeUndefined();
  letGo();
  expect(await first).toMatchObject({ outcome: 'stored', instance: { watermark: 1n } });
  expect(partition.index.find({ study: uidOf('s') })).toHaveLength(1);
  await host.close();
});

test('a service without an identity answers as if the identity had no role, until it gets one', async () => {
  const definition = { ...DEFINITION, principalId: undefined };
  const { host, service, partition } = start(recordingLake(), { definition });
  await expect(service.store(partition, RECEIVED, { version: 2, replace: false })).rejects.toMatchObject({
    status: 424,
    code: 'AuthorizationPermissionMismatch',
  });
  host.put(DEFINITION);
  await expect(service.store(partition, RECEIVED, { version: 2, replace: false })).resolves.toMatchObject({
    outcome: 'stored',
    instance: { watermark: 2n },
  });
  await host.close();
});

test('every retrieve asks for the properties and then for the content, each with the ETag of the store', async () => {
  const calls: string[] = [];
  const { host, service, partition } = start(recordingLake(calls));
  await service.store(partition, RECEIVED, { version: 2, replace: false });
  const [instance] = partition.index.find({ study: uidOf('s') });
  if (instance === undefined) throw new Error('the instance was not stored');
  await service.readFile(instance);
  expect(calls).toEqual(['head "1"', 'get all "1"']);
  calls.length = 0;
  await service.readFrames(instance, instance.frames);
  expect(calls).toEqual(['head "1"', 'get all "1"']);
  await host.close();
});

test.each([
  ['a file that was changed is left alone for ever', new ServiceFault(412, 'ConditionNotMet', ''), 1],
  [
    'a file that the lake does not let go is asked for six times, a day apart',
    new ServiceFault(403, 'AuthorizationFailure', ''),
    6,
  ],
])('%s', async (_, fault, times) => {
  const clock = new ManualClock();
  const calls: string[] = [];
  const lake = recordingLake(calls, { deletion: () => Promise.reject(fault) });
  const { host, service, partition } = start(lake, { clock });
  await service.store(partition, RECEIVED, { version: 2, replace: false });
  service.remove(partition, { study: uidOf('s') });
  await clock.advance(10 * 24 * 60 * 60 * 1000);
  expect(calls.filter((call) => call === 'delete "1"')).toHaveLength(times);
  await host.close();
});
