import { createColors } from 'picocolors';
import type { Finding, Outcome, Report, ReportRow } from '../model';
import { outcomeCounts } from './outcome-counts';

const SYMBOLS: Readonly<Record<Outcome, string>> = {
  pass: 'ok  ',
  warn: 'WARN',
  fail: 'FAIL',
  inconclusive: '????',
  'not-applicable': '-   ',
};
const SHOWN_FINDINGS = 10;

/** The report for people. */
export function textReport(report: Report, color: boolean): string {
  const paint = createColors(color);
  const colors: Readonly<Record<Outcome, (text: string) => string>> = {
    pass: paint.green,
    warn: paint.yellow,
    fail: paint.red,
    inconclusive: paint.yellow,
    'not-applicable': paint.dim,
  };
  const lines = report.rows.flatMap((row) => [
    `${colors[row.outcome](SYMBOLS[row.outcome])}  ${row.id.padEnd(36)} ${headline(row, paint.dim)}`,
    ...explanation(row).map((line) => `      ${line}`),
  ]);
  return [
    `Verified ${report.target.serviceUrl} in ${(report.durationMs / 1000).toFixed(1)} s`,
    '',
    ...lines,
    '',
    report.interrupted ? `Interrupted. ${outcomeCounts(report)}` : outcomeCounts(report),
    ...leftBehind(report),
    ...provenance(report),
    '',
  ].join('\n');
}

/** So that it can be matched with its manifest and its evidence. */
function provenance({ tool, profile, startedAt, manifestSha256, evidenceSha256 }: Report): readonly string[] {
  return [
    '',
    `${tool.name} ${tool.version}, profile ${profile}, started ${startedAt}`,
    `SHA-256 of the manifest ${manifestSha256 ?? '(none was given)'}`,
    `SHA-256 of the evidence ${evidenceSha256}`,
  ];
}

function headline({ outcome, title, detail, reason }: ReportRow, dim: (text: string) => string): string {
  if (outcome === 'not-applicable') return dim(`not applicable: ${reason ?? ''}`);
  return detail === undefined ? title : `${title} ${dim(`(${detail})`)}`;
}

function explanation({ outcome, reason, remedy, why, findings = [] }: ReportRow): readonly string[] {
  if (outcome === 'pass' || outcome === 'not-applicable') return [];
  const hidden = findings.length - SHOWN_FINDINGS;
  return [
    reason ?? '',
    ...findings.slice(0, SHOWN_FINDINGS).map(findingLine),
    ...(hidden > 0 ? [`and ${hidden} more, in the JSON report`] : []),
    ...(outcome === 'fail' ? [`why it matters: ${why}`] : []),
    `remedy: ${remedy ?? ''}`,
  ];
}

function findingLine({ subject, expected, actual }: Finding): string {
  return `- ${subject}: expected ${expected}, got ${actual}`;
}

function leftBehind({ leftovers }: Report): readonly string[] {
  if (leftovers.length === 0) return [];
  return [
    '',
    'Left behind in the service; the next run tries again to delete it:',
    ...leftovers.map((uid) => `  study ${uid}`),
  ];
}
