import type { DicomApiVersion } from '../domain/dicom-api-version';
import { TAG, type DicomDataset, type DicomElement } from '../domain/dicom-dataset';
import type { StoreFailure, StoreOutcome, StoreSuccess } from '../domain/dicom-store';
import type { ContentStorage } from '../domain/lake-content';
import { receiveContent, type ReceivedContent } from '../domain/received-content';
import { ServiceFault } from '../fault';
import type { HttpRequest, HttpResponse } from '../http/exchange';
import { parseMediaType, requireDicomJson } from './media-type';
import { splitMultipart } from './multipart';
import { DICOM_JSON, identifiersIn, type DicomExchange, type DicomRoute } from './route';

const DICOM = 'application/dicom';
/** What the open-source server takes. */
const MAX_BODY_BYTES = 2_147_483_647;
/** What the beginnings of the parts of one request may take in memory. */
const HEADS_BYTES = 8 * 1024 * 1024;

/** Stores instances; PUT replaces those that are there already, from version 2 on. */
export function storeRoutes(maxBodyBytes: number = MAX_BODY_BYTES): readonly DicomRoute[] {
  return (['POST', 'PUT'] as const).flatMap((method) =>
    ['/studies', '/studies/{study}'].map((path): DicomRoute => ({
      method,
      path,
      permission: 'write',
      partition: 'created',
      ...(method === 'PUT' ? { since: 2 } : {}),
      handle: (exchange) => store(exchange, method === 'PUT', maxBodyBytes),
    })),
  );
}

async function store(exchange: DicomExchange, replace: boolean, maxBodyBytes: number): Promise<HttpResponse> {
  const { request, service, version, partition } = exchange;
  requireDicomJson(request.headers.accept);
  const { study } = exchange.parameters['study'] === undefined ? {} : identifiersIn(exchange);
  const options = { version, replace, ...(study === undefined ? {} : { study }) };
  const received: ReceivedContent[] = [];
  try {
    await receiveParts(request, maxBodyBytes, service.contents, received);
    if (received.length === 0) return { status: 204 };
    const outcomes: StoreOutcome[] = [];
    for (const part of received) outcomes.push(await service.store(partition, part, options));
    return describe(exchange, study, outcomes);
  } finally {
    for (const { content } of received) service.contents.release(content);
  }
}

/**
 * Reads all parts before any is stored, as the service does; none is held in memory but short ones.
 *
 * @param received gets the parts, also where a later one fails
 * @throws ServiceFault 400, 413, 415
 */
async function receiveParts(
  request: HttpRequest,
  maxBodyBytes: number,
  storage: ContentStorage,
  received: ReceivedContent[],
): Promise<void> {
  const contentType = request.headers['content-type'] ?? '';
  const { type, parameters } = parseMediaType(contentType);
  if (type === DICOM && parameters.size === 0) {
    received.push(await receiveContent(storage, bounded(request, maxBodyBytes)));
    return;
  }
  const boundary = parameters.get('boundary') ?? '';
  if (type !== 'multipart/related' || boundary === '') throw unsupported(contentType);
  if (parameters.has('start')) {
    throw new ServiceFault(
      400,
      'BadRequest',
      `The parameter start of Content-Type is not supported, got '${contentType}'; send the parts in any order, without it.`,
    );
  }
  let memory = 0;
  for await (const part of splitMultipart(bounded(request, maxBodyBytes), boundary)) {
    const partType = part.contentType ?? (received.length === 0 ? (parameters.get('type') ?? '') : '');
    if (parseMediaType(partType).type !== DICOM) throw unsupported(partType);
    const { head, ...written } = await receiveContent(storage, part.content);
    memory += head?.length ?? 0;
    received.push({ ...written, head: memory > HEADS_BYTES ? undefined : head });
  }
}

function unsupported(contentType: string): ServiceFault {
  return new ServiceFault(
    415,
    'UnsupportedMediaType',
    `Content-Type must be application/dicom without parameters, or multipart/related; type="application/dicom"; boundary=… with parts of application/dicom, got '${contentType}'.`,
  );
}

