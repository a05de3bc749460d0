import type { EChartsOption } from 'echarts';
import type { JourneyStep } from '../../model';
import { drawChart, INK, legendOf, MUTED, namesAxis, numbersAxis, PAGE } from './chart';
import { type Figure, tableMarkup } from './figure';

const STATES = [
  { state: 'well', sign: '✓', symbol: 'circle', color: 'var(--pass)', border: INK },
  { state: 'wrong', sign: '✗', symbol: 'diamond', color: 'var(--fail)', border: INK },
  { state: 'not asked', sign: '–', symbol: 'rect', color: PAGE, border: MUTED },
] as const;

/** One image on its way through the planes and out again. */
export function journeyPicture(journey: readonly JourneyStep[] = []): Figure {
  const id = 'journey';
  const title = 'Path of one image';
  if (journey.length === 0) {
    return { id, title, caption: 'No image went its way in this run, or it is not known how far it came.' };
  }
  const planes = [...new Set(journey.map(({ plane }) => plane))];
  return {
    id,
    title,
    caption: 'An image of nobody on its way through the planes: which steps went well, and which did not.',
    picture: {
      svg: drawChart({
        name: id,
        label: `Path: ${journey.length} steps through ${planes.length} planes. The table beside has the steps.`,
        height: 90 + 62 * planes.length,
        option: optionOf(journey, planes),
      }),
      table: tableMarkup(
        'Steps',
        ['Step', 'Plane', 'State', 'Detail'],
        journey.map(({ plane, step, state, detail }, index) => [
          `${index + 1} ${step}`,
          plane,
          `${STATES.find((known) => known.state === state)?.sign ?? ''} ${state}`,
          detail,
        ]),
      ),
    },
  };
}

function optionOf(journey: readonly JourneyStep[], planes: readonly string[]): EChartsOption {
  const points = journey.map(({ plane, state }, index) => ({
    state,
    point: [index + 1, planes.indexOf(plane)],
  }));
  const states = STATES.filter(({ state }) => points.some((point) => point.state === state));
  return {
    legend: legendOf(states.map(({ state }) => state)),
    xAxis: numbersAxis('step, as numbered in the table', {
      min: 0.5,
      max: journey.length + 0.5,
      interval: 1,
      axisLabel: { show: false },
      splitLine: { show: false },
      axisTick: { show: false },
      nameGap: 10,
    }),
    yAxis: namesAxis(planes, true),
    series: [
      {
        type: 'line',
        z: 1,
        symbol: 'none',
        lineStyle: { color: MUTED, width: 2, type: 'dashed' },
        data: points.map(({ point }) => point),
      },
      ...states.map((look) => ({
        ...stepMarks(look),
        data: points.filter(({ state }) => state === look.state).map(({ point }) => point),
      })),
    ],
  };
}

function stepMarks({ state, sign, symbol, color, border }: (typeof STATES)[number]) {
  return {
    type: 'scatter' as const,
    name: state,
    symbol,
    symbolSize: 26,
    z: 3,
    itemStyle: { color, opacity: 1, borderColor: border, borderWidth: 2 },
    label: {
      show: true,
      position: 'top' as const,
      color: INK,
      backgroundColor: PAGE,
      padding: [1, 3],
      formatter: ({ value }: { readonly value: unknown }) => `${String((value as number[])[0])} ${sign}`,
    },
  };
}
