import fc from 'fast-check';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { ShiftedClock } from '../../emulator';
import { policyProblems } from '../../emulator/arm/lifecycle-policy';
import { DueRuns } from '../../emulator/domain/due-runs';
import { contextOf, Lake } from '../../emulator/domain/lake';
import type { LakeFile } from '../../emulator/domain/lake-entry';
import type { BlobTier } from '../../emulator/domain/lake-tier';
import { LifecycleEngine } from '../../emulator/domain/lifecycle-engine';
import { actionFor, comesBack, type LifecycleRule } from '../../emulator/domain/lifecycle-rule';
import { ForgetfulState } from '../../emulator/domain/state-store';
import { dicomSender } from '../support/dicom-http';
import { syntheticDataset, writeDicomFile } from '../support/dicom-file';
import { fileSystemOf, startDicomService, type TestDicomService } from '../support/dicom-service';
import { temporaryFolder } from '../support/cli';
import {
  armOf,
  credentialOf,
  provisionLake,
  startTestEmulator,
  type ProvisionOptions,
} from '../support/emulator';
import { MemoryContents, textContent } from '../support/memory-contents';
import { storageAccount } from '../support/storage-account';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const ACCOUNT = storageAccount();

interface Running extends AsyncDisposable {
  readonly clock: ShiftedClock;
  readonly service: TestDicomService;
  readonly blobs: () => ContainerClient;
  readonly setRules: (...rules: readonly object[]) => Promise<void>;
}

async function start(options: ProvisionOptions = {}): Promise<Running> {
  const clock = new ShiftedClock(0, () => undefined, { now: () => START });
  const service = await startDicomService({ clock, ...options });
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
  await using running = await start({ sku: 'Standard_LRS' });
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
  expect(service.emulator.lifecycle.lastRuns().at(-1)?.minimumStaysCutShort).toEqual({
    Cool: { files: 1, bytes: 1, byteDays: 29 },
  });
  await armOf(service.emulator).delete(`${service.lake.accountId}/managementPolicies/default`, '2023-05-01');
  await clock.jump(30 * DAY);
  expect(service.emulator.lifecycle.lastRuns()).toHaveLength(1);
});

test('what the last access cooled comes back to hot as it is read, from cool and not from cold', async () => {
  await using running = await start();
  const { clock, blobs, setRules, service } = running;
  const names = ['cool', 'cold', 'stays'];
  for (const name of names) await blobs().getBlockBlobClient(name).upload('x', 1);
  const lastAccess = (days: number) => ({ daysAfterLastAccessTimeGreaterThan: days });
  await setRules(
    rule('cool', { tierToCool: lastAccess(10), enableAutoTierToHotFromCool: true }, ['dicom/co']),
    rule('cold', { tierToCold: lastAccess(10) }, ['dicom/cold']),
    rule('stays', { tierToCool: lastAccess(10) }, ['dicom/stays']),
  );
  const tiers = async (): Promise<unknown> =>
    Promise.all(names.map(async (name) => (await blobs().getBlobClient(name).getProperties()).accessTier));
  await clock.jump(12 * DAY);
  expect(await tiers()).toEqual(['Cool', 'Cold', 'Cool']);
  for (const name of names) await blobs().getBlobClient(name).getProperties();
  expect(await tiers()).toEqual(['Cool', 'Cold', 'Cool']);
  for (const name of names) await blobs().getBlobClient(name).downloadToBuffer();
  expect(await tiers()).toEqual(['Hot', 'Cold', 'Cool']);
  await clock.jump(DAY);
  expect(service.emulator.lifecycle.lastRuns().at(-1)).toMatchObject({
    returnedToHot: { files: 1, bytes: 1 },
    minimumStaysCutShort: { Cool: { files: 1, bytes: 1, byteDays: 29 } },
  });
  await clock.jump(11 * DAY);
  expect(await tiers()).toEqual(['Cool', 'Cold', 'Cool']);
  await blobs().getBlobClient('cool').downloadToBuffer();
  expect(await tiers()).toEqual(['Cool', 'Cold', 'Cool']);
  await clock.jump(30 * DAY);
  await blobs().getBlobClient('cool').downloadToBuffer();
  expect(await tiers()).toEqual(['Hot', 'Cold', 'Cool']);
});