async function* bounded({ body, headers }: HttpRequest, maxBytes: number): AsyncGenerator<Buffer> {
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  let length = 0;
  for await (const chunk of body) {
    length += (chunk as Buffer).length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    yield chunk as Buffer;
  }
}

function tooLarge(maxBytes: number): ServiceFault {
  return new ServiceFault(
    413,
    'RequestEntityTooLarge',
    `The request exceeded the allowed limit of ${maxBytes} bytes.`,
  );
}

function describe(
  { baseUrl, request, version }: DicomExchange,
  study: string | undefined,
  outcomes: readonly StoreOutcome[],
): HttpResponse {
  const stored = outcomes.filter((outcome) => outcome.outcome === 'stored');
  const failed = outcomes.filter((outcome) => outcome.outcome === 'failed');
  const dataset: DicomDataset = {
    ...(study !== undefined && stored.length > 0
      ? { [TAG.retrieveUrl]: element('UR', `${baseUrl}/studies/${study}`) }
      : {}),
    ...(failed.length > 0
      ? { [TAG.failedSopSequence]: { vr: 'SQ', Value: failed.map(describeFailure) } }
      : {}),
    ...(stored.length > 0
      ? {
          [TAG.referencedSopSequence]: {
            vr: 'SQ',
            Value: stored.map((one) => describeSuccess(one, baseUrl, version)),
          },
        }
      : {}),
  };
  const warning = `299 ${request.headers.host ?? ''}: "One or more indexed Dicom tag(s) have multiple values, only first value is indexed."`;
  return {
    status: statusOf(stored, failed, version),
    headers: {
      ...DICOM_JSON,
      ...(stored.some((one) => one.severalValuesIndexed) ? { Warning: warning } : {}),
    },
    body: JSON.stringify(dataset),
  };
}

/** Warnings count from version 2 on. */
function statusOf(
  stored: readonly StoreSuccess[],
  failed: readonly StoreFailure[],
  version: DicomApiVersion,
): number {
  if (stored.length === 0) return 409;
  const warned = version > 1 && stored.some(({ warning }) => warning !== undefined);
  return failed.length > 0 || warned ? 202 : 200;
}

function describeSuccess(
  { instance, sopClassUid, warning, problems }: StoreSuccess,
  baseUrl: string,
  version: DicomApiVersion,
): DicomDataset {
  const url = `${baseUrl}/studies/${instance.study}/series/${instance.series}/instances/${instance.instance}`;
  return {
    [TAG.referencedSopClassUid]: element('UI', sopClassUid),
    [TAG.referencedSopInstanceUid]: element('UI', instance.instance),
    [TAG.retrieveUrl]: element('UR', url),
    ...(warning === undefined ? {} : { [TAG.warningReason]: element('US', warning) }),
    ...(version === 1 ? {} : { [TAG.failedAttributesSequence]: failedAttributes(problems) }),
  };
}

function describeFailure({ sopClassUid, sopInstanceUid, reason, problems }: StoreFailure): DicomDataset {
  return {
    ...(sopClassUid === undefined ? {} : { [TAG.referencedSopClassUid]: element('UI', sopClassUid) }),
    ...(sopInstanceUid === undefined
      ? {}
      : { [TAG.referencedSopInstanceUid]: element('UI', sopInstanceUid) }),
    [TAG.failureReason]: element('US', reason),
    ...(problems.length === 0 ? {} : { [TAG.failedAttributesSequence]: failedAttributes(problems) }),
  };
}

function failedAttributes(problems: readonly string[]): DicomElement {
  if (problems.length === 0) return { vr: 'SQ' };
  return { vr: 'SQ', Value: problems.map((problem) => ({ [TAG.errorComment]: element('LO', problem) })) };
}

function element(vr: string, value: string | number): DicomElement {
  return { vr, Value: [value] };
}
