import { explainServiceError, type Plane } from '../../contract';
import type { HttpAnswer } from '../clients/http';
import { EvidenceError, ServiceRefusal } from '../error';
import type { RefusalAnswer } from '../evidence/refusals';

const NOT_ITSELF = [408, 429, 500, 502, 503, 504];

/**
 * An answer to a request that ought to be refused. Failures of the service say nothing about whom it lets in.
 *
 * @throws ServiceRefusal where it throttles, EvidenceError where it failed
 */
export function refusalAnswer(plane: Plane, operation: string, answer: HttpAnswer): RefusalAnswer {
  const { status } = answer;
  const code = answer.header('x-ms-error-code');
  if (status === 429 || status === 503) throw new ServiceRefusal(plane, operation, status, code);
  if (NOT_ITSELF.includes(status)) {
    throw new EvidenceError(
      'REFUSED',
      `${operation} was answered ${status}${code === undefined ? '' : ` ${code}`}, which tells nothing of whom it lets in`,
      explainServiceError(plane, status, code)?.remedy ??
        'try again; if it stays, look at the health of the service',
    );
  }
  return { status, ...(code === undefined ? {} : { code }) };
}
