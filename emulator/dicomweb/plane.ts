import { AUDIENCES, DEFAULT_PARTITION, isPartitionName } from '../../contract';
import type { Authenticate, Authorize } from '../domain/authorizer';
import type { DicomPartition } from '../domain/dicom-partition';
import type { DicomService } from '../domain/dicom-service';
import type { DicomServiceHost } from '../domain/dicom-service-host';
import { ServiceFault } from '../fault';
import type { Handler, HttpRequest, HttpResponse } from '../http/exchange';
import { CHANGE_FEED_ROUTES } from './change-feed';
import { DELETE_ROUTES } from './delete';
import { PARTITION_ROUTES, partitionsDisabled } from './partitions';
import { RETRIEVE_ROUTES } from './retrieve';
import { FRAME_ROUTES } from './retrieve-frames';
import { METADATA_ROUTES } from './retrieve-metadata';
import { decodeSegment, matchPath, type DicomRoute } from './route';
import { SEARCH_ROUTES } from './search';
import { storeRoutes } from './store';

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
 * Answers `https://{host}/{workspace}-{service}/v2/…` in DICOMweb, as version 2 of the DICOM service does.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-services-conformance-statement-v2
 */
export function createDicomPlane(options: DicomPlaneOptions): Handler {
  const routes = [
    ...storeRoutes(options.maxBodyBytes),
    ...RETRIEVE_ROUTES,
    ...METADATA_ROUTES,
    ...FRAME_ROUTES,
    ...SEARCH_ROUTES,
    ...DELETE_ROUTES,
    ...CHANGE_FEED_ROUTES,
    ...PARTITION_ROUTES,
  ];
  return async (request) => {
    try {
      return await answer(options, routes, request);
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      return renderFault(error);
    }
  };
}

async function answer(
  { services, authenticate, authorize, isAdmitted }: DicomPlaneOptions,
  routes: readonly DicomRoute[],
  request: HttpRequest,
): Promise<HttpResponse> {
  const address = readAddress(request);
  const service = services.find(address.label);
  if (service === undefined) {
    throw new ServiceFault(404, 'NotFound', `There is no DICOM service '${address.label}'.`);
  }
  if (!isAdmitted(request, service.id)) {
    throw new ServiceFault(403, 'Forbidden', 'Public network access is disabled for this service.');
  }
  const caller = await authenticate(request.headers.authorization, [AUDIENCES.dicom]);
  if (caller === undefined) throw challenge();
  const { route, parameters } = findRoute(routes, request, address);
  if (!authorize(caller.objectId, 'data-action', `${DATA_ACTION}/${route.permission}`, service.id)) {
    throw new ServiceFault(403, 'Forbidden', 'Authorization failed.');
  }
  refuseUnknownHeaders(request);
  if (/<|%3c/i.test(request.url.search)) {
    throw new ServiceFault(400, 'BadRequest', 'The query string included invalid characters.');
  }
  const partition = findPartition(service, route, address.partition);
  const inPartition = address.partition === undefined ? '' : `/partitions/${address.partition}`;
  const baseUrl = `${request.url.protocol}//${request.headers.host ?? ''}/${address.label}/v2${inPartition}`;
  return route.handle({ request, service, partition, parameters, baseUrl });
}

interface Address {
  /** `{workspace}-{service}` */
  readonly label: string;
  readonly partition: string | undefined;
  /** What follows the version and the partition; empty where the version is not known. */
  readonly path: string;
}

function readAddress({ url }: HttpRequest): Address {
  const [, label = ''] = url.pathname.split('/');
  const [, versioned = ''] = /^\/[^/]*\/v2(\/.*)$/i.exec(url.pathname) ?? [];
  const [, partition, inner] = /^\/partitions\/([^/]+)(\/.+)$/i.exec(versioned) ?? [];
  return {
    label,
    partition: partition === undefined ? undefined : decodeSegment(partition),
    path: inner ?? versioned,
  };
}

function findRoute(
  routes: readonly DicomRoute[],
  { method, url }: HttpRequest,
  { path, partition }: Address,
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
    `The emulator does not know ${method} ${url.pathname}. Below /{workspace}-{service}/v2, and there below /partitions/{partition} where the service has data partitions, it knows: ${known}.`,
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

function renderFault({ status, headers, message }: ServiceFault): HttpResponse {
  if (message === '') return { status, headers };
  return { status, headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' }, body: message };
}
