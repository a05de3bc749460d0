import { defineCheck, type Verdict } from '../../model';
import { reachesFiles } from './reading';

export const lastAccessTracked = defineCheck({
  id: 'tiers/last-access-tracked',
  title: 'last access is tracked where rules or the deployment need it',
  failureTitle: 'last access is not tracked',
  why: 'without it rules by last access move nothing, or move what was read yesterday',
  severity: 'major',
  target: 'deployment',
  needs: ['arm.blob-service', 'arm.tiering-policy'],
  judge: ({ 'arm.blob-service': service, 'arm.tiering-policy': policy }): Verdict => {
    const needing = policy.rules.filter((rule) => rule.countsLastAccess && reachesFiles(rule, policy));
    if (service.lastAccessTracking) return { outcome: 'pass' };
    if (needing.length === 0 && !service.lastAccessTrackingIntended) {
      return {
        outcome: 'not-applicable',
        reason: 'no rule counts last access, and the deployment does not ask for it',
      };
    }
    return {
      outcome: 'fail',
      reason:
        needing.length > 0
          ? `${needing.map((rule) => `'${rule.name}'`).join(', ')} count last access, which the account does not record`
          : 'the deployment asked for it',
      remedy: 'deploy the stack again, or switch on last access time tracking on the storage account',
    };
  },
});
