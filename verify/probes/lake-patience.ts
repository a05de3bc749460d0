import { refusalOf } from '../clients/rest-refusal';
import { EvidenceError } from '../error';
import type { ProbeContext } from '../probe';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;

/**
 * Asks the lake again as long as there is time while it says not now. For probes that sent something before, and
 * cannot begin anew.
 *
 * @throws EvidenceError UNAVAILABLE where it says so until the deadline
 */
export async function patiently<T>(
  { clock, deadline, signal }: Pick<ProbeContext, 'clock' | 'deadline' | 'signal'>,
  ask: () => Promise<T>,
): Promise<T> {
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      return await ask();
    } catch (error) {
      const refused = refusalOf(error, 'lake', 'a request to the lake');
      if (refused?.status !== 429 && refused?.status !== 503) throw error;
      if (clock.now() + wait >= deadline) {
        throw new EvidenceError(
          'UNAVAILABLE',
          `${refused.message}, up to the deadline`,
          'run it again later, or with a longer --deadline; look at the metrics of the storage account',
          { cause: error },
        );
      }
    }
    await clock.sleep(wait, signal);
  }
}
