import { randomUUID } from 'node:crypto';
import { AUDIENCES, nameProblem, ROLES } from '../../contract';
import type { Authenticate, Authorize } from '../domain/authorizer';
import type { ResourceStore } from '../domain/resource-store';
import type { RoleBook } from '../domain/role-book';
import { ServiceFault } from '../fault';
import { type Handler, type HttpRequest, type HttpResponse, readBody } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import { mergePatch } from './merge-patch';
import { type CollectionId, parseCollectionId, parseResourceId, type ResourceId } from './resource-id';
import { type Body, properties, type ResourceType } from './resource-type';

export interface ArmPlaneOptions {
  readonly store: ResourceStore;
  readonly roles: RoleBook;
  readonly types: readonly ResourceType[];
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  readonly subscriptionId: string;
  /** Answers `GET /metadata/endpoints`, which needs no token. */
  readonly metadata: (apiVersion: string) => Body;
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

const ASSIGNMENTS = 'Microsoft.Authorization/roleAssignments';
const DEFINITIONS = 'Microsoft.Authorization/roleDefinitions';

class ArmPlane {
  private readonly types: ReadonlyMap<string, ResourceType>;
  private readonly operations = new Set<string>();

  public constructor(private readonly options: ArmPlaneOptions) {
    this.types = new Map(options.types.map((type) => [type.type.toLowerCase(), type]));
  }

  public async handle(request: HttpRequest): Promise<HttpResponse> {
    const path = decodeURIComponent(request.url.pathname).replace(/(?<=.)\/$/, '');
    if (request.method === 'GET' && path === '/metadata/endpoints') {
      return jsonResponse(200, this.options.metadata(request.url.searchParams.get('api-version') ?? ''));
    }
    const caller = await this.options.authenticate(request.headers.authorization, [
      AUDIENCES.arm,
      'https://management.core.windows.net',
      request.url.origin,
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
    const operation =
      /^\/subscriptions\/[^/]+\/providers\/[^/]+\/locations\/[^/]+\/operations\/([^/]+)$/i.exec(path)?.[1];
    if (request.method === 'GET' && operation !== undefined) return this.operationStatus(operation);
    return (
      this.action(request, path, caller.objectId) ??
      this.collection(request, path, caller.objectId) ??
      (await this.resource(request, path, caller.objectId)) ??
      notImplemented(request, path, this.options.types)
    );
  }

  private async resource(
    request: HttpRequest,
    path: string,
    caller: string,
  ): Promise<HttpResponse | undefined> {
    const resource = parseResourceId(path);
    if (resource === undefined) return undefined;
    if (request.method === 'GET' && resource.type.toLowerCase() === DEFINITIONS.toLowerCase()) {
      return this.roleDefinition(resource);
    }
    const type = this.types.get(resource.type.toLowerCase());
    if (type === undefined) return undefined;
    this.demand(caller, `${type.type}/${VERBS[request.method] ?? 'read'}`, resource.id);
    switch (request.method) {
      case 'GET':
        return jsonResponse(200, this.present(type, this.existing(type, resource)));
      case 'PUT':
        return this.write(request, type, resource, await jsonBody(request));
      case 'PATCH':
        return this.write(
          request,
          type,
          resource,
          mergePatch(this.existing(type, resource).body, await jsonBody(request)),
        );
      case 'DELETE':
        return this.remove(type, resource);
      default:
        return undefined;
    }
  }

  private write(request: HttpRequest, type: ResourceType, resource: ResourceId, body: Body): HttpResponse {
    const previous = this.find(type, resource)?.body;
    this.checkParent(resource);
    const problem = type.nameKind === undefined ? undefined : nameProblem(type.nameKind, resource.name);
    if (problem !== undefined) {
      throw new ServiceFault(400, 'InvalidResourceName', `The name of a ${type.type} ${problem}.`);
    }
    const sent = Object.fromEntries(
      Object.entries(body).filter(([key]) => !['id', 'type', 'name'].includes(key)),
    );
    const completed = type.complete?.({ resource, body: sent, previous }) ?? sent;
    if (type.source === undefined) this.options.store.put(resource.id, completed);
    else type.source.put(resource, completed);
    type.onStored?.(resource, completed);

    const stored = this.present(type, this.existing(type, resource));
    const status =
      request.method === 'PATCH' || previous !== undefined ? (type.replaced ?? 200) : (type.created ?? 201);
    return jsonResponse(status, stored, type.longRunning === true ? this.startOperation(request, type) : {});
  }

  /** Removal is immediate: a GET right after it answers 404, as the provider's poller wants. */
  private remove(type: ResourceType, resource: ResourceId): HttpResponse {
    if (this.find(type, resource) === undefined) return { status: 204 };
    if (type.source !== undefined) type.source.remove(resource);
    for (const removed of this.options.store.delete(resource.id)) {
      const parsed = parseResourceId(removed.id);
      if (parsed !== undefined) this.types.get(parsed.type.toLowerCase())?.onRemoved?.(parsed);
    }
    return { status: 200 };
  }

  private collection(request: HttpRequest, path: string, caller: string): HttpResponse | undefined {
    if (request.method !== 'GET') return undefined;
    const resources = /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+)\/resources$/i.exec(path)?.[1];
    if (resources !== undefined) {
      this.demand(caller, 'Microsoft.Resources/subscriptions/resourceGroups/read', resources);
      return jsonResponse(200, { value: this.trackedResources(resources) });
    }
    if (/^\/subscriptions\/[^/]+\/providers$/i.test(path)) return jsonResponse(200, { value: [] });
    const collection = parseCollectionId(path);
    if (collection === undefined) return undefined;
    if (collection.type.toLowerCase() === DEFINITIONS.toLowerCase())
      return this.findRoleDefinitions(request, collection);
    const type = this.types.get(collection.type.toLowerCase());
    if (type === undefined) return undefined;
    this.demand(caller, `${type.type}/read`, collection.parentId);
    const value =
      type.type === ASSIGNMENTS ? this.assignmentsAt(request, collection) : this.members(type, collection);
    return jsonResponse(200, { value });
  }

  private members(type: ResourceType, { parentId }: CollectionId): readonly Body[] {
    if (type.source !== undefined) {
      const leaf = type.type.split('/').at(-1) ?? '';
      return type.source
        .list(parentId)
        .map(({ name, body }) => this.present(type, { id: `${parentId}/${leaf}/${name}`, body }));
    }
    return this.options.store
      .below(parentId)
      .filter(({ id }) => parseResourceId(id)?.type.toLowerCase() === type.type.toLowerCase())
      .map((resource) => this.present(type, resource));
  }

  /** At, above and below the scope, as Azure lists them; `principalId eq '…'` narrows. */
  private assignmentsAt(request: HttpRequest, { parentId }: CollectionId): readonly Body[] {
    const principal = /principalId eq '([^']*)'/i.exec(request.url.searchParams.get('$filter') ?? '')?.[1];
    const type = this.types.get(ASSIGNMENTS.toLowerCase());
    return this.options.roles
      .below('')
      .filter(({ scope }) => isAtOrBelow(parentId, scope) || isAtOrBelow(scope, parentId))
      .filter(
        ({ principalId }) => principal === undefined || principalId.toLowerCase() === principal.toLowerCase(),
      )
      .flatMap(({ id }) => this.options.store.get(id) ?? [])
      .map((resource) => this.present(type, resource));
  }

