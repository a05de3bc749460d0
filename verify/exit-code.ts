import { deletedImageGone } from './checks/dicomweb/deleted-image-gone';
import type { Report } from './model';

/** What a run ends with; 2 is for runs that could not start. */
export type VerifyExitCode = 0 | 1 | 3 | 130;

/**
 * 130 interrupted, 1 a check failed (or warned, where that counts as failing) and is not waived, 3 nothing failed but
 * something could not be judged or was left behind, 0 all is well. A study left in a server that offers no deletion is a warning, not
 * a thing left behind.
 */
export function exitCodeOf(report: Report, failOn: 'fail' | 'warn' = 'fail'): VerifyExitCode {
  const { counts, interrupted, leftovers, leftoverFolders = [], rows } = report;
  const offersNoDeletion = rows.some(({ id, outcome }) => id === deletedImageGone.id && outcome === 'warn');
  if (interrupted) return 130;
  if (counts.fail > 0 || (failOn === 'warn' && counts.warn > 0)) return 1;
  if (counts.inconclusive > 0 || leftoverFolders.length > 0) return 3;
  if (leftovers.length > 0 && !offersNoDeletion) return 3;
  return 0;
}
