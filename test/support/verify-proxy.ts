import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { send } from './dicom-http';

export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface ProxiedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What to answer to a request; 'cut' ends the connection without an answer. */
export type Tamper = (
  request: ProxiedRequest,
  /** Sends the request on, as soon as `before` has ended. */
  forward: (before?: () => Promise<void>) => Promise<ProxiedAnswer>,
) => Promise<ProxiedAnswer | 'cut'>;

export interface Proxy extends AsyncDisposable {
  /** Such as `https://127.0.0.1:40001`. */
  readonly origin: string;
  /** Every request so far, in order. */
  readonly requests: readonly ProxiedRequest[];
}

/**
 * Stands between a client and a plane of the emulator and changes what the emulator answers. Shows the certificate of
 * the emulator, so a client that trusts one trusts the other.
 *
 * @param stateFolder the emulator's, with its certificate
 */
export async function startProxy(
  target: string,
  ca: string,
  stateFolder: string,
  tamper: Tamper,
): Promise<Proxy> {
  const requests: ProxiedRequest[] = [];
  const certificate = {
    key: readFileSync(path.join(stateFolder, 'server-key.pem')),
    cert: readFileSync(path.join(stateFolder, 'server.pem')),
  };
  const server = createServer(certificate, (incoming, outgoing) => {
    const request = {
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: incoming.headers,
    };
    requests.push(request);
    void tamper(request, (before) => forward(incoming, `${target}${request.path}`, ca, before)).then(
      (answer) => {
        if (answer === 'cut') {
          outgoing.destroy();
          return;
        }
        const { status, headers, body } = answer;
        outgoing.writeHead(status, { ...withoutLength(headers), 'Content-Length': body.length });
        outgoing.end(body);
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forward(
  incoming: IncomingMessage,
  url: string,
  ca: string,
  before?: () => Promise<void>,
): Promise<ProxiedAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  await before?.();
  const sent = Object.fromEntries(
    Object.entries(incoming.headers).filter(
      (header): header is [string, string] =>
        typeof header[1] === 'string' && !['host', 'connection', 'transfer-encoding'].includes(header[0]),
    ),
  );
  const { status, headers, body } = await send(url, ca, {
    ...(incoming.method === undefined ? {} : { method: incoming.method }),
    headers: sent,
    body: Buffer.concat(chunks),
  });
  return { status, headers, body };
}

function withoutLength(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !['content-length', 'transfer-encoding', 'connection'].includes(name),
    ),
  );
}
