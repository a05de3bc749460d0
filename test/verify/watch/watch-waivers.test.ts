import {
  ConfigError,
  runJson,
  runText,
  type WatchEnvironment,
  type WatchRun,
  type Waiver,
} from '../../../verify';
import { bundle, type Gather, MINUTE, type Watched, watching } from '../../support/watching';

const CHECK = 'tiers/files-online';
const DAY = 24 * 60 * MINUTE;
const SHA256 = 'f'.repeat(64);
/** The clock begins with the first of January. */
const WAIVER: Waiver = { check: CHECK, reason: 'a migration is under way', until: '2026-01-02' };
const LONG: Waiver = { ...WAIVER, until: '2026-01-31' };

const BROKEN = new ConfigError("the waivers in 'waivers.yaml' cannot be used", [
  'one thing is wrong',
  'another too',
]);

type State = 'well' | 'offline';

/** A run a day, with what is seen and what the file of waivers holds in each. */
function daily(days: readonly (readonly [State, readonly Waiver[] | Error])[]): Promise<Watched> {
  const files = days.map(([, file]) => file);
  const readWaivers: WatchEnvironment['readWaivers'] = () => {
    const file = files.shift();
    if (file instanceof Error) throw file;
    return { waivers: file ?? [], sha256: SHA256 };
  };
  const gather: Gather = (number, clock) => {
    const startedAt = new Date(clock.now()).toISOString();
    return Promise.resolve(bundle(days[number - 1]?.[0] ?? 'well', false, startedAt));
  };
  return watching(gather, { intervalMs: DAY, maxRuns: days.length }, { readWaivers });
}

interface Line {
  readonly outcome: string;
  readonly changes: readonly unknown[];
  readonly waiverProblem?: string;
}

function linesOf(runs: readonly WatchRun[]): readonly Line[] {
  return runs.map((run) => JSON.parse(runJson(run)) as Line);
}

describe('watch with waivers', () => {
  test('does not fail on what is waived, and tells it as waived', async () => {
    const { runs, exitCode } = await daily([['offline', [WAIVER]]]);
    expect(exitCode).toBe(0);
    const text = runText(runs[0] as WatchRun);
    expect(text).toContain('run 1: pass in 0.0 s. 0 passed, 0 warned, 0 failed, ');
    expect(text).toContain(`, 1 waived\n  WAIV  ${CHECK}: `);
    expect(text).toContain('\n          waived until 2026-01-02, though it ');
    expect(text).toContain('(waived until 2026-01-02: a migration is under way)\n');
    expect(linesOf(runs)[0]).toMatchObject({
      outcome: 'pass',
      counts: { fail: 0, waived: 1 },
      changes: [{ id: CHECK, to: 'waived' }],
      problems: [{ id: CHECK, outcome: 'fail', waived: { reason: WAIVER.reason, until: WAIVER.until } }],
      waivers: { sha256: SHA256, expired: [], unmatched: [] },
    });
  });

  test('fails from the day after the last, and says that the waiver ended', async () => {
    const { runs, exitCode } = await daily([
      ['offline', [WAIVER]],
      ['offline', [WAIVER]],
      ['offline', [WAIVER]],
      ['offline', [WAIVER]],
    ]);
    expect(exitCode).toBe(1);
    expect(linesOf(runs).map(({ outcome, changes }) => [outcome, changes])).toEqual([
      ['pass', [{ id: CHECK, to: 'waived' }]],
      ['pass', []],
      ['fail', [{ id: CHECK, from: 'waived', to: 'fail', waiverEnded: '2026-01-02' }]],
      ['fail', []],
    ]);
    expect(runText(runs[2] as WatchRun)).toContain(
      `\n  FAIL  ${CHECK} (was waived, the waiver ended on 2026-01-02): `,
    );
    expect(linesOf(runs)[3]).toMatchObject({ waivers: { expired: [WAIVER] } });
  });

  test('takes a waiver that is new, and lets one go that was removed, without a restart', async () => {
    const { runs } = await daily([
      ['offline', []],
      ['offline', [LONG]],
      ['offline', []],
      ['well', [LONG]],
    ]);
    expect(linesOf(runs).map(({ outcome, changes }) => [outcome, changes])).toEqual([
      ['fail', [{ id: CHECK, to: 'fail' }]],
      ['pass', [{ id: CHECK, from: 'fail', to: 'waived' }]],
      ['fail', [{ id: CHECK, from: 'waived', to: 'fail' }]],
      ['pass', [{ id: CHECK, from: 'fail', to: 'pass' }]],
    ]);
    expect(runText(runs[2] as WatchRun)).toContain(`\n  FAIL  ${CHECK} (was waived): `);
  });

  test('waives nothing while the file cannot be used, says so, and goes on', async () => {
    const { runs, exitCode } = await daily([
      ['offline', [LONG]],
      ['offline', BROKEN],
      ['offline', [LONG]],
      ['well', BROKEN],
    ]);
    expect(linesOf(runs).map(({ outcome, waiverProblem }) => [outcome, waiverProblem])).toEqual([
      ['pass', undefined],
      ['fail', BROKEN.message],
      ['pass', undefined],
      ['pass', BROKEN.message],
    ]);
    expect(exitCode).toBe(1);
    expect(
      runText(runs[1] as WatchRun)
        .split('\n')
        .slice(1, 5),
    ).toEqual([
      "  nothing is waived in this run: the waivers in 'waivers.yaml' cannot be used",
      '          - one thing is wrong',
      '          - another too',
      expect.stringMatching(`^  FAIL  ${CHECK} \\(was waived\\): `),
    ]);
    expect(runText(runs[3] as WatchRun)).toContain('\n  nothing is waived in this run: ');
  });

  test('does not begin where the file cannot be used', async () => {
    await expect(daily([['well', BROKEN]])).rejects.toBe(BROKEN);
  });
});
