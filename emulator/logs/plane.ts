import type { Clock } from '../clock';
import type { Authenticate, Authorize } from '../domain/authorizer';
import type { ResourceStore } from '../domain/resource-store';
import type { StorageLog } from '../domain/storage-log';
import { ServiceFault } from '../fault';
import { type Handler, type HttpRequest, type HttpResponse, readBoundedText } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import { KqlError } from './kql-error';
import type { KqlRow } from './kql-expression';
import { type KqlTable, runKql } from './kql-query';
import { storageBlobLogs } from './storage-blob-logs';
import { readTimeRange, type TimeRange } from './time-range';

const MAXIMUM_BODY_BYTES = 1024 * 1024;

export interface LogsPlaneOptions {
  readonly log: StorageLog;
  readonly clock: Clock;
  readonly resources: ResourceStore;
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  /** Those that tokens may have. */
  readonly audiences: () => readonly string[];
}

/**
 * Answers `POST` and `GET /v1/{resource id}/query`: the logs of one resource, for whoever may read the resource.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/api/azure-resource-queries
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/api/errors
 */
export function createLogsPlane(options: LogsPlaneOptions): Handler {
  return async (request) => {
    try {
      return await answer(options, request);
    } catch (error) {
      if (error instanceof KqlError) return badArgument({ code: error.code, message: error.message });
      if (!(error instanceof ServiceFault)) throw error;
      return jsonResponse(error.status, { error: { code: error.code, message: error.message } });
    }
  };
}

async function answer(options: LogsPlaneOptions, request: HttpRequest): Promise<HttpResponse> {
  const { authorization } = request.headers;
  if (authorization === undefined) {
    throw new ServiceFault(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
    );
  }
  const caller = await options.authenticate(authorization, options.audiences());
  if (caller === undefined) {
    throw new ServiceFault(403, 'InvalidAuthenticationToken', 'The access token is invalid.');
  }
  const id = QUERY.exec(decoded(request))?.[1];
  if (id === undefined || !['GET', 'POST'].includes(request.method)) {
    throw new ServiceFault(
      404,
      'PathNotFoundError',
      `The emulator does not know ${request.method} ${request.url.pathname}. It knows GET and POST /v1/{resource id}/query.`,
    );
  }
  const resource = options.resources.get(id);
  if (!options.authorize(caller.objectId, 'action', `${READ_LOGS}/read`, id)) throw insufficientAccess();
  if (resource === undefined) {
    throw new ServiceFault(404, 'ResourceNotFoundError', `The resource '${id}' does not exist.`);
  }
  const { query, ranges } = await readQuestion(request, options.clock.now());
  const tables = {
    StorageBlobLogs: () => storageBlobLogs(visibleRows(options, resource.id, caller.objectId, ranges)),
  };
  return jsonResponse(200, { tables: [rendered(runKql(query, tables, options.clock.now()))] });
}

const QUERY = /^\/v1\/?(\/subscriptions\/.+)\/query$/i;
const READ_LOGS = 'Microsoft.Insights/logs/StorageBlobLogs';

/** A workspace that wants permissions of its own is left out for whoever has none; so is one that is gone. */
function visibleRows(
  { log, resources, authorize }: LogsPlaneOptions,
  accountId: string,
  caller: string,
  ranges: readonly TimeRange[],
): ReturnType<StorageLog['arrived']> {
  const known = new Map<string, boolean>();
  const isOpen = (id: string): boolean => {
    const workspace = resources.get(id);
    if (workspace === undefined) return false;
    const { features } = (workspace.body['properties'] ?? {}) as {
      readonly features?: Readonly<Record<string, unknown>>;
    };
    return (
      features?.['enableLogAccessUsingOnlyResourcePermissions'] !== false ||
      authorize(caller, 'action', 'Microsoft.OperationalInsights/workspaces/query/StorageBlobLogs/read', id)
    );
  };
  const mayRead = (id: string): boolean => {
    const open = known.get(id) ?? isOpen(id);
    known.set(id, open);
    return open;
  };
  return log
    .arrived(accountId)
    .filter(({ generatedAt }) => ranges.every(({ from, to }) => from <= generatedAt && generatedAt <= to))
    .filter(({ workspaceIds }) => workspaceIds.some(mayRead));
}

async function readQuestion(
  request: HttpRequest,
  now: number,
): Promise<{ readonly query: string; readonly ranges: readonly TimeRange[] }> {
  const { searchParams } = request.url;
  const body = request.method === 'POST' ? await readBody(request) : {};
  const query = request.method === 'POST' ? body['query'] : searchParams.get('query');
  if (typeof query !== 'string' || query === '') {
    throw new ServiceFault(
      400,
      'BadArgumentError',
      'The request had some invalid properties: query is missing.',
    );
  }
  const given = [body['timespan'], searchParams.get('timespan')].filter(
    (timespan) => timespan !== undefined && timespan !== null,
  );
  const ranges = given.map((timespan) => {
    const range = typeof timespan === 'string' ? readTimeRange(timespan, now) : undefined;
    if (range !== undefined) return range;
    throw new ServiceFault(
      400,
      'BadArgumentError',
      'The request had some invalid properties: timespan is none.',
    );
  });
  return { query, ranges };
}

async function readBody(request: HttpRequest): Promise<Readonly<Record<string, unknown>>> {
  const invalid = (): ServiceFault =>
    new ServiceFault(
      400,
      'BadArgumentError',
      'The request had some invalid properties: the body is no JSON object.',
    );
  const text = await readBoundedText(request.body, MAXIMUM_BODY_BYTES, invalid);
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Readonly<Record<string, unknown>>;
  } catch {
    // Answered below, like any other body that is no object.
  }
  throw invalid();
}

function rendered({ columns, rows }: KqlTable): object {
  const value = (row: KqlRow, at: number): unknown => {
    const one = row[at] ?? null;
    return columns[at]?.type === 'datetime' && typeof one === 'number' ? new Date(one).toISOString() : one;
  };
  return { name: 'PrimaryResult', columns, rows: rows.map((row) => columns.map((_, at) => value(row, at))) };
}

function decoded({ url }: HttpRequest): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    return url.pathname;
  }
}

function insufficientAccess(): ServiceFault {
  return new ServiceFault(
    403,
    'InsufficientAccessError',
    'The provided credentials have insufficient access to perform the requested operation',
  );
}

function badArgument(innererror: { readonly code: string; readonly message: string }): HttpResponse {
  return jsonResponse(400, {
    error: { message: 'The request had some invalid properties', code: 'BadArgumentError', innererror },
  });
}
