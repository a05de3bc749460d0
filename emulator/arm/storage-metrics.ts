import type { BlobCapacity } from '../domain/blob-capacity';
import type { DimensionCondition } from './metrics-filter';
import {
  ACCOUNTS,
  type Aggregation,
  dimensionNamed,
  DIMENSIONS,
  type Measured,
  MetricsRefusal,
  readMetricsQuery,
} from './metrics-query';
import type { Body } from './resource-type';

/** What Azure Monitor is asked about a resource. */
export interface MetricsQuestion {
  /** ARM id. */
  readonly id: string;
  readonly type: string;
  readonly location: unknown;
  readonly parameters: URLSearchParams;
  /** When the question came. */
  readonly askedAt: number;
  readonly capacities: () => readonly BlobCapacity[];
}

const HOUR_MS = 3_600_000;

/** Metrics are kept no longer. */
const KEPT_MS = 93 * 24 * HOUR_MS;

/**
 * Answers as Azure Monitor does, which puts its errors into no `error`.
 *
 * @see https://learn.microsoft.com/rest/api/monitor/metrics/list?view=rest-monitor-2023-10-01
 */
export function metricsAnswer(question: MetricsQuestion): { readonly status: number; readonly body: Body } {
  try {
    return { status: 200, body: answer(question) };
  } catch (error) {
    if (!(error instanceof MetricsRefusal)) throw error;
    const { status, message } = error;
    return { status, body: { code: status === 501 ? 'NotImplementedInEmulator' : 'BadRequest', message } };
  }
}

function answer({ id, type, location, parameters, askedAt, capacities }: MetricsQuestion): Body {
  const query = readMetricsQuery(parameters, type, askedAt);
  const { namespace, metrics, start, end, aggregations, conditions, top, order } = query;
  const held = capacities();
  const service = type.toLowerCase() === ACCOUNTS.toLowerCase() ? `${id}/blobServices/default` : id;
  return {
    cost: 0,
    timespan: `${iso(start)}/${iso(end)}`,
    interval: 'PT1H',
    value: metrics.map(({ name, title, description, unit, of }) => {
      const series = seriesOf(held, conditions, of).sort((a, b) => order * (a.value - b.value));
      return {
        id: `${service}/providers/Microsoft.Insights/metrics/${name}`,
        type: 'Microsoft.Insights/metrics',
        name: { value: name, localizedValue: title },
        displayDescription: description,
        unit,
        timeseries: series.slice(0, top).map(({ metadatavalues, value }) => ({
          metadatavalues,
          data: pointsOf(value, aggregations, { start, end, askedAt }),
        })),
        errorCode: 'Success',
      };
    }),
    namespace: namespace.toLowerCase(),
    resourceregion: location,
  };
}

interface Series {
  readonly metadatavalues: readonly Body[];
  readonly value: number;
}

function seriesOf(
  capacities: readonly BlobCapacity[],
  conditions: readonly DimensionCondition[],
  of: Measured['of'],
): Series[] {
  const groups = new Map<string, { readonly metadatavalues: readonly Body[]; value: number }>();
  if (conditions.length === 0) groups.set('', { metadatavalues: [], value: 0 });
  for (const capacity of capacities) {
    const values = conditions.map(({ dimension, values: wanted }) => {
      const value = DIMENSIONS[dimensionNamed(dimension) ?? '']?.(capacity) ?? '';
      const isWanted = wanted.some((one) => one === '*' || one.toLowerCase() === value.toLowerCase());
      return isWanted ? { name: dimension.toLowerCase(), value } : undefined;
    });
    if (values.includes(undefined)) continue;
    const known = values.flatMap((value) => value ?? []);
    const key = known.map(({ value }) => value).join('/');
    const group = groups.get(key) ?? {
      metadatavalues: known.map(({ name, value }) => ({
        name: { value: name, localizedValue: name },
        value,
      })),
      value: 0,
    };
    group.value += of(capacity);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** A point for every hour since the start; the last full one has the value of now, those before have none. */
function pointsOf(
  value: number,
  aggregations: readonly Aggregation[],
  { start, end, askedAt }: { readonly start: number; readonly end: number; readonly askedAt: number },
): readonly Body[] {
  const measuredAt = Math.floor(askedAt / HOUR_MS) * HOUR_MS - HOUR_MS;
  const points: Body[] = [];
  const keptFrom = start + Math.max(0, Math.ceil((askedAt - KEPT_MS - start) / HOUR_MS)) * HOUR_MS;
  for (let at = keptFrom; at < Math.min(end, askedAt); at += HOUR_MS) {
    const isMeasured = at <= measuredAt && measuredAt < Math.min(at + HOUR_MS, end);
    points.push({
      timeStamp: iso(at),
      ...(isMeasured
        ? Object.fromEntries(aggregations.map((name) => [name, name === 'count' ? 1 : value]))
        : {}),
    });
  }
  return points;
}

function iso(at: number): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
