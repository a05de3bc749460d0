import {
  DEFAULT_PARTITION,
  HEALTH_CHECK_FOLDER,
  MINIMUM_STAY_DAYS,
  SMALLEST_BILLED_BYTES,
} from '../../../contract';
import { BAND_EDGES, DAY_MS } from '../age-band';
import { IMAGE_NAME, LONGEST_RUN_MS, OWN_FOLDER, WORK_ITEM_SUFFIX } from '../file-kind';
import type { TierPlan } from '../model';
import type { ListedColumns } from './inventory-columns';

/** What is asked of an inventory, and where its rows come from. */
export interface InventoryQuestion {
  /** What stands behind FROM. */
  readonly source: string;
  readonly columns: ListedColumns;
  /** Container and folder of the service, with a slash at the end. */
  readonly prefix: string;
  readonly dataPartitionsEnabled: boolean;
  /** Milliseconds since the epoch. */
  readonly asOf: number;
  readonly plans: readonly TierPlan[];
}

/** In place of a kind, where a row has no size or no time that can be read. */
export const UNREADABLE = 'unreadable';

/**
 * Rows of cells: the columns of `AuditCell`, named alike but for the underscores, and where their files stand out the
 * first of these by path.
 *
 * @param named how many files of a cell are named
 */
export function cellsSql(question: InventoryQuestion, named: number): string {
  return `${filesSql(question)},
planned AS (
  SELECT *, ${plannedTierSql(question)} AS planned_tier
  FROM files
)
SELECT
  kind,
  ${partitionSql(question.dataPartitionsEnabled)} AS partition_name,
  tier,
  rehydrating,
  ${bandSql('age')} AS age_band,
  CASE WHEN accessed IS NULL THEN -1 ELSE ${bandSql(`${question.asOf} - accessed`)} END AS access_band,
  planned_tier,
  COUNT(*) AS file_count,
  SUM(bytes) AS bytes,
  SUM(CASE WHEN bytes < ${SMALLEST_BILLED_BYTES} THEN ${SMALLEST_BILLED_BYTES} ELSE bytes END) AS floored_bytes,
  SUM(${earlyByteDaysSql(question.asOf)}) AS early_byte_days,
  arg_min({'path': path, 'bytes': bytes, 'modified': modified}, path, ${named}) FILTER (WHERE ${STANDS_OUT}) AS first_found
FROM planned
GROUP BY 1, 2, 3, 4, 5, 6, 7`;
}

/** One row for each file that stands out; its findings follow from kind, tier and rehydrating. */
export function findingsSql(question: InventoryQuestion): string {
  return `${filesSql(question)}
SELECT kind, path, tier, rehydrating, bytes, modified
FROM files
WHERE ${STANDS_OUT}`;
}

const STANDS_OUT = `kind NOT IN ('image', 'probe') OR tier = 'Archive' OR rehydrating`;

/** One row for each image, by its path. */
export function imagesSql(question: InventoryQuestion): string {
  return `${filesSql(question)}
SELECT path, modified
FROM files
WHERE kind = 'image'`;
}

/**
 * What each file is, as FileKinds tells it; `rest` is its path below the folder of the service. All times and ages are
 * in milliseconds. Nearly all files are images, so what tells those comes first and costs one pattern.
 */
