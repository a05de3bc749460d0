import { defineCheck, type Finding, type Verdict } from '../../model';

export const policyAsIntended = defineCheck({
  id: 'tiers/policy-as-intended',
  title: 'the lifecycle rules of the deployment are in place',
  failureTitle: 'lifecycle rules of the deployment are missing or disabled',
  why: 'without its rules the lake stays in the hot tier and costs several times what was planned',
  severity: 'minor',
  target: 'deployment',
  needs: ['arm.tiering-policy'],
  judge: ({ 'arm.tiering-policy': { expectedRules, rules } }): Verdict => {
    if (expectedRules.length === 0)
      return { outcome: 'not-applicable', reason: 'the deployment has no lifecycle rules' };
    const findings: Finding[] = expectedRules.flatMap((name) => {
      const rule = rules.find((one) => one.name === name);
      if (rule?.enabled === true) return [];
      return [
        {
          subject: `rule '${name}'`,
          expected: 'enabled',
          actual: rule === undefined ? 'missing' : 'disabled',
        },
      ];
    });
    if (findings.length === 0) return { outcome: 'pass', detail: expectedRules.join(', ') };
    return {
      outcome: 'fail',
      reason: 'the deployed policy is not the intended one',
      remedy: 'deploy the stack again; an account has one policy only, so look for another owner of it',
      findings,
    };
  },
});
