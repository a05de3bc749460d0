import { defineCheck, type Verdict } from '../../model';
import type { InstanceTrip } from '../../evidence/round-trip';
import { judgeStep, roundTripsThatCount } from './reading';

const LEVELS = ['study', 'series', 'instance'] as const;

export const foundBySearch = defineCheck({
  id: 'dicomweb/found-by-search',
  title: 'stored images are found at study, series and instance level',
  failureTitle: 'stored images are not found by search',
  why: 'viewers find images by search; what search misses nobody looks at',
  severity: 'blocker',
  needs: ['dicomweb.round-trip'],
  judge: ({ 'dicomweb.round-trip': trip }): Verdict => {
    const verdicts = LEVELS.map((level) => judgeLevel(roundTripsThatCount(trip), level));
    return verdicts.find((verdict) => verdict.outcome === 'fail') ?? verdicts[0] ?? { outcome: 'pass' };
  },
});

function judgeLevel(trips: readonly InstanceTrip[], level: (typeof LEVELS)[number]): Verdict {
  return judgeStep(
    trips,
    ({ search }) => search[level],
    // Given files of several patients share the verifier's study, of which some servers then make several.
    ({ found }) =>
      found === 1 || (level === 'study' && found > 1)
        ? undefined
        : { expected: `1 ${level} by its UID`, actual: `${found} found` },
    `QIDO-RS at ${level} level does not find what was stored`,
    'search again in a minute; if it stays, open a support request: the index of the service lost an instance',
  );
}
