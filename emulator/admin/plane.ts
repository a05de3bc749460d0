import { checksOf } from '../faults/catalogue';
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock';
import type { DicomServiceHost } from '../domain/dicom-service-host';
import type { InventoryEngine } from '../domain/inventory-engine';
import type { LifecycleEngine } from '../domain/lifecycle-engine';
import { ServiceFault } from '../fault';
import { FaultRefused, type Faults } from '../faults/faults';
import { type Handler, type HttpRequest, type HttpResponse, readBody } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import { clockState, jumpClock } from './clock-jump';

const ROUTES = [
  'GET /faults',
  'GET /faults/catalogue',
  'POST /faults',
  'DELETE /faults',
  'DELETE /faults/{id}',
  'GET /clock',
  'POST /clock/jump',
  'GET /health',
  'GET /lifecycle/runs',
  'GET /inventory/runs',
];

const MAXIMUM_BODY_BYTES = 65_536;

export interface AdminPlaneOptions {
  readonly faults: Faults;
  readonly dicomServices: DicomServiceHost;
  readonly lifecycle: Pick<LifecycleEngine, 'lastRuns'>;
  readonly inventory: Pick<InventoryEngine, 'lastRuns'>;
  readonly clock: Clock;
  /** Its own origin; any other in Host or Origin is refused. */
  readonly origin: () => string;
  /** What a request has to bear. */
  readonly token: string;
}

/**
 * What is no part of Azure: faults, the clock and the health of the services. A browser cannot reach it, neither by
 * a name that leads to the loopback address nor from a page of another origin.
 */
export function createAdminPlane(options: AdminPlaneOptions): Handler {
  return async (request) => {
    try {
      refuseForeigners(request, options.origin());
      refuseStrangers(request, options.token);
      return await answer(request, options);
    } catch (error) {
      if (error instanceof FaultRefused) {
        return refusal(STATUS_OF_REFUSALS[error.code], error.code, error.message);
      }
      if (!(error instanceof ServiceFault)) throw error;
      return refusal(error.status, error.code, error.message, error.headers);
    }
  };
}

const STATUS_OF_REFUSALS: Readonly<Record<FaultRefused['code'], number>> = {
  FaultUnknown: 404,
  FaultNotSet: 404,
  ParameterInvalid: 400,
  TargetMissing: 409,
};

function refuseForeigners({ headers }: HttpRequest, origin: string): void {
  const { host } = new URL(origin);
  if (headers.host !== host) {
    throw new ServiceFault(
      403,
      'HostForbidden',
      `Host must be ${host}, got ${JSON.stringify(headers.host ?? '')}.`,
    );
  }
  if (headers.origin !== undefined && headers.origin !== origin) {
    throw new ServiceFault(
      403,
      'OriginForbidden',
      `Origin must be absent or ${origin}, got ${JSON.stringify(headers.origin)}.`,
    );
  }
}

function refuseStrangers({ headers }: HttpRequest, token: string): void {
  const given = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  if (timingSafeEqual(digest(given), digest(token))) return;
  throw new ServiceFault(
    401,
    'TokenInvalid',
    'Send Authorization: Bearer with admin.token of the ready line of this emulator.',
    { 'WWW-Authenticate': 'Bearer' },
  );
}

