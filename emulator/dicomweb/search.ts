import { definitionOfKeyword } from '../domain/dicom-dictionary';
import {
  searchAttribute,
  searchIndex,
  searchLevels,
  type DicomSearch,
  type SearchLevel,
  type SearchMatch,
} from '../domain/dicom-search';
import { isDate } from '../domain/dicom-value-rule';
import type { HttpResponse } from '../http/exchange';
import { requireDicomJson } from './media-type';
import { booleanParameter, pageIn, refused } from './query-parameter';
import { DICOM_JSON, identifiersIn, type DicomExchange, type DicomRoute } from './route';

const PATHS: Readonly<Record<string, SearchLevel>> = {
  '/studies': 'study',
  '/series': 'series',
  '/instances': 'instance',
  '/studies/{study}/series': 'series',
  '/studies/{study}/instances': 'instance',
  '/studies/{study}/series/{series}/instances': 'instance',
};

const CONTROLS = ['limit', 'offset', 'fuzzymatching', 'includefield'];

/** Searches the index; the lake is not asked. */
export const SEARCH_ROUTES: readonly DicomRoute[] = Object.entries(PATHS).map(([path, level]) => ({
  method: 'GET',
  path,
  permission: 'read',
  partition: 'existing',
  handle: (exchange) => search(exchange, level),
}));

function search(exchange: DicomExchange, level: SearchLevel): HttpResponse {
  const { request, partition } = exchange;
  requireDicomJson(request.headers.accept);
  const found = searchIndex(partition.index, readSearch(exchange, level));
  if (found.length === 0) return { status: 204 };
  return { status: 200, headers: DICOM_JSON, body: JSON.stringify(found) };
}

function readSearch(exchange: DicomExchange, level: SearchLevel): DicomSearch {
  const query = exchange.request.url.searchParams;
  const { study, series } = exchange.parameters['study'] === undefined ? {} : identifiersIn(exchange);
  const scope = {
    level,
    ...(study === undefined ? {} : { study }),
    ...(series === undefined ? {} : { series }),
  };
  return {
    ...scope,
    version: exchange.version,
    matches: readMatches(query, searchLevels(scope)),
    include: includedFields(query),
    ...pageIn(query),
  };
}

function readMatches(query: URLSearchParams, levels: readonly SearchLevel[]): Map<string, SearchMatch> {
  const fuzzy = booleanParameter(query, 'fuzzymatching', false);
  const matches = new Map<string, SearchMatch>();
  for (const [name, value] of query) {
    if (isSearchControl(name)) continue;
    const tag = tagOf(name);
    const attribute = searchAttribute(tag, levels);
    if (attribute === undefined) {
      throw refused(`Invalid query: '${name}' cannot be searched for at this level (${levels.join(', ')}).`);
    }
    if (matches.has(tag)) throw refused(`Invalid query: '${name}' may be given once only.`);
    if (value.trim() === '') throw refused(`Invalid query: '${name}' needs a value.`);
    matches.set(tag, readMatch(name, attribute.type, value, fuzzy));
  }
  return matches;
}

function readMatch(
  name: string,
  type: 'text' | 'name' | 'date' | 'uid',
  value: string,
  fuzzy: boolean,
): SearchMatch {
  if (type === 'date') return readDateMatch(name, value);
  if (type === 'name' && fuzzy) {
    if (value.includes('"')) {
      throw refused(`Invalid query: '${name}' must not contain a quotation mark with fuzzymatching.`);
    }
    return { kind: 'fuzzy', words: value.split(/[\s^=]+/).filter((word) => word !== '') };
  }
  return { kind: 'exact', value };
}

function readDateMatch(name: string, value: string): SearchMatch {
  const ends = value.split('-').map((end) => end.trim());
  const [from = '', to = ''] = ends;
  const given = ends.filter((end) => end !== '');
  if (ends.length > 2 || given.length === 0 || !given.every(isDate)) {
    throw refused(
      `Invalid query: '${name}' must be a date such as 20260131, or a range such as 20260101-20260131, 20260101- or -20260131, got '${value}'.`,
    );
  }
  if (ends.length === 1) return { kind: 'exact', value: from };
  if (from !== '' && to !== '' && from > to) {
    throw refused(`Invalid query: the range of '${name}' must begin before it ends, got '${value}'.`);
  }
  return { kind: 'range', ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) };
}

/** Whether a parameter of a search is no attribute. */
export function isSearchControl(name: string): boolean {
  return CONTROLS.includes(name.toLowerCase());
}

/** @throws ServiceFault 400 */
export function includedFields(query: URLSearchParams): 'all' | readonly string[] {
  const fields = [...query]
    .filter(([name]) => name.toLowerCase() === 'includefield')
    .flatMap(([, value]) => value.split(','));
  if (fields.length === 1 && fields[0]?.toLowerCase() === 'all') return 'all';
  if (fields.some((field) => field.toLowerCase() === 'all')) {
    throw refused("Invalid query: cannot specify included fields in addition to 'all'.");
  }
  return fields.map(tagOf);
}

/**
 * Any tag can be named by its digits; by its keyword only what the dictionary of the emulator has.
 *
 * @throws ServiceFault 400
 */
export function tagOf(name: string): string {
  if (/^[0-9A-Fa-f]{8}$/.test(name)) return name.toUpperCase();
  const tag = definitionOfKeyword(name)?.tag;
  if (tag === undefined) {
    throw refused(`Invalid query: '${name}' is neither a tag of 8 hexadecimal digits nor a known keyword.`);
  }
  return tag;
}
