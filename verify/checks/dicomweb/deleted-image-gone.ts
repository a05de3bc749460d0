import { defineCheck, type Verdict } from '../../model';
import { complaintOf, judgeStep, roundTripsThatCount } from './reading';

export const deletedImageGone = defineCheck({
  id: 'dicomweb/deleted-image-gone',
  title: 'deleted images are gone',
  failureTitle: 'deleted images are not gone',
  why: 'a deletion that does not delete breaks retention rules, and leaves the verifier’s own images behind',
  severity: 'major',
  needs: ['dicomweb.round-trip'],
  judge: ({ 'dicomweb.round-trip': trip }): Verdict => {
    if (trip.deletion.state === 'refused') {
      const { finding, remedy } = complaintOf({ label: 'the study of this run' }, trip.deletion);
      const offersNone = trip.deletion.status === 405 || trip.deletion.status === 501;
      return {
        outcome: offersNone ? 'warn' : 'fail',
        reason: offersNone
          ? 'the server offers no deletion of studies over DICOMweb; the study stays in it'
          : 'the study could not be deleted',
        remedy: offersNone
          ? 'delete the study named under left behind with the server’s own means, then remove it from the journal'
          : (remedy ?? 'run verify again: it deletes what earlier runs left'),
        findings: [finding],
      };
    }
    return judgeStep(
      roundTripsThatCount(trip),
      ({ gone }) => gone,
      ({ retrieveStatus, found }) =>
        retrieveStatus === 404 && found === 0
          ? undefined
          : {
              expected: '404 on retrieve, nothing by search',
              actual: `${retrieveStatus} on retrieve, ${found} by search`,
            },
      'the service still has what was deleted',
      'delete the study again; if it stays, open a support request',
    );
  },
});