test('what was cooled before a rule brought things back stays cool when it is read', async () => {
  await using running = await start();
  const { clock, blobs, setRules } = running;
  for (const name of ['a', 'b']) await blobs().getBlockBlobClient(name).upload('x', 1);
  const cooling = (prefix: string, enableAutoTierToHotFromCool: boolean) =>
    rule('cool', { tierToCool: { daysAfterLastAccessTimeGreaterThan: 10 }, enableAutoTierToHotFromCool }, [
      prefix,
    ]);
  await setRules(cooling('dicom/a', false));
  await clock.jump(12 * DAY);
  await setRules(cooling('dicom/', true));
  await clock.jump(2 * DAY);
  const tiers = async (): Promise<unknown> =>
    Promise.all(
      ['a', 'b'].map(async (name) => (await blobs().getBlobClient(name).getProperties()).accessTier),
    );
  expect(await tiers()).toEqual(['Cool', 'Cool']);
  for (const name of ['a', 'b']) await blobs().getBlobClient(name).downloadToBuffer();
  expect(await tiers()).toEqual(['Cool', 'Hot']);
});

test('a file that nobody read counts from the day on which tracking was switched on', async () => {
  await using running = await start();
  const { clock, blobs, setRules, service } = running;
  const track = (enable: boolean) =>
    armOf(service.emulator).put(`${service.lake.accountId}/blobServices/default`, '2023-05-01', {
      properties: { lastAccessTimeTrackingPolicy: { enable } },
    });
  await track(false);
  await blobs().getBlockBlobClient('old').upload('x', 1);
  await clock.jump(5 * DAY);
  await track(true);
  await clock.jump(20 * DAY);
  await setRules(rule('cool', { tierToCool: { daysAfterLastAccessTimeGreaterThan: 23 } }));
  const tier = async (): Promise<unknown> => (await blobs().getBlobClient('old').getProperties()).accessTier;
  await clock.jump(3 * DAY);
  expect(await tier()).toBe('Hot');
  await clock.jump(DAY);
  expect(await tier()).toBe('Cool');
});

test('what a policy waits for survives a restart', async () => {
  using folder = temporaryFolder();
  const startAt = async (shift: number) => {
    const clock = new ShiftedClock(shift, () => undefined, { now: () => START });
    return { clock, emulator: await startTestEmulator({ clock, stateFolder: folder.path }) };
  };
  const first = await startAt(0);
  const lake = await provisionLake(first.emulator);
  const write = (child: string, properties: object) =>
    armOf(first.emulator).put(`${lake.accountId}/${child}/default`, '2023-05-01', { properties });
  await write('blobServices', { lastAccessTimeTrackingPolicy: { enable: false } });
  await fileSystemOf(first.emulator, lake).getFileClient('old').upload(Buffer.from('x'));
  await write('blobServices', { lastAccessTimeTrackingPolicy: { enable: true } });
  const lastAccess = { daysAfterLastAccessTimeGreaterThan: 2 };
  const rules = [rule('cool', { tierToCool: lastAccess, enableAutoTierToHotFromCool: true })];
  await write('managementPolicies', { policy: { rules } });
  await first.emulator.close();

  const second = await startAt(DAY - 1);
  await using emulator = second.emulator;
  const pipeline = { tlsOptions: { ca: emulator.ca }, retryOptions: { maxTries: 1 } };
  const old = () =>
    new BlobServiceClient(lake.accountUrl, credentialOf(emulator, 'deployer'), pipeline)
      .getContainerClient('dicom')
      .getBlobClient('old');
  await second.clock.jump(3 * DAY);
  expect((await old().getProperties()).accessTier).toBe('Cool');
  await old().downloadToBuffer();
  expect((await old().getProperties()).accessTier).toBe('Hot');
});

test('nothing is archived where the storage is redundant across zones', async () => {
  await using running = await start();
  const { clock, blobs, setRules } = running;
  await blobs().getBlockBlobClient('a').upload('x', 1);
  const days = { daysAfterCreationGreaterThan: 0 };
  await setRules(rule('lower', { tierToArchive: days, tierToCold: days }));
  await clock.jump(2 * DAY);
  expect((await blobs().getBlobClient('a').getProperties()).accessTier).toBe('Cold');
});

