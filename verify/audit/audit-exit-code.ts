import { hasArchived } from './advice';
import type { AuditReport } from './model';

/** What an audit ends with; 2 is for audits that could not start. */
export type AuditExitCode = 0 | 1 | 3 | 130;

/** Without it, an inventory does not tell what is archived. */
const TIER_FIELD = 'AccessTier';

/**
 * 130 interrupted; 1 there are files that the service cannot read, or that are not its own: archived or on their way
 * back, out of place, foreign, work items, images of the index without a file, or files without an image in it; 3 none
 * was found, but there may be some: metrics tell of something archived in the account and not whose it is, or the
 * inventory does not tell of tiers; 0 all is well, as far as the source can tell.
 */
export function auditExitCode(report: AuditReport): AuditExitCode {
  const { complete, findings, index, source } = report;
  if (!complete) return 130;
  if (findings.some(({ count }) => count > 0)) return 1;
  if (index !== undefined && index.lost.count + index.unknown.count > 0) return 1;
  if (source.kind === 'metrics' && hasArchived(report)) return 3;
  if (source.kind === 'inventory' && source.missingFields.includes(TIER_FIELD)) return 3;
  return 0;
}
