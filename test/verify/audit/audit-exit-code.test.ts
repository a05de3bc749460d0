import { auditExitCode } from '../../../verify';
import { type AuditReport, FINDING_KINDS, type IndexDifference } from '../../../verify/audit/model';
import { verdictOf } from '../../../verify/audit/reporters/verdict';
import {
  auditOf,
  cellOf,
  emptyAudit,
  findingOf,
  inventoryOf,
  metricsAudit,
  sampleAudit,
} from '../../support/sample-audit';

const cells = [cellOf({ count: 2000 })];

function indexOf(lost: number, unknown: number): IndexDifference {
  const named = (count: number) => ({ count, first: [] });
  return { entries: 5, images: 5, lost: named(lost), unknown: named(unknown), unsettled: 4 };
}

test.each<[number, string, AuditReport]>([
  [
    0,
    'All is well: the service can read every file that is its own, and there are no others: 2,000 files',
    auditOf({ cells }),
  ],
  [0, 'All is well: the service has no file in the lake', emptyAudit()],
  [0, 'All is well: nothing in the storage account is archived', metricsAudit()],
  [
    0,
    'All is well: the service can read every file that is its own, and there are no others: 2,000 files',
    auditOf({ cells }, { index: indexOf(0, 0) }),
  ],
  [1, 'Mend the lake: 1 image without a file', auditOf({ cells }, { index: indexOf(1, 0) })],
  [1, 'Mend the lake: 7 files without an image', auditOf({ cells }, { index: indexOf(0, 7) })],
  [
    1,
    'Mend the lake: 1 archived',
    auditOf({
      cells,
      findings: [findingOf('archived', 1, 1, ['a'])],
      source: inventoryOf({ missingFields: ['AccessTier'] }),
    }),
  ],
  [
    3,
    'Not known: something in the storage account is archived (5 B), and metrics do not tell whose it is',
    metricsAudit(5),
  ],
  [
    3,
    'Not known: the inventory does not tell in which tier files are, so some may be archived',
    auditOf({ cells, source: inventoryOf({ missingFields: ['LastAccessTime', 'AccessTier'] }) }),
  ],
  [
    0,
    'All is well: the service can read every file that is its own, and there are no others: 2,000 files',
    auditOf({ cells, source: inventoryOf({ missingFields: ['LastAccessTime'] }) }),
  ],
  [130, 'No verdict: the audit was interrupted after 2,000 files', auditOf({ cells, complete: false })],
  [
    130,
    'No verdict: the audit was interrupted after 412,000,050 files; found until then: 271,908 archived, 12 on the way back from the archive, 2 out of place, 41 foreign, 1 image without a file',
    { ...sampleAudit(), complete: false },
  ],
])('%d: %s', (exitCode, words, report) => {
  const { answer, reason } = verdictOf(report);
  expect(`${answer}: ${reason}`).toBe(words);
  expect(auditExitCode(report)).toBe(exitCode);
});

test.each(FINDING_KINDS)('%s files make it 1, and a finding of none does not', (kind) => {
  expect(auditExitCode(auditOf({ cells, findings: [findingOf(kind, 1, 1, ['a'])] }))).toBe(1);
  expect(auditExitCode(auditOf({ cells, findings: [findingOf(kind, 0, 0, [])] }))).toBe(0);
});
