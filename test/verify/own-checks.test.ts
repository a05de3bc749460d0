import {
  type Check,
  defineCheck,
  githubAnnotations,
  judgeEvidence,
  type Report,
  readWaivers,
  textReport,
  verify,
} from '../../verify';
import { makePlan } from '../../verify/plan';
import type { GatheredMap } from '../../verify/gather';
import { version } from '../../package.json';
import { errorOf } from '../support/errors';
import { rowOf, startVerifyBench } from '../support/verify-bench';
import { bundleOf } from '../support/verify-evidence';

const FULL = { only: [], skip: [], profile: 'full' } as const;

/** Fails where the lake holds more than it may. */
function budget(most: number): Check {
  return defineCheck({
    id: 'acme/lake-within-budget',
    title: 'the lake is within its budget',
    failureTitle: 'the lake is beyond its budget',
    why: 'somebody pays for it',
    severity: 'minor',
    docs: 'https://wiki.example/lake-budget',
    target: 'deployment',
    needs: ['lake.tier-census'],
    judge: ({ 'lake.tier-census': { tiers } }) => {
      const bytes = tiers.reduce((sum, tier) => sum + tier.bytes, 0);
      return bytes <= most
        ? { outcome: 'pass', detail: `${bytes} bytes` }
        : { outcome: 'fail', reason: `it holds ${bytes} bytes`, remedy: 'ask for more' };
    },
  });
}

describe('a check of one’s own', () => {
  test('is judged behind those of the kit, and its row leads to its own page', () => {
    const report = judgeEvidence(bundleOf(), undefined, [budget(0)]);
    expect(report.rows.slice(0, -1)).toEqual(judgeEvidence(bundleOf()).rows);
    expect(report.rows.at(-1)).toMatchObject({
      id: 'acme/lake-within-budget',
      outcome: 'fail',
      title: 'the lake is beyond its budget',
      docs: 'https://wiki.example/lake-budget',
    });
    expect(textReport(report, false)).toContain('runbook: https://wiki.example/lake-budget');
    expect(githubAnnotations(report)).toContain('Runbook: https://wiki.example/lake-budget');
  });

  test('is not applicable to a DICOMweb server where it needs a deployment', () => {
    const bundle = bundleOf({ target: { kind: 'dicomweb', serviceUrl: 'http://127.0.0.1/dicom-web' } });
    const report = judgeEvidence({ ...bundle, evidence: withoutCensus(bundle.evidence) }, undefined, [
      budget(0),
    ]);
    expect(rowOf(report, 'acme/lake-within-budget').outcome).toBe('not-applicable');
  });

  test('may need no evidence, and judge what somebody found out before', () => {
    const told = { ...budget(0), needs: [], judge: () => ({ outcome: 'pass', detail: 'told so' }) as const };
    expect(rowOf(judgeEvidence(bundleOf(), undefined, [told]), told.id)).toMatchObject({
      outcome: 'pass',
      detail: 'told so',
    });
  });

  test('is chosen and left out as those of the kit are', () => {
    const own = [budget(0)];
    expect(makePlan({ ...FULL, only: ['acme'] }, own)).toEqual({
      checks: own,
      probes: ['lake.tier-census'],
    });
    const without = makePlan({ ...FULL, skip: ['acme/lake-within-budget'] }, own).checks;
    expect(without.map(({ id }) => id)).not.toContain('acme/lake-within-budget');
  });

  test('can be waived', () => {
    const waivers = [{ check: 'acme/lake-within-budget', reason: 'ordered', until: '2026-02-28' }];
    const startedAt = '2026-01-31T08:00:00.000Z';
    expect(readWaivers(waivers, 'w.yaml', startedAt, [budget(0)])).toEqual(waivers);
    expect(errorOf(() => readWaivers(waivers, 'w.yaml', startedAt))).toMatchObject({ name: 'ConfigError' });
  });

  test('is refused on evidence that was gathered without it', () => {
    const bundle = bundleOf();
    const judged = (): Report =>
      judgeEvidence({ ...bundle, evidence: withoutCensus(bundle.evidence), settings: SETTINGS }, undefined, [
        budget(0),
      ]);
    expect(errorOf(judged)).toMatchObject({
      name: 'ConfigError',
      message:
        "the evidence was gathered without these checks; gather it with them\n'acme/lake-within-budget' needs 'lake.tier-census'",
    });
  });

  test('that cannot be made is refused, with everything that is wrong with it', () => {
    const wrong = {
      ...budget(0),
      id: 'tiers/Own',
      why: ' ',
      severity: 'huge',
      docs: undefined,
      needs: ['lake.weather'],
    } as unknown as Check;
    const anywhere = { ...budget(0), target: undefined } as unknown as Check;
    expect(errorOf(() => makePlan(FULL, [wrong, budget(0), anywhere]))).toMatchObject({
      name: 'ConfigError',
      problems: [
        "'tiers/Own' is no id: give a topic and a state, in lower case, such as acme/lake-within-budget",
        "'tiers/Own' has a topic of this kit, which may get that check too; take one of your own in place of 'tiers'",
        "'tiers/Own' needs a text as why",
        "'tiers/Own' needs a text as docs",
        "'tiers/Own' has the severity 'huge'; it must be one of blocker, major, minor",
        expect.stringMatching(
          /^'tiers\/Own' needs 'lake\.weather', which nobody gathers; known are dicomweb\.round-trip, /,
        ) as string,
        "'acme/lake-within-budget' is given twice",
        "'acme/lake-within-budget' needs 'lake.tier-census', which only a deployment has; give it target: 'deployment'",
      ],
    });
  });

  test('is made in a run, by a version that need not be told', async () => {
    await using bench = await startVerifyBench();
    const report = await verify({
      target: bench.target,
      journalFolder: `${bench.folder}/journal`,
      only: ['acme'],
      checks: [budget(1_000_000)],
    });
    expect(report.tool).toEqual({ name: 'dicom-lake', version });
    expect(report.rows).toMatchObject([{ id: 'acme/lake-within-budget', outcome: 'pass' }]);
  });
});

const SETTINGS = { only: ['acme', 'arm'], skip: [], profile: 'full' } as const;

function withoutCensus(evidence: GatheredMap): GatheredMap {
  return Object.fromEntries(Object.entries(evidence).filter(([id]) => id !== 'lake.tier-census'));
}
