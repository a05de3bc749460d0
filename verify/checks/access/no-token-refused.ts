import { defineCheck, type Verdict } from '../../model';
import { answered } from './reading';

export const noTokenRefused = defineCheck({
  id: 'access/no-token-refused',
  title: 'the DICOM service refuses whoever has no token',
  failureTitle: 'the DICOM service lets in whoever has no token',
  why: 'images of patients are open to everybody who knows the address',
  severity: 'blocker',
  target: 'deployment',
  needs: ['dicom.no-token'],
  judge: ({ 'dicom.no-token': { answer, challenged } }): Verdict => {
    if (answer.status === 401) {
      return { outcome: 'pass', detail: challenged ? '401' : '401, without WWW-Authenticate' };
    }
    return {
      outcome: 'fail',
      reason: 'a search without a token was not refused as one',
      remedy:
        'look for a gateway or proxy before the service that adds a token of its own, and close it; where there is none, open a support request at once',
      findings: [{ subject: 'a search without a token', expected: '401', actual: answered(answer) }],
    };
  },
});
