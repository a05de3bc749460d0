import { defineCheck, type Verdict } from '../../model';
import { answered } from './reading';

export const lakeRefusesSharedKey = defineCheck({
  id: 'access/lake-refuses-shared-key',
  title: 'the lake takes no account keys',
  failureTitle: 'the lake takes account keys',
  why: 'a key opens every file past all roles, does not say who used it, and is copied into scripts and settings',
  severity: 'major',
  target: 'deployment',
  needs: ['lake.shared-key'],
  judge: ({ 'lake.shared-key': { answer, allowed, meantOff } }): Verdict => {
    const isLetIn = answer.status < 400 || answer.code === 'BlobNotFound';
    if (!allowed && !isLetIn) {
      return { outcome: 'pass', detail: `${answered(answer)}; allowSharedKeyAccess is false` };
    }
    if (!isLetIn && !meantOff) {
      return {
        outcome: 'not-applicable',
        reason: 'account keys are on, and the deployment does not say that they ought to be off',
      };
    }
    return {
      outcome: 'fail',
      reason: isLetIn
        ? 'a made-up key was let in'
        : 'account keys are switched on, and the deployment meant them to be off',
      remedy:
        'switch allowSharedKeyAccess off again (deploy the stack), then renew both keys of the account: they may have been copied meanwhile',
      findings: [
        {
          subject: 'a request signed with a made-up key',
          expected: '403 KeyBasedAuthenticationNotPermitted',
          actual: answered(answer),
        },
        { subject: 'allowSharedKeyAccess', expected: 'false', actual: String(allowed) },
      ],
    };
  },
});
