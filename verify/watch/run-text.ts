import type { Outcome, ReportRow } from '../model';
import { outcomeCounts } from '../reporters/outcome-counts';
import { isWell, type OutcomeChange, type WatchRun } from './watch-run';

const MOST_FINDINGS = 10;

/** A line for people on one run, and what changed since the one before. */
export function runText(run: WatchRun): string {
  const head = `${new Date(run.startedAt).toISOString()}  run ${run.number}: `;
  if (run.outcome === 'error') return `${head}error after ${seconds(run)}: ${errorText(run.error)}\n`;
  const { report } = run;
  const lines = [
    `${head}${run.outcome} in ${seconds(run)}. ${outcomeCounts(report)}`,
    ...run.changes.flatMap(changeLines),
    ...(report.leftovers.length === 0
      ? []
      : [`  left behind until the next run: ${report.leftovers.map((uid) => `study ${uid}`).join(', ')}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line of JSON on one run: what is not well, and what changed. Short enough for a log collector. */
export function runJson(run: WatchRun): string {
  const common = {
    schemaVersion: 1,
    run: run.number,
    startedAt: new Date(run.startedAt).toISOString(),
    durationMs: run.durationMs,
    outcome: run.outcome,
  };
  if (run.outcome === 'error')
    return `${JSON.stringify({ ...common, error: { name: nameOf(run.error), message: errorText(run.error) } })}\n`;
  const { report, changes } = run;
  return `${JSON.stringify({
    ...common,
    target: report.target,
    counts: report.counts,
    changes: changes.map(({ row, from }) => ({
      id: row.id,
      ...(from === undefined ? {} : { from }),
      to: row.outcome,
    })),
    problems: report.rows.filter(({ outcome }) => !isWell(outcome)).map(problemOf),
    leftovers: report.leftovers,
    evidenceSha256: report.evidenceSha256,
  })}\n`;
}

/** The name of an error's class, which holds nothing of what was sent or answered. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'Error';
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}

function seconds({ durationMs }: WatchRun): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

function problemOf({ id, outcome, severity, title, reason, remedy, findings = [] }: ReportRow): object {
  return { id, outcome, severity, title, reason, remedy, findings: findings.slice(0, MOST_FINDINGS) };
}

const SYMBOLS: Readonly<Record<Outcome, string>> = {
  pass: 'ok  ',
  warn: 'WARN',
  fail: 'FAIL',
  inconclusive: '????',
  'not-applicable': '-   ',
};

function changeLines({ row, from }: OutcomeChange): readonly string[] {
  const { id, outcome, title, reason, remedy, findings = [] } = row;
  const head = `  ${SYMBOLS[outcome]}  ${id}${from === undefined ? '' : ` (was ${from})`}: ${title}`;
  if (isWell(outcome)) return [head];
  const hidden = findings.length - MOST_FINDINGS;
  return [
    head,
    ...[
      reason ?? '',
      ...findings
        .slice(0, MOST_FINDINGS)
        .map(({ subject, expected, actual }) => `- ${subject}: expected ${expected}, got ${actual}`),
      ...(hidden > 0 ? [`and ${hidden} more`] : []),
      `remedy: ${remedy ?? ''}`,
    ].map((line) => `          ${line}`),
  ];
}