test('a deleted file can be undeleted, and a directory that it leaves empty goes a run later', async () => {
  await using running = await start();
  const { clock, service, setRules } = running;
  const left = async (): Promise<readonly unknown[]> => {
    const names = [];
    for await (const { name } of fileSystemOf(service.emulator, service.lake).listPaths({
      recursive: true,
    })) {
      if (name?.startsWith('AHDS') !== true) names.push(name);
    }
    return names;
  };
  for (const path of ['d/e/old.txt', 'd/e f/old.txt', 'kept/old.txt']) {
    await service.fileSystem.getFileClient(path).upload(Buffer.from('x'));
  }
  await setRules(rule('delete', { delete: { daysAfterModificationGreaterThan: 1 } }, ['dicom/d']));
  const kept = ['kept', 'kept/old.txt'];
  await clock.jump(2 * DAY);
  expect(await left()).toEqual(['d', 'd/e', 'd/e f', ...kept]);
  await fileSystemOf(service.emulator, service.lake).getFileClient('d/new.txt').upload(Buffer.from('x'));
  await fileSystemOf(service.emulator, service.lake).getDirectoryClient('d/young').create();
  await clock.jump(DAY);
  expect(await left()).toEqual(['d', 'd/new.txt', 'd/young', ...kept]);
  await clock.jump(DAY);
  expect(await left()).toEqual(['d', ...kept]);
  await clock.jump(DAY);
  expect(await left()).toEqual(kept);
  expect(service.emulator.lifecycle.lastRuns().map(({ emptyDirectories }) => emptyDirectories)).toEqual([
    0, 0, 2, 1, 1,
  ]);
  const deleted = [];
  for await (const one of fileSystemOf(service.emulator, service.lake).listDeletedPaths())
    deleted.push(one.name);
  expect(deleted).toEqual(expect.arrayContaining(['d', 'd/e', 'd/e/old.txt']));
});

test('120 days of tiering go over a lake of 2000 files', async () => {
  const { actions, tiers } = await tieredLake(2000);
  expect(actions).toEqual([
    [31, { tierToCool: { files: 2000, bytes: 6000 } }],
    [101, { tierToCold: { files: 2000, bytes: 6000 } }],
  ]);
  expect(tiers).toEqual(new Set(['Cold']));
});

const LAST_ACCESS = { daysAfterLastAccessTimeGreaterThan: 10 };
const CHANGE = { daysAfterLastTierChangeGreaterThan: 7 };

test.each<[string, object, string]>([
  [
    'a wait after a change of tier for anything but the archive',
    { baseBlob: { delete: { daysAfterCreationGreaterThan: 1, ...CHANGE } } },
    'delete.daysAfterLastTierChangeGreaterThan is for tierToArchive alone',
  ],
  [
    'a way back to hot for what goes by age',
    {
      baseBlob: { tierToCool: { daysAfterCreationGreaterThan: 1 }, enableAutoTierToHotFromCool: true },
    },
    'enableAutoTierToHotFromCool needs tierToCool.daysAfterLastAccessTimeGreaterThan',
  ],
  [
    'a snapshot that goes by its last access',
    { snapshot: { delete: LAST_ACCESS } },
    'delete of a snapshot must go by daysAfterCreationGreaterThan, got daysAfterLastAccessTimeGreaterThan',
  ],
  [
    'an action that is none',
    { baseBlob: { delete: { daysAfterCreationGreaterThan: 1 }, tierToCool: null } },
    'tierToCool must be an object, got null',
  ],
])('a policy with %s is refused', (_, actions, message) => {
  const policy = (of: object) => ({
    properties: {
      policy: {
        rules: [
          {
            name: 'r',
            type: 'Lifecycle',
            definition: { actions: of, filters: { blobTypes: ['blockBlob'] } },
          },
        ],
      },
    },
  });
  const right = {
    baseBlob: {
      tierToCool: LAST_ACCESS,
      enableAutoTierToHotFromCool: true,
      tierToArchive: { daysAfterModificationGreaterThan: 90, ...CHANGE },
    },
    snapshot: { delete: { daysAfterCreationGreaterThan: 1 } },
  };
  expect(policyProblems(policy(right), true)).toEqual([]);
  expect(policyProblems(policy(actions), true)).toEqual([
    { code: 'InvalidRequestContent', message: `Rule 1: ${message}.` },
  ]);
});

