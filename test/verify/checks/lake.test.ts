import { healthFileFresh } from '../../../verify/checks/lake/health-file-fresh';
import type { HealthFile, Verdict } from '../../../verify/model';

const REMEDY =
  'look at the Resource Health of the DICOM service; check its role on the container, the firewall of the storage account and its keys';

describe('lake/health-file-fresh', () => {
  test.each<readonly [name: string, seen: HealthFile, verdict: Verdict]>([
    [
      'a file caught in the folder',
      { newestAgeSeconds: 0, seenBy: 'listing', watchedSeconds: 12 },
      { outcome: 'pass', detail: 'seen 0 s ago by listing' },
    ],
    [
      'two periods and a half, just in time',
      { newestAgeSeconds: 75, seenBy: 'soft-deleted files', watchedSeconds: 70 },
      { outcome: 'pass', detail: 'seen 75 s ago by soft-deleted files' },
    ],
    [
      'one second more, too late',
      { newestAgeSeconds: 76, seenBy: 'soft-deleted files', watchedSeconds: 70 },
      {
        outcome: 'fail',
        reason: 'the newest one is 76 s old; the service writes one every 30 s',
        remedy: REMEDY,
      },
    ],
    [
      'no sign at all',
      { watchedSeconds: 70 },
      {
        outcome: 'fail',
        reason: 'the service wrote none while it was watched for 70 s, nor before',
        remedy: REMEDY,
      },
    ],
  ])('judges %s', (_name, seen, verdict) => {
    expect(healthFileFresh.judge({ 'lake.health-file': seen })).toEqual(verdict);
  });
});
