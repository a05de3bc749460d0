import type { HttpResponse } from '../http/exchange';
import { identifiersIn, notFound, type DicomExchange, type DicomRoute } from './route';

const PATHS = [
  '/studies/{study}',
  '/studies/{study}/series/{series}',
  '/studies/{study}/series/{series}/instances/{instance}',
];

/** Deletes from the index; the lake is not asked. */
export const DELETE_ROUTES: readonly DicomRoute[] = PATHS.map((path) => ({
  method: 'DELETE',
  path,
  permission: 'delete',
  partition: 'existing',
  handle: remove,
}));

function remove(exchange: DicomExchange): HttpResponse {
  const identifiers = identifiersIn(exchange);
  const removed = exchange.service.remove(exchange.partition, identifiers);
  if (removed.length === 0) throw notFound(identifiers);
  return { status: 204 };
}
