import { ServiceFault } from '../fault';

const MAXIMUM_RESULTS = 5000;

/**
 * @returns `MAXIMUM_RESULTS` where the parameter is missing; more than that is cut, as Azure does
 * @throws ServiceFault `OutOfRangeQueryParameterValue`
 */
export function readLimit(query: URLSearchParams, name: string): number {
  const value = query.get(name);
  if (value === null) return MAXIMUM_RESULTS;
  if (!/^[1-9][0-9]{0,9}$/.test(value)) {
    throw new ServiceFault(
      400,
      'OutOfRangeQueryParameterValue',
      `One of the query parameters specified in the request URI is outside the permissible range: ${name} must be a number from 1 to ${MAXIMUM_RESULTS}, got '${value}'.`,
    );
  }
  return Math.min(Number(value), MAXIMUM_RESULTS);
}

/** Hides how paging works, as Azure's markers do. */
export function markerFor(key: string): string {
  return `1!${Buffer.from(key, 'utf8').toString('base64url')}`;
}

/** @throws ServiceFault `InvalidQueryParameterValue` */
export function readMarker(query: URLSearchParams, name: string): string | undefined {
  const marker = query.get(name);
  if (marker === null || marker === '') return undefined;
  const key = Buffer.from(marker.slice(2), 'base64url').toString('utf8');
  if (markerFor(key) === marker) return key;
  throw invalidParameter(name, 'a marker from the page before', marker);
}

export function invalidParameter(name: string, allowed: string, got: string): ServiceFault {
  return new ServiceFault(
    400,
    'InvalidQueryParameterValue',
    `Value for one of the query parameters specified in the request URI is invalid: ${name} must be ${allowed}, got '${got}'.`,
  );
}
