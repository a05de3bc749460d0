import { defineCheck, type Verdict } from '../../model';

export const alertsInPlace = defineCheck({
  id: 'monitoring/alerts-in-place',
  title: 'the alert rules of the deployment are in place',
  failureTitle: 'alert rules of the deployment are missing or disabled',
  why: 'without them the first to notice that the lake is out of reach is a radiologist',
  severity: 'major',
  target: 'deployment',
  needs: ['arm.monitoring'],
  judge: ({ 'arm.monitoring': { alerts } }): Verdict => {
    if (alerts.length === 0)
      return { outcome: 'not-applicable', reason: 'the deployment has no alert rules' };
    const bad = alerts.filter(({ found }) => found?.enabled !== true);
    if (bad.length === 0) return { outcome: 'pass', detail: `${alerts.length} rules` };
    return {
      outcome: 'fail',
      reason: `${bad.length} of ${alerts.length} alert rules would not tell anybody`,
      remedy: 'deploy the stack again; where a rule was disabled on purpose, take it out of the deployment',
      findings: bad.map(({ id, found }) => ({
        subject: id,
        expected: 'an enabled alert rule',
        actual: found === undefined ? 'missing' : 'disabled',
      })),
    };
  },
});
