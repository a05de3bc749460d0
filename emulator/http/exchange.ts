import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';

/** One request as a plane sees it. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query; leading slashes collapsed to one, since the Terraform provider sends `//metadata/endpoints`. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** The one reading of the clock for this request. */
  readonly receivedAt: number;
  /** Identifies the request in answers and logs. */
  readonly id: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An iterable is sent chunked; where it throws, the connection is cut, as the services do. */
  readonly body?: Buffer | string | AsyncIterable<Buffer>;
  /** Lets go of what the body is read from; called once the answer is sent, or cannot be. */
  readonly release?: () => void;
}

/** Answers every request of one plane; what it throws beyond ServiceFault is a bug of the emulator. */
export type Handler = (request: HttpRequest) => Promise<HttpResponse>;

/** Collects a whole body; use only where the protocol bounds its size. */
export async function readBody(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/**
 * Collects a whole body as text, as long as it stays within a size.
 *
 * @throws what `tooLarge` makes, once the body has more bytes
 */
export async function readBoundedText(
  body: Readable,
  maximumBytes: number,
  tooLarge: () => Error,
): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += (chunk as Buffer).length;
    if (length > maximumBytes) throw tooLarge();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
