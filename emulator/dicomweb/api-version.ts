import type { DicomApiVersion } from '../domain/dicom-api-version';
import { ServiceFault } from '../fault';
import type { HttpRequest } from '../http/exchange';

/** First part of a path, in lower case, for each version; the prerelease does what version 1 does. */
const VERSIONS: ReadonlyMap<string, DicomApiVersion> = new Map([
  ['v1.0-prerelease', 1],
  ['v1', 1],
  ['v2', 2],
]);

/** None is deprecated, so that `api-deprecated-versions` never comes. */
export const API_VERSION_HEADERS = { 'api-supported-versions': '1.0-prerelease, 1, 2' } as const;

/**
 * The version that a part of the path names.
 *
 * @throws ServiceFault 404 where it names none, 400 where the service does not have it
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/api-versioning-dicom-service
 */
export function apiVersionOf(segment: string, { url }: HttpRequest): DicomApiVersion {
  const version = VERSIONS.get(segment.toLowerCase());
  if (version !== undefined) return version;
  const known = [...VERSIONS.keys()].join(', ');
  if (/^v\d/i.test(segment)) {
    throw new ServiceFault(
      400,
      'UnsupportedApiVersion',
      `The HTTP resource that matches the request URI '${url.href}' does not support the API version '${segment.slice(1)}'; supported are ${known}.`,
      API_VERSION_HEADERS,
    );
  }
  throw new ServiceFault(
    404,
    'NotFound',
    `Paths without a version are not served, got '${url.pathname}'; name the version after the service: ${known}.`,
  );
}
