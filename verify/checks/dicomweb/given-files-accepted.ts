import { defineCheck, type Finding } from '../../model';
import { complaintOf, isFaultOfFile } from './reading';

export const givenFilesAccepted = defineCheck({
  id: 'dicomweb/given-files-accepted',
  title: 'every given file could be sent and was taken',
  failureTitle: 'some given files could not be sent, or were not taken',
  why: 'a file that the service refuses here it also refuses from a modality',
  severity: 'minor',
  needs: ['dicomweb.round-trip'],
  judge: ({ 'dicomweb.round-trip': { instances, unreadable } }) => {
    const given = instances.filter((trip) => trip.origin === 'given');
    if (given.length + unreadable.length === 0) {
      return { outcome: 'not-applicable', reason: 'no folder of DICOM files was given (--dicom)' };
    }
    const findings: Finding[] = unreadable.map(({ file, reason }) => ({
      subject: file,
      expected: 'a DICOM file that can be read',
      actual: reason,
    }));
    for (const trip of given) {
      if (isFaultOfFile(trip) && trip.store.state === 'refused') {
        const { finding, cause } = complaintOf(trip, trip.store);
        findings.push(cause === undefined ? finding : { ...finding, actual: `${finding.actual}: ${cause}` });
      }
    }
    const notTaken = given.filter((trip) => trip.store.state !== 'done').length;
    if (findings.length === 0 && notTaken > 0) {
      return {
        outcome: 'not-applicable',
        reason: `${notTaken} of ${given.length} given files were not taken, but not for what they are`,
      };
    }
    if (findings.length === 0)
      return { outcome: 'pass', detail: `${given.length} ${given.length === 1 ? 'file' : 'files'}` };
    return {
      outcome: 'warn',
      reason: `${findings.length} of ${given.length + unreadable.length} files`,
      remedy: 'look at these files with another DICOM tool and mend or leave them out',
      findings,
    };
  },
});
