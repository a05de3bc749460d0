import type { EChartsOption } from 'echarts';
import type { ReportRow } from '../../model';
import { drawChart, INK, legendOf, namesAxis, numbersAxis, PAGE } from './chart';
import { type Figure, tableMarkup } from './figure';
import { shownOutcome, type ShownOutcome } from '../shown-outcome';
import { OUTCOME_WORDS, OUTCOMES, topicOf } from './outcome-words';

const DOTS = { dashArrayX: [[7, 7], [0, 7, 7, 0]], dashArrayY: [6, 0] }; // prettier-ignore

/** On top of the colours, so that each is told from the others in black and white. */
const PATTERNS: Readonly<Record<ShownOutcome, object | undefined>> = {
  pass: undefined,
  fail: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [4, 4], rotation: Math.PI / 4 },
  inconclusive: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: -Math.PI / 4 },
  warn: { symbol: 'circle', symbolSize: 0.7, ...DOTS },
  waived: { symbol: 'rect', dashArrayX: [4, 4], dashArrayY: [4, 4] },
  'not-applicable': { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 3] },
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
  return {
    legend: legendOf(outcomes.map((outcome) => OUTCOME_WORDS[outcome].word)),
    xAxis: numbersAxis('checks', { minInterval: 1 }),
    yAxis: namesAxis(topics),
    series: outcomes.map((outcome) => {
      const { sign, word } = OUTCOME_WORDS[outcome];
      const pattern = PATTERNS[outcome];
      return {
        type: 'bar' as const,
        stack: 'outcomes',
        name: word,
        // A dash is nothing: a bar of zero would still have a label.
        data: topics.map((topic) => count(topic, outcome) || '-'),
        barMaxWidth: 26,
        itemStyle: {
          color: `var(--${outcome})`,
          borderColor: PAGE,
          borderWidth: 1,
          ...(pattern === undefined ? {} : { decal: { color: 'var(--pattern)', ...pattern } }),
        },
        label: {
          show: true,
          formatter: ({ value }: { readonly value: unknown }) => `${sign} ${String(value)}`,
          color: INK,
          backgroundColor: PAGE,
          padding: [2, 4],
          borderRadius: 3,
        },
      };
    }),
  };
}
