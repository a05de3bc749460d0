import { containerIdOf } from '../../../contract';
import { defineCheck, type Verdict } from '../../model';
import { isSameId } from './reading';

export const storageAsIntended = defineCheck({
  id: 'arm/storage-as-intended',
  title: 'the DICOM service writes to the intended account and container',
  failureTitle: 'the DICOM service does not write to the intended container',
  why: 'images that land in another lake are not where analytics, access rules and backups expect them',
  severity: 'blocker',
  target: 'deployment',
  needs: ['arm.dicom-service'],
  judge: ({ 'arm.dicom-service': { found, intended } }): Verdict => {
    if (found === undefined) return { outcome: 'not-applicable', reason: 'there is no such DICOM service' };
    const expected = containerIdOf(intended.lake);
    if (found.lake === undefined) {
      return {
        outcome: 'fail',
        reason: 'the service is connected to no lake: it keeps its files itself',
        remedy:
          'a lake can be chosen only when a service is created: create another service with a lake and move the images there',
        findings: [{ subject: 'storageConfiguration', expected, actual: 'none' }],
      };
    }
    const isIntended =
      isSameId(found.lake.storageAccountId, intended.lake.storageAccountId) &&
      found.lake.containerName === intended.lake.containerName;
    if (isIntended) return { outcome: 'pass', detail: expected };
    return {
      outcome: 'fail',
      reason: 'the service is connected to another lake than the manifest says',
      remedy:
        'take the manifest of this deployment; where it is the right one, somebody replaced the service: find the images in the lake named here',
      findings: [{ subject: 'storageConfiguration', expected, actual: containerIdOf(found.lake) }],
    };
  },
});