/** Digests are equally long, whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function answer(request: HttpRequest, options: AdminPlaneOptions): Promise<HttpResponse> {
  const { faults, dicomServices, clock } = options;
  const path = decodedPath(request);
  switch (`${request.method} ${path}`) {
    case 'GET /faults':
      return jsonResponse(200, { faults: faults.active() });
    case 'GET /faults/catalogue':
      return jsonResponse(200, { faults: catalogueOf(faults) });
    case 'POST /faults':
      return setFault(faults, await jsonObject(request));
    case 'DELETE /faults':
      return jsonResponse(200, { cleared: await faults.clear() });
    case 'GET /clock':
      return jsonResponse(200, clockState(clock));
    case 'POST /clock/jump':
      return jsonResponse(200, await jumpWithRuns(options, await jsonObject(request)));
    case 'GET /lifecycle/runs':
      return jsonResponse(200, { runs: options.lifecycle.lastRuns() });
    case 'GET /inventory/runs':
      return jsonResponse(200, { runs: options.inventory.lastRuns() });
    case 'GET /health':
      return jsonResponse(200, {
        dicomServices: dicomServices.all().map(({ id, health }) => ({ id, ...health })),
      });
  }
  const id = /^\/faults\/(.+)$/.exec(path)?.[1];
  if (request.method === 'DELETE' && id !== undefined) {
    return jsonResponse(200, { cleared: await faults.clear(id) });
  }
  throw new ServiceFault(
    501,
    'NotImplemented',
    `${request.method} ${path} is not in the admin API; it has ${ROUTES.join(', ')}.`,
  );
}

/** Moves the clock on, and tells what was done to storage accounts in the time that passed. */
async function jumpWithRuns(
  { clock, lifecycle, inventory }: AdminPlaneOptions,
  body: Readonly<Record<string, unknown>>,
): Promise<object> {
  const before = new Set<object>([...lifecycle.lastRuns(), ...inventory.lastRuns()]);
  const state = await jumpClock(clock, body);
  return {
    ...state,
    lifecycleRuns: lifecycle.lastRuns().filter((run) => !before.has(run)),
    inventoryRuns: inventory.lastRuns().filter((run) => !before.has(run)),
  };
}

async function setFault(faults: Faults, body: Readonly<Record<string, unknown>>): Promise<HttpResponse> {
  const { id, parameters = {}, whenPossible = false, ...rest } = body;
  const problems = [
    ...(typeof id === 'string' ? [] : [`id must be the id of a fault, got ${JSON.stringify(id)}`]),
    ...(isObject(parameters)
      ? []
      : [`parameters must be an object of names and values, got ${JSON.stringify(parameters)}`]),
    ...(typeof whenPossible === 'boolean'
      ? []
      : [`whenPossible must be true or false, got ${JSON.stringify(whenPossible)}`]),
    ...Object.keys(rest).map((name) => `'${name}' is not known; known are id, parameters, whenPossible`),
  ];
  if (problems.length > 0) throw new ServiceFault(400, 'BodyInvalid', `${problems.join('; ')}.`);
  const set = await faults.set(String(id), parameters as Readonly<Record<string, unknown>>, {
    whenPossible: whenPossible === true,
  });
  return jsonResponse(201, set);
}

function catalogueOf({ catalogue }: Faults): readonly object[] {
  return catalogue.map((fault) => {
    const { id, title, effect, symptoms, parameters } = fault;
    return { id, title, effect, symptoms, checks: checksOf(fault), parameters };
  });
}

function decodedPath({ url }: HttpRequest): string {
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    throw new ServiceFault(
      400,
      'PathInvalid',
      `The path must be percent-encoded UTF-8, got '${url.pathname}'.`,
    );
  }
}

async function jsonObject({ headers, body }: HttpRequest): Promise<Readonly<Record<string, unknown>>> {
  const length = Number(headers['content-length'] ?? Number.NaN);
  if (!(length <= MAXIMUM_BODY_BYTES)) {
    throw new ServiceFault(
      413,
      'BodyTooLarge',
      `Send Content-Length, at most ${MAXIMUM_BODY_BYTES}; got ${headers['content-length'] ?? 'none'}.`,
    );
  }
  const given = (await readBody(body)).toString('utf8');
  try {
    const parsed: unknown = JSON.parse(given);
    if (isObject(parsed)) return parsed;
  } catch {
    // Told below, as for JSON that is no object.
  }
  throw new ServiceFault(400, 'BodyInvalid', `The body must be a JSON object, got ${JSON.stringify(given)}.`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refusal(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  return jsonResponse(status, { error: { code, message } }, headers);
}
