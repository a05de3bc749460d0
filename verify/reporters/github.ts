import type { Outcome, Report, ReportRow } from '../model';

const COMMANDS: Partial<Readonly<Record<Outcome, 'error' | 'warning'>>> = {
  fail: 'error',
  inconclusive: 'warning',
  warn: 'warning',
};

/**
 * Annotations of GitHub Actions, one for each check that did not pass: lines to print while a step runs. GitHub shows
 * ten of each kind, so that what failed comes first.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotations({ rows }: Report): string {
  return (['fail', 'inconclusive', 'warn'] as const)
    .flatMap((outcome) => rows.filter((row) => row.outcome === outcome))
    .map((row) => `${annotation(row)}\n`)
    .join('');
}

function annotation({ id, outcome, title, reason, remedy, findings = [] }: ReportRow): string {
  const [first, ...others] = findings;
  const message = [
    reason ?? '',
    ...(first === undefined ? [] : [`${first.subject}: expected ${first.expected}, got ${first.actual}`]),
    ...(others.length === 0 ? [] : [`and ${others.length} more`]),
    `Remedy: ${remedy ?? ''}`,
  ].join('\n');
  return `::${COMMANDS[outcome] ?? 'notice'} title=${escapeProperty(`${id}: ${title}`)}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
