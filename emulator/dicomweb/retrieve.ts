import { randomUUID } from 'node:crypto';
import type { DicomInstance } from '../domain/dicom-index';
import type { DicomService } from '../domain/dicom-service';
import { holdContents, type LakeContent } from '../domain/lake-content';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { joinMultipart, type SentPart } from './multipart';
import { identifiersIn, notFound, type DicomExchange, type DicomRoute } from './route';
import { negotiate, OFFERS, ORIGINAL, requireStored } from './transfer';

const PATHS = [
  '/studies/{study}',
  '/studies/{study}/series/{series}',
  '/studies/{study}/series/{series}/instances/{instance}',
];

/** Returns the files of a study, a series or an instance. */
export const RETRIEVE_ROUTES: readonly DicomRoute[] = PATHS.map((path) => ({
  method: 'GET',
  path,
  permission: 'read',
  partition: 'existing',
  handle: retrieve,
}));

async function retrieve(exchange: DicomExchange): Promise<HttpResponse> {
  const { request, service, partition } = exchange;
  const identifiers = identifiersIn(exchange);
  const offers = identifiers.instance === undefined ? OFFERS.several : OFFERS.instance;
  const { transferSyntax, framing, mediaType } = negotiate(request.headers.accept, offers);
  const [first, ...others] = partition.index.find(identifiers);
  if (first === undefined) throw notFound(identifiers);
  if (others.length > 0 && transferSyntax !== ORIGINAL) throw severalInstances(transferSyntax);
  requireStored(transferSyntax, [first.transferSyntaxUid]);
  const firstPart = await partOf(service, first, mediaType);
  const release = holdContents(service.contents, [firstPart.stored]);
  if (framing === 'single') {
    const headers = {
      'Content-Type': firstPart.contentType,
      'Content-Length': String(firstPart.stored.length),
    };
    return { status: 200, headers, body: firstPart.content, release };
  }
  return { ...multipart(readOneByOne(service, firstPart, others, mediaType)), release };
}

/** The body is sent as it is read: where a later part fails, the connection is cut. */
export function multipart(parts: AsyncIterable<SentPart> | Iterable<SentPart>): HttpResponse {
  const boundary = randomUUID();
  return {
    status: 200,
    headers: { 'Content-Type': `multipart/related; boundary=${boundary}` },
    body: joinMultipart(boundary, parts),
  };
}

async function* readOneByOne(
  service: DicomService,
  first: SentPart,
  others: readonly DicomInstance[],
  mediaType: string,
): AsyncIterable<SentPart> {
  yield first;
  for (const instance of others) yield await partOf(service, instance, mediaType);
}

async function partOf(
  service: DicomService,
  instance: DicomInstance,
  mediaType: string,
): Promise<SentPart & { readonly stored: LakeContent; readonly content: AsyncIterable<Buffer> }> {
  const contentType = `${mediaType}; transfer-syntax=${instance.transferSyntaxUid}`;
  const stored = await service.readFile(instance);
  return { contentType, stored, content: service.contents.read(stored) };
}

function severalInstances(transferSyntax: string): ServiceFault {
  return new ServiceFault(
    406,
    'NotAcceptable',
    `Accept transfer syntax '${transferSyntax}' is not supported when multiple instances are matched. ` +
      "Matching instances can be retrieved with their original transfer syntax by specifying 'transfer-syntax=*' in the Accept header.",
  );
}
