import { defineCheck, type Verdict } from '../../model';
import { answered } from './reading';

export const wrongAudienceRefused = defineCheck({
  id: 'access/wrong-audience-refused',
  title: 'the DICOM service refuses tokens that are meant for another service',
  failureTitle: 'the DICOM service takes tokens that are meant for another service',
  why: 'any other service that is shown a token of its own could go on with it and read images in its bearer’s name',
  severity: 'blocker',
  target: 'deployment',
  needs: ['dicom.wrong-audience'],
  judge: ({ 'dicom.wrong-audience': { answer } }): Verdict => {
    if (answer.status === 401) return { outcome: 'pass', detail: '401' };
    return {
      outcome: 'fail',
      reason: 'a token for Azure Resource Manager was not refused as one for another service',
      remedy:
        'look at the audiences in the authentication configuration of the service, and for a gateway that changes tokens; only https://dicom.healthcareapis.azure.com belongs there',
      findings: [
        { subject: 'a search with a token for another service', expected: '401', actual: answered(answer) },
      ],
    };
  },
});
