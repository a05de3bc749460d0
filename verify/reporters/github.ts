import type { Outcome, Report, ReportRow } from '../model';
import { findingWords, waivedRowWords, waiverNotices } from './waiver-words';

type Kind = 'error' | 'warning' | 'notice';

const COMMANDS: Partial<Readonly<Record<Outcome, Kind>>> = {
  fail: 'error',
  inconclusive: 'warning',
  warn: 'warning',
};

/**
 * Annotations of GitHub Actions, one for each check that did not pass and one for each waiver to look at: lines to print
 * while a step runs. GitHub shows ten of each kind, so that what failed comes first. What is waived is a notice, but for
 * a blocker, which stays a warning.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotations(report: Report): string {
  const { rows } = report;
  const open = rows.filter(({ waived }) => waived === undefined);
  return [
    ...(['fail', 'inconclusive', 'warn'] as const)
      .flatMap((outcome) => open.filter((row) => row.outcome === outcome))
      .map((row) => annotation(COMMANDS[row.outcome] ?? 'notice', row)),
    ...waiverNotices(report).map((notice) => command('warning', 'a waiver to look at', notice)),
    ...rows
      .filter(({ waived }) => waived !== undefined)
      .map((row) => annotation(isWaivedBlocker(row) ? 'warning' : 'notice', row)),
  ].join('');
}

function isWaivedBlocker({ outcome, severity }: ReportRow): boolean {
  return outcome === 'fail' && severity === 'blocker';
}

function annotation(kind: Kind, row: ReportRow): string {
  const { id, outcome, title, reason, remedy, docs, findings = [] } = row;
  // What still counts comes first: one finding is all there is room for.
  const [first, ...others] = [...findings].sort(
    (one, other) => Number(one.waived !== undefined) - Number(other.waived !== undefined),
  );
  const waived = waivedRowWords(row);
  const message = [
    ...(waived === undefined ? [] : [waived]),
    reason ?? '',
    ...(first === undefined ? [] : [findingWords(first)]),
    ...(others.length === 0 ? [] : [`and ${others.length} more`]),
    `Remedy: ${remedy ?? ''}`,
    ...(outcome === 'inconclusive' ? [] : [`Runbook: ${docs}`]),
  ].join('\n');
  return command(kind, `${id}: ${title}`, message);
}

function command(kind: Kind, title: string, message: string): string {
  return `::${kind} title=${escapeProperty(title)}::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
