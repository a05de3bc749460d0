import type { DicomInstance, DicomIdentifiers } from '../domain/dicom-index';
import type { HttpResponse } from '../http/exchange';
import { requireDicomJson } from './media-type';
import { DICOM_JSON, identifiersIn, notFound, type DicomExchange, type DicomRoute } from './route';

const PATHS = [
  '/studies/{study}/metadata',
  '/studies/{study}/series/{series}/metadata',
  '/studies/{study}/series/{series}/instances/{instance}/metadata',
];

/** Returns what the service knows of instances without asking the lake. */
export const METADATA_ROUTES: readonly DicomRoute[] = PATHS.map((path) => ({
  method: 'GET',
  path,
  permission: 'read',
  partition: 'existing',
  handle: retrieveMetadata,
}));

function retrieveMetadata(exchange: DicomExchange): HttpResponse {
  const { request, partition } = exchange;
  requireDicomJson(request.headers.accept);
  const identifiers = identifiersIn(exchange);
  const instances = partition.index.find(identifiers);
  if (instances.length === 0) throw notFound(identifiers);
  const etag = etagOf(identifiers, instances);
  if (request.headers['if-none-match'] === etag) return { status: 304 };
  return {
    status: 200,
    headers: { ...DICOM_JSON, ETag: etag },
    body: `[${instances.map(({ metadataJson }) => metadataJson).join(',')}]`,
  };
}

/** Without quotes, as the service writes it: the watermark of the instance, or the newest one and how many there are. */
function etagOf({ instance }: DicomIdentifiers, instances: readonly DicomInstance[]): string {
  const newest = String(instances.at(-1)?.watermark ?? 0n);
  return instance === undefined ? `${newest}-${instances.length}` : newest;
}
