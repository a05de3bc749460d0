import type { EChartsOption } from 'echarts';
import { drawnName, numbersAxis } from '../../../reporters/html/chart';
import { stackedBars } from '../../../reporters/html/stacked-bars';
import { lookOf } from './tier-look';

/** Of the longest bar: on what is narrower there is no room for a name. */
const LEAST_LABELLED_SHARE = 0.14;

const NAME_LENGTH = 24;

export interface TierBar {
  readonly name: string;
  readonly valueOf: (tier: string) => number;
}

/** Bars that are made up of tiers. @param axis what is counted, such as `TiB` */
export function tierBars(
  tiers: readonly string[],
  bars: readonly TierBar[],
  axis: string,
  more: Readonly<Record<string, unknown>> = {},
): EChartsOption {
  const longest = Math.max(...bars.map(({ valueOf }) => tiers.reduce((sum, tier) => sum + valueOf(tier), 0)));
  const shown = tiers.filter((tier) => bars.some(({ valueOf }) => valueOf(tier) > 0));
  return stackedBars(
    bars.map(({ name }) => name),
    shown.map((tier) => {
      const name = drawnName(tier, NAME_LENGTH);
      const values = bars.map(({ valueOf }) => valueOf(tier));
      const labels = values.map((value) => (value >= LEAST_LABELLED_SHARE * longest ? name : ''));
      return { name, ...lookOf(tier), values, labels };
    }),
    numbersAxis(axis, more),
  );
}
