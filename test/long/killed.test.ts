import { readdirSync, watch } from 'node:fs';
import path from 'node:path';
import { SystemClock } from '../../verify';
import type { CliResult } from '../support/cli';
import { journalFilesBelow } from '../support/journals';
import {
  type KilledRunBench,
  KILL_SEED,
  planesInTheEnd,
  randomFrom,
  startKilledRunBench,
  STATE,
} from '../support/killed-run-bench';

/** `KILL_MOMENTS=50` for a long run. */
const MOMENTS = Number(process.env['KILL_MOMENTS'] ?? 2);

jest.setTimeout(60_000 + MOMENTS * 20_000);

const VERIFY = [
  'verify',
  '--only',
  'dicomweb/instance-stored',
  'dicomweb/search-matches',
  'contract/file-removed-after-delete',
  '--file-removal-deadline',
  '20',
  '--health-window',
  '1',
];

/** When a run is killed: so long after its start, or as soon as its journal has changed so many times. */
type Moment = { readonly afterMs: number } | { readonly changes: number };

/** Every other one while the journal is being written; together all over the run. */
function momentsOf({ durationMs, changes }: Healthy): readonly Moment[] {
  const random = randomFrom(KILL_SEED);
  return Array.from({ length: MOMENTS }, (_, index) => {
    const share = (index + random()) / MOMENTS;
    return index % 2 === 0
      ? { afterMs: Math.round(share * durationMs) }
      : { changes: 1 + Math.floor(share * changes) };
  });
}

interface Healthy {
  readonly durationMs: number;
  readonly changes: number;
}

const CLOCK = new SystemClock();

/** How long a run takes that nobody kills, and how often it changes its journal. */
async function measureHealthy(bench: KilledRunBench): Promise<Healthy> {
  await bench.run(VERIFY);
  let changes = 0;
  const watcher = watch(journalFolderOf(bench), () => (changes += 1));
  const start = CLOCK.now();
  const { exitCode, stdout } = await bench.run(VERIFY);
  watcher.close();
  expect([exitCode, stdout]).toEqual([0, expect.any(String)]);
  return { durationMs: CLOCK.now() - start, changes };
}

/** There is one service, so there is one folder. */
function journalFolderOf({ folder }: KilledRunBench): string {
  const state = path.join(folder, STATE);
  const [service = ''] = readdirSync(state);
  return path.join(state, service);
}

async function runAndKill(bench: KilledRunBench, moment: Moment): Promise<CliResult> {
  const end = new AbortController();
  const result = await bench.run(VERIFY, (child) => {
    const kill = (): unknown => child.kill('SIGKILL');
    if ('afterMs' in moment) {
      CLOCK.sleep(moment.afterMs, end.signal).then(kill, () => undefined);
      return;
    }
    let changes = 0;
    watch(journalFolderOf(bench), { signal: end.signal }, () => {
      changes += 1;
      if (changes === moment.changes) kill();
    });
  });
  end.abort();
  return result;
}

test(`a run that is killed at any of ${MOMENTS} moments leaves nothing that the next run or a sweep does not delete (KILL_SEED=${KILL_SEED})`, async () => {
  await using bench = await startKilledRunBench();
  const before = await bench.planes();
  expect(before).toMatchObject({ studies: { length: 2 }, files: { length: 2 } });
  const moments = momentsOf(await measureHealthy(bench));
  const counts = { killed: 0, leftAJournal: 0, leftSomething: 0 };
  for (const [index, moment] of moments.entries()) {
    const { exitCode } = await runAndKill(bench, moment);
    if (exitCode === null) counts.killed += 1;
    if (journalFilesBelow(path.join(bench.folder, STATE)).length > 0) counts.leftAJournal += 1;
    if ((await bench.planes()).studies.length > 2) counts.leftSomething += 1;

    const next = await bench.run(index % 2 === Math.floor(index / 2) % 2 ? ['sweep', '--json'] : VERIFY);
    const seen = {
      moment,
      exitCode: next.exitCode,
      journals: journalFilesBelow(path.join(bench.folder, STATE)),
      planes: await planesInTheEnd(bench, before),
    };
    expect(seen).toEqual({ moment, exitCode: 0, journals: [], planes: before });
  }
  if (process.env['KILL_MOMENTS'] !== undefined)
    process.stderr.write(`${JSON.stringify({ KILL_SEED, ...counts })}\n`);
  expect(counts.killed).toBeGreaterThan(MOMENTS / 2);
  expect(counts.leftAJournal).toBeGreaterThan(0);
});
