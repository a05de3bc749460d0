import type { BlobCapacity } from '../domain/blob-capacity';
import { type DimensionCondition, parseMetricsFilter } from './metrics-filter';

const BLOB_SERVICES = 'Microsoft.Storage/storageAccounts/blobServices';
export const ACCOUNTS = 'Microsoft.Storage/storageAccounts';

/** Names of all metrics, as Azure lists them where one is asked for that is none. */
const METRICS: Readonly<Record<string, readonly string[]>> = {
  [ACCOUNTS.toLowerCase()]: [
    'UsedCapacity',
    'Transactions',
    'Ingress',
    'Egress',
    'SuccessServerLatency',
    'SuccessE2ELatency',
    'Availability',
  ],
  [BLOB_SERVICES.toLowerCase()]: [
    'BlobCapacity',
    'BlobCount',
    'ContainerCount',
    'IndexCapacity',
    'Transactions',
    'Ingress',
    'Egress',
    'SuccessServerLatency',
    'SuccessE2ELatency',
    'Availability',
  ],
};

/** A metric and how it is had. */
export interface Measured {
  readonly title: string;
  readonly description: string;
  readonly unit: 'Bytes' | 'Count';
  readonly of: (capacity: BlobCapacity) => number;
}

/** Those of them that the emulator has. */
const MEASURED: Readonly<Record<string, Measured>> = {
  BlobCapacity: {
    title: 'Blob Capacity',
    description: "The amount of storage used by the storage account's Blob service in bytes.",
    unit: 'Bytes',
    of: ({ bytes }) => bytes,
  },
  BlobCount: {
    title: 'Blob Count',
    description: 'The number of blob objects stored in the storage account.',
    unit: 'Count',
    of: ({ count }) => count,
  },
};

/** What metrics are divided by. */
export const DIMENSIONS: Readonly<Record<string, (capacity: BlobCapacity) => string>> = {
  BlobType: ({ blobType }) => blobType,
  Tier: ({ tier }) => tier,
};

const AGGREGATIONS = ['average', 'minimum', 'maximum', 'total', 'count'] as const;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A number of series, where a filter asks for several and does not say how many. */
const DEFAULT_TOP = 10;

/** A question for metrics, read and found to be one. */
export interface MetricsQuery {
  readonly namespace: string;
  readonly metrics: readonly (Measured & { readonly name: string })[];
  /** Milliseconds since the epoch, as `end`. */
  readonly start: number;
  readonly end: number;
  readonly aggregations: readonly Aggregation[];
  readonly conditions: readonly DimensionCondition[];
  /** Series of each metric at most. */
  readonly top: number;
  readonly order: 1 | -1;
}

export type Aggregation = (typeof AGGREGATIONS)[number];

/** No question, or one that is not in the emulator. */
export class MetricsRefusal extends Error {
  public constructor(
    message: string,
    public readonly status: 400 | 501 = 400,
  ) {
    super(message);
  }
}

/**
 * Reads the parameters of a question about a resource.
 *
 * @param type of the resource, as Azure spells it
 * @throws MetricsRefusal
 */
export function readMetricsQuery(parameters: URLSearchParams, type: string, askedAt: number): MetricsQuery {
  const asked = new Map([...parameters].map(([name, value]) => [name.toLowerCase(), value] as const));
  for (const name of ['rollupby', 'resulttype'])
    if (asked.has(name)) throw new MetricsRefusal(`'${name}' of metrics is not in the emulator.`, 501);
  const namespace = namespaceOf(type, asked.get('metricnamespace'));
  const metrics = metricsNamed(namespace, asked.get('metricnames'));
  checkInterval(asked.get('interval') ?? 'PT1M', asked.get('autoadjusttimegrain'));
  const conditions = conditionsOf(
    metrics[0]?.name ?? '',
    asked.get('$filter'),
    asked.get('validatedimensions'),
  );
  return {
    namespace,
    metrics,
    ...timespanOf(asked.get('timespan'), askedAt),
    aggregations: aggregationsOf(asked.get('aggregation')),
    conditions,
    top: conditions.length === 0 ? 1 : topOf(asked.get('top')),
    order: orderOf(asked.get('orderby')),
  };
}

function namespaceOf(type: string, asked = type): string {
  const isKnown = METRICS[asked.toLowerCase()] !== undefined && METRICS[type.toLowerCase()] !== undefined;
  if (isKnown) return asked;
  throw new MetricsRefusal(
    `${METRICS[type.toLowerCase()] === undefined ? type : asked} is not a supported platform metric namespace, ` +
      `supported ones are ${ACCOUNTS},${BLOB_SERVICES}`,
  );
}

