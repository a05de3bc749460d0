import { byteUnitOf, counted, countText } from '../../../quantity';
import { drawChart } from '../../../reporters/html/chart';
import { type Figure, tableMarkup } from '../../../reporters/html/figure';
import type { Markup } from '../../../reporters/html/markup';
import type { AuditReport, TieredSums } from '../../model';
import {
  accessTable,
  ageTable,
  type AuditTable,
  costedTiers,
  costTable,
  partitionTable,
  sumsIn,
  tierTable,
} from '../audit-tables';
import { costWords } from '../cost-words';
import { tierBars } from './tier-bars';

const DRAWN_PARTITIONS = 12;
const LISTED_PARTITIONS = 50;
const NOT_TOLD = 'The source of this audit does not tell.';
const NO_IMAGE = 'There is no image.';

/** Every picture of an audit, with its table. */
export function auditFigures(report: AuditReport): readonly Figure[] {
  return [tiers, partitions, ages, lastAccess, cost].map((figure) => ({
    ...figure(report),
    layout: 'below',
  }));
}

function tiers(report: AuditReport): Figure {
  const { byTier, total } = report;
  const frame = { id: 'tiers', title: 'Files and bytes by access tier' };
  if (total.count === 0) return { ...frame, caption: 'There is no file.' };
  const share = (part: number, whole: number): number => (whole === 0 ? 0 : (100 * part) / whole);
  const shareOf = (sums: 'count' | 'bytes') => (tier: string) =>
    share(byTier.find((one) => one.tier === tier)?.[sums] ?? 0, total[sums]);
  return {
    ...frame,
    caption: 'Which share of all files, and of all bytes, is in which tier.',
    picture: {
      svg: drawChart({
        name: frame.id,
        label: `Bars: shares of ${counted(byTier.length, 'access tier')}. The table below has the numbers.`,
        height: 190,
        option: tierBars(
          byTier.map(({ tier }) => tier),
          [
            { name: 'bytes', valueOf: shareOf('bytes') },
            { name: 'files', valueOf: shareOf('count') },
          ],
          'percent of all',
          { max: 100 },
        ),
      }),
      table: tableOf(tierTable(report)),
    },
  };
}

function partitions(report: AuditReport): Figure {
  const { byPartition = [] } = report;
  const frame = { id: 'partitions', title: 'Images by partition' };
  if (report.byPartition === undefined) return { ...frame, caption: NOT_TOLD };
  if (byPartition.length === 0) return { ...frame, caption: NO_IMAGE };
  const drawn = byPartition
    .slice(0, DRAWN_PARTITIONS)
    .map(({ partition, ...sums }) => ({ name: partition, ...sums }));
  const others = byPartition.length - drawn.length;
  return {
    ...frame,
    caption: `Bytes of images in each partition, by access tier, the largest first.${others > 0 ? ` The picture leaves out ${countText(others)} smaller ones.` : ''}`,
    picture: tieredPicture(report, frame.id, drawn, partitionTable(report, byPartition, LISTED_PARTITIONS)),
  };
}

function ages(report: AuditReport): Figure {
  const { byAge, byPartition = [] } = report;
  const frame = { id: 'ages', title: 'Images by age' };
  if (byAge === undefined) return { ...frame, caption: NOT_TOLD };
  if (byPartition.length === 0) return { ...frame, caption: NO_IMAGE };
  const rows = byAge.map(({ age, ...sums }) => ({ name: age, ...sums }));
  return {
    ...frame,
    caption: `Bytes of images by the time since they were changed, by access tier. Ages are as of ${report.asOf}.`,
    picture: tieredPicture(report, frame.id, rows, ageTable(report, byAge)),
  };
}

function lastAccess(report: AuditReport): Figure {
  const { byPartition, byLastAccess } = report;
  const frame = { id: 'last-access', title: 'Images by last access' };
  if (byPartition === undefined) return { ...frame, caption: NOT_TOLD };
  if (byPartition.length === 0) return { ...frame, caption: NO_IMAGE };
  if (byLastAccess === undefined) {
    return {
      ...frame,
      caption: 'The last access is known of no image: last access tracking is off, or none was read since.',
    };
  }
  const rows = byLastAccess.map(({ lastAccess, ...sums }) => ({ name: lastAccess, ...sums }));
  return {
    ...frame,
    caption:
      'Bytes of images by the time since they were last read, by access tier. It is not known of images that were not read since last access tracking began.',
    picture: tieredPicture(report, frame.id, rows, accessTable(report, byLastAccess)),
  };
}

function cost({ cost }: AuditReport): Figure {
  const frame = { id: 'cost', title: 'Cost per month' };
  if (cost === undefined) return { ...frame, caption: 'No prices were given.' };
  const months = [
    { name: 'now', ...cost.now },
    ...(cost.planned === undefined ? [] : [{ name: 'as planned', ...cost.planned.monthly }]),
  ];
  const tiers = costedTiers(months.map(({ tiers }) => tiers));
  const bars = months.map(({ name, tiers }) => ({
    name,
    valueOf: (tier: string): number => {
      const cost = tiers.find((cost) => cost.tier === tier);
      return (cost?.storage ?? 0) + (cost?.reads ?? 0);
    },
  }));
  return {
    ...frame,
    caption: `Storage and reads by access tier. ${costWords(cost).join(' ')}`,
    picture: {
      svg: drawChart({
        name: frame.id,
        label: `Bars: cost per month in ${counted(tiers.length, 'access tier')}. The table below has the numbers.`,
        height: 110 + 40 * bars.length,
        option: tierBars(tiers, bars, `${cost.currency} per month`),
      }),
      table: tableOf(costTable(cost)),
    },
  };
}

function tieredPicture(
  { byTier }: AuditReport,
  name: string,
  rows: readonly (TieredSums & { readonly name: string })[],
  table: AuditTable,
): { readonly svg: Markup; readonly table: Markup } {
  const unit = byteUnitOf(Math.max(...rows.map(({ bytes }) => bytes)));
  return {
    svg: drawChart({
      name,
      label: `Bars: ${unit.name} in ${counted(rows.length, 'row')}. The table below has the numbers.`,
      height: 110 + 34 * rows.length,
      option: tierBars(
        byTier.map(({ tier }) => tier),
        rows.map((row) => ({
          name: row.name,
          valueOf: (tier) => sumsIn(row.tiers, tier).bytes / unit.bytes,
        })),
        unit.name,
      ),
    }),
    table: tableOf(table),
  };
}

export function tableOf({ caption, heads, rows }: AuditTable): Markup {
  return tableMarkup(caption, heads, rows);
}
