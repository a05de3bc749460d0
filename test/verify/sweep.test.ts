import { readdirSync, statSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { ROLES } from '../../contract';
import { type RunIdentity, sweepExitCode, sweepLeftovers, type SweepReport } from '../../verify';
import { ManualClock, SystemClock } from '../../verify/clock';
import { Journal } from '../../verify/sample/journal';
import { studyUid } from '../../verify/sample/journal-entry';
import { assignRole, armOf } from '../support/emulator';
import { journalFilesBelow } from '../support/journals';
import { startVerifyBench, type VerifyBench, type VerifyBenchOptions } from '../support/verify-bench';
import type { ProxiedRequest } from '../support/verify-proxy';

jest.setTimeout(30_000);

const isDelete = ({ method }: ProxiedRequest): boolean => method === 'DELETE';
const DEAD: RunIdentity = { host: 'here', pid: 1, isAlive: () => false };
const SERVICE_PATH = 'AHDS/testws/dicom/images';

/** A run of this machine that has sent a study and made two folders, and was killed. */
async function leave(bench: VerifyBench, owner = { host: 'here', pid: 2 }): Promise<Journal> {
  const journal = Journal.open(path.join(bench.folder, 'journal'), bench.serviceUrl, {
    owner,
    servicePath: SERVICE_PATH,
  });
  journal.add({ studyInstanceUid: journal.runUid, baseUrl: `${bench.serviceUrl}/v2` });
  journal.add({
    studyInstanceUid: studyUid(journal.runUid, 'never-sent'),
    baseUrl: `${bench.serviceUrl}/v2`,
    name: 'never-sent',
  });
  await bench.store(journal.runUid);
  for (const parent of [SERVICE_PATH, 'dicom-lake-verify']) {
    journal.addFolder(`${parent}/${journal.runUid}`);
    await bench.fileSystem.getFileClient(`${parent}/${journal.runUid}/foreign.dcm`).create();
  }
  const file = fileOf(bench, journal);
  const longAgo = statSync(file).mtimeMs / 1000 - 60;
  utimesSync(file, longAgo, longAgo);
  return journal;
}

function fileOf(bench: VerifyBench, { runUid }: Journal): string {
  return journalFilesBelow(bench.folder).find((name) => name.endsWith(`${runUid}.json`)) ?? '';
}

async function startBench(options: VerifyBenchOptions = {}): Promise<VerifyBench> {
  const bench = await startVerifyBench(options);
  const { objectId } = bench.emulator.ready.credentials.verifier;
  await assignRole(
    armOf(bench.emulator),
    bench.lake.containerId,
    ROLES.storageBlobDataContributor.id,
    objectId,
    7,
  );
  return bench;
}

function sweep(bench: VerifyBench, config = {}, environment = {}): Promise<SweepReport> {
  return sweepLeftovers(
    { target: bench.target, journalFolder: path.join(bench.folder, 'journal'), ...config },
    { identity: DEAD, ...environment },
  );
}

async function foldersOf(bench: VerifyBench): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name = '' } of bench.fileSystem.listPaths({ recursive: true }))
    if (/2\.25\.|dicom-lake-verify/.test(name)) names.push(name);
  return names;
}