  private findRoleDefinitions(request: HttpRequest, { parentId }: CollectionId): HttpResponse {
    const name = /roleName eq '([^']*)'/i.exec(request.url.searchParams.get('$filter') ?? '')?.[1];
    const value = Object.values(ROLES)
      .filter((role) => name === undefined || role.name.toLowerCase() === name.toLowerCase())
      .map((role) =>
        definitionBody(subscriptionOf(parentId) ?? `/subscriptions/${this.options.subscriptionId}`, role.id),
      );
    return jsonResponse(200, { value });
  }

  private roleDefinition({ id, name, parentId }: ResourceId): HttpResponse {
    if (!Object.values(ROLES).some((role) => role.id === name.toLowerCase())) {
      throw new ServiceFault(
        404,
        'RoleDefinitionDoesNotExist',
        `The role definition '${id}' does not exist in the emulator.`,
      );
    }
    return jsonResponse(200, definitionBody(parentId, name.toLowerCase()));
  }

  private action(request: HttpRequest, path: string, caller: string): HttpResponse | undefined {
    const account = /^(.*\/Microsoft\.Storage\/storageAccounts\/[^/]+)\/listKeys$/i.exec(path)?.[1];
    if (request.method !== 'POST' || account === undefined) return undefined;
    this.demand(caller, 'Microsoft.Storage/storageAccounts/listKeys/action', account);
    const stored = this.options.store.get(account);
    if (stored === undefined) throw notFound(account);
    if (properties(stored.body)['allowSharedKeyAccess'] === false) {
      throw new ServiceFault(
        403,
        'KeyBasedAuthenticationNotPermitted',
        'Key based authentication is not permitted on this storage account.',
      );
    }
    const value = Buffer.from(`no key of the emulator opens anything`).toString('base64');
    return jsonResponse(200, {
      keys: ['key1', 'key2'].map((keyName) => ({ keyName, value, permissions: 'FULL' })),
    });
  }

  private startOperation(request: HttpRequest, type: ResourceType): Readonly<Record<string, string>> {
    const operation = randomUUID();
    this.operations.add(operation);
    const namespace = type.type.split('/')[0] ?? '';
    const path = `/subscriptions/${this.options.subscriptionId}/providers/${namespace}/locations/emulator/operations/${operation}`;
    const version = request.url.searchParams.get('api-version') ?? '';
    return {
      'Azure-AsyncOperation': `${request.url.origin}${path}?api-version=${version}`,
      'Retry-After': '0',
    };
  }

  private operationStatus(operation: string): HttpResponse {
    if (!this.operations.has(operation))
      throw new ServiceFault(404, 'OperationNotFound', `There is no operation '${operation}'.`);
    return jsonResponse(200, { name: operation, status: 'Succeeded' }, { 'Retry-After': '0' });
  }

  private demand(caller: string, operation: string, scope: string): void {
    if (this.options.authorize(caller, 'action', operation, scope)) return;
    throw new ServiceFault(
      403,
      'AuthorizationFailed',
      `The client with object id '${caller}' does not have authorization to perform action '${operation}' over scope '${scope}' or the scope is invalid.`,
    );
  }

  private find(
    type: ResourceType,
    resource: ResourceId,
  ): { readonly id: string; readonly body: Body } | undefined {
    if (type.source === undefined) return this.options.store.get(resource.id);
    const body = type.source.find(resource);
    return body === undefined ? undefined : { id: resource.id, body };
  }

  private existing(type: ResourceType, resource: ResourceId): { readonly id: string; readonly body: Body } {
    const found = this.find(type, resource);
    if (found === undefined) throw notFound(resource.id, type.type);
    return found;
  }

  private checkParent({ parentId, type }: ResourceId): void {
    const parent = parseResourceId(parentId);
    if (parent === undefined) {
      if (parentId !== '' && subscriptionOf(parentId) === undefined) throw notFound(parentId);
      return;
    }
    const parentType = this.types.get(parent.type.toLowerCase());
    if (parentType !== undefined && this.find(parentType, parent) !== undefined) return;
    if (parent.type === 'Microsoft.Resources/resourceGroups') {
      throw new ServiceFault(
        404,
        'ResourceGroupNotFound',
        `Resource group '${parent.name}' could not be found.`,
      );
    }
    throw new ServiceFault(
      404,
      'ParentResourceNotFound',
      `The parent '${parentId}' of the ${type} does not exist.`,
    );
  }

  private present(
    type: ResourceType | undefined,
    resource: { readonly id: string; readonly body: Body },
  ): Body {
    const parsed = parseResourceId(resource.id);
    return { name: parsed?.name, type: type?.type ?? parsed?.type, ...resource.body, id: resource.id };
  }

  private trackedResources(groupId: string): readonly Body[] {
    return this.options.store.below(groupId).flatMap((resource) => {
      const parsed = parseResourceId(resource.id);
      const isTracked =
        parsed !== undefined &&
        parsed.parentId.toLowerCase() === groupId.toLowerCase() &&
        resource.body['location'] !== undefined;
      return isTracked
        ? [{ id: resource.id, name: parsed.name, type: parsed.type, location: resource.body['location'] }]
        : [];
    });
  }
}

