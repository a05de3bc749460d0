import { fileKeepsComing } from '../../../verify/checks/health/file-keeps-coming';
import { onlyTheServiceWrites } from '../../../verify/checks/health/only-the-service-writes';
import { resourceHealth } from '../../../verify/checks/health/resource-health';
import type { Verdict } from '../../../verify/model';
import type { HealthFolder, HealthWatch, ResourceHealth } from '../../../verify/evidence/health';

const FOLDER = 'AHDS/hospital/dicom/images/healthCheck';

test.each<readonly [watch: HealthWatch, verdict: object]>([
  [
    { seenBy: 'soft-deleted files', watchedSeconds: 20 },
    { outcome: 'pass', detail: 'seen after 20 s by soft-deleted files' },
  ],
  [
    { watchedSeconds: 70 },
    { outcome: 'fail', reason: 'the service wrote none in 70 s; it writes one every 30 s' },
  ],
])('health/file-keeps-coming judges %j', (watch, verdict) => {
  expect(fileKeepsComing.judge({ 'lake.health-watch': watch })).toMatchObject(verdict);
});

describe('health/only-the-service-writes', () => {
  const judge = (changes: Partial<HealthFolder>): Verdict =>
    onlyTheServiceWrites.judge({
      'lake.health-folder': {
        exists: true,
        foreign: [],
        foreignCount: 0,
        servicePrincipalIds: ['one', 'two'],
        ...changes,
      },
    });

  test('passes a folder in which nothing else is, and does not apply without one', () => {
    expect(judge({})).toEqual({ outcome: 'pass' });
    expect(judge({ exists: false })).toMatchObject({ outcome: 'not-applicable' });
  });

  test('names files of another name and of another owner', () => {
    const foreign = [
      { path: `${FOLDER}/notes.txt` },
      { path: `${FOLDER}/health00000000-0000-4000-8000-000000000000.txt`, owner: 'three' },
    ];
    expect(judge({ foreign, foreignCount: 30 })).toMatchObject({
      outcome: 'fail',
      reason: '30 paths do not come from the service',
      findings: [
        { subject: foreign[0]?.path, expected: 'health{guid}.txt of one or two', actual: 'another name' },
        { subject: foreign[1]?.path, actual: 'it belongs to three' },
      ],
    });
  });
});

describe('health/resource-health', () => {
  test.each<readonly [health: Partial<ResourceHealth>, verdict: object]>([
    [{ state: 'Available', summary: 'Fine.' }, { outcome: 'pass' }],
    [
      { state: 'Degraded', summary: 'The store is lost.', recommendedActions: ['Look.', 'Mend it.'] },
      { outcome: 'fail', reason: 'Degraded: The store is lost.', remedy: 'Look.; Mend it.' },
    ],
    [
      { state: 'Unavailable' },
      {
        outcome: 'fail',
        reason: 'Unavailable',
        remedy: 'open the Resource Health of the DICOM service in the portal; it names what to do',
      },
    ],
    [
      { state: 'Unknown', summary: 'Nothing was heard.' },
      { outcome: 'not-applicable', reason: 'Azure does not know (Unknown): Nothing was heard.' },
    ],
    [
      { state: 'Unregistered' },
      {
        outcome: 'not-applicable',
        reason: 'the subscription does not use Resource Health (Microsoft.ResourceHealth)',
      },
    ],
    [{ state: 'SomethingNew' }, { outcome: 'not-applicable', reason: 'Azure does not know (SomethingNew)' }],
  ])('judges %j', (health, verdict) => {
    const evidence = { state: 'Available', recommendedActions: [], ...health };
    expect(resourceHealth.judge({ 'arm.resource-health': evidence })).toEqual(verdict);
  });
});
