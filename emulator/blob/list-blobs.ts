import type { ContentHeaders, LakeEntry, LakeFile } from '../domain/lake-entry';
import { listPaths, type ListedPath, type ListQuery } from '../domain/lake-listing';
import { archiveStatus, tierAt } from '../domain/lake-tier';
import { remainingRetentionDays, type DeletedPath } from '../domain/lake-trash';
import type { HttpResponse } from '../http/exchange';
import { httpDate, leaseElements, visibleMetadata } from './entry-headers';
import { invalidParameter, markerFor, readLimit, readMarker } from './list-parameters';
import { filesOf, serviceEndpoint, type StorageCall } from './storage-operation';
import { PageBuffer } from './page-buffer';
import { document, element, elements, startTag } from './xml';

/** Parts that may be asked for. Of snapshots, versions, copies and the like there are none in the emulator. */
const INCLUDES = [
  ...['metadata', 'deleted', 'snapshots', 'versions', 'deletedwithversions', 'copy', 'tags', 'permissions'],
  ...['immutabilitypolicy', 'legalhold'],
];

export function listBlobs(call: StorageCall): HttpResponse {
  const query = call.request.url.searchParams;
  const include = includesOf(query);
  const listQuery = listQueryOf(query, include);
  const { now } = call.context;
  const page = listPaths(filesOf(call), listQuery, now);
  const withMetadata = include.includes('metadata');
  const asked = elements({
    Prefix: query.get('prefix') ?? undefined,
    Marker: query.get('marker') ?? undefined,
    MaxResults: query.get('maxresults') ?? undefined,
    Delimiter: query.get('delimiter') ?? undefined,
  });
  const head = startTag('EnumerationResults', {
    ServiceEndpoint: serviceEndpoint(call),
    ContainerName: call.address.container,
  });
  const next = elements({ NextMarker: page.next === undefined ? '' : markerFor(page.next) });
  const body = new PageBuffer();
  body.add(document(`${head}${asked}<Blobs>`));
  for (const listed of page.paths) body.add(listedElement(listed, withMetadata, now));
  body.add(`</Blobs>${next}</EnumerationResults>`);
  return {
    status: 200,
    headers: { 'Content-Type': 'application/xml' },
    body: body.content(),
    release: () => body.release(),
  };
}

function listQueryOf(query: URLSearchParams, include: readonly string[]): ListQuery {
  const delimiter = query.get('delimiter') ?? '';
  if (delimiter !== '' && delimiter !== '/') {
    throw invalidParameter('delimiter', "'/' in an account with a hierarchical namespace", delimiter);
  }
  const showOnly = query.get('showonly');
  if (showOnly !== null && showOnly !== 'deleted') throw invalidParameter('showonly', 'deleted', showOnly);
  const startFrom = query.get('startFrom');
  const after = readMarker(query, 'marker');
  return {
    prefix: query.get('prefix') ?? '',
    byHierarchy: delimiter === '/',
    show: showing(showOnly === 'deleted', include.includes('deleted')),
    limit: readLimit(query, 'maxresults'),
    ...(startFrom === null ? {} : { startFrom }),
    ...(after === undefined ? {} : { after }),
  };
}

function showing(onlyDeleted: boolean, deletedToo: boolean): ListQuery['show'] {
  if (onlyDeleted) return 'deleted';
  return deletedToo ? 'both' : 'live';
}

function includesOf(query: URLSearchParams): readonly string[] {
  const include = (query.get('include') ?? '').split(',').filter((part) => part !== '');
  for (const part of include) {
    if (!INCLUDES.includes(part)) throw invalidParameter('include', INCLUDES.join(', '), part);
  }
  return include;
}

function listedElement(listed: ListedPath, withMetadata: boolean, now: number): string {
  if (listed.kind === 'prefix') {
    return element(
      'BlobPrefix',
      elements({ Name: `${listed.path}/` }) + element('Properties', entryProperties(listed.entry, now)),
    );
  }
  const entry = listed.kind === 'deleted' ? listed.deleted.root : listed.entry;
  const properties =
    listed.kind === 'deleted' ? deletedProperties(listed.deleted, now) : entryProperties(entry, now);
  return element(
    'Blob',
    elements({ Name: listed.path }) +
      (listed.kind === 'deleted'
        ? elements({ DeletionId: listed.deleted.deletionId, Deleted: 'true' })
        : '') +
      element('Properties', properties) +
      (withMetadata ? element('Metadata', elements(visibleMetadata(entry))) : ''),
  );
}

function entryProperties(entry: LakeEntry, now: number): string {
  return (
    elements({
      'Creation-Time': httpDate(entry.createdAt),
      'Last-Modified': httpDate(entry.lastModifiedAt),
      Etag: entry.etag.replaceAll('"', ''),
      ResourceType: entry.kind,
    }) + (entry.kind === 'file' ? fileProperties(entry, now) : directoryProperties())
  );
}

function directoryProperties(): string {
  return (
    elements({ 'Content-Length': 0 }) +
    NO_CONTENT_PROPERTIES +
    elements({ BlobType: 'BlockBlob', ServerEncrypted: 'true' })
  );
}

function fileProperties(file: LakeFile, now: number): string {
  const { tier, inferred, changedAt, rehydrating } = tierAt(file.tier, now);
  return (
    elements({ 'Content-Length': file.content.length }) +
    contentProperties(file.headers) +
    elements({
      BlobType: 'BlockBlob',
      AccessTier: tier,
      AccessTierInferred: inferred ? 'true' : undefined,
      AccessTierChangeTime: changedAt === undefined ? undefined : httpDate(changedAt),
      ArchiveStatus: rehydrating === undefined ? undefined : archiveStatus(rehydrating.to),
      RehydratePriority: rehydrating?.priority,
    }) +
    leaseElements(file.lease, now) +
    elements({
      ServerEncrypted: 'true',
      'Expiry-Time': file.expiresAt === undefined ? undefined : httpDate(file.expiresAt),
      LastAccessTime: file.lastAccessedAt === undefined ? undefined : httpDate(file.lastAccessedAt),
    })
  );
}

function contentProperties(headers: ContentHeaders): string {
  return elements({
    'Content-Type': headers.contentType ?? 'application/octet-stream',
    'Content-Encoding': headers.contentEncoding ?? '',
    'Content-Language': headers.contentLanguage ?? '',
    'Content-MD5': headers.contentMd5 ?? '',
    'Cache-Control': headers.cacheControl ?? '',
    'Content-Disposition': headers.contentDisposition ?? '',
  });
}

const NO_CONTENT_PROPERTIES = contentProperties({});

/** A deleted file shows the moment when it goes for good as its expiry. */
function deletedProperties(deleted: DeletedPath, now: number): string {
  const { root, purgedAt } = deleted;
  const shown: LakeEntry = root.kind === 'file' ? { ...root, expiresAt: purgedAt } : root;
  const facts = elements({
    DeletedTime: httpDate(deleted.deletedAt),
    RemainingRetentionDays: remainingRetentionDays(deleted, now),
  });
  return entryProperties(shown, now) + facts;
}
