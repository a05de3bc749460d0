import type { ReportRow } from '../../verify/model';

/** A row for each outcome, in two topics. */
export const ROWS = {
  pass: {
    id: 'dicomweb/instance-stored',
    outcome: 'pass',
    title: 'the service stores images',
    why: 'w1',
    severity: 'blocker',
    detail: '1 instance',
    docs: 'docs/runbook/dicomweb.md#dicomwebinstance-stored',
  },
  warn: {
    id: 'dicomweb/given-files-accepted',
    outcome: 'warn',
    title: 'some given files were not taken',
    why: 'w2',
    severity: 'minor',
    reason: '1 of 2 files',
    remedy: 'mend them',
    findings: [{ subject: 'a & b.dcm', expected: 'a <DICOM> file', actual: 'a "text"' }],
    docs: 'docs/runbook/dicomweb.md#dicomwebgiven-files-accepted',
  },
  fail: {
    id: 'tiers/files-online',
    outcome: 'fail',
    title: 'files are offline',
    why: 'w3',
    severity: 'blocker',
    reason: '12 files <cannot> be read & more',
    remedy: 'move them',
    findings: Array.from({ length: 12 }, (_, index) => ({
      subject: `file ${index + 1}`,
      expected: 'Hot',
      actual: 'Archive',
    })),
    docs: 'docs/runbook/tiers.md#tiersfiles-online',
  },
  inconclusive: {
    id: 'tiers/policy-as-intended',
    outcome: 'inconclusive',
    title: 'not known whether the rules are in place',
    why: 'w4',
    severity: 'minor',
    reason: 'the caller may not read this',
    remedy: 'grant Reader',
    docs: 'docs/runbook/tiers.md#tierspolicy-as-intended',
  },
  'not-applicable': {
    id: 'tiers/last-access-tracked',
    outcome: 'not-applicable',
    title: 'last access is tracked',
    why: 'w5',
    severity: 'major',
    reason: 'no rule counts last access',
    docs: 'docs/runbook/tiers.md#tierslast-access-tracked',
  },
} as const satisfies Readonly<Record<ReportRow['outcome'], ReportRow>>;
