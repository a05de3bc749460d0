import type { DicomApiVersion } from '../domain/dicom-api-version';
import type { ChangeFeedEntry, ChangeFeedWindow } from '../domain/dicom-change-feed';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { JSON_TYPE, type DicomExchange, type DicomRoute } from './route';
import { booleanParameter, textParameter, wholeNumberParameter } from './query-parameter';

const LIMITS: Readonly<Record<DicomApiVersion, { readonly maximum: number; readonly whenAbsent: number }>> = {
  1: { maximum: 100, whenAbsent: 10 },
  2: { maximum: 200, whenAbsent: 100 },
};

/** What happened to instances, in order. */
export const CHANGE_FEED_ROUTES: readonly DicomRoute[] = [
  { method: 'GET', path: '/changefeed', permission: 'read', partition: 'none', handle: readChanges },
  { method: 'GET', path: '/changefeed/latest', permission: 'read', partition: 'none', handle: readLatest },
];

function readChanges({ request, service, version }: DicomExchange): HttpResponse {
  const query = request.url.searchParams;
  const withMetadata = booleanParameter(query, 'includeMetadata', true);
  const entries = service.changeFeed.read(windowIn(query, version));
  return json(entries.map((entry) => describe(entry, withMetadata)));
}

function readLatest({ request, service }: DicomExchange): HttpResponse {
  const withMetadata = booleanParameter(request.url.searchParams, 'includeMetadata', true);
  const entry = service.changeFeed.latest();
  return entry === undefined ? { status: 204 } : json(describe(entry, withMetadata));
}

/** Version 1 counts from a sequence number; since sequence numbers have no gaps here, that is the entries to skip. */
function windowIn(query: URLSearchParams, version: DicomApiVersion): ChangeFeedWindow {
  return {
    ...(version === 1 ? {} : timesIn(query)),
    offset: wholeNumberParameter(query, 'offset', { minimum: 0, whenAbsent: 0 }),
    limit: wholeNumberParameter(query, 'limit', { minimum: 1, ...LIMITS[version] }),
  };
}

function timesIn(query: URLSearchParams): Pick<ChangeFeedWindow, 'startTime' | 'endTime'> {
  const startTime = timeParameter(query, 'startTime');
  const endTime = timeParameter(query, 'endTime');
  if (startTime !== undefined && endTime !== undefined && endTime <= startTime) {
    throw new ServiceFault(
      400,
      'BadRequest',
      `endTime must be later than startTime, got ${textParameter(query, 'endTime') ?? ''} and ${textParameter(query, 'startTime') ?? ''}.`,
    );
  }
  return { ...(startTime === undefined ? {} : { startTime }), ...(endTime === undefined ? {} : { endTime }) };
}

function timeParameter(query: URLSearchParams, name: string): number | undefined {
  const text = textParameter(query, name);
  if (text === undefined) return undefined;
  const time = /T.*(Z|[+-]\d{2}:?\d{2})$/i.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new ServiceFault(
      400,
      'BadRequest',
      `${name} must be a time with a UTC offset or Z, such as 2026-01-31T12:00:00Z, got '${text}'.`,
    );
  }
  return time;
}

function describe(entry: ChangeFeedEntry, withMetadata: boolean): object {
  return {
    sequence: entry.sequence,
    partitionName: entry.partition,
    filePath: entry.filePath,
    studyInstanceUid: entry.study,
    seriesInstanceUid: entry.series,
    sopInstanceUid: entry.instance,
    action: entry.action,
    timestamp: new Date(entry.timestamp).toISOString(),
    state: entry.state,
    metadata: withMetadata ? entry.metadata : undefined,
  };
}

function json(value: object): HttpResponse {
  return { status: 200, headers: JSON_TYPE, body: JSON.stringify(value) };
}
