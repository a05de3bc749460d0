import { bytesText, counted, countText } from '../../quantity';
import { auditExitCode } from '../audit-exit-code';
import type { AuditReport, FindingKind } from '../model';

export interface AuditVerdict {
  readonly mood: 'good' | 'bad' | 'unsure';
  /** The answer to: can the service read all that is there, and is all of it its own? */
  readonly answer: string;
  /** Why, or what is wrong. */
  readonly reason: string;
}

export const FINDING_WORDS: Readonly<Record<FindingKind, string>> = {
  archived: 'archived',
  rehydrating: 'on the way back from the archive',
  misplaced: 'out of place',
  foreign: 'foreign',
  'work item': 'work items',
};

/** What an audit comes down to; it agrees with the exit code. */
export function verdictOf(report: AuditReport): AuditVerdict {
  const { source, total } = report;
  const found = foundWords(report);
  switch (auditExitCode(report)) {
    case 130:
      return {
        mood: 'unsure',
        answer: 'No verdict',
        reason: `the audit was interrupted after ${counted(total.count, 'file')}${found.length === 0 ? '' : `; found until then: ${found.join(', ')}`}`,
      };
    case 1:
      return { mood: 'bad', answer: 'Mend the lake', reason: found.join(', ') };
    case 3:
      return {
        mood: 'unsure',
        answer: 'Not known',
        reason:
          source.kind === 'metrics'
            ? `something in the storage account is archived (${archivedBytes(report)}), and metrics do not tell whose it is`
            : 'the inventory does not tell in which tier files are, so some may be archived',
      };
    case 0:
      return { mood: 'good', answer: 'All is well', reason: allWell(report) };
  }
}

function allWell({ source, total }: AuditReport): string {
  if (source.kind === 'metrics') return 'nothing in the storage account is archived';
  return total.count === 0
    ? 'the service has no file in the lake'
    : `the service can read every file that is its own, and there are no others: ${counted(total.count, 'file')}`;
}

function foundWords({ findings, index }: AuditReport): readonly string[] {
  return [
    ...findings
      .filter(({ count }) => count > 0)
      .map(({ finding, count }) => `${countText(count)} ${FINDING_WORDS[finding]}`),
    ...(index === undefined || index.lost.count === 0
      ? []
      : [`${counted(index.lost.count, 'image')} without a file`]),
    ...(index === undefined || index.unknown.count === 0
      ? []
      : [`${counted(index.unknown.count, 'file')} without an image`]),
  ];
}

function archivedBytes({ byTier }: AuditReport): string {
  return bytesText(byTier.find(({ tier }) => tier === 'Archive')?.bytes ?? 0);
}
