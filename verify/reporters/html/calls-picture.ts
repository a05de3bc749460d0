import type { EChartsOption } from 'echarts';
import type { ObservedCall } from '../../model';
import { drawChart, INK, legendOf, namesAxis, numbersAxis } from './chart';
import { type Figure, tableMarkup } from './figure';

/** Beyond it, points hide each other and the page gets heavy. */
const DRAWN_CALLS = 2_000;

const ANSWERS = [
  { name: 'answered 2xx', symbol: 'circle', color: 'var(--pass)', from: 0, below: 300 },
  { name: '3xx or 4xx', symbol: 'triangle', color: 'var(--inconclusive)', from: 300, below: 500 },
  { name: '5xx', symbol: 'diamond', color: 'var(--fail)', from: 500, below: Infinity },
] as const;

/** How long each request to the DICOM service took. */
export function callsPicture(calls: readonly ObservedCall[] = []): Figure {
  const id = 'calls';
  const title = 'Latency of each DICOMweb call';
  if (calls.length === 0) {
    return { id, title, caption: 'No request to the DICOM service was answered in this run.' };
  }
  const operations = [...new Set(calls.map(({ operation }) => operation))];
  const drawn = calls.slice(0, DRAWN_CALLS);
  const hidden = calls.length - drawn.length;
  return {
    id,
    title,
    caption: `One mark for each of ${calls.length} answers, further right the longer it took${hidden > 0 ? `; the last ${hidden} are in the table only` : ''}. Some refusals are asked for, such as 404 after a deletion.`,
    picture: {
      svg: drawChart({
        name: id,
        label: `Marks: how long ${calls.length} requests took, by operation. The table beside has the numbers.`,
        height: 110 + 30 * operations.length,
        option: optionOf(drawn, operations),
      }),
      table: tableMarkup(
        'Calls by operation, times in ms',
        ['Operation', 'Calls', 'Status', 'Median', 'Longest'],
        operations.map((operation) => summaryOf(operation, calls)),
      ),
    },
  };
}

function optionOf(calls: readonly ObservedCall[], operations: readonly string[]): EChartsOption {
  const answers = ANSWERS.map(({ from, below, ...look }) => ({
    ...look,
    own: calls.filter(({ status }) => status >= from && status < below),
  })).filter(({ own }) => own.length > 0);
  return {
    legend: legendOf(answers.map(({ name }) => name)),
    // A logarithm has no zero: less than a millisecond counts as one.
    xAxis: numbersAxis('milliseconds, each step ten times the one before', { type: 'log', min: 1 }),
    yAxis: namesAxis(operations, true),
    series: answers.map(({ name, symbol, color, own }) => ({
      type: 'scatter' as const,
      name,
      symbol,
      symbolSize: 11,
      itemStyle: { color, opacity: 0.75, borderColor: INK, borderWidth: 1 },
      data: own.map(({ operation, durationMs }) => [Math.max(1, durationMs), operations.indexOf(operation)]),
    })),
  };
}

function summaryOf(operation: string, calls: readonly ObservedCall[]): readonly (string | number)[] {
  const own = calls.filter((call) => call.operation === operation);
  const times = own.map(({ durationMs }) => durationMs).sort((one, other) => one - other);
  const statuses = [...new Set(own.map(({ status }) => status))].sort((one, other) => one - other);
  return [
    operation,
    own.length,
    statuses.join(', '),
    Math.round(times[Math.floor((times.length - 1) / 2)] ?? 0),
    Math.round(times.at(-1) ?? 0),
  ];
}
