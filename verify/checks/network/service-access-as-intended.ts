import { defineCheck, type Verdict } from '../../model';

export const serviceAccessAsIntended = defineCheck({
  id: 'network/service-access-as-intended',
  title: 'the DICOM service answers on the internet, or does not, as was meant',
  failureTitle: 'public access to the DICOM service is not as was meant',
  why: 'opened, a service for a private network meets the whole internet; closed, viewers outside go dark',
  severity: 'major',
  target: 'deployment',
  needs: ['arm.dicom-service', 'arm.workspace'],
  judge: ({ 'arm.dicom-service': { found, intended }, 'arm.workspace': workspace }): Verdict => {
    if (found === undefined) return { outcome: 'not-applicable', reason: 'there is no such DICOM service' };
    const { publicNetworkAccess: expected } = intended;
    if (expected === undefined)
      return { outcome: 'not-applicable', reason: 'the manifest does not say what was meant' };
    // An approved private endpoint takes the whole workspace off the internet.
    const isPublic = found.publicNetworkAccess && workspace.found?.publicNetworkAccess !== false;
    if (isPublic === expected) return { outcome: 'pass', detail: expected ? 'public' : 'private' };
    return {
      outcome: 'fail',
      reason: isPublic
        ? 'it answers on the internet, and was meant for private endpoints only'
        : 'it does not answer on the internet, as it was meant to',
      remedy: 'deploy the stack again, and look in the activity log for who changed it',
      findings: [
        {
          subject: 'publicNetworkAccess',
          expected: expected ? 'Enabled' : 'Disabled',
          actual: isPublic ? 'Enabled' : 'Disabled',
        },
      ],
    };
  },
});
