import type { EvidenceBundle } from '../../verify';
import type { FileRemoval } from '../../verify/evidence/file-removal';
import type { HealthFile } from '../../verify/evidence/health';
import type { InstanceTrip, RoundTrip } from '../../verify/evidence/round-trip';
import { observedIn } from '../../verify/observed';
import {
  bundleOf,
  done,
  healthyEvidence,
  refused,
  roundTrip,
  SENT,
  skipped,
  trip,
  tripNotStored,
  unreadable,
} from '../support/verify-evidence';

function withRoundTrip(evidence: RoundTrip): Pick<EvidenceBundle, 'evidence' | 'calls'> {
  return { calls: [], evidence: { 'dicomweb.round-trip': { state: 'had', evidence } } };
}

/** The states of the journey, in order. */
function statesOf(one: InstanceTrip, changes: Partial<RoundTrip> = {}): readonly string[] {
  const { journey = [] } = observedIn(withRoundTrip(roundTrip([one], changes)));
  return journey.map(({ state }) => state);
}

/** Whether its file went is evidence of its own. */
const WELL = [...Array.from({ length: 7 }, () => 'well'), 'not asked'];

function allWellBut(states: Readonly<Record<number, string>>): readonly string[] {
  return WELL.map((state, index) => states[index + 1] ?? state);
}

describe('what was observed', () => {
  test('is what a run without a fault saw', () => {
    const call = { plane: 'dicom', operation: 'o', status: 200, startedMs: 1, durationMs: 2 } as const;
    const observed = observedIn(bundleOf({ calls: [call] }));
    expect(observed).toMatchObject({
      calls: [call],
      healthSightings: [{ ageSeconds: 3, by: 'listing' }],
      tiers: { counted: healthyEvidence()['lake.tier-census'].tiers, complete: true },
    });
    expect(observed.journey?.map(({ plane, step, state }) => `${plane}: ${step}: ${state}`)).toEqual([
      'DICOM service: stored: well',
      'search index: found by search: well',
      'change feed: named by the change feed: well',
      'data lake: its file is the image that was sent: well',
      'DICOM service: retrieved unchanged: well',
      'DICOM service: deleted: well',
      'search index: gone after the deletion: well',
      'data lake: its file left the lake: well',
    ]);
  });

  test('lacks what was not gathered, or could not be', () => {
    const failed = { state: 'failed', code: 'c', reason: 'r', remedy: 'm' } as const;
    expect(observedIn(bundleOf({ evidence: {} }))).toEqual({});
    expect(
      observedIn(bundleOf({ evidence: { 'dicomweb.round-trip': failed, 'lake.health-file': failed } })),
    ).toEqual({});
  });

  test('tells none was seen from not looked for', () => {
    const evidence = {
      'lake.health-file': { state: 'had', evidence: { sightings: [], deletedFileRetentionDays: 7 } },
    } as const;
    expect(observedIn(bundleOf({ evidence }))).toEqual({ healthSightings: [] });
  });

  test('takes every sighting where the evidence has them, the newest first', () => {
    const sightings = [
      { ageSeconds: 31, by: 'listing' },
      { ageSeconds: 1, by: 'directory change' },
    ] as const;
    const health: HealthFile = { newestAgeSeconds: 1, sightings, deletedFileRetentionDays: 7 };
    const evidence = { 'lake.health-file': { state: 'had', evidence: health } } as const;
    expect(observedIn(bundleOf({ evidence })).healthSightings).toEqual(sightings.toReversed());
  });

  test.each([
    [{ newestAgeSeconds: 150, silentSeconds: 0 }, [{ ageSeconds: 150, by: 'storage logs' }]],
    [{ silentSeconds: 0 }, []],
    [{ unread: 'they are locked' }, []],
  ])('takes that of storage logs: %j', (logs, sightings) => {
    const health: HealthFile = { sightings: [], deletedFileRetentionDays: 0, logs };
    const evidence = { 'lake.health-file': { state: 'had', evidence: health } } as const;
    expect(observedIn(bundleOf({ evidence })).healthSightings).toEqual(sightings);
  });

  test('says that a census is not whole', () => {
    const census = { ...healthyEvidence()['lake.tier-census'], truncated: true };
    const evidence = { 'lake.tier-census': { state: 'had', evidence: census } } as const;
    expect(observedIn(bundleOf({ evidence })).tiers?.complete).toBe(false);
  });
});

