import type { IncomingHttpHeaders } from 'node:http';

import type { LakeConditions } from '../domain/lake-condition';
import type { ContentHeaders } from '../domain/lake-entry';
import type { LakeExpiry } from '../domain/lake-expiry';
import { isBlobTier, type BlobTier, type RehydratePriority } from '../domain/lake-tier';
import { ServiceFault } from '../fault';

/** Headers beginning with `x-ms-` that this plane acts on; asking for anything else is refused, not ignored. */
const UNDERSTOOD = new Set(
  [
    ...['version', 'date', 'client-request-id', 'return-client-request-id', 'useragent'],
    ...['blob-type', 'access-tier', 'rehydrate-priority', 'expiry-option', 'expiry-time'],
    ...['blob-content-type', 'blob-content-encoding', 'blob-content-language', 'blob-content-disposition'],
    ...['blob-cache-control', 'blob-content-md5', 'range', 'range-get-content-md5', 'delete-snapshots'],
    ...['content-type', 'content-encoding', 'content-language', 'content-disposition', 'cache-control'],
    ...['content-md5', 'properties', 'rename-source', 'undelete-source', 'lease-id', 'source-lease-id'],
    ...['source-if-match', 'source-if-none-match', 'source-if-modified-since', 'source-if-unmodified-since'],
  ].map((name) => `x-ms-${name}`),
);

const METADATA_PREFIX = 'x-ms-meta-';

/** @throws ServiceFault 501 naming every header that asks for what is not emulated */
export function refuseUnknownHeaders(headers: IncomingHttpHeaders): void {
  const unknown = Object.keys(headers).filter(
    (name) => name.startsWith('x-ms-') && !name.startsWith(METADATA_PREFIX) && !UNDERSTOOD.has(name),
  );
  if (unknown.length === 0) return;
  throw new ServiceFault(
    501,
    'NotImplemented',
    `The emulator does not act on ${unknown.join(', ')}. It knows ${[...UNDERSTOOD].join(', ')} and ${METADATA_PREFIX}*.`,
  );
}

export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const text = Array.isArray(value) ? value.join(', ') : value;
  return text === '' ? undefined : text;
}

/** @throws ServiceFault `InvalidHeaderValue` */
export function conditionsOf(headers: IncomingHttpHeaders, prefix: '' | 'x-ms-source-' = ''): LakeConditions {
  const ifMatch = headerOf(headers, `${prefix}if-match`);
  const ifNoneMatch = headerOf(headers, `${prefix}if-none-match`);
  const ifModifiedSince = dateHeader(headers, `${prefix}if-modified-since`);
  const ifUnmodifiedSince = dateHeader(headers, `${prefix}if-unmodified-since`);
  const leaseId = guidHeader(headers, prefix === '' ? 'x-ms-lease-id' : 'x-ms-source-lease-id');
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifModifiedSince === undefined ? {} : { ifModifiedSince }),
    ...(ifUnmodifiedSince === undefined ? {} : { ifUnmodifiedSince }),
    ...(leaseId === undefined ? {} : { leaseId }),
  };
}

/**
 * Of the conditions, the lease alone.
 *
 * @throws ServiceFault `InvalidHeaderValue`
 */
export function leaseConditionOf(headers: IncomingHttpHeaders): Pick<LakeConditions, 'leaseId'> {
  const leaseId = guidHeader(headers, 'x-ms-lease-id');
  return leaseId === undefined ? {} : { leaseId };
}

/** @throws ServiceFault `InvalidHeaderValue` */
export function guidHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headerOf(headers, name);
  if (value === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value;
  throw invalidHeader(name, 'a GUID', value);
}

/** Metadata by name; names come in lower case, since Node.js hands on headers so. */
export function metadataOf(headers: IncomingHttpHeaders): Record<string, string> {
  const named = Object.keys(headers).filter((name) => name.startsWith(METADATA_PREFIX));
  return Object.fromEntries(
    named.map((name) => [metadataName(name.slice(METADATA_PREFIX.length)), headerOf(headers, name) ?? '']),
  );
}

/** `x-ms-properties` of the Data Lake protocol: `name=base64,name=base64`. */
export function propertiesOf(headers: IncomingHttpHeaders): Record<string, string> {
  const pairs = (headerOf(headers, 'x-ms-properties') ?? '').split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf('=');
      if (equals <= 0) throw invalidHeader('x-ms-properties', 'name=base64 pairs with commas between', pair);
      return [
        metadataName(pair.slice(0, equals).trim()),
        Buffer.from(pair.slice(equals + 1), 'base64').toString('utf8'),
      ];
    }),
  );
}

