import { defineCheck, type Verdict } from '../../model';
import { onOrOff } from './reading';

export const partitionsAsIntended = defineCheck({
  id: 'arm/partitions-as-intended',
  title: 'data partitions are on or off as the manifest says',
  failureTitle: 'data partitions are not as the manifest says',
  why: 'with partitions every path and URL names one; clients made for the other way find nothing',
  severity: 'major',
  target: 'deployment',
  needs: ['arm.dicom-service'],
  judge: ({ 'arm.dicom-service': { found, intended } }): Verdict => {
    if (found === undefined) return { outcome: 'not-applicable', reason: 'there is no such DICOM service' };
    const { dataPartitionsEnabled: expected } = intended;
    if (found.dataPartitionsEnabled === expected) return { outcome: 'pass', detail: onOrOff(expected) };
    return {
      outcome: 'fail',
      reason: `data partitions are ${onOrOff(found.dataPartitionsEnabled)}, the manifest says ${onOrOff(expected)}`,
      remedy:
        'take the manifest of this deployment; partitions are chosen when a service is created and cannot be changed',
    };
  },
});
