import { defineCheck } from '../../model';
import { judgeStep, roundTripsThatCount } from './reading';

export const framesUnchanged = defineCheck({
  id: 'dicomweb/frames-unchanged',
  title: 'retrieved frames are those of the stored images',
  failureTitle: 'retrieved frames differ from the stored images',
  why: 'web viewers fetch frames, not files',
  severity: 'major',
  needs: ['dicomweb.round-trip'],
  judge: ({ 'dicomweb.round-trip': trip }) =>
    judgeStep(
      roundTripsThatCount(trip),
      ({ frames }) => frames,
      ({ expected, equal }) =>
        expected === equal
          ? undefined
          : { expected: `${expected} equal frames`, actual: `${equal} of them equal` },
      'WADO-RS frames are not those that were stored',
      'retrieve the whole instance instead and open a support request',
    ),
});
