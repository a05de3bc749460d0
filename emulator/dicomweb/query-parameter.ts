import { ServiceFault } from '../fault';

/** @throws ServiceFault 400 */
export function wholeNumberParameter(
  query: URLSearchParams,
  name: string,
  rule: { readonly minimum: number; readonly maximum?: number; readonly whenAbsent: number },
): number {
  const text = textParameter(query, name);
  if (text === undefined) return rule.whenAbsent;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (value < rule.minimum || value > (rule.maximum ?? value)) {
    const upTo = rule.maximum === undefined ? 'on' : `to ${rule.maximum}`;
    throw refused(`${name} must be a whole number from ${rule.minimum} ${upTo}, got '${text}'.`);
  }
  return value;
}

const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 100;

/**
 * The stretch of the results that a search asks for.
 *
 * @throws ServiceFault 400
 */
export function pageIn(query: URLSearchParams): { readonly offset: number; readonly limit: number } {
  return {
    offset: wholeNumberParameter(query, 'offset', { minimum: 0, whenAbsent: 0 }),
    limit: wholeNumberParameter(query, 'limit', {
      minimum: 1,
      maximum: MAX_LIMIT,
      whenAbsent: DEFAULT_LIMIT,
    }),
  };
}

/** @throws ServiceFault 400 */
export function booleanParameter(query: URLSearchParams, name: string, whenAbsent: boolean): boolean {
  const text = textParameter(query, name)?.toLowerCase();
  if (text === undefined) return whenAbsent;
  if (text !== 'true' && text !== 'false') throw refused(`${name} must be true or false, got '${text}'.`);
  return text === 'true';
}

/** Names of parameters do not care about case. */
export function textParameter(query: URLSearchParams, name: string): string | undefined {
  for (const [key, value] of query) if (key.toLowerCase() === name.toLowerCase()) return value;
  return undefined;
}

export function refused(message: string): ServiceFault {
  return new ServiceFault(400, 'BadRequest', message);
}
