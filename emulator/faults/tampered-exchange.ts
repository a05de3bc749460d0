import { Readable } from 'node:stream';
import type { Clock } from '../clock';
import { ServiceFault } from '../fault';
import { type Handler, type HttpRequest, type HttpResponse, readBody } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import type { FaultyPlane } from './fault-hooks';

/** A refusal as the plane would word it. */
export function failure(
  plane: FaultyPlane,
  status: number,
  code: string | undefined,
  retryAfterSeconds: number,
): HttpResponse {
  const message = MESSAGES[status] ?? 'The request failed.';
  const headers = { 'Retry-After': String(retryAfterSeconds) };
  if (plane === 'dicom') {
    return { status, headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }, body: message };
  }
  if (plane === 'entra') {
    return jsonResponse(status, { error: code, error_description: `AADSTS90033: ${message}` }, headers);
  }
  if (plane === 'arm') return jsonResponse(status, { error: { code, message } }, headers);
  return {
    status,
    headers: { ...headers, 'x-ms-error-code': code ?? '', 'Content-Type': 'application/xml' },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code ?? ''}</Code><Message>${message}</Message></Error>`,
  };
}

const MESSAGES: Readonly<Record<number, string>> = {
  429: 'The request was throttled.',
  500: 'The server encountered an internal error.',
  503: 'The server is busy.',
};

/** The answer up to some byte of its body, after which the connection ends. */
export function cutAfter(response: HttpResponse, bytes: number): HttpResponse {
  return { ...response, body: firstBytes(response.body, bytes) };
}

/** Handles a request twice and answers what came of the second time. */
export async function repeated(request: HttpRequest, next: Handler): Promise<HttpResponse> {
  const content = await readBody(request.body);
  const again = (): HttpRequest => ({ ...request, body: Readable.from([content], { objectMode: false }) });
  await next(again());
  return next(again());
}

/** Handles a request at another time than it is, and says so in the answer. */
export async function skewed(
  request: HttpRequest,
  next: Handler,
  aheadMs: number,
  clock: Clock,
): Promise<HttpResponse> {
  const response = await next({ ...request, receivedAt: request.receivedAt + aheadMs });
  const date = new Date(clock.now() + aheadMs).toUTCString();
  return { ...response, headers: { ...response.headers, Date: date } };
}

/** The whole body of an answer, as text. */
export async function bodyText({ body }: HttpResponse): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of chunksOf(body)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function* firstBytes(body: HttpResponse['body'], bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  for await (const chunk of chunksOf(body)) {
    if (left > 0) yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) break;
  }
  throw new ServiceFault(500, 'ConnectionCut', 'A fault ends the connection here.');
}

async function* chunksOf(body: HttpResponse['body']): AsyncGenerator<Buffer> {
  if (body === undefined) return;
  if (typeof body === 'string' || Buffer.isBuffer(body)) yield Buffer.from(body);
  else yield* body;
}
