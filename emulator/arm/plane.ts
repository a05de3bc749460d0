import { AUDIENCES } from '../../contract';
import type { Authenticate, Authorize } from '../domain/authorizer';
import type { ResourceStore } from '../domain/resource-store';
import type { RoleBook } from '../domain/role-book';
import type { StateStore } from '../domain/state-store';
import { ServiceFault } from '../fault';
import type { Handler, HttpRequest, HttpResponse } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import { answerHealth, type HealthOf } from './answer-health';
import { answerMetrics, type CapacityOf } from './answer-metrics';
import { answerPreflight } from './answer-preflight';
import { type AccountKeys, answerSecrets } from './answer-secrets';
import type { ArmCall } from './arm-call';
import { ArmResources } from './arm-resources';
import {
  assignmentsAt,
  denialsAt,
  DENY_ASSIGNMENTS,
  findRoleDefinitions,
  ROLE_DEFINITIONS,
  roleDefinition,
} from './authorization-query';
import { ROLE_ASSIGNMENTS } from './identity-types';
import { LongRunningOperations } from './long-running-operation';
import { mergePatch } from './merge-patch';
import { OLD_CLOUD_METADATA } from './metadata';
import { jsonBody, requestPath } from './request-content';
import { parseCollectionId, parseResourceId, type ResourceId } from './resource-id';
import type { Body, ResourceType } from './resource-type';

export interface ArmPlaneOptions {
  readonly store: ResourceStore;
  readonly roles: RoleBook;
  readonly types: readonly ResourceType[];
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  readonly accountKeys: AccountKeys;
  /** Origin of Azure Resource Manager itself, one of the audiences that its tokens may have. */
  readonly armOrigin: () => string;
  readonly healthOf: HealthOf;
  readonly capacityOf: CapacityOf;
  /** Answers `GET /metadata/endpoints`, which needs no token. */
  readonly metadata: () => Body;
  /** Long-running operations survive a restart. */
  readonly state: StateStore;
  /** Answers what is below `/graph`, with tokens of its own. */
  readonly graph: Handler;
}

/** Azure Resource Manager: a store of resources with a table of what each type adds, checks and answers. */
export function createArmPlane(options: ArmPlaneOptions): Handler {
  const plane = new ArmPlane(options);
  return async (request) => {
    try {
      return await plane.handle(request);
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error;
      return jsonResponse(
        error.status,
        { error: { code: error.code, message: error.message } },
        error.headers,
      );
    }
  };
}

class ArmPlane {
  private readonly resources: ArmResources;
  private readonly operations: LongRunningOperations;

  public constructor(private readonly options: ArmPlaneOptions) {
    this.resources = new ArmResources(options.store, options.types);
    this.operations = new LongRunningOperations(options.state);
  }