function metricsNamed(
  namespace: string,
  asked: string | undefined,
): readonly (Measured & { readonly name: string })[] {
  if (asked === undefined || asked === '')
    throw new MetricsRefusal('metrics without metricnames are not in the emulator.', 501);
  const valid = METRICS[namespace.toLowerCase()] ?? [];
  return asked.split(',').map((name) => {
    const found = valid.find((one) => one.toLowerCase() === name.trim().toLowerCase());
    if (found === undefined) {
      throw new MetricsRefusal(
        `Failed to find metric configuration for provider: Microsoft.Storage, ` +
          `resource Type: ${namespace.slice(namespace.indexOf('/') + 1)}, metric: ${name.trim()}, ` +
          `Valid metrics: ${valid.join(',')}`,
      );
    }
    const measured = MEASURED[found];
    if (measured === undefined) {
      const built = Object.keys(MEASURED).join(', ');
      throw new MetricsRefusal(`The metric ${found} is not in the emulator; it has ${built}.`, 501);
    }
    return { name: found, ...measured };
  });
}

const GRAINS = ['PT1M', 'PT5M', 'PT15M', 'PT30M', 'PT1H', 'PT6H', 'PT12H', 'P1D'];

function checkInterval(interval: string, adjust = 'false'): void {
  if (interval === 'PT1H' || interval === 'PT60M') return;
  const at = GRAINS.indexOf(interval);
  if (at < 0 && interval !== 'FULL') {
    throw new MetricsRefusal(
      `Invalid time grain duration: ${interval}, supported ones are: ` +
        '00:01:00,00:05:00,00:15:00,00:30:00,01:00:00,06:00:00,12:00:00,1.00:00:00',
    );
  }
  if (at < 0 || at > GRAINS.indexOf('PT1H'))
    throw new MetricsRefusal(`The interval ${interval} is not in the emulator; it has PT1H.`, 501);
  if (adjust.toLowerCase() !== 'true')
    throw new MetricsRefusal(
      `Detected invalid time grain input ${interval}, supported ones are PT1H,PT6H,PT12H,P1D`,
    );
}

const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

function timespanOf(
  asked: string | undefined,
  askedAt: number,
): { readonly start: number; readonly end: number } {
  if (asked === undefined || asked === '') return { start: minute(askedAt - HOUR_MS), end: minute(askedAt) };
  const parts = asked.split('/');
  if (parts.some((part) => part.startsWith('P')))
    throw new MetricsRefusal('A timespan with a duration is not in the emulator; it has start/end.', 501);
  const [start = NaN, end = NaN, ...more] = parts.map((part) =>
    // A plus of an offset is a space where a client did not encode it.
    INSTANT.test(part.replace(' ', '+')) ? minute(Date.parse(part.replace(' ', '+'))) : NaN,
  );
  if (!(start < end) || more.length > 0) {
    throw new MetricsRefusal(
      `Invalid timespan '${asked}'. It must be 'startDateTime_ISO/endDateTime_ISO', the start before the end.`,
    );
  }
  return { start, end };
}

function aggregationsOf(asked = 'Average'): readonly Aggregation[] {
  return asked.split(',').map((name) => {
    const found = AGGREGATIONS.find((one) => one === name.trim().toLowerCase());
    if (found !== undefined) return found;
    throw new MetricsRefusal(
      `Invalid aggregation type: ${name.trim()}, supported ones are: Average,Minimum,Maximum,Total,Count`,
    );
  });
}

function conditionsOf(
  metric: string,
  filter: string | undefined,
  validate = 'true',
): readonly DimensionCondition[] {
  if (filter === undefined || filter === '') return [];
  const conditions = parseMetricsFilter(filter);
  if (conditions === undefined) throw new MetricsRefusal(`Invalid filter expression: ${filter}`);
  const isKnown = ({ dimension }: DimensionCondition): boolean => dimensionNamed(dimension) !== undefined;
  const unknown = conditions.filter((condition) => !isKnown(condition));
  if (unknown.length > 0 && validate.toLowerCase() !== 'false') {
    throw new MetricsRefusal(
      `Metric: ${metric} does not support requested dimension combination: ` +
        `${unknown.map(({ dimension }) => dimension.toLowerCase()).join(',')}, ` +
        `supported ones are: ${Object.keys(DIMENSIONS).join(',')}`,
    );
  }
  return conditions.filter(isKnown);
}

/** As Azure spells it; undefined where there is no such dimension. */
export function dimensionNamed(name: string): string | undefined {
  return Object.keys(DIMENSIONS).find((one) => one.toLowerCase() === name.toLowerCase());
}

function topOf(asked = String(DEFAULT_TOP)): number {
  if (!/^[1-9]\d{0,8}$/.test(asked)) throw new MetricsRefusal(`Invalid value of top: ${asked}`);
  return Number(asked);
}

function orderOf(asked = 'average desc'): 1 | -1 {
  const [, direction = 'asc'] = new RegExp(`^(?:${AGGREGATIONS.join('|')}|sum)(?: (asc|desc))?$`, 'i').exec(
    asked,
  ) ?? [undefined, ''];
  if (direction === '') throw new MetricsRefusal(`Invalid value of orderby: ${asked}`);
  return direction.toLowerCase() === 'asc' ? 1 : -1;
}

function minute(at: number): number {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}
