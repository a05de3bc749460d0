import { defineCheck, type Verdict } from '../../model';
import { judgeStep, roundTripsThatCount } from './reading';

export const instanceStored = defineCheck({
  id: 'dicomweb/instance-stored',
  title: 'the service stores images',
  failureTitle: 'the service does not store images',
  why: 'an image that is not stored is lost as soon as the sender forgets it',
  severity: 'blocker',
  needs: ['dicomweb.round-trip'],
  judge: ({ 'dicomweb.round-trip': trip }): Verdict => {
    const trips = roundTripsThatCount(trip);
    const verdict = judgeStep(
      trips,
      ({ store }) => store,
      () => undefined,
      'STOW-RS was refused',
      'look at the Resource Health and the diagnostic logs of the DICOM service',
    );
    const warned = trips.filter(({ store }) => store.state === 'done' && store.value.warning !== undefined);
    if (verdict.outcome !== 'pass' || warned.length === 0) return verdict;
    return { ...verdict, detail: `${verdict.detail ?? ''}, ${warned.length} with a warning` };
  },
});
