import { AUDIENCES, DEFAULT_PARTITION, isPartitionName } from '../../contract';
import type { Authenticate, Authorize } from '../domain/authorizer';
import type { DicomPartition } from '../domain/dicom-partition';
import type { DicomService } from '../domain/dicom-service';
import type { DicomServiceHost } from '../domain/dicom-service-host';
import { ServiceFault } from '../fault';
import type { Handler, HttpRequest, HttpResponse } from '../http/exchange';
import { API_VERSION_HEADERS, apiVersionOf } from './api-version';
import { requireFewAuditHeaders } from './audit-header';
import { CHANGE_FEED_ROUTES } from './change-feed';
import { answerPreflight, corsHeaders } from './cors';
import { DELETE_ROUTES } from './delete';
import { PARTITION_ROUTES, partitionsDisabled } from './partitions';
import { RETRIEVE_ROUTES } from './retrieve';
import { FRAME_ROUTES } from './retrieve-frames';
import { METADATA_ROUTES } from './retrieve-metadata';
import { RENDERED_ROUTES } from './retrieve-rendered';
import { decodeSegment, matchPath, type DicomRoute } from './route';
import { SEARCH_ROUTES } from './search';
import { storeRoutes } from './store';
import { WORKITEM_ROUTES } from './workitems';

const DATA_ACTION = 'Microsoft.HealthcareApis/workspaces/dicomservices/resources';

export interface DicomPlaneOptions {
  readonly services: DicomServiceHost;
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  /** Whether the network settings of a service, found by its ARM id, let the sender of a request in. */
  readonly isAdmitted: (request: HttpRequest, serviceId: string) => boolean;
  /**
   * Largest body that is taken.
   *
   * @default 2_147_483_647
   */
  readonly maxBodyBytes?: number;
}

/**
 * Answers `https://{host}/{workspace}-{service}/{version}/…` in DICOMweb, as the DICOM service does.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-services-conformance-statement-v2
 */
export function createDicomPlane(options: DicomPlaneOptions): Handler {
  const routes = [
    ...storeRoutes(options.maxBodyBytes),
    ...RETRIEVE_ROUTES,
    ...METADATA_ROUTES,
    ...FRAME_ROUTES,
    ...RENDERED_ROUTES,
    ...SEARCH_ROUTES,
    ...DELETE_ROUTES,
    ...CHANGE_FEED_ROUTES,
    ...PARTITION_ROUTES,
    ...WORKITEM_ROUTES,
  ];
  return async (request) => {
    const [, label = ''] = request.url.pathname.split('/');
    const service = options.services.find(label);
    const isAdmitted = service !== undefined && options.isAdmitted(request, service.id);
    const preflight = isAdmitted ? answerPreflight(service.cors, request) : undefined;
    if (preflight !== undefined) return preflight;
    const response = await renderingFaults(() => answer(options, routes, request, { service, isAdmitted }));
    return { ...response, headers: { ...response.headers, ...corsHeaders(service?.cors, request) } };
  };
}

async function answer(
  { authenticate, authorize }: DicomPlaneOptions,
  routes: readonly DicomRoute[],
  request: HttpRequest,
  { service, isAdmitted }: { readonly service: DicomService | undefined; readonly isAdmitted: boolean },
): Promise<HttpResponse> {
  const address = readAddress(request);
  if (service === undefined) {
    throw new ServiceFault(404, 'NotFound', `There is no DICOM service '${address.label}'.`);
  }
  if (!isAdmitted) {
    throw new ServiceFault(403, 'Forbidden', 'Public network access is disabled for this service.');
  }
  const caller = await authenticate(request.headers.authorization, [AUDIENCES.dicom]);
  if (caller === undefined) throw challenge();
  const version = apiVersionOf(address.version, request);
  const { route, parameters } = findRoute(
    routes.filter(({ since = 1 }) => since <= version),
    request,
    address,
  );
  const response = await renderingFaults(async () => {
    if (!authorize(caller.objectId, 'data-action', `${DATA_ACTION}/${route.permission}`, service.id)) {
      throw new ServiceFault(403, 'Forbidden', 'Authorization failed.');
    }
    requireFewAuditHeaders(request.headers);
    refuseUnknownHeaders(request);
    if (/<|%3c/i.test(request.url.search)) {
      throw new ServiceFault(400, 'BadRequest', 'The query string included invalid characters.');
    }
    const partition = findPartition(service, route, address.partition);
    const inPartition = address.partition === undefined ? '' : `/partitions/${address.partition}`;
    const baseUrl = `${request.url.protocol}//${request.headers.host ?? ''}/${address.label}/${address.version}${inPartition}`;
    return route.handle({ request, service, version, partition, parameters, baseUrl });
  });
  return { ...response, headers: { ...API_VERSION_HEADERS, ...response.headers } };
}

