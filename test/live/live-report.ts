import { hideSecrets } from '../../contract';
import type { Answer, Experiment, LiveNames, Place } from './experiment';
import { type OpenQuestion, OPEN_QUESTIONS } from './open-questions';

export interface LiveReport {
  readonly schemaVersion: 1;
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly region: string;
  readonly tool: string;
  readonly experiments: readonly ReportedExperiment[];
}

export interface ReportedExperiment {
  readonly id: string;
  readonly questions: Readonly<Partial<Record<OpenQuestion, string>>>;
  /** Absent where there is none. */
  readonly answer?: string;
  readonly meaning?: string;
  readonly observed?: Answer['observed'];
  readonly goesTo?: readonly Place[];
  /** Why there is no answer. */
  readonly failure?: string;
}

/** What a run found, ready to be pasted anywhere: nothing in it tells whose subscription it was. */
export function liveReportOf(
  experiments: readonly Experiment[],
  run: {
    readonly names: LiveNames;
    readonly startedAt: string;
    readonly answers: ReadonlyMap<string, Answer>;
    readonly failures: ReadonlyMap<string, string>;
  },
  version: string,
): LiveReport {
  const report: LiveReport = {
    schemaVersion: 1,
    date: run.startedAt.slice(0, 10),
    region: run.names.location,
    tool: `dicom-lake ${version}`,
    experiments: experiments.map((experiment) => {
      const { id, questions } = experiment;
      const asked = Object.fromEntries(questions.map((question) => [question, OPEN_QUESTIONS[question]]));
      const found = run.answers.get(id);
      const possible = found === undefined ? undefined : experiment.answers[found.answer];
      const failure = run.failures.get(id);
      return {
        id,
        questions: asked,
        ...(found === undefined ? {} : { answer: found.answer, observed: found.observed }),
        ...(possible === undefined ? {} : { meaning: possible.meaning, goesTo: possible.goesTo }),
        ...(found !== undefined || failure === undefined ? {} : { failure }),
      };
    }),
  };
  return JSON.parse(withoutNames(JSON.stringify(report), run.names)) as LiveReport;
}

const GUID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

/** @param text JSON; what takes the place of names needs no escaping */
function withoutNames(
  text: string,
  { tenantId, subscriptionId, group, groupApart, runId }: LiveNames,
): string {
  const named: readonly (readonly [string, string])[] = [
    [tenantId, '{tenant}'],
    [subscriptionId, '{subscription}'],
    [groupApart, '{group}-apart'],
    [group, '{group}'],
    [runId, '{run}'],
  ];
  const hidden = named.reduce((left, [name, shown]) => left.replaceAll(name, shown), hideSecrets(text));
  return hidden.replaceAll(GUID, '{guid}');
}

export function liveReportMarkdown({ date, region, tool, experiments }: LiveReport): string {
  return [
    `# What a live subscription answered`,
    '',
    `${date}, ${region}, ${tool}.`,
    ...experiments.flatMap(({ id, questions, answer, meaning, observed, goesTo, failure }) => [
      '',
      `## ${id}`,
      '',
      ...Object.values(questions).map((question) => `- ${question}`),
      '',
      answer === undefined
        ? `No answer: ${failure ?? 'it was not tried'}.`
        : `**${answer}**: ${meaning ?? 'not among the answers that were expected'}.`,
      ...(observed === undefined
        ? []
        : ['', '| seen | value |', '| --- | --- |', ...Object.entries(observed).map(observedRow)]),
      ...(goesTo === undefined || goesTo.length === 0
        ? []
        : ['', 'Change:', '', ...goesTo.map(({ file, change }) => `- \`${file}\`: ${change}`)]),
    ]),
    '',
  ].join('\n');
}

function observedRow([name, value]: readonly [string, unknown]): string {
  const text = Array.isArray(value) ? value.join('; ') : String(value);
  return `| ${name} | ${text.replaceAll('|', '\\|').replaceAll('\n', ' ')} |`;
}
