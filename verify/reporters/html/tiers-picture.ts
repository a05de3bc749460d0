import type { EChartsOption } from 'echarts';
import type { ObservedTiers } from '../../model';
import { bytesText } from '../../quantity';
import { drawChart, INK, namesAxis, numbersAxis } from './chart';
import { type Figure, tableMarkup } from './figure';

type Tier = ObservedTiers['counted'][number];

/** How much lies in which access tier. */
export function tiersPicture(tiers: ObservedTiers | undefined): Figure {
  const id = 'tiers';
  const title = 'Bytes by access tier';
  if (tiers === undefined)
    return { id, title, caption: 'The files of the lake were not counted in this run.' };
  const { counted, complete } = tiers;
  if (counted.length === 0) return { id, title, caption: 'The service has no file in the lake.' };
  return {
    id,
    title,
    caption: `Files of the service in the lake, by access tier.${complete ? '' : ' There are more than were counted.'}`,
    picture: {
      svg: drawChart({
        name: id,
        label: `Bars: bytes in ${counted.length} access tiers. The table beside has the numbers.`,
        height: 32 + 40 * counted.length,
        option: optionOf(counted),
      }),
      table: tableMarkup(
        complete ? 'Files by tier' : 'Files by tier, as far as counted',
        ['Tier', 'Files', 'Size', 'Bytes'],
        counted.map(({ tier, count, bytes }) => [tier, count, bytesText(bytes), bytes]),
      ),
    },
  };
}

function optionOf(counted: readonly Tier[]): EChartsOption {
  return {
    grid: { left: 190, right: 150, top: 16, bottom: 16 },
    xAxis: numbersAxis('', { axisLabel: { show: false } }),
    yAxis: namesAxis(counted.map(({ tier }) => tier)),
    series: [
      {
        type: 'bar',
        barMaxWidth: 26,
        itemStyle: { color: 'var(--accent)' },
        data: counted.map(({ bytes }) => bytes),
        label: {
          show: true,
          position: 'right',
          color: INK,
          formatter: ({ dataIndex }) => describe(counted[dataIndex]),
        },
      },
    ],
  };
}

function describe(tier: Tier | undefined): string {
  if (tier === undefined) return '';
  return `${bytesText(tier.bytes)}, ${tier.count} ${tier.count === 1 ? 'file' : 'files'}`;
}