describe('a sweep', () => {
  test('deletes studies and folders of a dead run, says so, and leaves what is of others', async () => {
    await using bench = await startBench();
    await bench.fileSystem.getFileClient(`${SERVICE_PATH}/2.25.1/theirs.dcm`).create();
    const { runUid } = await leave(bench);
    const report = await sweep(bench);
    expect(report).toEqual({
      schemaVersion: 1,
      serviceUrl: bench.serviceUrl,
      dryRun: false,
      interrupted: false,
      runs: [
        {
          runUid,
          owner: { host: 'here', pid: 2 },
          outcome: 'swept',
          entries: [
            { kind: 'study', subject: runUid, baseUrl: `${bench.serviceUrl}/v2`, outcome: 'deleted' },
            {
              kind: 'study',
              subject: studyUid(runUid, 'never-sent'),
              baseUrl: `${bench.serviceUrl}/v2`,
              outcome: 'gone',
            },
            { kind: 'lake-folder', subject: `${SERVICE_PATH}/${runUid}`, outcome: 'deleted' },
            { kind: 'lake-folder', subject: `dicom-lake-verify/${runUid}`, outcome: 'deleted' },
          ],
        },
      ],
    });
    expect(sweepExitCode(report)).toBe(0);
    expect(bench.journalled()).toEqual([]);
    expect(await foldersOf(bench)).toEqual([`${SERVICE_PATH}/2.25.1`, `${SERVICE_PATH}/2.25.1/theirs.dcm`]);
    await expect(sweep(bench)).resolves.toMatchObject({ runs: [] });
  });

  test('touches nothing of a run that lives, and keeps the folder of all runs while that has one', async () => {
    await using bench = await startBench();
    const dead = await leave(bench);
    const live = await leave(bench, { host: 'here', pid: 3 });
    const identity: RunIdentity = { ...DEAD, isAlive: ({ pid }) => pid === 3 };
    const report = await sweep(bench, {}, { identity });
    expect(report.runs.map(({ runUid, outcome }) => [runUid, outcome])).toEqual([
      [dead.runUid, 'swept'],
      [live.runUid, 'in-use'],
    ]);
    expect(sweepExitCode(report)).toBe(0);
    expect(bench.requests.filter(isDelete).every(({ path: url }) => !url.includes(live.runUid))).toBe(true);
    expect((await foldersOf(bench)).filter((name) => name.endsWith(live.runUid))).toHaveLength(2);
    expect(bench.journalled()).toHaveLength(4);
  });

  test('sends nothing in a dry run', async () => {
    await using bench = await startBench();
    await leave(bench);
    const sent = bench.requests.length;
    const report = await sweep(bench, { dryRun: true });
    expect(report).toMatchObject({ dryRun: true, runs: [{ outcome: 'found' }] });
    expect(report.runs[0]?.entries.map(({ outcome }) => outcome)).toEqual([
      'found',
      'found',
      'found',
      'found',
    ]);
    expect(bench.requests).toHaveLength(sent);
    expect(bench.journalled()).toHaveLength(4);
  });

  test('says what it may not delete, ends with 3, and keeps the journal', async () => {
    await using bench = await startVerifyBench();
    await leave(bench);
    const report = await sweep(bench);
    expect(sweepExitCode(report)).toBe(3);
    expect(report.runs).toMatchObject([
      {
        outcome: 'kept',
        entries: [
          { outcome: 'deleted' },
          { outcome: 'gone' },
          { outcome: 'kept', reason: 'deleting the folder was answered 403 AuthorizationPermissionMismatch' },
          { outcome: 'kept' },
        ],
      },
    ]);
    expect(bench.journalled()).toHaveLength(4);
  });

  test('waits until the last request of a run that died just now has had its time', async () => {
    await using bench = await startBench();
    const journal = await leave(bench);
    const now = statSync(path.join(bench.folder, 'journal')).mtimeMs / 1000;
    utimesSync(fileOf(bench, journal), now + 1, now + 1);
    const clock = new ManualClock();
    const before = clock.now();
    const report = await sweep(bench, {}, { clock });
    expect(clock.now() - before).toBeGreaterThan(1_000);
    expect(report).toMatchObject({ runs: [{ outcome: 'swept' }] });
  });

  test('stops at its deadline', async () => {
    let asked = 0;
    await using bench = await startBench({
      dicom: (request, forward) =>
        isDelete(request)
          ? Promise.resolve({ status: 429, headers: { 'retry-after': '7' }, body: Buffer.from(`${++asked}`) })
          : forward(),
    });
    await leave(bench);
    const clock = new ManualClock();
    const start = clock.now();
    const report = await sweep(bench, { deadlineSeconds: 20 }, { clock });
    expect(clock.now() - start).toBeLessThanOrEqual(20_000);
    expect(asked).toBeGreaterThan(1);
    expect(report.runs).toMatchObject([
      {
        outcome: 'kept',
        entries: [
          { outcome: 'kept', reason: expect.stringContaining('it is throttling') as unknown },
          {},
          {},
          {},
        ],
      },
    ]);
  });

  test('stops where it is told to', async () => {
    await using bench = await startBench();
    await leave(bench);
    const report = await sweep(bench, {}, { signal: AbortSignal.abort(new Error('stop')) });
    expect(report).toMatchObject({ interrupted: true, runs: [{ outcome: 'kept' }] });
    expect(sweepExitCode(report)).toBe(130);
    expect(bench.journalled()).toHaveLength(4);
  });
});

