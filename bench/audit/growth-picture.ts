import { createRequire } from 'node:module';
import type * as ECharts from 'echarts';
import type { Picture, Row } from '../section';
import { spreadOf } from '../statistics';

/** How time grows with rows: both axes are logarithmic, so that growing in step is a straight line. */
export function growthPicture(times: readonly Row[]): Picture {
  const { init } = createRequire(__filename)('echarts') as typeof ECharts;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 640, height: 360 });
  const series = ['Parquet', 'Csv'].map((format) => ({
    name: format,
    type: 'line' as const,
    symbol: format === 'Csv' ? 'rect' : 'circle',
    symbolSize: 9,
    lineStyle: { type: format === 'Csv' ? ('dashed' as const) : ('solid' as const) },
    data: times
      .filter(({ name }) => name.endsWith(format))
      .map(({ name, runs }) => [Number(name.replaceAll(/\D/g, '')), spreadOf(runs).median / 1000]),
  }));
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    grid: { left: 64, right: 24, top: 24, bottom: 80 },
    legend: { bottom: 8 },
    xAxis: { type: 'log', name: 'rows', nameLocation: 'middle', nameGap: 28 },
    yAxis: { type: 'log', name: 'seconds', nameLocation: 'middle', nameGap: 40 },
    series,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  const words = times
    .map(({ name, runs }) => `${name} ${(spreadOf(runs).median / 1000).toFixed(1)} s`)
    .join(', ');
  return { file: 'inventory-growth.svg', alt: `Time by rows: ${words}`, svg };
}
