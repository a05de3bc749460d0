import type { ReportRow } from '../model';
import { outcomeCounts } from '../reporters/outcome-counts';
import { shownOutcome, type ShownOutcome } from '../reporters/shown-outcome';
import { findingWords, waivedRowWords } from '../reporters/waiver-words';
import { isWell, type OutcomeChange, type ReportedRun, type WatchRun } from './watch-run';

const MOST_FINDINGS = 10;

/** A line for people on one run, and what changed since the one before. */
export function runText(run: WatchRun): string {
  const head = `${new Date(run.startedAt).toISOString()}  run ${run.number}: `;
  if (run.outcome === 'error') return `${head}error after ${seconds(run)}: ${errorText(run.error)}\n`;
  const { report } = run;
  const lines = [
    `${head}${run.outcome} in ${seconds(run)}. ${outcomeCounts(report)}`,
    ...waiverProblemLines(run),
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
    changes: changes.map(({ row, from, waiverEnded }) => ({
      id: row.id,
      ...(from === undefined ? {} : { from }),
      to: shownOutcome(row),
      ...(waiverEnded === undefined ? {} : { waiverEnded }),
    })),
    problems: report.rows.filter(({ outcome }) => !isWell(outcome)).map(problemOf),
    ...(report.waivers === undefined ? {} : { waivers: report.waivers }),
    ...(run.waiverProblem === undefined ? {} : { waiverProblem: run.waiverProblem }),
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

function problemOf({ findings = [], ...row }: ReportRow): object {
  const { id, outcome, severity, title, reason, remedy, waived } = row;
  return {
    id,
    outcome,
    severity,
    ...(waived === undefined ? {} : { waived }),
    title,
    reason,
    remedy,
    findings: findings.slice(0, MOST_FINDINGS),
  };
}

const SYMBOLS: Readonly<Record<ShownOutcome, string>> = {
  pass: 'ok  ',
  warn: 'WARN',
  fail: 'FAIL',
  waived: 'WAIV',
  inconclusive: '????',
  'not-applicable': '-   ',
};

function waiverProblemLines({ waiverProblem }: ReportedRun): readonly string[] {
  if (waiverProblem === undefined) return [];
  const [problem, ...details] = waiverProblem.split('\n');
  return [
    `  nothing is waived in this run: ${problem ?? ''}`,
    ...details.map((detail) => `          - ${detail}`),
  ];
}

function changeLines({ row, from, waiverEnded }: OutcomeChange): readonly string[] {
  const { id, outcome, title, reason, remedy, findings = [] } = row;
  const ended = waiverEnded === undefined ? '' : `, the waiver ended on ${waiverEnded}`;
  const was = from === undefined ? '' : ` (was ${from}${ended})`;
  const head = `  ${SYMBOLS[shownOutcome(row)]}  ${id}${was}: ${title}`;
  if (isWell(outcome)) return [head];
  const hidden = findings.length - MOST_FINDINGS;
  const waived = waivedRowWords(row);
  return [
    head,
    ...[
      ...(waived === undefined ? [] : [waived]),
      reason ?? '',
      ...findings.slice(0, MOST_FINDINGS).map((finding) => `- ${findingWords(finding)}`),
      ...(hidden > 0 ? [`and ${hidden} more`] : []),
      `remedy: ${remedy ?? ''}`,
    ].map((line) => `          ${line}`),
  ];
}