const VERBS: Readonly<Record<string, string>> = {
  GET: 'read',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

function definitionBody(prefix: string, guid: string): Body {
  const role = Object.values(ROLES).find(({ id }) => id === guid);
  return {
    id: `${prefix}/providers/${DEFINITIONS}/${guid}`,
    name: guid,
    type: DEFINITIONS,
    properties: {
      roleName: role?.name,
      type: 'BuiltInRole',
      assignableScopes: ['/'],
      permissions: [
        {
          actions: role?.actions,
          notActions: role?.notActions,
          dataActions: role?.dataActions,
          notDataActions: [],
        },
      ],
    },
  };
}

function subscriptionOf(path: string): string | undefined {
  return /^\/subscriptions\/[^/]+/i.exec(path)?.[0];
}

function isAtOrBelow(inner: string, outer: string): boolean {
  const [low, high] = [inner.toLowerCase(), outer.toLowerCase().replace(/\/$/, '')];
  return low === high || low.startsWith(`${high}/`);
}

function notFound(id: string, type = ''): ServiceFault {
  const code =
    {
      'Microsoft.Storage/storageAccounts/managementPolicies': 'ManagementPolicyNotFound',
      'Microsoft.Resources/resourceGroups': 'ResourceGroupNotFound',
      [ASSIGNMENTS]: 'RoleAssignmentNotFound',
    }[type] ?? 'ResourceNotFound';
  return new ServiceFault(404, code, `The resource '${id}' was not found.`);
}

function notImplemented(request: HttpRequest, path: string, types: readonly ResourceType[]): HttpResponse {
  const known = types.map(({ type }) => type).join(', ');
  return jsonResponse(501, {
    error: {
      code: 'NotImplementedInEmulator',
      message: `${request.method} ${path} is not in the emulator; its types are ${known}.`,
    },
  });
}

async function jsonBody(request: HttpRequest): Promise<Body> {
  const text = (await readBody(request.body)).toString('utf8');
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body;
  } catch {
    // Answered below, like any other body that is no object.
  }
  throw new ServiceFault(
    400,
    'InvalidRequestContent',
    'The request content was invalid: the body must be a JSON object.',
  );
}
