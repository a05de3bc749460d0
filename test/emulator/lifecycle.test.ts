import fc from 'fast-check';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { ShiftedClock } from '../../emulator';
import type { LakeFile } from '../../emulator/domain/lake-entry';
import type { BlobTier } from '../../emulator/domain/lake-tier';
import { actionFor, type LifecycleRule } from '../../emulator/domain/lifecycle-rule';
import { dicomSender } from '../support/dicom-http';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';
import { startDicomService, type TestDicomService } from '../support/dicom-service';
import { armOf, credentialOf } from '../support/emulator';
import { textContent } from '../support/memory-contents';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

interface Running extends AsyncDisposable {
  readonly clock: ShiftedClock;
  readonly service: TestDicomService;
  readonly blobs: () => ContainerClient;
  readonly setRules: (...rules: readonly object[]) => Promise<void>;
}

async function start(): Promise<Running> {
  const clock = new ShiftedClock(0, () => undefined, { now: () => START });
  const service = await startDicomService({ clock });
  const { emulator, lake } = service;
  const pipeline = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
  // A token lasts an hour on the emulator's clock, whatever the client makes of it.
  const blobs = (): ContainerClient =>
    new BlobServiceClient(lake.accountUrl, credentialOf(emulator, 'deployer'), pipeline).getContainerClient(
      lake.containerName,
    );
  return {
    clock,
    service,
    blobs,
    setRules: async (...rules) => {
      await armOf(emulator).put(`${lake.accountId}/managementPolicies/default`, '2023-05-01', {
        properties: { policy: { rules } },
      });
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

function rule(name: string, baseBlob: object, prefixMatch: readonly string[] = ['dicom/']): LifecycleRule {
  const filters = { blobTypes: ['blockBlob'], prefixMatch };
  return {
    name,
    enabled: true,
    type: 'Lifecycle',
    definition: { actions: { baseBlob }, filters },
  } as LifecycleRule;
}

test('120 days of tiering pass in one jump, a day at a time, and leave the service able to read', async () => {
  await using running = await start();
  const { clock, service, blobs, setRules } = running;
  await service.store([writeDicomFile(syntheticDataset({ study: 's', series: 'e', instance: 'i' }))]);
  const [path = ''] = await service.files();
  const before = await blobs().getBlobClient(path).getProperties();
  const days = (count: number) => ({ daysAfterModificationGreaterThan: count });
  await setRules(rule('tiering', { tierToCool: days(30), tierToCold: days(100) }));

  await clock.jump(31 * DAY);
  expect((await blobs().getBlobClient(path).getProperties()).accessTier).toBe('Cool');
  await clock.jump(89 * DAY);
  const after = await blobs().getBlobClient(path).getProperties();
  expect(after).toMatchObject({ accessTier: 'Cold', etag: before.etag, lastModified: before.lastModified });
  expect(after.accessTierChangedOn).toEqual(new Date(START + 101 * DAY));

  const runs = service.emulator.lifecycle.lastRuns(service.lake.accountId);
  expect(runs).toHaveLength(120);
  expect(runs.map(({ at }) => (at - START) / DAY)).toEqual(Array.from({ length: 120 }, (_, at) => at + 1));
  expect(
    runs
      .filter(({ actions }) => Object.keys(actions).length > 0)
      .map(({ at, actions }) => [(at - START) / DAY, actions]),
  ).toEqual([
    [31, { tierToCool: { files: 1, bytes: before.contentLength } }],
    [101, { tierToCold: { files: 1, bytes: before.contentLength } }],
  ]);
  expect(runs.flatMap(({ earlyDeletions }) => earlyDeletions)).toEqual([]);
  const ask = await dicomSender(service.emulator, service.lake);
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*';
  expect((await ask('/studies/2.25.1', { accept })).status).toBe(404);
  expect(service.emulator.dicomServices.find('testws-images')?.health).toMatchObject({ status: 'Healthy' });
});

test('a new policy waits a day, a removed one does nothing more, and a minimum stay that is cut short is reported', async () => {
  await using running = await start();
  const { clock, service, blobs, setRules } = running;
  const upload = async (name: string, tier?: string): Promise<void> => {
    await blobs()
      .getBlockBlobClient(name)
      .upload('x', 1, tier === undefined ? {} : { tier });
  };
  await upload('a/cool', 'Cool');
  await upload('a/hot');
  await upload('b/hot');
  await setRules(rule('archive', { tierToArchive: { daysAfterCreationGreaterThan: 0 } }, ['dicom/a/']));
  await clock.jump(DAY - 1);
  expect((await blobs().getBlobClient('a/hot').getProperties()).accessTier).toBe('Hot');
  await clock.jump(1 + 3_600_000);
  const tiers = await Promise.all(
    ['a/cool', 'a/hot', 'b/hot'].map(
      async (name) => (await blobs().getBlobClient(name).getProperties()).accessTier,
    ),
  );
  expect(tiers).toEqual(['Archive', 'Archive', 'Hot']);
  expect(service.emulator.lifecycle.lastRuns().at(-1)?.earlyDeletions).toEqual([
    { containerName: 'dicom', path: 'a/cool', tier: 'Cool', daysLeft: 29, bytes: 1 },
  ]);
  await armOf(service.emulator).delete(`${service.lake.accountId}/managementPolicies/default`, '2023-05-01');
  await clock.jump(30 * DAY);
  expect(service.emulator.lifecycle.lastRuns()).toHaveLength(1);
});

test('what the last access cooled comes back to hot once it is read, from cool and not from cold', async () => {
  await using running = await start();
  const { clock, blobs, setRules } = running;
  await blobs().getBlockBlobClient('cool').upload('x', 1);
  await blobs().getBlockBlobClient('cold').upload('x', 1);
  const lastAccess = (days: number) => ({ daysAfterLastAccessTimeGreaterThan: days });
  await setRules(
    rule('cool', { tierToCool: lastAccess(10), enableAutoTierToHotFromCool: true }, ['dicom/cool']),
    rule('cold', { tierToCold: lastAccess(10) }, ['dicom/cold']),
  );
  const tiers = async (): Promise<unknown> =>
    Promise.all(
      ['cool', 'cold'].map(async (name) => (await blobs().getBlobClient(name).getProperties()).accessTier),
    );
  await clock.jump(12 * DAY);
  expect(await tiers()).toEqual(['Cool', 'Cold']);
  for (const name of ['cool', 'cold']) await blobs().getBlobClient(name).downloadToBuffer();
  await clock.jump(DAY);
  expect(await tiers()).toEqual(['Hot', 'Cold']);
  await clock.jump(11 * DAY);
  expect(await tiers()).toEqual(['Cool', 'Cold']);
  await blobs().getBlobClient('cool').downloadToBuffer();
  await clock.jump(2 * DAY);
  expect(await tiers()).toEqual(['Cool', 'Cold']);
});

test('a deleted file can be undeleted, and directories stay', async () => {
  await using running = await start();
  const { clock, service, setRules } = running;
  await service.fileSystem.getFileClient('d/old.txt').upload(Buffer.from('x'));
  await setRules(rule('delete', { delete: { daysAfterModificationGreaterThan: 1 } }));
  await clock.jump(3 * DAY);
  expect(await service.fileSystem.getFileClient('d/old.txt').exists()).toBe(false);
  expect(await service.fileSystem.getDirectoryClient('d').exists()).toBe(true);
  const deleted = [];
  for await (const one of service.fileSystem.listDeletedPaths()) deleted.push(one.name);
  expect(deleted.filter((name) => !name.startsWith('AHDS'))).toEqual(['d/old.txt']);
});

const ORDER = ['Hot', 'Cool', 'Cold', 'Archive'] as const;
const ACTIONS = { tierToCool: 'Cool', tierToCold: 'Cold', tierToArchive: 'Archive', delete: 'gone' } as const;
const CONDITIONS = {
  daysAfterModificationGreaterThan: 'modified',
  daysAfterCreationGreaterThan: 'created',
  daysAfterLastAccessTimeGreaterThan: 'accessed',
} as const;

test('the action taken is the one that a plain reading of the rules gives', () => {
  const days = fc.integer({ min: 0, max: 8 });
  const condition = fc
    .tuple(fc.constantFrom(...(Object.keys(CONDITIONS) as (keyof typeof CONDITIONS)[])), days)
    .map(([name, count]) => ({ name, count }));
  const actions = fc.array(
    fc.record({ action: fc.constantFrom(...(Object.keys(ACTIONS) as (keyof typeof ACTIONS)[])), condition }),
    { minLength: 1, maxLength: 3 },
  );
  const anyRule = fc.record({
    enabled: fc.boolean(),
    prefix: fc.constantFrom('dicom/', 'dicom/a', 'dicom/b', 'other/'),
    actions,
  });
  const anyFile = fc.record({
    path: fc.constantFrom('a/1', 'b/1'),
    modified: days,
    created: days,
    accessed: days,
    tier: fc.constantFrom<BlobTier>(...ORDER),
  });
  fc.assert(
    fc.property(fc.array(anyRule, { maxLength: 4 }), anyFile, (rules, facts) => {
      const policy = rules.map((one, at) => ({
        ...rule(
          `rule${at}`,
          Object.fromEntries(
            one.actions.map(({ action, condition: when }) => [action, { [when.name]: when.count }]),
          ),
          [one.prefix],
        ),
        enabled: one.enabled,
      }));
      const now = START + 20 * DAY;
      const ago = (count: number): number => now - count * DAY - 1;
      const file: LakeFile = {
        kind: 'file',
        etag: '"0x1"',
        owner: '',
        metadata: {},
        headers: {},
        blocks: [],
        appended: [],
        content: textContent('x'),
        tier: { chosen: facts.tier, changedAt: ago(0) },
        createdAt: ago(facts.created),
        lastModifiedAt: ago(facts.modified),
        lastAccessedAt: ago(facts.accessed),
      };
      const taken = actionFor(
        policy,
        { containerName: 'dicom', path: facts.path, file },
        { at: now, trackedSince: START },
      );

      const outcomes = rules
        .filter((one) => one.enabled && `dicom/${facts.path}`.startsWith(one.prefix))
        // A later action of the same name in one rule replaces the earlier one, as in JSON.
        .flatMap((one) => [...new Map(one.actions.map((each) => [each.action, each.condition]))])
        .filter(([, when]) => facts[CONDITIONS[when.name]] >= when.count)
        .map(([action]) => ACTIONS[action]);
      const reached = [...ORDER, 'gone']
        .map((state, rank) => ({ state, rank }))
        .filter(({ state }) => outcomes.some((one) => one === state));
      const furthest = reached.at(-1);
      const expected =
        furthest === undefined || furthest.rank <= ORDER.indexOf(facts.tier) ? undefined : furthest.state;
      const got = taken === undefined ? undefined : ACTIONS[taken as keyof typeof ACTIONS];
      expect(got).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
