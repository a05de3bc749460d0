import type { SendHttp } from '../clients/http';
import { EvidenceError } from '../error';
import type { DicomTokenChecks } from '../evidence/refusals';
import type { DeploymentContext } from '../probe';
import { uidFrom } from '../sample/uid';
import { dicomWebLanes } from './dicomweb-lane';
import { refusalAnswer } from './refusal-answer';

/** A search that finds nothing: whoever is let in learns nothing by it. */
export async function searchAs(
  context: DeploymentContext,
  send: SendHttp,
  operation: string,
): Promise<DicomTokenChecks> {
  const [lane] = dicomWebLanes(context);
  const query = new URLSearchParams({
    StudyInstanceUID: uidFrom(`${context.studyInstanceUid}/${operation}`),
  });
  const answer = await send({
    operation,
    method: 'GET',
    url: `${lane?.baseUrl ?? ''}/studies?${query.toString()}`,
    headers: { Accept: 'application/dicom+json' },
    signal: context.signal,
  });
  const refused = refusalAnswer('dicom', operation, answer);
  return { answer: refused, challenged: answer.header('www-authenticate') !== undefined };
}

/**
 * Where the network keeps everybody out, nobody gets as far as showing a token.
 *
 * @throws EvidenceError
 */
export function requireLookedAtToken(seen: DicomTokenChecks): void {
  requireService(seen);
  if (seen.answer.status !== 403) return;
  throw new EvidenceError(
    'NOT_OBSERVABLE',
    'the service answered 403 before it looked at a token: its public access is off',
    'run from inside the private network',
  );
}

/** @throws EvidenceError where nothing is served at the address */
export function requireService({ answer }: DicomTokenChecks): void {
  if (answer.status !== 404) return;
  throw new EvidenceError(
    'NOT_OBSERVABLE',
    'the service answered 404: its address leads to no DICOM service',
    'check the service URL in the manifest, and whether the service still exists',
  );
}
