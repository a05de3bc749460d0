import type { HttpRequest, HttpResponse } from '../http/exchange';

/** The answer with another body. */
export async function withBody(
  response: HttpResponse,
  change: (body: Buffer) => Buffer,
): Promise<HttpResponse> {
  return { ...response, body: change(await bodyOf(response)) };
}

/** The answer with other JSON; what is no JSON stays. */
export function changedJson(
  response: HttpResponse,
  change: (answer: unknown) => unknown,
): Promise<HttpResponse> {
  return withBody(response, (body) =>
    body.length === 0 ? body : Buffer.from(JSON.stringify(change(JSON.parse(body.toString('utf8'))))),
  );
}

/** The answer without the last part of its multipart body, where it has more than one. */
export async function withoutLastPart(response: HttpResponse): Promise<HttpResponse> {
  const boundary = /boundary="?([^";]+)/.exec(response.headers?.['Content-Type'] ?? '')?.[1];
  if (boundary === undefined) return response;
  const delimiter = `\r\n--${boundary}`;
  return withBody(response, (body) => {
    const end = body.lastIndexOf(delimiter);
    const last = end <= 0 ? -1 : body.lastIndexOf(delimiter, end - 1);
    return last < 0 ? body : Buffer.concat([body.subarray(0, last), body.subarray(end)]);
  });
}

/** The request with other values in its query; undefined drops one. */
export function withQuery(
  request: HttpRequest,
  change: (name: string, value: string) => string | undefined,
): HttpRequest {
  const url = new URL(request.url);
  const query = [...url.searchParams].flatMap(([name, value]): [string, string][] => {
    const changed = change(name, value);
    return changed === undefined ? [] : [[name, changed]];
  });
  url.search = new URLSearchParams(query).toString();
  return { ...request, url };
}

async function bodyOf({ body }: HttpResponse): Promise<Buffer> {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string' || Buffer.isBuffer(body)) return Buffer.from(body);
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}
