import { defineCheck, type Verdict } from '../../model';

export const locksInPlace = defineCheck({
  id: 'arm/locks-in-place',
  title: 'the locks against deletion are in place',
  failureTitle: 'locks against deletion are missing',
  why: 'one wrong click deletes a service, and with it the index of every image in the lake',
  severity: 'major',
  target: 'deployment',
  needs: ['arm.delete-locks'],
  judge: ({ 'arm.delete-locks': { locks } }): Verdict => {
    if (locks.length === 0) return { outcome: 'not-applicable', reason: 'the deployment has no locks' };
    const missing = locks.filter(({ level }) => level === undefined);
    if (missing.length === 0) return { outcome: 'pass', detail: `${locks.length} locks` };
    return {
      outcome: 'fail',
      reason: 'somebody removed locks of the deployment',
      remedy: 'deploy the stack again, and look in the activity log for who removed them and what came after',
      findings: missing.map(({ scope, name }) => ({
        subject: scope,
        expected: `a lock '${name}'`,
        actual: 'none',
      })),
    };
  },
});
