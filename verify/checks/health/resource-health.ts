import { defineCheck, type Verdict } from '../../model';

export const resourceHealth = defineCheck({
  id: 'health/resource-health',
  title: 'Azure says that the service is available',
  failureTitle: 'Azure says that the service is not well',
  why: 'Azure sees what no request shows, such as a service that lost its way to the lake or to its key',
  severity: 'major',
  target: 'deployment',
  needs: ['arm.resource-health'],
  judge: ({ 'arm.resource-health': { state, summary, recommendedActions } }): Verdict => {
    const said = summary === undefined ? '' : `: ${summary}`;
    switch (state) {
      case 'Available':
        return { outcome: 'pass' };
      case 'Degraded':
      case 'Unavailable':
        return {
          outcome: 'fail',
          reason: `${state}${said}`,
          remedy:
            recommendedActions.length > 0
              ? recommendedActions.join('; ')
              : 'open the Resource Health of the DICOM service in the portal; it names what to do',
        };
      case 'Unregistered':
        return {
          outcome: 'not-applicable',
          reason: 'the subscription does not use Resource Health (Microsoft.ResourceHealth)',
        };
      default:
        return { outcome: 'not-applicable', reason: `Azure does not know (${state})${said}` };
    }
  },
});