  public async handle(request: HttpRequest): Promise<HttpResponse> {
    const path = requestPath(request);
    if (request.method === 'GET' && path === '/metadata/endpoints') {
      const isOld = request.url.searchParams.get('api-version') === '2018-01-01';
      return jsonResponse(200, isOld ? OLD_CLOUD_METADATA : this.options.metadata());
    }
    if (/^\/graph\//i.test(path)) return this.options.graph(request);
    const caller = await this.options.authenticate(request.headers.authorization, [
      AUDIENCES.arm,
      'https://management.core.windows.net',
      this.options.armOrigin(),
    ]);
    if (caller === undefined) {
      throw new ServiceFault(
        401,
        'InvalidAuthenticationToken',
        'The access token is missing, expired or invalid.',
        {
          'WWW-Authenticate': `Bearer error="invalid_token", error_description="The access token is missing, expired or invalid."`,
        },
      );
    }
    if ((request.url.searchParams.get('api-version') ?? '') === '') {
      throw new ServiceFault(
        400,
        'MissingApiVersionParameter',
        'The api-version query parameter (?api-version=) is required for all requests.',
      );
    }
    const call: ArmCall = {
      request,
      path,
      caller: caller.objectId,
      demand: (operation, scope) => this.demand(caller.objectId, operation, scope),
    };
    const { resources } = this;
    const { healthOf, capacityOf, accountKeys, roles } = this.options;
    return (
      answerHealth(call, resources, healthOf) ??
      answerMetrics(call, resources, capacityOf) ??
      this.operation(call) ??
      answerSecrets(call, resources, accountKeys) ??
      (await answerPreflight(call, resources, roles)) ??
      this.collection(call) ??
      (await this.resource(call)) ??
      notImplemented(request, path, this.options.types)
    );
  }

  private operation({ request, path }: ArmCall): HttpResponse | undefined {
    const operation = request.method === 'GET' ? this.operations.statusAt(path) : undefined;
    return operation === undefined ? undefined : jsonResponse(200, operation.body, operation.headers);
  }

  private async resource(call: ArmCall): Promise<HttpResponse | undefined> {
    const { request, path } = call;
    const resource = parseResourceId(path);
    if (resource === undefined) return undefined;
    if (request.method === 'GET' && resource.type.toLowerCase() === ROLE_DEFINITIONS.toLowerCase()) {
      return jsonResponse(200, roleDefinition(resource));
    }
    const type = this.resources.typeOf(resource.type);
    if (type === undefined) return undefined;
    call.demand(`${type.type}/${VERBS[request.method] ?? 'read'}`, resource.id);
    switch (request.method) {
      case 'GET':
        return jsonResponse(200, this.resources.present(type, this.resources.existing(type, resource)));
      case 'PUT':
        return this.write(call, type, resource, await jsonBody(request));
      case 'PATCH':
        return this.write(
          call,
          type,
          resource,
          mergePatch(this.resources.existing(type, resource).body, await jsonBody(request)),
        );
      case 'DELETE':
        return type.undeletable === true ? undefined : this.remove(call, type, resource);
      default:
        return undefined;
    }
  }

  private write({ request }: ArmCall, type: ResourceType, resource: ResourceId, body: Body): HttpResponse {
    const { status, shown } = this.resources.write(type, resource, body);
    const headers = type.longRunning === true ? this.operations.startWrite(request, type.type) : {};
    return jsonResponse(status, shown, headers);
  }

  private remove({ request }: ArmCall, type: ResourceType, resource: ResourceId): HttpResponse {
    const status = this.resources.remove(type, resource);
    return status === 202
      ? { status, headers: this.operations.startDeletion(request, type.type) }
      : { status };
  }

  private collection(call: ArmCall): HttpResponse | undefined {
    const { request, path } = call;
    if (request.method !== 'GET') return undefined;
    const group = /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+)\/resources$/i.exec(path)?.[1];
    if (group !== undefined) {
      call.demand('Microsoft.Resources/subscriptions/resourceGroups/read', group);
      this.resources.checkParent({ parentId: group, type: '' });
      return jsonResponse(200, { value: this.resources.trackedResources(group) });
    }
    if (
      /^\/subscriptions\/[^/]+\/providers(\/Microsoft\.OperationalInsights\/deletedWorkspaces)?$/i.test(path)
    ) {
      return jsonResponse(200, { value: [] });
    }
    const collection = parseCollectionId(path);
    if (collection === undefined) return undefined;
    const filter = request.url.searchParams.get('$filter');
    if (collection.type.toLowerCase() === ROLE_DEFINITIONS.toLowerCase())
      return jsonResponse(200, { value: findRoleDefinitions(collection.parentId, filter) });
    if (collection.type.toLowerCase() === DENY_ASSIGNMENTS.toLowerCase()) {
      call.demand(`${DENY_ASSIGNMENTS}/read`, collection.parentId);
      return jsonResponse(200, { value: denialsAt(this.resources.store, collection.parentId, filter) });
    }
    const type = this.resources.typeOf(collection.type);
    if (type === undefined) return undefined;
    call.demand(`${type.type}/read`, collection.parentId);
    this.resources.checkParent(collection);
    const value =
      type.type === ROLE_ASSIGNMENTS
        ? assignmentsAt(this.options.roles.all(), collection.parentId, filter)
            .flatMap(({ id }) => this.resources.store.get(id) ?? [])
            .map((resource) => this.resources.present(type, resource))
        : this.resources.members(type, collection);
    return jsonResponse(200, { value });
  }

  private demand(caller: string, operation: string, scope: string): void {
    if (this.options.authorize(caller, 'action', operation, scope)) return;
    throw new ServiceFault(
      403,
      'AuthorizationFailed',
      `The client with object id '${caller}' does not have authorization to perform action '${operation}' over scope '${scope}' or the scope is invalid.`,
    );
  }
}

const VERBS: Readonly<Record<string, string>> = {
  GET: 'read',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

/** What is answered besides the resources of the types. */
const ROUTES = [
  'GET /metadata/endpoints',
  'GET /graph/v1.0/servicePrincipals',
  'GET /subscriptions/{id}/providers[/{namespace}]',
  'POST /subscriptions/{id}/providers/{namespace}/register',
  'POST /subscriptions/{id}/providers/Microsoft.Storage/checkNameAvailability',
  'GET /subscriptions/{id}/providers/Microsoft.OperationalInsights/deletedWorkspaces',
  'GET {group}/resources',
  'GET {group}/providers/Microsoft.Authorization/permissions',
  'GET {scope}/providers/Microsoft.Authorization/roleDefinitions[/{id}]',
  'GET {scope}/providers/Microsoft.Authorization/denyAssignments',
  'GET {DICOM service}/providers/Microsoft.ResourceHealth/availabilityStatuses[/current]',
  'GET {storage account}[/blobServices/default]/providers/Microsoft.Insights/metrics',
  'POST {storage account}/listKeys',
  'POST {log workspace}/sharedKeys',
  'POST {job}/listSecrets',
];

function notImplemented(request: HttpRequest, path: string, types: readonly ResourceType[]): HttpResponse {
  const known = types.map(({ type }) => type).join(', ');
  return jsonResponse(501, {
    error: {
      code: 'NotImplementedInEmulator',
      message: `${request.method} ${path} is not in the emulator; its types are ${known}; it has ${ROUTES.join(', ')} besides.`,
    },
  });
}
