import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROLES } from '../../contract';
import { ManualClock } from '../../emulator';
import type { VerifyConfig } from '../../verify';
import type { Report } from '../../verify/model';
import { armOf, assignRole } from '../support/emulator';
import { SharedClock } from '../support/shared-clock';
import { rowOf, startVerifyBench, type VerifyBench, type VerifyBenchOptions } from '../support/verify-bench';

const ROOT = 'AHDS/testws/dicom/images';
const DEEP = ['contract/foreign-file-not-indexed', 'tiers/own-instance-readable-when-cooled'];

jest.setTimeout(30_000);

interface ClockedBench extends VerifyBench {
  readonly clock: ManualClock;
  judged(config: Partial<VerifyConfig>): Promise<Report>;
}

async function start(options: VerifyBenchOptions = {}): Promise<ClockedBench> {
  const clock = new ManualClock();
  const bench = await startVerifyBench({ clock, ...options });
  return {
    ...bench,
    clock,
    judged: (config) => bench.run(config, { clock: new SharedClock(clock) }),
  };
}

async function mayWrite({ emulator, lake }: VerifyBench): Promise<void> {
  const { objectId } = emulator.ready.credentials.verifier;
  await assignRole(armOf(emulator), lake.containerId, ROLES.storageBlobDataContributor.id, objectId, 7);
}

async function pathsIn({ fileSystem }: VerifyBench): Promise<readonly string[]> {
  const paths: string[] = [];
  for await (const { name = '' } of fileSystem.listPaths({ recursive: true })) paths.push(name);
  return paths;
}

function journals({ folder }: VerifyBench): readonly string[] {
  const journal = path.join(folder, 'journal');
  if (!existsSync(journal)) return [];
  return readdirSync(journal, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(path.join(journal, name), 'utf8'));
}

describe('a deep run', () => {
  test('passes, and leaves neither file nor folder nor journal entry behind', async () => {
    await using bench = await start();
    await mayWrite(bench);
    const report = await bench.judged({ only: DEEP, profile: 'deep' });
    expect(report.rows.map(({ outcome, detail }) => [outcome, detail])).toEqual([
      ['pass', 'not found in 60 s'],
      ['pass', 'Cool and Cold'],
    ]);
    await bench.clock.advance(1_000);
    expect((await pathsIn(bench)).filter((one) => /2\.25\.|\.dcm$/.test(one))).toEqual([]);
    expect(bench.journalled()).toEqual([]);
    expect(journals(bench).join()).not.toContain('AHDS');
  });

  test('tells which role is missing for it', async () => {
    await using bench = await start();
    const report = await bench.judged({ only: DEEP, profile: 'deep' });
    for (const id of DEEP) {
      expect(rowOf(report, id)).toMatchObject({
        outcome: 'inconclusive',
        reason: expect.stringContaining('403 AuthorizationPermissionMismatch') as unknown,
        remedy: expect.stringContaining('grant Storage Blob Data Contributor on the container') as unknown,
      });
    }
    expect(report.leftovers).toEqual([]);
  });

  test('writes the folder down before it is made, and its file is no unknown one for runs beside it', async () => {
    await using bench = await start();
    await mayWrite(bench);
    let seen: Report | undefined;
    let journal = '';
    await bench.run(
      { only: ['contract/foreign-file-not-indexed'], profile: 'deep' },
      {
        clock: new SharedClock(bench.clock),
        progress: (event) => {
          if (event.kind === 'message' && event.message.includes('(5 s)')) journal = journals(bench).join();
        },
      },
    );
    expect(journal).toMatch(/AHDS\/testws\/dicom\/images\/2\.25\.\d+/);

    const own = `${ROOT}/2.25.123/132_1.dcm`;
    await bench.fileSystem.getFileClient(own).upload(Buffer.from('theirs'));
    seen = await bench.judged({ only: ['contract/no-unknown-files'] });
    expect(rowOf(seen, 'contract/no-unknown-files').outcome).toBe('pass');
    await bench.clock.advance(3_600_000);
    seen = await bench.judged({ only: ['contract/no-unknown-files'] });
    expect(rowOf(seen, 'contract/no-unknown-files').findings).toMatchObject([{ subject: own }]);
  });
});

describe('contract/no-unknown-files', () => {
  const FILES = [
    `${ROOT}/132_1.dcm`,
    `${ROOT}/Microsoft.Default/132_1.dcm`,
    `${ROOT}/Microsoft.Default/999_1.dcm`,
    `${ROOT}/Microsoft.Default/deep/132_1.dcm`,
    `${ROOT}/notes`,
    `${ROOT}/ward-7/132_1.dcm`,
    'elsewhere/notes',
  ];
  const unknown = async (bench: ClockedBench): Promise<readonly string[]> => {
    for (const file of FILES) await bench.fileSystem.getFileClient(file).upload(Buffer.from('x'));
    const report = await bench.judged({ only: ['contract/no-unknown-files'] });
    return (rowOf(report, 'contract/no-unknown-files').findings ?? []).map(({ subject }) => subject);
  };

  test('takes both documented shapes, and partitions only where there are some', async () => {
    await using without = await start();
    expect(await unknown(without)).toEqual([FILES[2], FILES[3], FILES[5], FILES[4]].sort());
    await using partitioned = await start({ dataPartitionsEnabled: true });
    expect(await unknown(partitioned)).toEqual([FILES[2], FILES[3], FILES[4]].sort());
  });
});

