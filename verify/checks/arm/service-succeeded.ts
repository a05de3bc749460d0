import { defineCheck, type Verdict } from '../../model';
import { isSameUrl } from './reading';

export const serviceSucceeded = defineCheck({
  id: 'arm/service-succeeded',
  title: 'the DICOM service is deployed, under the URL of the manifest',
  failureTitle: 'the DICOM service is not deployed as the manifest says',
  why: 'a service that is gone or half-made loses images, and its index cannot be had back',
  severity: 'blocker',
  target: 'deployment',
  needs: ['arm.dicom-service'],
  judge: ({ 'arm.dicom-service': { found, intended } }): Verdict => {
    if (found === undefined) {
      return {
        outcome: 'fail',
        reason: `Azure Resource Manager has no DICOM service '${intended.id}'`,
        remedy:
          'find out who deleted it before anything is deployed again: a new service starts with an empty index, the files in the lake stay',
      };
    }
    if (found.provisioningState !== 'Succeeded') {
      return {
        outcome: 'fail',
        reason: `its provisioning state is ${found.provisioningState}`,
        remedy:
          'look at the deployments and the activity log of its resource group, then deploy the stack again',
      };
    }
    if (!isSameUrl(found.serviceUrl, intended.serviceUrl)) {
      return {
        outcome: 'fail',
        reason: 'its URL is not that of the manifest, so every other check looks at something else',
        remedy:
          'take the manifest of this deployment (cdktf output, terraform output -json or tofu output -json)',
        findings: [{ subject: 'serviceUrl', expected: intended.serviceUrl, actual: found.serviceUrl }],
      };
    }
    return { outcome: 'pass', detail: found.serviceUrl };
  },
});
