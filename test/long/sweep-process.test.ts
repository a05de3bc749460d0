import { type ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { folderOf, Journal } from '../../verify/sample/journal';
import { type CliResult, runCli } from '../support/cli';
import { journalFilesBelow } from '../support/journals';
import { expectFilesRemoved } from '../support/removed-files';
import { startVerifyBench, type VerifyBench } from '../support/verify-bench';
import type { Tamper } from '../support/verify-proxy';

jest.setTimeout(60_000);

const TARGET = ['manifest.json', '--emulator', 'ready.json', '--state', 'journal'];

async function setUp(dicom?: Tamper): Promise<VerifyBench> {
  const bench = await startVerifyBench(dicom === undefined ? {} : { dicom });
  if (bench.target.kind !== 'deployment') throw new Error('the bench has a deployment');
  writeFileSync(path.join(bench.folder, 'ready.json'), JSON.stringify(bench.emulator.ready));
  writeFileSync(path.join(bench.folder, 'manifest.json'), JSON.stringify(bench.target.manifest));
  return bench;
}

function sweep(bench: VerifyBench, ...args: readonly string[]): Promise<CliResult> {
  return runCli(['sweep', ...TARGET, ...args], { cwd: bench.folder });
}

/** A run that ended with a study it could not delete. */
async function leave(bench: VerifyBench): Promise<string> {
  const journal = Journal.open(path.join(bench.folder, 'journal'), bench.serviceUrl);
  journal.add({ studyInstanceUid: journal.runUid, baseUrl: `${bench.serviceUrl}/v2` });
  await bench.store(journal.runUid);
  journal.end();
  return journal.runUid;
}

describe('dicom-lake sweep', () => {
  test('tells first what it would delete, then deletes it, then has nothing to do', async () => {
    await using bench = await setUp();
    const runUid = await leave(bench);
    const study = `  study ${runUid} at ${bench.serviceUrl}/v2`;
    expect(await sweep(bench, '--dry-run')).toEqual({
      exitCode: 0,
      stdout: `Looked at what runs left in ${bench.serviceUrl}\nrun ${runUid} left\n${study}: would be deleted\n1 would be deleted\n`,
      stderr: '',
    });
    expect(bench.journalled()).toHaveLength(1);
    expect(await sweep(bench)).toEqual({
      exitCode: 0,
      stdout: `Swept ${bench.serviceUrl}\nrun ${runUid} has left nothing any more\n${study}: deleted\n1 deleted, 0 gone already, 0 kept\n`,
      stderr: '',
    });
    expect(bench.journalled()).toEqual([]);
    expect(await sweep(bench, '--json')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('"runs": []') as unknown,
    });
  });

  test('ends with 3 where something is kept, and says why', async () => {
    await using bench = await setUp((request, forward) =>
      request.method === 'DELETE'
        ? Promise.resolve({ status: 500, headers: {}, body: Buffer.from('Doe^Jane') })
        : forward(),
    );
    const runUid = await leave(bench);
    const { exitCode, stdout } = await sweep(bench, '--json');
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({
      runs: [
        {
          runUid,
          outcome: 'kept',
          entries: [{ outcome: 'kept', reason: 'DELETE /studies/{study} was answered 500' }],
        },
      ],
    });
    expect((await sweep(bench)).stdout).toContain(
      ': kept, DELETE /studies/{study} was answered 500\n0 deleted, 0 gone already, 1 kept\n',
    );
    expect(bench.journalled()).toHaveLength(1);
  });

  test('ends with 2 on a journal that cannot be read, and leaves it', async () => {
    await using bench = await setUp();
    await leave(bench);
    const [file = ''] = journalFilesBelow(path.join(bench.folder, 'journal'));
    writeFileSync(file, 'patient Doe^Jane');
    const { exitCode, stdout, stderr } = await sweep(bench);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: the journal '.*' cannot be read: it is no JSON; it names what/);
    expect(stderr).not.toContain('Doe');
    expect(readFileSync(file, 'utf8')).toBe('patient Doe^Jane');
  });

  test.each([
    [[], 'give the manifest of a deployment, or its names with'],
    [['--deadline', 'soon'], 'give seconds, from 0 to 86400.'],
  ])('ends with 2 where it is used wrongly: %j', async (args, problem) => {
    await using bench = await setUp();
    const { exitCode, stderr } = await runCli(['sweep', ...args], { cwd: bench.folder });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(problem)]);
  });

  test('works on any DICOMweb server', async () => {
    await using bench = await setUp();
    const folder = folderOf(path.join(bench.folder, 'journal'), 'http://127.0.0.1:1/dicom-web');
    mkdirSync(folder, { recursive: true });
    const args = ['sweep', '--dicomweb', 'http://127.0.0.1:1/dicom-web', '--state', 'journal'];
    expect(await runCli(args, { cwd: bench.folder })).toMatchObject({ exitCode: 0 });
  });
});

describe('verify, interrupted', () => {
  test('gives up at once on a second Ctrl-C, and the next run deletes what it left', async () => {
    let hangs = true;
    let interrupt: () => void = () => undefined;
    await using bench = await setUp((request, forward) => {
      if (!hangs || request.method !== 'DELETE') return forward();
      interrupt();
      return new Promise(() => undefined);
    });
    const start = performance.now();
    let given = 0;
    const run = await runCli(['verify', ...TARGET, '--only', 'dicomweb'], {
      cwd: bench.folder,
      onStart: (child: ChildProcess) => {
        interrupt = () => {
          given += 1;
          child.kill('SIGINT');
        };
      },
    });
    expect(run.exitCode).toBe(130);
    expect(given).toBe(2);
    expect(run.stderr).toContain('Stopping and cleaning up; press Ctrl-C again to give up at once.');
    expect(run.stderr).toContain(
      'Gave up. What verify has sent and not deleted, its next run or dicom-lake sweep deletes.',
    );
    expect(performance.now() - start).toBeLessThan(25_000);
    expect(bench.journalled().length).toBeGreaterThan(0);
    hangs = false;
    expect(await sweep(bench)).toMatchObject({ exitCode: 0 });
    expect(bench.journalled()).toEqual([]);
    await expectFilesRemoved(() => bench.files());
  });
});