describe('a run', () => {
  test('deletes what a dead one left before it sends anything itself', async () => {
    await using bench = await startBench();
    const { runUid } = await leave(bench);
    const sent = bench.requests.length;
    const report = await bench.run({ only: ['dicomweb/instance-stored'] }, { identity: DEAD });
    expect(report.leftovers).toEqual([]);
    expect(bench.requests[sent]).toMatchObject({
      method: 'DELETE',
      path: expect.stringContaining(runUid) as unknown,
    });
    expect(await foldersOf(bench)).toEqual([]);
    expect(bench.journalled()).toEqual([]);
  });

  test('deletes in the end what one left that died just before it began', async () => {
    await using bench = await startBench();
    const journal = await leave(bench);
    const now = statSync(path.join(bench.folder, 'journal')).mtimeMs / 1000;
    utimesSync(fileOf(bench, journal), now + 1, now + 1);
    const sent = bench.requests.length;
    await bench.run({ only: ['dicomweb/instance-stored'] }, { identity: DEAD });
    const deletions = bench.requests.slice(sent).filter(isDelete);
    expect(deletions.at(-1)?.path).toContain(studyUid(journal.runUid, 'never-sent'));
    expect(bench.requests[sent]?.method).not.toBe('DELETE');
    expect(bench.journalled()).toEqual([]);
  });

  test('that sends nothing deletes nothing, and does not mind what is in the folder', async () => {
    await using bench = await startBench();
    await leave(bench);
    const sent = bench.requests.length;
    await bench.run({ only: ['tiers'], profile: 'read-only' }, { identity: DEAD });
    expect(bench.requests.slice(sent).filter(isDelete)).toEqual([]);
    expect(bench.journalled()).toHaveLength(4);
  });

  test('gives no more than a sixth of its time to what others left', async () => {
    let throttled = true;
    await using bench = await startBench({
      dicom: (request, forward) =>
        throttled && isDelete(request)
          ? Promise.resolve({ status: 429, headers: { 'retry-after': '7' }, body: Buffer.alloc(0) })
          : forward(),
    });
    await leave(bench);
    const clock = new ManualClock();
    const start = clock.now();
    const messages: string[] = [];
    let begun = NaN;
    const report = await bench.run(
      { only: ['dicomweb/instance-stored'], profile: 'full', deadlineSeconds: 60 },
      {
        clock,
        identity: DEAD,
        progress: (event) => {
          if (event.kind === 'message') messages.push(event.message);
          if (event.kind !== 'planned') return;
          begun = clock.now() - start;
          throttled = false;
        },
      },
    );
    expect(begun).toBeLessThanOrEqual(15_000);
    expect(messages).toContainEqual(
      expect.stringMatching(/^the study 2\.25\.\d+ could not be deleted: there was no time/),
    );
    expect(report.rows).toMatchObject([{ outcome: 'pass' }]);
    expect(bench.journalled()).toHaveLength(4);
  });

  test('is not stopped by a service that hangs while it cleans up', async () => {
    await using bench = await startBench({
      dicom: (request, forward) => (isDelete(request) ? new Promise(() => undefined) : forward()),
    });
    const clock = new ManualClock();
    const run = bench.run(
      { only: ['dicomweb/instance-stored'] },
      { clock, signal: AbortSignal.timeout(1_500) },
    );
    const end = new AbortController();
    const ending = run.finally(() => end.abort());
    const machine = new SystemClock();
    while (!end.signal.aborted) await Promise.all([machine.sleep(100), clock.sleep(5_000)]);
    const report = await ending;
    expect(report.interrupted).toBe(true);
    expect(report.leftovers).toHaveLength(1);
    expect(readdirSync(path.dirname(journalFilesBelow(bench.folder)[0] ?? ''))).toHaveLength(1);
  });
});
