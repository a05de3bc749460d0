import { explainServiceError, type Plane } from '../contract';
import { transportError } from './clients/http';
import { refusalOf } from './clients/rest-refusal';
import { EvidenceError, UnreadableAnswer } from './error';

/** Why something could not be had, and what to do about it. */
export interface FailureExplanation {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
}

/**
 * What is known of a request that failed; undefined where the error is none of the expected ones.
 *
 * @param url of the plane, for errors that do not name theirs
 */
export function explainFailure(error: unknown, plane: Plane, url: string): FailureExplanation | undefined {
  const known = error instanceof EvidenceError ? error : transportError(error, url);
  if (known instanceof EvidenceError) {
    const { code, message, remedy } = known;
    return { code, reason: message, remedy };
  }
  if (error instanceof UnreadableAnswer)
    return {
      code: 'UNREADABLE',
      reason: error.message,
      remedy: 'look at proxies between; where the service itself answers so, open a support request',
    };
  const refusal = refusalOf(error, plane, `a request to ${PLANES[plane]}`);
  if (refusal === undefined) return undefined;
  const explained = explainServiceError(refusal.plane, refusal.status, refusal.serviceCode);
  return {
    code: refusal.serviceCode ?? String(refusal.status),
    reason: explained === undefined ? refusal.message : `${refusal.message}: ${explained.cause}`,
    remedy:
      explained?.remedy ??
      'look the code up in the documentation of Azure; docs/errors.md lists those known here',
  };
}

const PLANES: Readonly<Record<Plane, string>> = {
  arm: 'Azure Resource Manager',
  lake: 'the lake',
  dicom: 'the DICOM service',
  entra: 'Entra',
  logs: 'the Log Analytics API',
};
