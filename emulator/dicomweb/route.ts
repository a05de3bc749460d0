import type { DicomApiVersion } from '../domain/dicom-api-version';
import type { DicomPartition } from '../domain/dicom-partition';
import type { DicomService } from '../domain/dicom-service';
import { isUid } from '../domain/dicom-value-rule';
import type { DicomIdentifiers } from '../domain/dicom-index';
import { ServiceFault } from '../fault';
import type { HttpRequest, HttpResponse } from '../http/exchange';

/** A request to one service, as its handler gets it. */
export interface DicomExchange {
  readonly request: HttpRequest;
  readonly service: DicomService;
  readonly version: DicomApiVersion;
  readonly partition: DicomPartition;
  /** What the placeholders of the route stand for. */
  readonly parameters: Readonly<Record<string, string>>;
  /** URL of the service with its version and, where they are used, the partition. */
  readonly baseUrl: string;
}

export interface DicomRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Path below the version and the partition, such as `/studies/{study}/metadata`. */
  readonly path: string;
  /** What a role has to permit. */
  readonly permission: 'read' | 'write' | 'delete';
  /** `none` for what concerns the whole service; `created` where the request brings the partition into being. */
  readonly partition: 'none' | 'existing' | 'created';
  /**
   * First version that has the route.
   *
   * @default 1
   */
  readonly since?: DicomApiVersion;
  readonly handle: (exchange: DicomExchange) => HttpResponse | Promise<HttpResponse>;
}

/** The placeholders' values where path and route agree; fixed segments do not care about case. */
export function matchPath(route: string, path: string): Readonly<Record<string, string>> | undefined {
  const wanted = route.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [at, segment] of wanted.entries()) {
    const value = given[at] ?? '';
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined ? segment !== value.toLowerCase() : value === '') return undefined;
    if (name !== undefined) parameters[name] = decodeSegment(value);
  }
  return parameters;
}

/** @throws ServiceFault 400 */
export function decodeSegment(segment: string): string {
  const decoded = decode(segment);
  if (decoded === undefined || decoded.includes('\0')) {
    throw new ServiceFault(
      400,
      'BadRequest',
      `The path must be percent-encoded UTF-8 without NUL, got '${segment}'.`,
    );
  }
  return decoded;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

const UID_NAMES = [
  ['study', 'StudyInstanceUID'],
  ['series', 'SeriesInstanceUID'],
  ['instance', 'SOPInstanceUID'],
] as const;

/**
 * Spaces at the end are no part of a UID.
 *
 * @throws ServiceFault 400 where a part of the path is no UID
 */
export function identifiersIn({ parameters }: DicomExchange): DicomIdentifiers {
  const uids = UID_NAMES.flatMap(([name, keyword]) => {
    const text = parameters[name];
    return text === undefined ? [] : [[name, uidIn(text, keyword)] as const];
  });
  return { study: '', ...Object.fromEntries(uids) };
}

function uidIn(text: string, keyword: string): string {
  if (isUid(text)) return text.trimEnd();
  throw new ServiceFault(
    400,
    'BadRequest',
    `${keyword} in the path must be a UID of at most 64 digits and dots, got '${text}'.`,
  );
}

/** @throws ServiceFault 404 where the identifiers name nothing */
export function notFound({ series, instance }: DicomIdentifiers): ServiceFault {
  const noun = instance !== undefined ? 'instance' : series !== undefined ? 'series' : 'study';
  return new ServiceFault(404, 'NotFound', `The specified ${noun} cannot be found.`);
}

export const DICOM_JSON = { 'Content-Type': 'application/dicom+json' } as const;
export const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' } as const;
