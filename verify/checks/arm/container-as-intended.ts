import { defineCheck, type Verdict } from '../../model';

export const containerAsIntended = defineCheck({
  id: 'arm/container-as-intended',
  title: 'the container of the lake is there, private, and lets files be deleted',
  failureTitle: 'the container of the lake is gone, public, or keeps files from being deleted',
  why: 'the service writes to this container alone and deletes from it; without either, images and index part',
  severity: 'blocker',
  target: 'deployment',
  needs: ['arm.lake-container', 'arm.storage-account'],
  judge: ({ 'arm.lake-container': { name, found }, 'arm.storage-account': account }): Verdict => {
    if (account.found === undefined)
      return { outcome: 'not-applicable', reason: 'there is no such storage account' };
    if (found === undefined) {
      return {
        outcome: 'fail',
        reason: `the storage account has no container '${name}'`,
        remedy:
          'restore the container (soft-deleted containers can be undeleted within their retention); a container created anew is empty and the service keeps asking for the old files',
      };
    }
    if (found.publicAccess !== 'None') {
      return {
        outcome: 'fail',
        reason: 'anybody may read the images, without signing in',
        remedy:
          'set the public access level of the container to private at once, and look in the logs for who read',
        findings: [{ subject: name, expected: 'public access None', actual: found.publicAccess }],
      };
    }
    const holds = [
      ...(found.hasImmutabilityPolicy ? ['an immutability policy'] : []),
      ...(found.hasLegalHold ? ['a legal hold'] : []),
    ];
    if (holds.length === 0) return { outcome: 'pass', detail: name };
    return {
      outcome: 'warn',
      reason: `the container has ${holds.join(' and ')}: the service cannot delete files, so deleted images stay in the lake`,
      remedy:
        'remove it where images are to be deleted through the service; keep it only where that is what was wanted',
    };
  },
});
