import { isRestError } from '@azure/core-rest-pipeline';
import type { Plane } from '../../contract';
import { ServiceRefusal } from '../error';

/**
 * An error of an Azure SDK as a refusal of the service; undefined where the service did not answer at all. Answers to
 * HEAD have no body, so their code stands in a header only.
 */
export function refusalOf(error: unknown, plane: Plane, operation: string): ServiceRefusal | undefined {
  if (error instanceof ServiceRefusal) return error;
  if (!isRestError(error) || error.statusCode === undefined) return undefined;
  const code = error.code ?? error.response?.headers.get('x-ms-error-code');
  return new ServiceRefusal(plane, operation, error.statusCode, code);
}
