import { refusalOf } from '../clients/rest-refusal';
import { EvidenceError } from '../error';

/**
 * Writes to the lake behind the service's back.
 *
 * @param operation what the report calls it
 * @throws EvidenceError where the verifier may not write, ServiceRefusal where it is refused for another reason
 */
export async function lakeWrite<T>(operation: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const refused = refusalOf(error, 'lake', operation);
    if (refused?.serviceCode !== 'AuthorizationPermissionMismatch') throw refused ?? error;
    throw new EvidenceError(
      'NOT_AUTHORIZED',
      `${refused.message}: whoever runs the verification may not write to the lake`,
      'grant Storage Blob Data Contributor on the container to whoever runs the profile deep, or take another profile',
      { cause: error },
    );
  }
}
