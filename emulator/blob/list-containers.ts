import type { LakeContainer } from '../domain/storage-account';
import type { HttpResponse } from '../http/exchange';
import { httpDate, leaseElements } from './entry-headers';
import { invalidParameter, markerFor, readLimit, readMarker } from './list-parameters';
import { serviceEndpoint, type StorageCall } from './storage-operation';
import { document, element, elements } from './xml';

/** Parts that may be asked for; of deleted and system containers there are none. */
const INCLUDES = ['metadata', 'deleted', 'system'];

export function listContainers(call: StorageCall): HttpResponse {
  const query = call.request.url.searchParams;
  const prefix = query.get('prefix') ?? '';
  const limit = readLimit(query, 'maxresults');
  const after = readMarker(query, 'marker');
  const include = (query.get('include') ?? '').split(',').filter((part) => part !== '');
  for (const part of include) {
    if (!INCLUDES.includes(part)) throw invalidParameter('include', INCLUDES.join(', '), part);
  }
  const rest = call.lake
    .list(call.account.id)
    .filter(({ name }) => name.startsWith(prefix) && (after === undefined || name > after));
  const page = rest.slice(0, limit);
  const last = rest.length > limit ? page.at(-1) : undefined;
  const containers = page.map((container) =>
    containerElement(container, include.includes('metadata'), call.context.now),
  );
  const root = element(
    'EnumerationResults',
    elements({ Prefix: prefix, Marker: query.get('marker') ?? undefined, MaxResults: limit }) +
      element('Containers', containers.join('')) +
      elements({ NextMarker: last === undefined ? '' : markerFor(last.name) }),
    { ServiceEndpoint: serviceEndpoint(call) },
  );
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body: document(root) };
}

function containerElement(container: LakeContainer, withMetadata: boolean, now: number): string {
  const properties =
    elements({ 'Last-Modified': httpDate(container.lastModifiedAt), Etag: container.etag }) +
    leaseElements(container.lease, now) +
    elements({ HasImmutabilityPolicy: 'false', HasLegalHold: 'false' });
  return element(
    'Container',
    elements({ Name: container.name }) +
      element('Properties', properties) +
      (withMetadata ? element('Metadata', elements(container.metadata)) : ''),
  );
}
