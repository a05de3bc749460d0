import { healthFileFresh } from '../../../verify/checks/lake/health-file-fresh';
import type { Verdict } from '../../../verify/model';
import type { HealthFile } from '../../../verify/evidence/health';

const REMEDY =
  'look at the Resource Health of the DICOM service; check its role on the container, the firewall of the storage account and its keys';

function seen(
  sightings: HealthFile['sightings'],
  changes: Pick<HealthFile, 'blindness' | 'logs'> = {},
): HealthFile {
  const [newest] = sightings;
  return {
    ...(newest === undefined ? {} : { newestAgeSeconds: newest.ageSeconds, seenBy: newest.by }),
    sightings,
    deletedFileRetentionDays: 7,
    ...changes,
  };
}

describe('lake/health-file-fresh', () => {
  test.each<readonly [name: string, seen: HealthFile, verdict: Verdict]>([
    [
      'a file caught in the folder',
      seen([{ ageSeconds: 0, by: 'listing' }]),
      { outcome: 'pass', detail: 'seen 0 s ago by listing' },
    ],
    [
      'all witnesses that saw one lately',
      seen([
        { ageSeconds: 1, by: 'listing' },
        { ageSeconds: 2, by: 'soft-deleted files' },
        { ageSeconds: 32, by: 'soft-deleted files' },
        { ageSeconds: 90, by: 'directory change' },
      ]),
      { outcome: 'pass', detail: 'seen 1 s ago by listing and soft-deleted files' },
    ],
    [
      'two periods and a half, just in time',
      seen([{ ageSeconds: 75, by: 'soft-deleted files' }]),
      { outcome: 'pass', detail: 'seen 75 s ago by soft-deleted files' },
    ],
    [
      'one second more, too late',
      seen([{ ageSeconds: 76, by: 'soft-deleted files' }]),
      {
        outcome: 'fail',
        reason: 'the newest one is 76 s old; the service writes one every 30 s',
        remedy: REMEDY,
      },
    ],
    [
      'an old sign where nothing newer could be seen',
      seen([{ ageSeconds: 76, by: 'listing' }], { blindness: 'it is dark' }),
      {
        outcome: 'not-applicable',
        reason: 'not observable at one look: it is dark; the profile full watches for it',
      },
    ],
    [
      'no sign at all',
      seen([]),
      {
        outcome: 'not-applicable',
        reason:
          'no health file was deleted in the last 7 days: the service is new, or was silent all the time; the profile full watches for one',
      },
    ],
  ])('judges %s', (_name, evidence, verdict) => {
    expect(healthFileFresh.judge({ 'lake.health-file': evidence })).toEqual(verdict);
  });
});

