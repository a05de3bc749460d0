import type { CorsPolicy } from '../domain/cors-policy';
import type { HttpRequest, HttpResponse } from '../http/exchange';

const ANY = '*';

/**
 * What a browser is told that asks before it calls: the policy, where the page may call at all. Undefined where the
 * request is no such question. It carries no token.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function answerPreflight(
  policy: CorsPolicy | undefined,
  request: HttpRequest,
): HttpResponse | undefined {
  const { origin, ...headers } = request.headers;
  const method = headers['access-control-request-method'];
  if (policy === undefined || request.method !== 'OPTIONS') return undefined;
  if (origin === undefined || method === undefined) return undefined;
  const allowedOrigin = corsHeaders(policy, request);
  if (Object.keys(allowedOrigin).length === 0) return { status: 204 };
  const asked = headers['access-control-request-headers'] ?? '';
  const allowedHeaders = policy.headers.includes(ANY) ? asked : policy.headers.join(',');
  return {
    status: 204,
    headers: {
      ...allowedOrigin,
      ...(allowedHeaders === '' ? {} : { 'Access-Control-Allow-Headers': allowedHeaders }),
      'Access-Control-Allow-Methods': policy.methods.includes(ANY) ? method : policy.methods.join(','),
      ...(policy.maxAgeSeconds === undefined
        ? {}
        : { 'Access-Control-Max-Age': String(policy.maxAgeSeconds) }),
    },
  };
}

/** What makes a browser hand an answer to the page; nothing where the page may not have it. */
export function corsHeaders(
  policy: CorsPolicy | undefined,
  { headers: { origin } }: HttpRequest,
): Readonly<Record<string, string>> {
  const { origins = [], allowCredentials = false } = policy ?? {};
  const any = origins.includes(ANY);
  if (origin === undefined || !(any || origins.includes(origin))) return {};
  return {
    'Access-Control-Allow-Origin': any ? ANY : origin,
    ...(allowCredentials ? { 'Access-Control-Allow-Credentials': 'true' } : {}),
    ...(!any && origins.length > 1 ? { Vary: 'Origin' } : {}),
  };
}
