import { defineCheck, type Finding, type Verdict } from '../../model';

export const diagnosticsInPlace = defineCheck({
  id: 'monitoring/diagnostics-in-place',
  title: 'the logs of the service and its lake are kept',
  failureTitle: 'logs of the service or its lake are not kept',
  why: 'who read, wrote or deleted an image, and why the service failed last night, stands in these logs alone',
  severity: 'major',
  target: 'deployment',
  needs: ['arm.monitoring'],
  judge: ({ 'arm.monitoring': { diagnosticSettings } }): Verdict => {
    if (diagnosticSettings.length === 0)
      return { outcome: 'not-applicable', reason: 'the deployment keeps no logs' };
    const findings: Finding[] = diagnosticSettings.flatMap((setting) => {
      const { targetResourceId, name, intendedCategories, found } = setting;
      const subject = `${name} of ${targetResourceId}`;
      const expected = intendedCategories.join(', ');
      if (found === undefined) return [{ subject, expected, actual: 'no such diagnostic setting' }];
      const isKept = (category: string): boolean =>
        found.categories.includes(category) ||
        (found.categories.includes('allLogs') && !METRICS.includes(category));
      if (!intendedCategories.every(isKept))
        return [{ subject, expected, actual: found.categories.join(', ') || 'nothing' }];
      return found.hasDestination ? [] : [{ subject, expected, actual: 'kept nowhere' }];
    });
    if (findings.length === 0) return { outcome: 'pass', detail: `${diagnosticSettings.length} settings` };
    return {
      outcome: 'fail',
      reason: 'diagnostic settings of the deployment are missing or changed',
      remedy: 'deploy the stack again; what was not logged meanwhile is lost',
      findings,
    };
  },
});

/** What `allLogs` does not hold. */
const METRICS = ['AllMetrics', 'Transaction', 'Capacity'];
