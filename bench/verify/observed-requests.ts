import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';

/** A request as it left this process, whichever client sent it. */
export interface ObservedRequest {
  readonly method: string;
  /** Without the origin. */
  readonly path: string;
  readonly origin: string;
  /** Those headers that make it another question: what is accepted, which bytes, on what condition, and as whom. */
  readonly asked: Readonly<Record<string, string>>;
  /** Milliseconds of the clock of the process. */
  readonly startedMs: number;
  /** When the whole answer was read; missing where there was none. */
  endedMs?: number;
  status?: number;
}

export interface RequestObservation extends Disposable {
  readonly requests: readonly ObservedRequest[];
}

const ASKED = ['accept', 'range', 'x-ms-range', 'if-match', 'if-none-match', 'authorization'];

/** Observes every request of this process, those of the SDKs as well, until it is disposed of. */
export function observeRequests(): RequestObservation {
  const requests: ObservedRequest[] = [];
  const known = new WeakMap<ClientRequest, ObservedRequest>();
  const started = (message: unknown): void => {
    const { request } = message as { readonly request: ClientRequest };
    const observed = {
      method: request.method,
      path: request.path,
      origin: `${request.protocol}//${String(request.getHeader('host'))}`,
      asked: Object.fromEntries(
        ASKED.flatMap((name) => {
          const value = request.getHeader(name);
          return value === undefined ? [] : [[name, String(value)]];
        }),
      ),
      startedMs: performance.now(),
    };
    known.set(request, observed);
    requests.push(observed);
  };
  const answered = (message: unknown): void => {
    const { request, response } = message as {
      readonly request: ClientRequest;
      readonly response: IncomingMessage;
    };
    const observed = known.get(request);
    if (observed === undefined) return;
    observed.status = response.statusCode ?? 0;
    response.once('close', () => (observed.endedMs = performance.now()));
  };
  subscribe('http.client.request.start', started);
  subscribe('http.client.response.finish', answered);
  return {
    requests,
    [Symbol.dispose]: () => {
      unsubscribe('http.client.request.start', started);
      unsubscribe('http.client.response.finish', answered);
    },
  };
}

/**
 * Reads that were sent twice or more: the same question of the same caller, and nothing told them apart.
 *
 * @returns method, path and how often, in the order of the first
 */
export function repeatedReads(requests: readonly ObservedRequest[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { method, origin, path, asked } of requests) {
    if (method !== 'GET' && method !== 'HEAD') continue;
    const { authorization = '', ...rest } = asked;
    const key = JSON.stringify([method, origin, path, rest, authorization]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].flatMap(([key, count]) => {
    const [method, , path] = JSON.parse(key) as [string, string, string];
    return count === 1 ? [] : [`${method} ${path} x${count}`];
  });
}

/**
 * Milliseconds that a run cannot do without: the requests that follow one another, each sent once the one before was
 * answered, whose times add up to the most.
 */
export function longestChainMs(requests: readonly ObservedRequest[]): number {
  const answered = requests.flatMap(({ startedMs, endedMs }) =>
    endedMs === undefined ? [] : [{ startedMs, endedMs }],
  );
  const longest: { readonly endedMs: number; readonly total: number }[] = [];
  for (const { startedMs, endedMs } of answered.sort((one, other) => one.endedMs - other.endedMs)) {
    const before = longest.findLast((chain) => chain.endedMs <= startedMs)?.total ?? 0;
    const total = Math.max(before + endedMs - startedMs, longest.at(-1)?.total ?? 0);
    longest.push({ endedMs, total });
  }
  return longest.at(-1)?.total ?? 0;
}
