import type { EChartsOption } from 'echarts';
import type { ReportRow } from '../../model';
import { drawChart, numbersAxis } from './chart';
import { type Figure, tableMarkup } from './figure';
import { shownOutcome, type ShownOutcome } from '../shown-outcome';
import { OUTCOME_WORDS, OUTCOMES, topicOf } from './outcome-words';
import { CHECKS, DOTS, LINES, SPARSE_STRIPES, STRIPES } from './patterns';
import { stackedBars } from './stacked-bars';

/** On top of the colours, so that each is told from the others in black and white. */
const PATTERNS: Readonly<Record<ShownOutcome, object | undefined>> = {
  pass: undefined,
  fail: STRIPES,
  inconclusive: SPARSE_STRIPES,
  warn: DOTS,
  waived: CHECKS,
  'not-applicable': LINES,
};

interface Tally {
  readonly topics: readonly string[];
  readonly outcomes: readonly ShownOutcome[];
  readonly count: (topic: string, outcome: ShownOutcome) => number;
}

/** How many checks of each topic had which outcome. */
export function outcomePicture(rows: readonly ReportRow[]): Figure {
  const id = 'outcomes';
  const title = 'Outcome by topic';
  if (rows.length === 0) return { id, title, caption: 'Nothing was checked.' };
  const tally: Tally = {
    topics: [...new Set(rows.map((row) => topicOf(row.id)))],
    outcomes: OUTCOMES.filter((outcome) => rows.some((row) => shownOutcome(row) === outcome)),
    count: (topic, outcome) =>
      rows.filter((row) => topicOf(row.id) === topic && shownOutcome(row) === outcome).length,
  };
  const { topics } = tally;
  return {
    id,
    title,
    caption: 'How many checks of each topic had which outcome.',
    picture: {
      svg: drawChart({
        name: id,
        label: `Bars: outcomes of ${rows.length} checks in ${topics.length} topics. The table beside has the numbers.`,
        height: 110 + 40 * topics.length,
        option: optionOf(tally),
      }),
      table: tableMarkup(
        'Checks by topic',
        ['Topic', 'Outcomes'],
        topics.map((topic) => [topic, inWords(topic, tally)]),
      ),
    },
  };
}

function inWords(topic: string, { outcomes, count }: Tally): string {
  return outcomes
    .filter((outcome) => count(topic, outcome) > 0)
    .map((outcome) => `${count(topic, outcome)} ${OUTCOME_WORDS[outcome].word}`)
    .join(', ');
}

function optionOf({ topics, outcomes, count }: Tally): EChartsOption {
  const parts = outcomes.map((outcome) => {
    const { sign, word } = OUTCOME_WORDS[outcome];
    const values = topics.map((topic) => count(topic, outcome));
    const labels = values.map((value) => `${sign} ${value}`);
    return { name: word, color: `var(--${outcome})`, pattern: PATTERNS[outcome], values, labels };
  });
  return stackedBars(topics, parts, numbersAxis('checks', { minInterval: 1 }));
}
