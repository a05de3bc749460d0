import type { BlobLeaseClient, BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { ROLES } from '../../contract';
import { type Emulator, ManualClock, ShiftedClock } from '../../emulator';
import {
  armOf,
  assignRole,
  type ProvisionedLake,
  provisionLake,
  startTestEmulator,
} from '../support/emulator';
import { refusalOf } from '../support/errors';
import { storageClients } from '../support/storage-clients';

const OURS = '11111111-2222-3333-4444-555555555555';
const THEIRS = '99999999-2222-3333-4444-555555555555';

let clock: ManualClock;
let emulator: Emulator;
let lake: ProvisionedLake;
let container: ContainerClient;
let blob: BlockBlobClient;
let lease: BlobLeaseClient;

beforeEach(async () => {
  clock = new ManualClock();
  emulator = await startTestEmulator({ clock });
  lake = await provisionLake(emulator);
  ({ container } = storageClients(emulator, lake));
  blob = container.getBlockBlobClient('held/a.dcm');
  await blob.upload('one', 3);
  lease = blob.getBlobLeaseClient(OURS);
});
afterEach(() => emulator.close());

const stateOf = async (): Promise<unknown> => {
  const { leaseState, leaseStatus, leaseDuration } = await blob.getProperties();
  return [leaseState, leaseStatus, leaseDuration];
};
const write = (leaseId?: string) =>
  blob.upload('two', 3, leaseId === undefined ? {} : { conditions: { leaseId } });

test('a lease goes through its states by the clock, without a new ETag', async () => {
  const { etag } = await blob.getProperties();
  expect(await stateOf()).toEqual(['available', 'unlocked', undefined]);
  expect(await lease.acquireLease(30)).toMatchObject({ leaseId: OURS, etag });
  expect(await stateOf()).toEqual(['leased', 'locked', 'fixed']);
  await clock.advance(20_000);
  await lease.renewLease();
  await clock.advance(29_000);
  expect(await stateOf()).toEqual(['leased', 'locked', 'fixed']);
  await clock.advance(1_000);
  expect(await stateOf()).toEqual(['expired', 'unlocked', undefined]);
  await lease.renewLease();
  await clock.advance(10_000);
  expect(await lease.breakLease(60)).toMatchObject({ leaseTime: 20 });
  expect(await stateOf()).toEqual(['breaking', 'locked', undefined]);
  expect(await lease.breakLease(5)).toMatchObject({ leaseTime: 5 });
  await clock.advance(5_000);
  expect(await stateOf()).toEqual(['broken', 'unlocked', undefined]);
  await lease.releaseLease();
  expect(await stateOf()).toEqual(['available', 'unlocked', undefined]);
  expect(await blob.getProperties()).toMatchObject({ etag });
});

test('an infinite lease never runs out, and breaks at once where nobody says when', async () => {
  await lease.acquireLease(-1);
  expect(await stateOf()).toEqual(['leased', 'locked', 'infinite']);
  await clock.advance(10 * 60_000);
  expect(await stateOf()).toEqual(['leased', 'locked', 'infinite']);
  expect(await blob.getBlobLeaseClient().breakLease(undefined as unknown as number)).toMatchObject({
    leaseTime: 0,
  });
  expect(await stateOf()).toEqual(['broken', 'unlocked', undefined]);
});

test('what is leased changes only for whoever has the lease, in both protocols', async () => {
  await lease.acquireLease(-1);
  const file = storageClients(emulator, lake).fileSystem.getFileClient('held/a.dcm');
  const attempts: Record<string, (leaseId?: string) => Promise<unknown>> = {
    upload: write,
    stageBlock: (leaseId) =>
      blob.stageBlock('AAAA', 'x', 1, leaseId === undefined ? {} : { conditions: { leaseId } }),
    commitBlockList: (leaseId) =>
      blob.commitBlockList([], leaseId === undefined ? {} : { conditions: { leaseId } }),
    setMetadata: (leaseId) =>
      blob.setMetadata({ a: 'b' }, leaseId === undefined ? {} : { conditions: { leaseId } }),
    setHTTPHeaders: (leaseId) =>
      blob.setHTTPHeaders({}, leaseId === undefined ? {} : { conditions: { leaseId } }),
    setAccessTier: (leaseId) =>
      blob.setAccessTier('Cool', leaseId === undefined ? {} : { conditions: { leaseId } }),
    append: (leaseId) => file.append('x', 0, 1, leaseId === undefined ? {} : { conditions: { leaseId } }),
    flush: (leaseId) => file.flush(0, leaseId === undefined ? {} : { conditions: { leaseId } }),
    move: (leaseId) => file.move('held/b.dcm', leaseId === undefined ? {} : { conditions: { leaseId } }),
    delete: (leaseId) => blob.delete(leaseId === undefined ? {} : { conditions: { leaseId } }),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    expect([name, await refusalOf(attempt())]).toEqual([name, '412 LeaseIdMissing']);
  }
  for (const name of ['upload', 'setMetadata', 'delete']) {
    expect([name, await refusalOf(attempts[name]?.(THEIRS))]).toEqual([
      name,
      '412 LeaseIdMismatchWithBlobOperation',
    ]);
  }
  expect(await refusalOf(file.append('x', 0, 1, { conditions: { leaseId: THEIRS } }))).toBe(
    '412 LeaseIdMismatchWithPathOperation',
  );
  expect((await blob.downloadToBuffer()).toString()).toBe('one');
  expect(await refusalOf(blob.downloadToBuffer(0, 3, { conditions: { leaseId: THEIRS } }))).toContain('412');

  for (const name of ['upload', 'stageBlock', 'setMetadata', 'setHTTPHeaders', 'setAccessTier']) {
    await attempts[name]?.(OURS);
  }
  expect(await stateOf()).toEqual(['leased', 'locked', 'infinite']);
  await attempts['delete']?.(OURS);
  expect(await blob.exists()).toBe(false);
});

test('what was deleted while leased comes back without a lease', async () => {
  await lease.acquireLease(-1);
  await blob.delete({ conditions: { leaseId: OURS } });
  const { fileSystem } = storageClients(emulator, lake);
  for await (const { name, deletionId = '' } of fileSystem.listDeletedPaths({ prefix: 'held' })) {
    await fileSystem.undeletePath(name, deletionId);
  }
  expect(await stateOf()).toEqual(['available', 'unlocked', undefined]);
});

test('a lease that has run out is over with the next change, and its id is refused', async () => {
  await lease.acquireLease(15);
  await clock.advance(15_000);
  expect(await refusalOf(write(OURS))).toBe('412 LeaseLost');
  await write();
  expect(await stateOf()).toEqual(['available', 'unlocked', undefined]);
  expect(await refusalOf(write(OURS))).toBe('412 LeaseNotPresentWithBlobOperation');
  expect(await refusalOf(lease.renewLease())).toBe('409 LeaseIdMismatchWithLeaseOperation');
});

test('leases are listed with the blob', async () => {
  await lease.acquireLease(-1);
  const shown = [];
  for await (const { name, properties } of container.listBlobsFlat({ prefix: 'held/' }))
    shown.push([name, properties.leaseState, properties.leaseStatus, properties.leaseDuration]);
  expect(shown).toEqual([['held/a.dcm', 'leased', 'locked', 'infinite']]);
});

test('a leased container is deleted only by whoever has the lease', async () => {
  const { deployer } = emulator.ready.credentials;
  await assignRole(armOf(emulator), lake.accountId, ROLES.storageBlobDataOwner.id, deployer.objectId, 90);
  const reports = storageClients(emulator, lake).blobs.getContainerClient('reports');
  await reports.create();
  const held = reports.getBlobLeaseClient(OURS);
  await held.acquireLease(60);
  expect(await reports.getProperties()).toMatchObject({
    leaseState: 'leased',
    leaseStatus: 'locked',
    leaseDuration: 'fixed',
  });
  await reports.getBlockBlobClient('a').upload('x', 1);
  await reports.setMetadata({ a: 'b' });
  expect(await refusalOf(reports.delete())).toBe('412 LeaseIdMissing');
  expect(await refusalOf(reports.delete({ conditions: { leaseId: THEIRS } }))).toBe(
    '412 LeaseIdMismatchWithContainerOperation',
  );
  await reports.delete({ conditions: { leaseId: OURS } });
  expect(await reports.exists()).toBe(false);
});

test('durations, ids and actions are checked', async () => {
  for (const seconds of [0, 14, 61, -2]) {
    expect(await refusalOf(lease.acquireLease(seconds))).toBe('400 InvalidHeaderValue');
  }
  expect(await refusalOf(blob.getBlobLeaseClient('no-guid').acquireLease(-1))).toBe('400 InvalidHeaderValue');
  await lease.acquireLease(-1);
  expect(await refusalOf(lease.breakLease(61))).toBe('400 InvalidHeaderValue');
});

test('lifecycle policies leave alone what is leased, until it is not', async () => {
  const clock = new ShiftedClock(0, () => undefined, { now: () => Date.UTC(2026, 0, 1) });
  await using emulator = await startTestEmulator({ clock });
  const lake = await provisionLake(emulator);
  await armOf(emulator).put(`${lake.accountId}/managementPolicies/default`, '2023-05-01', {
    properties: {
      policy: {
        rules: [
          {
            name: 'away',
            enabled: true,
            type: 'Lifecycle',
            definition: {
              filters: { blobTypes: ['blockBlob'], prefixMatch: ['dicom/held/'] },
              actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 0 } } },
            },
          },
        ],
      },
    },
  });
  const held = (): BlockBlobClient =>
    storageClients(emulator, lake).container.getBlockBlobClient('held/a.dcm');
  await held().upload('one', 3);
  await held().getBlobLeaseClient(OURS).acquireLease(-1);
  await clock.jump(2 * 86_400_000);
  expect(await held().exists()).toBe(true);
  await held().getBlobLeaseClient(OURS).releaseLease();
  await clock.jump(86_400_000);
  expect(await held().exists()).toBe(false);
});
