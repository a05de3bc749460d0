import type { Outcome, Report, ReportedFinding, ReportRow } from '../model';
import { outcomeCounts } from './outcome-counts';
import { waivedRowWords, waiverNotices } from './waiver-words';

const WORDS: Readonly<Record<Outcome, string>> = {
  pass: 'passed',
  warn: '**warned**',
  fail: '**FAILED**',
  inconclusive: '**inconclusive**',
  'not-applicable': 'not applicable',
};

/** GitHub takes step summaries of up to 1 MiB. */
const SHOWN_FINDINGS = 50;

/** The report as Markdown with tables: for step summaries, pull requests and wikis. */
export function markdownReport(report: Report): string {
  const { target, startedAt, durationMs, tool, rows, interrupted } = report;
  return [
    `## dicom-lake verify: ${interrupted ? 'interrupted, ' : ''}${outcomeCounts(report)}`,
    '',
    `${escape(target.serviceUrl)}, ${startedAt}, ${(durationMs / 1000).toFixed(1)} s, profile ${report.profile}, deadline ${report.deadlineSeconds} s, ${tool.name} ${tool.version}`,
    '',
    '| outcome | check | what was found |',
    '| --- | --- | --- |',
    ...rows.map((row) => `| ${word(row)} | \`${row.id}\` | ${headline(row)} |`),
    '',
    ...rows.flatMap(explanation),
    ...waiversToLookAt(report),
    ...leftBehind(report),
    ...digests(report),
  ].join('\n');
}

function word({ outcome, waived, severity }: ReportRow): string {
  if (waived === undefined) return WORDS[outcome];
  return outcome === 'fail' && severity === 'blocker' ? '**waived blocker**' : `**waived** (${outcome})`;
}

function headline({ outcome, title, detail, reason }: ReportRow): string {
  if (outcome === 'not-applicable') return escape(reason ?? '');
  return escape(detail === undefined ? title : `${title} (${detail})`);
}

function explanation(row: ReportRow): readonly string[] {
  const { id, outcome, title, reason, remedy, why, docs, findings = [] } = row;
  const waived = waivedRowWords(row);
  if (outcome === 'pass' || outcome === 'not-applicable') return [];
  return [
    `### \`${id}\`: ${escape(title)}`,
    '',
    ...(waived === undefined ? [] : [`**${escape(waived)}**`, '']),
    escape(reason ?? ''),
    '',
    ...findingsTable(findings),
    ...(outcome === 'fail' ? [`- Why it matters: ${escape(why)}`] : []),
    `- Remedy: ${escape(remedy ?? '')}`,
    ...(outcome === 'inconclusive' ? [] : [`- Runbook: \`${docs}\``]),
    '',
  ];
}

function findingsTable(findings: readonly ReportedFinding[]): readonly string[] {
  if (findings.length === 0) return [];
  const hidden = findings.length - SHOWN_FINDINGS;
  const anyWaived = findings.some(({ waived }) => waived !== undefined);
  return [
    `| subject | expected | got |${anyWaived ? ' waived |' : ''}`,
    `| --- | --- | --- |${anyWaived ? ' --- |' : ''}`,
    ...findings.slice(0, SHOWN_FINDINGS).map(({ subject, expected, actual, waived }) => {
      const until = waived === undefined ? '' : `until ${waived.until}: ${waived.reason}`;
      const cells = [subject, expected, actual, ...(anyWaived ? [until] : [])];
      return `| ${cells.map(escape).join(' | ')} |`;
    }),
    '',
    ...(hidden > 0 ? [`And ${hidden} more, in the JSON report.`, ''] : []),
  ];
}

function waiversToLookAt(report: Report): readonly string[] {
  const notices = waiverNotices(report);
  if (notices.length === 0) return [];
  return ['### Waivers to look at', '', ...notices.map((notice) => `- ${escape(notice)}`), ''];
}

function leftBehind({ leftovers, leftoverFolders = [] }: Report): readonly string[] {
  if (leftovers.length + leftoverFolders.length === 0) return [];
  return [
    '### Left behind in the service',
    '',
    'The next run tries again to delete:',
    '',
    ...leftovers.map((uid) => `- study \`${uid}\``),
    ...leftoverFolders.map((path) => `- folder \`${path}\` in the lake`),
    '',
  ];
}

/** So that it can be matched with its manifest and its evidence. */
function digests({ manifestSha256, evidenceSha256, profile }: Report): readonly string[] {
  return [
    `Profile ${escape(profile)}, SHA-256 of the manifest ${escape(manifestSha256 ?? '(none was given)')}, of the evidence ${escape(evidenceSha256)}`,
    '',
  ];
}

/** So that text stays text, on one line. @see https://spec.commonmark.org/0.31.2/#backslash-escapes */
function escape(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replace(/[\\`*_[\]<>|~&#]/g, '\\$&');
}
