import type { Experiment } from './experiment';
import { NOT_TRIED, OPEN_QUESTIONS, type OpenQuestion } from './open-questions';
import { moneyText, spendOf } from './spend';

/** The part of the README that lists the experiments. */
export function experimentsMarkdown(experiments: readonly Experiment[]): string {
  const alone = experiments.map((experiment) => spendOf([experiment]).run);
  return [
    '| experiment | question | minutes | lake, at most | rights beside those of every run | on the emulator |',
    '| --- | --- | --- | --- | --- | --- |',
    ...experiments.map((experiment, index) => {
      const { id, questions, minutes, rights, onEmulator } = experiment;
      const asked = questions.map((question) => OPEN_QUESTIONS[question]).join(' ');
      const there = 'answers' in onEmulator ? onEmulator.answers : `not tried: ${onEmulator.cannot}`;
      const more = rights.length === 0 ? 'none' : rights.join('; ');
      return `| [\`${id}\`](experiments/${id}.ts) | ${asked} | ${minutes} | ${moneyText(alone[index] ?? 0)} | ${more} | ${there} |`;
    }),
    '',
    'Minutes are without the deployment, money with one of its own.',
    '',
    ...experiments.flatMap(({ id, measured, answers }) => [
      `### ${id}`,
      '',
      `Measured: ${measured}.`,
      '',
      '| answer | means | change |',
      '| --- | --- | --- |',
      ...Object.entries(answers).map(([answer, { meaning, goesTo }]) => {
        const places = goesTo.map(({ file, change }) => `[\`${file}\`](../../${file}): ${change}`);
        return `| ${answer} | ${meaning} | ${places.length === 0 ? 'nothing: try again' : places.join('; ')} |`;
      }),
      '',
    ]),
    '### Not to be found out by a run',
    '',
    ...Object.entries(NOT_TRIED).map(
      ([question, reason]) => `- ${OPEN_QUESTIONS[question as OpenQuestion]} Not tried: ${reason}.`,
    ),
  ].join('\n');
}
