import { defineCheck, type Verdict } from '../../model';
import { answered } from './reading';

export const readOnlyTokenCannotStore = defineCheck({
  id: 'access/read-only-token-cannot-store',
  title: 'who may only read cannot store',
  failureTitle: 'who may only read was not kept from storing',
  why: 'a viewer that can also write can put images into somebody’s record',
  severity: 'major',
  target: 'deployment',
  needs: ['dicom.read-only-store'],
  judge: ({ 'dicom.read-only-store': seen }): Verdict => {
    if (seen.state === 'no reader') {
      return {
        outcome: 'not-applicable',
        reason:
          'it takes somebody with DICOM Data Reader, by DICOM_READER_TOKEN or DICOM_READER_CLIENT_ID; none was named',
      };
    }
    const { store } = seen;
    if (store.status === 403) return { outcome: 'pass', detail: '403' };
    return {
      outcome: 'fail',
      reason:
        store.status === 200 || store.status === 202
          ? 'somebody who was named as a reader stored an image (it was deleted again)'
          : 'the store of somebody who was named as a reader was not refused for its role',
      remedy:
        'take every role but DICOM Data Reader from the reader, at the service and above it; groups count as well',
      findings: [{ subject: 'a store by the reader', expected: '403', actual: answered(store) }],
    };
  },
});
