import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  connectionForEmulator,
  gatherEvidence,
  ManualClock,
  runJson,
  runText,
  type VerifyConfig,
  watch,
  type WatchRun,
} from '../../../verify';
import { folderOf } from '../../../verify/sample/journal';
import { usedHeap } from '../../support/used-heap';
import { startVerifyBench, type VerifyBench } from '../../support/verify-bench';
import { bundle, type Gather, MINUTE, watching } from '../../support/watching';

jest.setTimeout(60_000);

const well: Gather = () => Promise.resolve(bundle('well'));

/** Takes so many seconds in each run, in turn. */
function taking(...seconds: readonly number[]): Gather {
  return async (number, clock, signal) => {
    await clock.sleep((seconds[number - 1] ?? 0) * 1000, signal);
    return bundle('well');
  };
}

describe('watch runs', () => {
  test('once per interval, from start to start', async () => {
    expect((await watching(taking(10, 20, 0))).starts).toEqual([0, 60, 120]);
  });

  test('never two at once: a slow run delays the next to the following slot, and nothing is caught up with', async () => {
    let under = 0;
    let most = 0;
    const slow = taking(130, 60, 61, 0);
    const counted: Gather = async (...given) => {
      most = Math.max(most, (under += 1));
      const result = await slow(...given);
      under -= 1;
      return result;
    };
    const { starts } = await watching(counted, { maxRuns: 5 });
    expect(starts).toEqual([0, 180, 240, 360, 420]);
    expect(most).toBe(1);
  });

  test('at once first, and then each time a little later by chance, without drifting', async () => {
    const chances = [0.5, 0, 1];
    const random = (): number => chances.shift() ?? 0;
    expect((await watching(well, { jitter: 0.1, maxRuns: 4 }, { random })).starts).toEqual([0, 63, 120, 186]);
  });

  test('no later than an interval from now where the clock is put back', async () => {
    const clock = new ManualClock();
    const starts: number[] = [];
    await watch(
      async () => {
        starts.push(clock.now());
        if (starts.length === 2) await clock.sleep(-24 * 60 * MINUTE);
        return bundle('well');
      },
      { intervalMs: MINUTE, jitter: 0, maxRuns: 3 },
      { clock, signal: new AbortController().signal, random: () => 0, onRun: () => undefined },
    );
    const [, second = 0, third = 0] = starts;
    expect(third - second).toBe(MINUTE - 24 * 60 * MINUTE);
  });
});

describe('watch ends', () => {
  test.each([
    [['well', 'well', 'well'], 0],
    [['well', 'unknown', 'well'], 3],
    [['offline', 'unknown', 'well'], 1],
  ] as const)('after runs %j with %i', async (states, exitCode) => {
    const watched = await watching((number) => Promise.resolve(bundle(states[number - 1] ?? 'well')));
    expect(watched.exitCode).toBe(exitCode);
    expect(watched.runs).toHaveLength(3);
  });

  test('between two runs with 130, at once', async () => {
    const interruption = new AbortController();
    const { exitCode, runs } = await watching(
      (number) => {
        if (number === 2) setImmediate(() => interruption.abort());
        return Promise.resolve(bundle('well'));
      },
      { maxRuns: 100_000 },
      { signal: interruption.signal },
    );
    expect(exitCode).toBe(130);
    expect(runs.length).toBeLessThan(10);
  });

  test('within a run with 130, after its report, from which no change is told', async () => {
    const interruption = new AbortController();
    const { exitCode, runs } = await watching(
      (number) => {
        if (number === 2) interruption.abort();
        return Promise.resolve(bundle(number === 2 ? 'unknown' : 'well', number === 2));
      },
      {},
      { signal: interruption.signal },
    );
    expect(exitCode).toBe(130);
    expect(runs.map(({ outcome }) => outcome)).toEqual(['pass', 'interrupted']);
    expect(runs[1]).toMatchObject({ changes: [] });
  });
});

describe('watch, interrupted', () => {
  test('ends with 130 whatever became of its last run', async () => {
    const interruption = new AbortController();
    const { exitCode, runs } = await watching(
      () => {
        interruption.abort();
        return Promise.reject(new TypeError('boom'));
      },
      { maxRuns: 1 },
      { signal: interruption.signal },
    );
    expect({ exitCode, outcomes: runs.map(({ outcome }) => outcome) }).toEqual({
      exitCode: 130,
      outcomes: ['error'],
    });
  });
});

