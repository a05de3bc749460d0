import { explainServiceError } from '../../contract';
import { refusalOf } from '../clients/rest-refusal';
import { EvidenceError, UnreadableAnswer } from '../error';
import type { Step } from '../evidence/step';

/** What a step did not need to find out, because nothing was there to look at. */
export const NOT_STORED = 'the instance was not stored';

const LAKE_READ = 'reading the file in the lake';

/**
 * Runs one step. What the service refuses or garbles is evidence; that it cannot be reached, or lets the caller do
 * nothing, is not.
 *
 * @param skip why it is not run
 * @throws EvidenceError where nothing can be learned
 */
export async function step<T>(action: () => Promise<T>, skip?: string): Promise<Step<T>> {
  if (skip !== undefined) return { state: 'skipped', reason: skip };
  try {
    return { state: 'done', value: await action() };
  } catch (error) {
    if (error instanceof UnreadableAnswer) {
      return { state: 'unreadable', operation: error.operation, reason: error.reason };
    }
    const refused = refusalOf(error, 'lake', LAKE_READ);
    if (refused === undefined) throw error;
    const { plane, operation, status, serviceCode } = refused;
    if (status === 401 || status === 403) {
      const explained = explainServiceError(plane, status, serviceCode);
      throw new EvidenceError(
        status === 401 ? 'NOT_AUTHENTICATED' : 'NOT_AUTHORIZED',
        `${refused.message}: ${explained?.cause ?? 'the caller may not do this'}`,
        explained?.remedy ?? 'look at the roles of whoever runs the verification',
        { cause: error },
      );
    }
    return {
      state: 'refused',
      operation,
      status,
      ...(serviceCode === undefined ? {} : { code: serviceCode }),
    };
  }
}
