import { createColors } from 'picocolors';
import type { Outcome, Report, ReportRow } from '../model';
import { outcomeCounts } from './outcome-counts';
import { findingWords, waivedRowWords, waiverNotices } from './waiver-words';

const SYMBOLS: Readonly<Record<Outcome, string>> = {
  pass: 'ok  ',
  warn: 'WARN',
  fail: 'FAIL',
  inconclusive: '????',
  'not-applicable': '-   ',
};
const WAIVED = 'WAIV';
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
    `${row.waived === undefined ? colors[row.outcome](SYMBOLS[row.outcome]) : paint.magenta(WAIVED)}  ${row.id.padEnd(36)} ${headline(row, paint.dim)}`,
    ...explanation(row).map((line) => `      ${line}`),
  ]);
  return [
    `Verified ${report.target.serviceUrl} in ${(report.durationMs / 1000).toFixed(1)} s (profile ${report.profile}, deadline ${report.deadlineSeconds} s)`,
    '',
    ...lines,
    '',
    report.interrupted ? `Interrupted. ${outcomeCounts(report)}` : outcomeCounts(report),
    ...sectionOf('Waivers to look at:', waiverNotices(report)),
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

function explanation(row: ReportRow): readonly string[] {
  const { outcome, reason, remedy, why, docs, findings = [] } = row;
  const waived = waivedRowWords(row);
  if (outcome === 'pass' || outcome === 'not-applicable') return [];
  const hidden = findings.length - SHOWN_FINDINGS;
  return [
    ...(waived === undefined ? [] : [waived]),
    reason ?? '',
    ...findings.slice(0, SHOWN_FINDINGS).map((finding) => `- ${findingWords(finding)}`),
    ...(hidden > 0 ? [`and ${hidden} more, in the JSON report`] : []),
    ...(outcome === 'fail' ? [`why it matters: ${why}`] : []),
    `remedy: ${remedy ?? ''}`,
    ...(outcome === 'inconclusive' ? [] : [`runbook: ${docs}`]),
  ];
}

function leftBehind({ leftovers, leftoverFolders = [] }: Report): readonly string[] {
  return sectionOf('Left behind in the service; the next run tries again to delete it:', [
    ...leftovers.map((uid) => `study ${uid}`),
    ...leftoverFolders.map((path) => `folder ${path} in the lake`),
  ]);
}

function sectionOf(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