describe('watch tells', () => {
  test('what is not well at first, and then what changes', async () => {
    const states = ['offline', 'offline', 'well', 'unknown', 'well'] as const;
    const { runs } = await watching((number) => Promise.resolve(bundle(states[number - 1] ?? 'well')), {
      maxRuns: 5,
    });
    expect(
      runs.map((run) =>
        run.outcome === 'error' ? [] : run.changes.map(({ row, from }) => [from, row.outcome]),
      ),
    ).toEqual([
      [[undefined, 'fail']],
      [],
      [['fail', 'pass']],
      [['pass', 'inconclusive']],
      [['inconclusive', 'pass']],
    ]);
    const texts = runs.map(runText);
    expect(texts[0]).toContain(
      '2026-01-01T00:00:00.000Z  run 1: fail in 0.0 s. 0 passed, 0 warned, 1 failed, ',
    );
    expect(texts[0]).toContain('\n  FAIL  tiers/files-online: ');
    expect(texts[0]).toContain('\n          - a.dcm: expected ');
    expect(texts[0]).toContain('\n          remedy: ');
    expect(texts[1]).toMatch(/^[^\n]*\n$/);
    expect(texts[2]).toContain('\n  ok    tiers/files-online (was fail): ');
    expect(JSON.parse(runJson(runs[1] as WatchRun))).toMatchObject({
      schemaVersion: 1,
      run: 2,
      startedAt: '2026-01-01T00:01:00.000Z',
      outcome: 'fail',
      counts: { fail: 1 },
      changes: [],
      problems: [{ id: 'tiers/files-online', outcome: 'fail', findings: [{ subject: 'a.dcm' }] }],
    });
    for (const run of runs) expect(runJson(run)).toMatch(/^[^\n]*\n$/);
  });

  test('an error that nobody expected, and goes on', async () => {
    const { runs, exitCode } = await watching((number) =>
      number === 2 ? Promise.reject(new TypeError('boom\n  at line 1')) : Promise.resolve(bundle('well')),
    );
    expect(runs.map(({ outcome }) => outcome)).toEqual(['pass', 'error', 'pass']);
    expect(runs[2]).toMatchObject({ changes: [] });
    expect(runText(runs[1] as WatchRun)).toMatch(/run 2: error after 0\.0 s: boom\n$/);
    expect(JSON.parse(runJson(runs[1] as WatchRun))).toMatchObject({
      outcome: 'error',
      error: { name: 'TypeError', message: 'boom' },
    });
    expect(exitCode).toBe(3);
  });
});

describe('watch on a deployment', () => {
  test('fails at once where the first run cannot start, and goes on where a later one cannot', async () => {
    await using bench = await startVerifyBench();
    const config = configFor(bench);
    const journal = path.join(bench.folder, 'journal');
    mkdirSync(journal);
    const gatherAs =
      (only: readonly string[]): Gather =>
      async (number, clock, signal) => {
        const result = await gatherEvidence({ ...config, only }, { clock, signal });
        if (number === 1)
          writeFileSync(path.join(folderOf(journal, bench.lake.serviceUrl), '2.25.1.json'), '{');
        return result;
      };
    const { runs } = await watching(gatherAs(['dicomweb/instance-stored']));
    expect(runs.map(({ outcome }) => outcome)).toEqual(['pass', 'error', 'error']);
    expect(runText(runs[1] as WatchRun)).toContain('the journal ');
    await expect(watching(gatherAs(['dicomweb/instance-stored']))).rejects.toThrow(
      /^the journal .* cannot be read/,
    );
  });

  test('deletes what it sent before it ends', async () => {
    await using bench = await startVerifyBench();
    const interruption = new AbortController();
    const { runs, exitCode } = await watching(
      (_number, clock, signal) =>
        gatherEvidence(
          { ...configFor(bench), only: ['dicomweb'] },
          {
            clock,
            signal,
            progress: () => interruption.abort(),
          },
        ),
      {},
      { signal: interruption.signal },
    );
    expect(exitCode).toBe(130);
    expect(runs.map(({ outcome }) => outcome)).toEqual(['interrupted']);
    expect(bench.journalled()).toEqual([]);
    expect(await bench.files()).toEqual([]);
  });

  test('keeps its memory flat over many runs', async () => {
    const clock = new ManualClock();
    await using bench = await startVerifyBench();
    const config = { ...configFor(bench), only: ['tiers'] };
    const heaps: number[] = [];
    await watch(
      (signal) => gatherEvidence(config, { clock, signal }),
      { intervalMs: MINUTE, jitter: 0.1, maxRuns: 300 },
      {
        clock,
        signal: new AbortController().signal,
        random: () => 0.5,
        onRun: ({ number, outcome }) => {
          expect(outcome).toBe('pass');
          if (number % 100 === 0) heaps.push(usedHeap());
        },
      },
    );
    const [, second = 0, third = 0] = heaps;
    // Clients that were made anew for each run left ten times as much.
    expect((third - second) / 100).toBeLessThan(5_000);
  });
});

function configFor({ emulator, lake, folder }: VerifyBench): VerifyConfig {
  return {
    target: {
      kind: 'deployment',
      manifest: lake.manifest,
      azure: connectionForEmulator(emulator.ready, emulator.ca),
    },
    journalFolder: path.join(folder, 'journal'),
    limits: { fileRemovalMs: 5_000, healthWindowMs: 1_000 },
    version: '0.0.0',
  };
}
