import type { EChartsOption } from 'echarts';
import { SERVICE_FACTS } from '../../../contract';
import type { HealthSighting } from '../../model';
import { drawChart, INK, namesAxis, numbersAxis } from './chart';
import { type Figure, tableMarkup } from './figure';

const PERIOD_SECONDS = SERVICE_FACTS.healthProbePeriodSeconds.value;
/** A line for each period, where that is not too many. */
const MOST_PERIODS = 12;
const LISTED = 50;

/** When the service wrote its health file. */
export function healthPicture(sightings: readonly HealthSighting[] | undefined): Figure {
  const id = 'health';
  const title = 'Health-file sightings';
  if (sightings === undefined)
    return { id, title, caption: 'The health file was not looked for, or not to be seen.' };
  if (sightings.length === 0) {
    return { id, title, caption: `None was seen; the service writes one every ${PERIOD_SECONDS} s.` };
  }
  const kinds = [...new Set(sightings.map(({ by }) => by))];
  const hidden = sightings.length - LISTED;
  return {
    id,
    title,
    caption: `One mark for each sign of a health file, by what showed it; the newest is on the right. The service writes one every ${PERIOD_SECONDS} s.${hidden > 0 ? ` The table has the newest ${LISTED}.` : ''}`,
    picture: {
      svg: drawChart({
        name: id,
        label: `Timeline: ${sightings.length} signs of a health file. The table beside has the times.`,
        height: 90 + 34 * kinds.length,
        option: optionOf(sightings, kinds),
      }),
      table: tableMarkup(
        'Sightings, newest first',
        ['Seen by', 'Seconds before'],
        sightings.slice(0, LISTED).map(({ by, ageSeconds }) => [by, Math.round(ageSeconds * 10) / 10]),
      ),
    },
  };
}

function optionOf(sightings: readonly HealthSighting[], kinds: readonly string[]): EChartsOption {
  const oldest = sightings.reduce((most, { ageSeconds }) => Math.max(most, ageSeconds), 0);
  const periods = Math.max(3, Math.ceil(oldest / PERIOD_SECONDS));
  return {
    grid: { left: 190, right: 32, top: 16, bottom: 56 },
    xAxis: numbersAxis('seconds before it was asked for', {
      inverse: true,
      min: 0,
      max: periods * PERIOD_SECONDS,
      ...(periods > MOST_PERIODS ? {} : { interval: PERIOD_SECONDS }),
    }),
    yAxis: namesAxis(kinds),
    series: [
      {
        type: 'scatter',
        symbol: 'diamond',
        symbolSize: 14,
        itemStyle: { color: 'var(--accent)', opacity: 1, borderColor: INK, borderWidth: 1 },
        data: sightings.map(({ ageSeconds, by }) => [Math.max(0, ageSeconds), kinds.indexOf(by)]),
      },
    ],
  };
}