test('no policy that is accepted breaks the run that carries it out', () => {
  const any = <Value>(usual: Value) => fc.oneof({ arbitrary: fc.constant(usual), weight: 6 }, fc.jsonValue());
  const condition = any({ daysAfterCreationGreaterThan: 0 });
  const anyRule = fc.record({
    name: fc.constant('r'),
    enabled: any(true),
    type: fc.constant('Lifecycle'),
    definition: fc.record({
      actions: fc.record({
        baseBlob: fc.record(
          { tierToCool: condition, tierToArchive: condition, enableAutoTierToHotFromCool: any(false) },
          { requiredKeys: [] },
        ),
        snapshot: any({ delete: { daysAfterCreationGreaterThan: 1 } }),
      }),
      filters: fc.record({ blobTypes: any(['blockBlob']), prefixMatch: any(['dicom/']) }),
    }),
  });
  let accepted = 0;
  fc.assert(
    fc.property(anyRule, (one) => {
      if (policyProblems({ properties: { policy: { rules: [one] } } }, true).length > 0) return;
      accepted += 1;
      const rules = [one as unknown as LifecycleRule];
      const seen = {
        containerName: 'dicom',
        path: 'a',
        file: fileThat({ chosen: 'Cool', changedAt: START }),
      };
      actionFor(rules, seen, { at: START + DAY, trackedSince: START });
      comesBack(rules, seen, { r: START }, START + DAY);
    }),
    { numRuns: 2000 },
  );
  expect(accepted).toBeGreaterThan(100);
});

/** Fills a lake without HTTP, which would take most of the time, and lets 120 days pass. */
async function tieredLake(count: number) {
  const clock = new ShiftedClock(0, () => undefined, { now: () => START });
  const accounts = { byId: () => ACCOUNT, byName: () => ACCOUNT };
  const state = new ForgetfulState();
  const lake = new Lake({ clock, accounts, authorize: () => false, state, contents: new MemoryContents() });
  lake.create(ACCOUNT.id, 'dicom', {});
  const files = lake.files(ACCOUNT, 'dicom');
  const paths = Array.from({ length: count }, (_, index) => `a/${index}.dcm`);
  for (const path of paths) {
    files.write(path, contextOf(ACCOUNT, 'someone', START), { content: { length: 3, extents: [] } });
  }
  const days = (daysAfterModificationGreaterThan: number) => ({ daysAfterModificationGreaterThan });
  const rules = [rule('tiering', { tierToCool: days(30), tierToCold: days(100) })];
  const lifecycle = new LifecycleEngine({ clock, lake, accounts, policies: { rulesOf: () => rules }, state });
  const dueRuns = new DueRuns(clock, [lifecycle]);
  lifecycle.policyStored(ACCOUNT.id);
  await clock.jump(120 * DAY);
  await dueRuns.stop();
  return {
    actions: lifecycle
      .lastRuns()
      .filter(({ actions }) => Object.keys(actions).length > 0)
      .map(({ at, actions }) => [(at - START) / DAY, actions]),
    tiers: new Set(
      paths.map((path) => {
        const file = files.find(path, clock.now());
        return file?.kind === 'file' ? file.tier.chosen : undefined;
      }),
    ),
  };
}

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
        ...fileThat({ chosen: facts.tier, changedAt: ago(0) }),
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
      const got = taken === undefined ? undefined : ACTIONS[taken];
      expect(got).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});

/** A file of one byte in a tier. */
function fileThat(tier: LakeFile['tier']): LakeFile {
  return {
    kind: 'file',
    etag: '"0x1"',
    owner: '',
    metadata: {},
    headers: {},
    blocks: [],
    appended: [],
    content: textContent('x'),
    tier,
    createdAt: START,
    lastModifiedAt: START,
    lastAccessedAt: START,
  };
}
