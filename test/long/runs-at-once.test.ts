import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodeOf, SystemClock } from '../../verify';
import { killedWhileDeleting, runCli } from '../support/cli';
import { journalFilesBelow } from '../support/journals';
import { expectFilesRemoved } from '../support/removed-files';
import { startVerifyBench, type VerifyBench } from '../support/verify-bench';
import type { ProxiedRequest } from '../support/verify-proxy';

jest.setTimeout(90_000);

const MACHINE = new SystemClock();

const VERIFY = [
  'verify',
  'manifest.json',
  '--emulator',
  'ready.json',
  '--state',
  'journal',
  '--only',
  'dicomweb/instance-stored',
  'dicomweb/search-matches',
];

/** Study of a request that deletes one. */
function deletedBy({ method, path: url }: ProxiedRequest): readonly string[] {
  const study = /\/studies\/([0-9.]+)$/.exec(url)?.[1];
  return method === 'DELETE' && study !== undefined ? [study] : [];
}

/** Everything that was deleted, each as often as it was. */
function deletions(bench: VerifyBench): readonly string[] {
  return bench.requests.flatMap(deletedBy);
}

/** Checks whose studies are deleted once, and not several times by their own run. */
const ONCE_DELETED = ['dicomweb/instance-stored', 'dicomweb/search-matches'];

describe('runs at once on one service, with one folder of journals,', () => {
  test.each([2, 5])('pass all %d, and none deletes what is of another', async (count) => {
    await using bench = await startVerifyBench();
    const reports = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        // Some begin while others are at work.
        while (bench.requests.length < index * 5) await MACHINE.sleep(20);
        return bench.run({ only: ONCE_DELETED });
      }),
    );
    expect(reports.map((report) => [exitCodeOf(report), report.leftovers])).toEqual(
      reports.map(() => [0, []]),
    );
    const deleted = deletions(bench);
    expect(deleted.length).toBeGreaterThanOrEqual(count);
    expect(deleted).toHaveLength(new Set(deleted).size);
    expect(bench.journalled()).toEqual([]);
    await expectFilesRemoved(() => bench.files());
  });

  test('as processes, one of them killed: the others pass, and only what was killed is swept', async () => {
    await using bench = await startVerifyBench();
    if (bench.target.kind !== 'deployment') throw new Error('the bench has a deployment');
    writeFileSync(path.join(bench.folder, 'ready.json'), JSON.stringify(bench.emulator.ready));
    writeFileSync(path.join(bench.folder, 'manifest.json'), JSON.stringify(bench.target.manifest));
    const killed = await killedWhileDeleting(VERIFY, bench.folder);
    expect(killed.exitCode).toBeNull();
    const [left = ''] = journalFilesBelow(bench.folder);
    const { entries } = JSON.parse(readFileSync(left, 'utf8')) as {
      readonly entries: readonly { readonly studyInstanceUid: string }[];
    };
    const ofKilled = entries.map(({ studyInstanceUid }) => studyInstanceUid);
    const sent = bench.requests.length;
    const both = await Promise.all([1, 2].map(() => runCli(VERIFY, { cwd: bench.folder })));
    expect(both.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const deleted = bench.requests.slice(sent).flatMap(deletedBy);
    expect(ofKilled.length).toBeGreaterThan(0);
    expect(deleted).toEqual(expect.arrayContaining(ofKilled));
    const others = deleted.filter((study) => !ofKilled.includes(study));
    expect(others).toHaveLength(new Set(others).size);
    expect(existsSync(left)).toBe(false);
    expect(bench.journalled()).toEqual([]);
    await expectFilesRemoved(() => bench.files());
  });
});