describe('the health of a service', () => {
  const HEALTH = ['lake', 'health'];

  test('is told by one look where deleted files are kept', async () => {
    await using bench = await start();
    await bench.clock.advance(36_000);
    const report = await bench.judged({ only: HEALTH, profile: 'quick' });
    expect(report.rows.map(({ id, outcome, detail }) => [id, outcome, detail])).toEqual([
      ['lake/health-file-fresh', 'pass', 'seen 1 s ago by soft-deleted files'],
      ['health/only-the-service-writes', 'pass', undefined],
      ['health/resource-health', 'pass', undefined],
    ]);
  });

  test('is watched for where they are not, and nothing is made of silence', async () => {
    await using bench = await start({ deletedFileRetentionDays: 0 });
    await bench.clock.advance(36_000);
    await bench.emulator.faults.set('dicom/health-writer-stopped');
    await bench.clock.advance(200_000);
    const report = await bench.judged({ only: HEALTH });
    expect(rowOf(report, 'lake/health-file-fresh')).toMatchObject({
      outcome: 'not-applicable',
      reason: expect.stringContaining('deleted files are not kept') as unknown,
    });
    expect(rowOf(report, 'health/file-keeps-coming')).toMatchObject({
      outcome: 'inconclusive',
      reason: expect.stringContaining('which proves nothing') as unknown,
    });
  });

  test('is not known of a service that is new', async () => {
    await using bench = await start();
    const report = await bench.judged({ only: HEALTH, profile: 'quick' });
    expect(report.rows.map(({ outcome }) => outcome)).toEqual(Array(3).fill('not-applicable'));
  });

  test('is spoilt by files of others', async () => {
    await using bench = await start();
    await bench.clock.advance(36_000);
    await bench.fileSystem.getFileClient(`${ROOT}/healthCheck/notes.txt`).upload(Buffer.from('x'));
    const report = await bench.judged({ only: ['health/only-the-service-writes'] });
    const { objectId } = bench.emulator.ready.credentials.deployer;
    expect(rowOf(report, 'health/only-the-service-writes')).toMatchObject({
      outcome: 'fail',
      findings: [{ subject: `${ROOT}/healthCheck/notes.txt`, actual: `it belongs to ${objectId}` }],
    });
  });

  const answered = (status: number, body: object): VerifyBenchOptions => ({
    arm: async (request, forward) =>
      request.path.includes('Microsoft.ResourceHealth')
        ? {
            status,
            headers: { 'content-type': 'application/json' },
            body: Buffer.from(JSON.stringify(body)),
          }
        : forward(),
  });

  test('is told in the words of Azure, on one line and without markup', async () => {
    const properties = {
      availabilityState: 'Degraded',
      summary: 'The <b>store</b>\n is\u001b[31m lost.',
      recommendedActions: [{ action: '<a href="x">Look</a>' }, { action: 7 }, null],
    };
    await using bench = await start(answered(200, { properties }));
    const report = await bench.judged({ only: ['health/resource-health'] });
    expect(rowOf(report, 'health/resource-health')).toMatchObject({
      outcome: 'fail',
      reason: 'Degraded: The store is [31m lost.',
      remedy: 'Look',
    });
  });

  test('does not matter to a subscription that does not use Resource Health', async () => {
    const error = { code: 'MissingSubscriptionRegistration', message: 'no' };
    await using bench = await start(answered(409, { error }));
    const report = await bench.judged({ only: ['health/resource-health'] });
    expect(rowOf(report, 'health/resource-health').outcome).toBe('not-applicable');
  });
});

test('the change feed is read in each partition', async () => {
  await using bench = await start({ dataPartitionsEnabled: true, partitions: ['ward-7', 'ward-8'] });
  const report = await bench.judged({ only: ['contract/change-feed-in-order'] });
  expect(rowOf(report, 'contract/change-feed-in-order')).toMatchObject({
    outcome: 'pass',
    detail: 'read 8 times',
  });
  expect(bench.journalled()).toEqual([]);
});

test('nothing is judged while the lake is busy up to the deadline', async () => {
  await using bench = await start();
  await bench.emulator.faults.set('lake/throttled', { retryAfterSeconds: 0 });
  const report = await bench.judged({ only: ['contract'], deadlineSeconds: 120 });
  const outcomes = new Set(report.rows.map(({ outcome }) => outcome));
  expect(outcomes).not.toContain('fail');
  expect(outcomes).toContain('inconclusive');
});
