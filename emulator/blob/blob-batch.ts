import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { ServiceFault } from '../fault';
import type { HttpRequest, HttpResponse } from '../http/exchange';
import { readText } from './request-body';
import { headerOf, invalidHeader } from './request-headers';
import type { StorageCall, StorageOperation } from './storage-operation';

const MAXIMUM_PARTS = 256;
const MAXIMUM_BATCH_BYTES = 4 * 1024 * 1024;

/**
 * The client takes the account in the path of the URL for a container, and sends the third form.
 *
 * @see https://learn.microsoft.com/rest/api/storageservices/blob-batch
 */
export const BATCH_OPERATIONS: readonly StorageOperation[] = [
  batchOperation('service', { comp: 'batch' }),
  batchOperation('container', { restype: 'container', comp: 'batch' }),
  batchOperation('service', { restype: 'container', comp: 'batch' }),
];

function batchOperation(
  level: StorageOperation['level'],
  shape: StorageOperation['shape'],
): StorageOperation {
  return {
    name: 'Blob Batch',
    dialect: 'blob',
    method: 'POST',
    level,
    shape,
    permission: 'any caller',
    signedPermissions: 'dw',
    run: runBatch,
  };
}

interface Part {
  readonly id: string;
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** Every part is authorized and answered by itself; one after the other, though Azure promises no order. */
async function runBatch(call: StorageCall): Promise<HttpResponse> {
  const contentType = headerOf(call.request.headers, 'content-type') ?? '';
  const boundary = /^multipart\/mixed\s*;.*\bboundary="?([^";]{1,70})"?/i.exec(contentType)?.[1];
  if (boundary === undefined)
    throw invalidHeader('Content-Type', 'multipart/mixed with a boundary', contentType);
  const parts = readParts(await readText(call.request, MAXIMUM_BATCH_BYTES), boundary);
  const answers: string[] = [];
  for (const part of parts) answers.push(writtenAnswer(part, await answerPart(call, part)));
  const own = `batchresponse_${randomUUID()}`;
  return {
    status: 202,
    headers: { 'Content-Type': `multipart/mixed; boundary=${own}` },
    body: `${answers.map((answer) => `--${own}\r\n${answer}\r\n`).join('')}--${own}--\r\n`,
  };
}

function answerPart({ request, address, account, answer }: StorageCall, part: Part): Promise<HttpResponse> {
  const url = new URL(part.target, request.url.origin);
  const headers: IncomingHttpHeaders = {
    ...part.headers,
    host: request.headers.host,
    'x-ms-version': request.headers['x-ms-version'],
  };
  const single: HttpRequest = { ...request, method: part.method, url, headers, body: Readable.from([]) };
  return answer(single, (target) => {
    if (
      target.account !== address.account ||
      (address.container !== '' && target.container !== address.container)
    ) {
      throw invalidBatch('all subrequests must be for the account, and the container, of the batch');
    }
    // Documented as missing in accounts with a hierarchical namespace, which are the only ones with files here.
    if (part.method === 'PUT' && account.hierarchicalNamespace) {
      throw new ServiceFault(
        400,
        'FeatureNotYetSupportedForHierarchicalNamespaceAccounts',
        'Hierarchical namespace accounts do not yet support this feature: Set Blob Tier in a batch. Send it by itself.',
      );
    }
  });
}

/** @throws ServiceFault `InvalidInput`, `ExceedsMaxBatchRequestCount` */
function readParts(body: string, boundary: string): readonly Part[] {
  const [preamble, ...pieces] = `\r\n${body}`.split(`\r\n--${boundary}`);
  const end = pieces.pop();
  if (preamble?.trim() !== '' || end === undefined || !end.startsWith('--') || pieces.length === 0) {
    throw invalidBatch('the body must be parts between lines of the boundary');
  }
  if (pieces.length > MAXIMUM_PARTS) {
    throw new ServiceFault(
      400,
      'ExceedsMaxBatchRequestCount',
      `The batch operation exceeds maximum number of allowed subrequests: ${MAXIMUM_PARTS}, got ${pieces.length}.`,
    );
  }
  return pieces.map(readPart);
}

function readPart(piece: string, at: number): Part {
  const [envelope = '', head = ''] = piece.replace(/^[ \t]*\r\n/, '').split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const [, method = '', target = ''] = /^(\S+) (\/\S*) HTTP\/1\.1\s*$/.exec(line) ?? [];
  const isDelete = method === 'DELETE' && !/[?&](comp|restype|recursive|paginated)=/i.test(target);
  const isSetTier = method === 'PUT' && /[?&]comp=tier(&|$)/i.test(target);
  if (!isDelete && !isSetTier) {
    throw invalidBatch(`subrequests must be Delete Blob or Set Blob Tier, got ${JSON.stringify(line)}`);
  }
  const id = headerOf(readHeaders(envelope.split('\r\n')), 'content-id') ?? String(at);
  return { id, method, target, headers: readHeaders(lines) };
}

function readHeaders(lines: readonly string[]): IncomingHttpHeaders {
  return Object.fromEntries(
    lines
      .filter((line) => line.trim() !== '')
      .map((line) => {
        const colon = line.indexOf(':');
        if (colon <= 0)
          throw invalidBatch(`a header must be a name, a colon and a value, got ${JSON.stringify(line)}`);
        return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
      }),
  );
}

function writtenAnswer({ id }: Part, { status, headers = {}, body }: HttpResponse): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    'Content-Type: application/http',
    `Content-ID: ${id}`,
    '',
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...lines,
    '',
    typeof body === 'string' ? body : '',
  ].join('\r\n');
}

function invalidBatch(detail: string): ServiceFault {
  return new ServiceFault(400, 'InvalidInput', `One of the request inputs is not valid: ${detail}.`);
}