describe('the journey', () => {
  const other = { ...SENT, fromPreamble: 'c'.repeat(64) };
  const levels = { study: done({ found: 1 }), series: done({ found: 1 }), instance: done({ found: 1 }) };
  const file = { path: 'p', kind: 'dicom-file' } as const;

  test.each<[string, Partial<InstanceTrip>, Readonly<Record<number, string>>]>([
    [
      'a level at which nothing is found',
      { search: { ...levels, series: done({ found: 0 }) } },
      { 2: 'wrong' },
    ],
    ['a search that is refused', { search: { ...levels, study: refused('QIDO-RS', 500) } }, { 2: 'wrong' }],
    ['an entry without a file', { changeFeed: done({ found: true }) }, { 3: 'wrong' }],
    ['another image in the file', { lakeFile: done({ ...other, ...file }) }, { 4: 'wrong' }],
    [
      'another preamble than sent, which is not of zeros',
      { lakeFile: done({ ...SENT, whole: 'd'.repeat(64), ...file }) },
      { 4: 'wrong' },
    ],
    ['another image retrieved', { retrieve: done(other) }, { 5: 'wrong' }],
    ['a garbled answer', { retrieve: unreadable('WADO-RS', 'no parts') }, { 5: 'wrong' }],
    ['an image that is still found', { gone: done({ retrieveStatus: 404, found: 1 }) }, { 7: 'wrong' }],
    ['an image that is still given', { gone: done({ retrieveStatus: 200, found: 0 }) }, { 7: 'wrong' }],
  ])('shows %s', (_what, changes, states) => {
    expect(statesOf(trip(changes))).toEqual(allWellBut(states));
  });

  test.each<[string, FileRemoval['instances'][number]['fileGone'], string]>([
    ['a file that went', done({ removed: true, waitedSeconds: 90, path: 'p' }), 'well'],
    ['a file that stays', done({ removed: false, waitedSeconds: 600, path: 'p' }), 'wrong'],
    ['a step that was skipped', skipped('quick'), 'not asked'],
  ])('shows %s', (_what, fileGone, state) => {
    const removal = { state: 'had', evidence: { instances: [{ label: 'synthetic', fileGone }] } } as const;
    const { evidence, ...bundle } = withRoundTrip(roundTrip([trip()]));
    const { journey } = observedIn({
      ...bundle,
      evidence: { ...evidence, 'contract.file-removal': removal },
    });
    expect(journey?.at(-1)?.state).toBe(state);
  });

  test('ends where the store is refused', () => {
    expect(
      statesOf(tripNotStored(refused('STOW-RS', 424, 'x')), { deletion: skipped('not stored') }),
    ).toEqual(['wrong', ...Array.from({ length: 7 }, () => 'not asked')]);
  });

  test('names what was refused', () => {
    const { journey } = observedIn(withRoundTrip(roundTrip([tripNotStored(refused('STOW-RS', 424, 'x'))])));
    expect(journey?.[0]).toMatchObject({ state: 'wrong', detail: 'STOW-RS 424 x' });
  });

  test('is that of the first image that the verifier made, not of a given file', () => {
    const given = trip({ origin: 'given', retrieve: done(other) });
    const { journey } = observedIn(withRoundTrip(roundTrip([given, trip(), given])));
    expect(journey?.map(({ state }) => state)).toEqual(WELL);
    expect(observedIn(withRoundTrip(roundTrip([given])))).toEqual({});
  });
});
