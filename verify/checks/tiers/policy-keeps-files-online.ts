import { defineCheck, type Finding, type Verdict } from '../../model';
import { reachesFiles } from './reading';

export const policyKeepsFilesOnline = defineCheck({
  id: 'tiers/policy-keeps-files-online',
  title: 'no lifecycle rule archives or deletes files of the service',
  failureTitle: 'a lifecycle rule archives or deletes files of the service',
  why: 'somebody’s cost rule for the whole account takes the images with it, and nothing warns before',
  severity: 'blocker',
  target: 'deployment',
  needs: ['arm.tiering-policy'],
  judge: ({ 'arm.tiering-policy': policy }): Verdict => {
    const findings: Finding[] = policy.rules
      .filter((rule) => reachesFiles(rule, policy))
      .flatMap((rule) =>
        rule.actions
          .filter((action) => action === 'archive' || action === 'delete')
          .map((action) => ({
            subject: `rule '${rule.name}'`,
            expected: `no ${action} below ${policy.contractPrefix}`,
            actual: `${action} for ${rule.prefixes.length === 0 ? 'every file of the account' : rule.prefixes.join(', ')}`,
          })),
      );
    if (findings.length === 0) {
      const { length } = policy.rules;
      return { outcome: 'pass', detail: length === 1 ? '1 rule' : `${length} rules` };
    }
    return {
      outcome: 'fail',
      reason: 'files of the service are about to be archived or deleted behind its back',
      remedy:
        'narrow these rules to other prefixes, or disable them; a policy takes up to 24 hours to act, so hurry',
      findings,
    };
  },
});
