import { ServiceFault } from '../fault';
import { readBoundedText, type HttpRequest } from '../http/exchange';
import type { Body } from './resource-type';

/** @see https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling */
const MAXIMUM_BODY_BYTES = 4 * 1024 * 1024;

/** No resource comes near; what is nested deeper could not be written out again. */
const MAXIMUM_NESTING = 100;

/** @throws ServiceFault where the path cannot be read; a 5xx would be tried again and again */
export function requestPath(request: HttpRequest): string {
  const { pathname } = request.url;
  try {
    return decodeURIComponent(pathname).replace(/(?<=.)\/$/, '');
  } catch {
    throw new ServiceFault(400, 'BadRequest', `The path '${pathname}' is not percent-encoded UTF-8.`);
  }
}

/** @throws ServiceFault where it is no JSON object, too large or nested too deep */
export async function jsonBody(request: HttpRequest): Promise<Body> {
  const text = await readBoundedText(request.body, MAXIMUM_BODY_BYTES, tooLarge);
  try {
    const body: unknown = JSON.parse(text);
    const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
    if (isObject && !isNestedDeeper(body, MAXIMUM_NESTING)) return body as Body;
  } catch {
    // Answered below, like any other body that is no object.
  }
  throw new ServiceFault(
    400,
    'InvalidRequestContent',
    `The request content was invalid: the body must be a JSON object, nested at most ${MAXIMUM_NESTING} deep.`,
  );
}

function tooLarge(): ServiceFault {
  return new ServiceFault(
    413,
    'RequestContentTooLarge',
    `The request content size exceeds the maximum size of ${MAXIMUM_BODY_BYTES} bytes.`,
  );
}

/** Level by level, since a call for each would overflow the stack. */
function isNestedDeeper(value: unknown, limit: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth < limit; depth += 1) {
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? (Object.values(one) as unknown[]) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
