import { healthFileFresh } from '../../../verify/checks/lake/health-file-fresh';
import type { Verdict } from '../../../verify/model';
import type { HealthFile } from '../../../verify/evidence/health';

const REMEDY =
  'look at the Resource Health of the DICOM service; check its role on the container, the firewall of the storage account and its keys';

function seen(sightings: HealthFile['sightings'], changes: Pick<HealthFile, 'blindness'> = {}): HealthFile {
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
