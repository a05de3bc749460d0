import type { EChartsOption } from 'echarts';
import { INK, legendOf, namesAxis, PAGE } from './chart';

/** What has one colour in every bar. */
export interface StackedPart {
  readonly name: string;
  readonly color: string;
  readonly pattern?: object | undefined;
  /** One for each bar; nothing is drawn for 0. */
  readonly values: readonly number[];
  /** What stands on it in each bar; empty where nothing does. */
  readonly labels: readonly string[];
}

/** A bar for each name, from top to bottom, that is made up of parts. */
export function stackedBars(
  names: readonly string[],
  parts: readonly StackedPart[],
  xAxis: NonNullable<EChartsOption['xAxis']>,
): EChartsOption {
  return {
    legend: legendOf(parts.map(({ name }) => name)),
    xAxis,
    yAxis: namesAxis(names),
    series: parts.map(({ name, color, pattern, values, labels }) => ({
      type: 'bar' as const,
      stack: 'parts',
      name,
      // A dash is nothing: a bar of zero would still have a label.
      data: values.map((value, index) => ({
        value: value || '-',
        label: { show: (labels[index] ?? '') !== '' },
      })),
      barMaxWidth: 26,
      itemStyle: {
        color,
        borderColor: PAGE,
        borderWidth: 1,
        ...(pattern === undefined ? {} : { decal: { color: 'var(--pattern)', ...pattern } }),
      },
      label: {
        formatter: ({ dataIndex }: { readonly dataIndex: number }) => labels[dataIndex] ?? '',
        color: INK,
        backgroundColor: PAGE,
        padding: [2, 4],
        borderRadius: 3,
      },
    })),
  };
}