/** @param prefix `x-ms-blob-` in the blob protocol, `x-ms-` in that of Data Lake */
export function contentHeadersOf(
  headers: IncomingHttpHeaders,
  prefix: 'x-ms-blob-' | 'x-ms-',
): ContentHeaders {
  const contentType = headerOf(headers, `${prefix}content-type`);
  const contentEncoding = headerOf(headers, `${prefix}content-encoding`);
  const contentLanguage = headerOf(headers, `${prefix}content-language`);
  const contentDisposition = headerOf(headers, `${prefix}content-disposition`);
  const cacheControl = headerOf(headers, `${prefix}cache-control`);
  const contentMd5 = headerOf(headers, `${prefix}content-md5`);
  return {
    ...(contentType === undefined ? {} : { contentType }),
    ...(contentEncoding === undefined ? {} : { contentEncoding }),
    ...(contentLanguage === undefined ? {} : { contentLanguage }),
    ...(contentDisposition === undefined ? {} : { contentDisposition }),
    ...(cacheControl === undefined ? {} : { cacheControl }),
    ...(contentMd5 === undefined ? {} : { contentMd5 }),
  };
}

/** @throws ServiceFault `InvalidHeaderValue`, `MissingRequiredHeader` */
export function expiryOf(headers: IncomingHttpHeaders): LakeExpiry | undefined {
  const option = headerOf(headers, 'x-ms-expiry-option');
  const time = headerOf(headers, 'x-ms-expiry-time');
  if (option === undefined) {
    if (time !== undefined) throw missingHeader('x-ms-expiry-option');
    return undefined;
  }
  switch (option.toLowerCase()) {
    case 'neverexpire':
      return { option: 'NeverExpire' };
    case 'absolute':
      return { option: 'Absolute', at: requiredDate(headers, 'x-ms-expiry-time') };
    case 'relativetonow':
      return { option: 'RelativeToNow', afterMs: requiredMilliseconds(time) };
    case 'relativetocreation':
      return { option: 'RelativeToCreation', afterMs: requiredMilliseconds(time) };
    default:
      throw invalidHeader(
        'x-ms-expiry-option',
        'NeverExpire, Absolute, RelativeToNow or RelativeToCreation',
        option,
      );
  }
}

/** @throws ServiceFault `InvalidHeaderValue` */
export function tierOf(headers: IncomingHttpHeaders): BlobTier | undefined {
  const tier = headerOf(headers, 'x-ms-access-tier');
  if (tier === undefined || isBlobTier(tier)) return tier;
  throw invalidHeader('x-ms-access-tier', 'Hot, Cool, Cold or Archive', tier);
}

/** @throws ServiceFault `InvalidHeaderValue` */
export function rehydratePriorityOf(headers: IncomingHttpHeaders): RehydratePriority | undefined {
  const priority = headerOf(headers, 'x-ms-rehydrate-priority');
  if (priority === undefined || priority === 'Standard' || priority === 'High') return priority;
  throw invalidHeader('x-ms-rehydrate-priority', 'Standard or High', priority);
}

/** Listings write the names of metadata as XML elements. */
function metadataName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw new ServiceFault(
    400,
    'InvalidMetadata',
    `The specified metadata is invalid. It includes characters that are not permitted: a name must be letters, digits and underscores and not begin with a digit, got '${name}'.`,
  );
}

export function missingHeader(name: string): ServiceFault {
  return new ServiceFault(
    400,
    'MissingRequiredHeader',
    `An HTTP header that's mandatory for this request is not specified: ${name}.`,
  );
}

export function invalidHeader(name: string, allowed: string, got: string): ServiceFault {
  return new ServiceFault(
    400,
    'InvalidHeaderValue',
    `The value for one of the HTTP headers is not in the correct format: ${name} must be ${allowed}, got '${got}'.`,
  );
}

function dateHeader(headers: IncomingHttpHeaders, name: string): number | undefined {
  const value = headerOf(headers, name);
  if (value === undefined) return undefined;
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw invalidHeader(name, 'a date as in RFC 1123', value);
  return at;
}

function requiredDate(headers: IncomingHttpHeaders, name: string): number {
  const at = dateHeader(headers, name);
  if (at === undefined) throw missingHeader(name);
  return at;
}

function requiredMilliseconds(value: string | undefined): number {
  if (value === undefined) throw missingHeader('x-ms-expiry-time');
  if (!/^[0-9]{1,15}$/.test(value))
    throw invalidHeader('x-ms-expiry-time', 'a number of milliseconds', value);
  return Number(value);
}
