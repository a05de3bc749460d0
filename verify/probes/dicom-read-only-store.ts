import { explainServiceError } from '../../contract';
import { encodeMultipart } from '../clients/multipart';
import { EvidenceError } from '../error';
import type { Probe } from '../probe';
import { syntheticInstance } from '../sample/synthetic-instance';
import { searchAs } from './dicom-token-check';
import { dicomWebLanes } from './dicomweb-lane';
import { withOwnStudy } from './own-study';
import { refusalAnswer } from './refusal-answer';

const SEARCH = 'QIDO-RS GET /studies as a reader';
const STORE = 'STOW-RS POST /studies as a reader';

/** Whether somebody stores an image who may only read. The study is the verifier's own, and deleted where it is stored. */
export const dicomReadOnlyStore: Probe<'dicom.read-only-store'> = {
  id: 'dicom.read-only-store',
  title: 'a store by somebody who may only read',
  effect: 'write',
  pace: 'quick',
  target: 'deployment',
  gather: async (context) => {
    const { reader } = context.target.azure.dicomAs;
    const [lane] = dicomWebLanes(context);
    if (reader === undefined || lane === undefined) return { state: 'no reader' };
    const { answer: search } = await searchAs(context, reader, SEARCH);
    // A token that opens nothing would be refused for that, whatever its roles.
    if (search.status !== 200 && search.status !== 204) throw notReading(search.status);
    return withOwnStudy(context, lane, 'read-only-store', async (studyInstanceUid) => {
      const { file } = syntheticInstance(studyInstanceUid, 'read-only');
      const { body, contentType } = encodeMultipart(
        [{ contentType: 'application/dicom', content: file }],
        'application/dicom',
      );
      const answer = await reader({
        operation: STORE,
        method: 'POST',
        url: `${lane.baseUrl}/studies`,
        headers: { Accept: 'application/dicom+json', 'Content-Type': contentType },
        body,
        signal: context.signal,
      });
      return { state: 'asked', store: refusalAnswer('dicom', STORE, answer) };
    });
  },
};

function notReading(status: number): EvidenceError {
  return new EvidenceError(
    status === 401 ? 'NOT_AUTHENTICATED' : 'NOT_OBSERVABLE',
    `${SEARCH} was answered ${status}: ${explainServiceError('dicom', status)?.cause ?? 'the reader cannot read'}`,
    'give the reader DICOM Data Reader on the service and no other role, and a fresh token for https://dicom.healthcareapis.azure.com',
  );
}
