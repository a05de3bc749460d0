import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Clock } from './clock';
import { ServiceFault } from './fault';
import type { Handler, HttpResponse } from './http/exchange';

export interface ListenOptions {
  readonly handler: Handler;
  /** 0 takes a free one. */
  readonly port: number;
  /** PEM texts; without them the listener speaks plain http. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly clock: Clock;
  /** Resolves when everything that happened so far would survive a crash; no answer goes out before. */
  readonly committed: () => Promise<void>;
  /** Told of errors that are the emulator's own fault. */
  readonly onError: (error: unknown) => void;
}

export interface Listener {
  /** Such as `https://127.0.0.1:40001`. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Long enough that no client which was busy for some seconds sends into a connection that is being closed. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Serves a handler on the loopback address, over HTTP/1.1.
 *
 * @throws the error of node, such as EADDRINUSE where the port is taken
 */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { tls } = options;
  const onRequest: RequestListener = (request, response) => void answer(options, request, response);
  const server =
    tls === undefined
      ? http.createServer(onRequest)
      : https.createServer({ cert: tls.certificate, key: tls.key }, onRequest);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${schemeOf(options)}://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function schemeOf({ tls }: ListenOptions): 'http' | 'https' {
  return tls === undefined ? 'http' : 'https';
}

async function answer(
  options: ListenOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const id = randomUUID();
  let response: HttpResponse | undefined;
  try {
    const url = urlOf(incoming, schemeOf(options));
    response =
      url === undefined
        ? BAD_ADDRESS
        : await options.handler({
            method: incoming.method ?? 'GET',
            url,
            headers: incoming.headers,
            body: incoming,
            receivedAt: options.clock.now(),
            id,
          });
    await options.committed();
    await send(outgoing, response, id, options.clock.now());
  } catch (error) {
    const clientLeft = error === incoming.errored;
    if (clientLeft) return;
    // A fault that comes after the headers cannot be told: what was written goes out, then the connection is cut.
    const tooLate = outgoing.headersSent;
    if (!(tooLate && error instanceof ServiceFault)) options.onError(error);
    if (tooLate) {
      outgoing.socket?.destroySoon();
    } else {
      outgoing.writeHead(500, { 'Content-Type': 'text/plain; charset=utf-8', 'x-ms-request-id': id });
      outgoing.end('internal error of the emulator; its output says more');
    }
  } finally {
    response?.release?.();
  }
  incoming.resume();
}

/** Undefined where Host or the target of the request are no part of a URL. */
function urlOf({ url = '/', headers }: IncomingMessage, scheme: string): URL | undefined {
  const target = url.replace(/^\/{2,}/, '/');
  const base = `${scheme}://${headers.host ?? '127.0.0.1'}`;
  return URL.canParse(target, base) ? new URL(target, base) : undefined;
}

const BAD_ADDRESS: HttpResponse = {
  status: 400,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: 'The request target and the Host header must make a URL.',
};

async function send(
  outgoing: ServerResponse,
  response: HttpResponse,
  id: string,
  now: number,
): Promise<void> {
  const { status, headers = {}, body } = response;
  const common = { 'x-ms-request-id': id, Date: new Date(now).toUTCString() };
  if (body === undefined || typeof body === 'string' || Buffer.isBuffer(body)) {
    const length =
      status === 204 || status === 304 ? {} : { 'Content-Length': String(Buffer.byteLength(body ?? '')) };
    outgoing.writeHead(status, { ...common, ...length, ...headers });
    outgoing.end(body);
    // Its bytes may be written over as soon as they are let go.
    if (response.release !== undefined) await closed(outgoing);
    return;
  }
  outgoing.writeHead(status, { ...common, ...headers });
  for await (const chunk of body) {
    if (outgoing.destroyed) return;
    if (!outgoing.write(chunk)) await drained(outgoing);
  }
  outgoing.end();
}

/** Ends when all of an answer was sent, or cannot be. */
async function closed(outgoing: ServerResponse): Promise<void> {
  if (!outgoing.closed) await once(outgoing, 'close');
}

/** Ends when the client has read on, or has gone. */
function drained(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done);
      outgoing.off('close', done);
      resolve();
    };
    outgoing.once('drain', done);
    outgoing.once('close', done);
  });
}