function filesSql({ source, columns, prefix, dataPartitionsEnabled, asOf }: InventoryQuestion): string {
  const container = prefix.indexOf('/') + 1;
  const partition = dataPartitionsEnabled ? '[A-Za-z0-9_.-]{1,64}' : patternOf(DEFAULT_PARTITION);
  const image = bare(IMAGE_NAME);
  const isOwn = `age < ${LONGEST_RUN_MS} AND ${matches(`^${bare(OWN_FOLDER)}/`)}`;
  return `WITH listed AS (
  SELECT
    SUBSTRING(${columns.name}, ${container + 1}) AS path,
    SUBSTRING(${columns.name}, ${prefix.length + 1}) AS rest,
    ${columns.tier} AS tier,
    ${columns.bytes} AS bytes,
    ${columns.created} AS created,
    ${columns.modified} AS modified,
    ${asOf} - ${columns.modified} AS age,
    ${columns.accessed} AS accessed,
    ${columns.tierChanged} AS tier_changed,
    ${columns.rehydrating} AS rehydrating
  FROM ${source}
  WHERE ${columns.name} LIKE '${prefix}%' AND ${columns.isFile}
),
files AS (
  SELECT *,
    CASE
      WHEN bytes IS NULL OR modified IS NULL THEN '${UNREADABLE}'
      WHEN rest LIKE '${HEALTH_CHECK_FOLDER}/%' THEN 'probe'
      WHEN ${matches(`^(${partition}/)?${image}$`)} AND NOT (${isOwn}) THEN 'image'
      WHEN rest LIKE '%${WORK_ITEM_SUFFIX.replaceAll('_', '!_')}' ESCAPE '!' THEN 'work item'
      WHEN ${isOwn} THEN 'probe'
      WHEN ${matches(`(^|/)${image}$`)} THEN 'misplaced'
      ELSE 'foreign'
    END AS kind
  FROM listed
)`;
}

/** One documented shape of the contract leaves the folder of the default partition out. */
function partitionSql(dataPartitionsEnabled: boolean): string {
  if (!dataPartitionsEnabled) return `CASE WHEN kind = 'image' THEN '${DEFAULT_PARTITION}' ELSE '' END`;
  return `CASE
    WHEN kind <> 'image' THEN ''
    WHEN POSITION('/' IN rest) = 0 THEN '${DEFAULT_PARTITION}'
    ELSE SUBSTRING(rest, 1, POSITION('/' IN rest) - 1)
  END`;
}

function matches(pattern: string): string {
  return `REGEXP_MATCHES(rest, '${pattern}')`;
}

/** Without anchors, and with brackets in place of backslashes, which not every dialect reads alike. */
function bare({ source }: RegExp): string {
  return source.replaceAll(/^\^|\$$/g, '').replaceAll('\\.', '[.]');
}

function patternOf(name: string): string {
  return name.replaceAll('.', '[.]');
}

function bandSql(age: string): string {
  const bands = BAND_EDGES.map((edge, band) => `WHEN ${age} < ${edge * DAY_MS} THEN ${band}`);
  return `CASE ${bands.join(' ')} ELSE ${BAND_EDGES.length} END`;
}

/** Whichever rule comes first, the coldest tier wins. */
function plannedTierSql({ plans, asOf }: InventoryQuestion): string {
  const due = (days: 'coolAfterDays' | 'coldAfterDays'): string => {
    const rules = plans.flatMap(({ basis, [days]: after }) =>
      after === undefined ? [] : [`${asOf} - ${BASES[basis]} > ${after * DAY_MS}`],
    );
    return rules.length === 0 ? '1 = 0' : rules.join(' OR ');
  };
  return `CASE
    WHEN kind <> 'image' OR tier NOT IN ('Hot', 'Cool') THEN tier
    WHEN ${due('coldAfterDays')} THEN 'Cold'
    WHEN ${due('coolAfterDays')} THEN 'Cool'
    ELSE tier
  END`;
}

const BASES: Readonly<Record<TierPlan['basis'], string>> = {
  creation: 'created',
  lastModification: 'modified',
  lastAccess: 'accessed',
};

/** Only cool has something to leave for: a plan moves nothing out of cold. */
function earlyByteDaysSql(asOf: number): string {
  const left = `${MINIMUM_STAY_DAYS.Cool} - (${asOf} - COALESCE(tier_changed, created)) / ${DAY_MS}.0`;
  const billed = `CASE WHEN bytes < ${SMALLEST_BILLED_BYTES} THEN ${SMALLEST_BILLED_BYTES} ELSE bytes END`;
  return `CASE WHEN tier = 'Cool' AND planned_tier = 'Cold' AND ${left} > 0 THEN CAST(${left} AS DOUBLE PRECISION) * (${billed}) ELSE 0 END`;
}