describe('lake/health-file-fresh, by what each kind of evidence says', () => {
  type Outcome = 'fresh' | 'stale' | 'not observable';

  /** By one look at the folder: a file in it, or what is left of one. */
  const DIRECT: Readonly<Record<string, HealthFile['sightings']>> = {
    'a fresh listing': [{ ageSeconds: 5, by: 'listing' }],
    'a fresh soft-deleted file': [{ ageSeconds: 5, by: 'soft-deleted files' }],
    'a fresh directory': [{ ageSeconds: 5, by: 'directory change' }],
    'an old file': [{ ageSeconds: 400, by: 'soft-deleted files' }],
    nothing: [],
  };
  const LOGS: Readonly<Record<string, HealthFile['logs']>> = {
    'no logs': undefined,
    'unread logs': { unread: 'they are locked' },
    'logs of nothing': { silentSeconds: 0 },
    'fresh logs': { newestAgeSeconds: 375, silentSeconds: 60 },
    'late logs': { newestAgeSeconds: 376, silentSeconds: 0 },
    'logs that came in for a while without one': { newestAgeSeconds: 1300, silentSeconds: 975 },
    'logs that came in for long without one': { newestAgeSeconds: 1300, silentSeconds: 976 },
  };
  const SILENT = 'logs that came in for long without one';

  const expected = (direct: string, logs: string, isBlind: boolean): Outcome => {
    if (direct === 'a fresh directory' && logs === SILENT) return 'not observable';
    if (direct.startsWith('a fresh') || logs === 'fresh logs') return 'fresh';
    if (direct === 'an old file' && !isBlind) return 'stale';
    return logs === SILENT ? 'stale' : 'not observable';
  };

  const OUTCOMES = { pass: 'fresh', fail: 'stale', 'not-applicable': 'not observable' } as const;

  const combinations = Object.keys(DIRECT).flatMap((direct) =>
    Object.keys(LOGS).flatMap((logs) => [true, false].map((isBlind) => [direct, logs, isBlind] as const)),
  );

  test.each(combinations)('%s with %s, blind: %s', (direct, logs, isBlind) => {
    const verdict = healthFileFresh.judge({
      'lake.health-file': seen(DIRECT[direct] ?? [], {
        ...(isBlind ? { blindness: 'it is dark' } : {}),
        ...(LOGS[logs] === undefined ? {} : { logs: LOGS[logs] }),
      }),
    });
    expect(OUTCOMES[verdict.outcome as keyof typeof OUTCOMES]).toBe(expected(direct, logs, isBlind));
  });

  test.each<readonly [name: string, evidence: HealthFile, verdict: Verdict]>([
    [
      'logs alone',
      seen([], { blindness: 'it is dark', logs: { newestAgeSeconds: 150, silentSeconds: 0 } }),
      { outcome: 'pass', detail: 'seen 150 s ago by storage logs, which come minutes late' },
    ],
    [
      'logs and another witness',
      seen([{ ageSeconds: 20, by: 'directory change' }], {
        blindness: 'it is dark',
        logs: { newestAgeSeconds: 150, silentSeconds: 0 },
      }),
      {
        outcome: 'pass',
        detail: 'seen 20 s ago by directory change, and 150 s ago by storage logs, which come minutes late',
      },
    ],
    [
      'a silence that was logged',
      seen([], { blindness: 'it is dark', logs: { newestAgeSeconds: 1500, silentSeconds: 1200 } }),
      {
        outcome: 'fail',
        reason:
          'the newest one in the storage logs is 1500 s old, and other writes were logged for 1200 s since; the service writes one every 30 s',
        remedy: REMEDY,
      },
    ],
    [
      'witnesses that disagree',
      seen([{ ageSeconds: 20, by: 'directory change' }], {
        blindness: 'it is dark',
        logs: { newestAgeSeconds: 1500, silentSeconds: 1200 },
      }),
      {
        outcome: 'not-applicable',
        reason:
          'not observable at one look: other writes were logged for 1200 s since the newest health file in the storage logs, yet the folder changed 20 s ago; the profile full watches for it',
      },
    ],
    [
      'logs that cannot be read',
      seen([], { blindness: 'it is dark', logs: { unread: 'they are locked' } }),
      {
        outcome: 'not-applicable',
        reason: 'not observable at one look: it is dark; they are locked; the profile full watches for it',
      },
    ],
    [
      'logs that know of no health file, of a service that left none',
      seen([], { logs: { silentSeconds: 0 } }),
      {
        outcome: 'not-applicable',
        reason:
          'no health file was deleted in the last 7 days: the service is new, or was silent all the time; the storage logs of the last day know of none; the profile full watches for one',
      },
    ],
    [
      'logs that have fallen behind',
      seen([], { blindness: 'it is dark', logs: { newestAgeSeconds: 800, silentSeconds: 300 } }),
      {
        outcome: 'not-applicable',
        reason:
          'not observable at one look: it is dark; the newest one in the storage logs is 800 s old, and too little came in since; the profile full watches for it',
      },
    ],
  ])('says which evidence said so: %s', (_name, evidence, verdict) => {
    expect(healthFileFresh.judge({ 'lake.health-file': evidence })).toEqual(verdict);
  });
});