interface Address {
  /** `{workspace}-{service}` */
  readonly label: string;
  /** What stands where the version belongs. */
  readonly version: string;
  readonly partition: string | undefined;
  /** What follows the version and the partition. */
  readonly path: string;
}

function readAddress({ url }: HttpRequest): Address {
  const [, label = '', version = '', ...rest] = url.pathname.split('/');
  const versioned = `/${rest.join('/')}`;
  const [, partition, inner] = /^\/partitions\/([^/]+)(\/.+)$/i.exec(versioned) ?? [];
  return {
    label,
    version,
    partition: partition === undefined ? undefined : decodeSegment(partition),
    path: inner ?? versioned,
  };
}

function findRoute(
  routes: readonly DicomRoute[],
  { method, url }: HttpRequest,
  { version, path, partition }: Address,
): { readonly route: DicomRoute; readonly parameters: Readonly<Record<string, string>> } {
  for (const route of routes) {
    if (route.method !== method || (route.partition === 'none' && partition !== undefined)) continue;
    const parameters = matchPath(route.path, path);
    if (parameters !== undefined) return { route, parameters };
  }
  const known = routes.map((route) => `${route.method} ${route.path}`).join('; ');
  throw new ServiceFault(
    501,
    'NotImplemented',
    `The emulator does not know ${method} ${url.pathname}. Below /{workspace}-{service}/${version}, and there below /partitions/{partition} where the service has data partitions, it knows: ${known}.`,
  );
}

/** Expiry, external metadata and the like must not look as if they worked. */
function refuseUnknownHeaders({ headers }: HttpRequest): void {
  const [header] = Object.keys(headers).filter((name) => name.startsWith('msdicom-'));
  if (header === undefined) return;
  throw new ServiceFault(
    501,
    'NotImplemented',
    `The emulator does not know the header ${header}; it knows none that begins with msdicom-.`,
  );
}

function findPartition(service: DicomService, route: DicomRoute, name: string | undefined): DicomPartition {
  if (name !== undefined && !service.dataPartitionsEnabled) throw partitionsDisabled();
  if (route.partition === 'none' || !service.dataPartitionsEnabled) {
    return service.ensurePartition(DEFAULT_PARTITION);
  }
  if (name === undefined) {
    throw new ServiceFault(400, 'BadRequest', 'PartitionName value is missing in the route segment.');
  }
  if (!isPartitionName(name)) {
    throw new ServiceFault(400, 'BadRequest', 'The specified PartitionName is invalid.');
  }
  const partition = route.partition === 'created' ? service.ensurePartition(name) : service.partition(name);
  if (partition === undefined) {
    throw new ServiceFault(400, 'BadRequest', 'Specified PartitionName does not exist.');
  }
  return partition;
}

/** Names the sign-in page of the public cloud, for no particular tenant. */
function challenge(): ServiceFault {
  const uri = 'https://login.microsoftonline.com/common/oauth2/authorize';
  return new ServiceFault(401, 'Unauthorized', '', {
    'WWW-Authenticate': `Bearer authorization_uri="${uri}", resource_id="${AUDIENCES.dicom}", realm="${AUDIENCES.dicom}"`,
  });
}

async function renderingFaults(call: () => HttpResponse | Promise<HttpResponse>): Promise<HttpResponse> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error;
    return renderFault(error);
  }
}

function renderFault({ status, headers, message }: ServiceFault): HttpResponse {
  if (message === '') return { status, headers };
  return { status, headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }, body: message };
}
