import { AUDIENCES, nameProblem } from '../../contract';
import type { Authenticate, Authorize } from '../domain/authorizer';
import type { BlobCapacity } from '../domain/blob-capacity';
import type { ResourceStore } from '../domain/resource-store';
import type { RoleBook } from '../domain/role-book';
import type { StateStore } from '../domain/state-store';
import { ServiceFault } from '../fault';
import type { Handler, HttpRequest, HttpResponse } from '../http/exchange';
import { jsonResponse } from '../http/json-response';
import {
  assignmentsAt,
  denialsAt,
  DENY_ASSIGNMENTS,
  findRoleDefinitions,
  ROLE_DEFINITIONS,
  roleDefinition,
} from './authorization-query';
import { LOCKS, ROLE_ASSIGNMENTS } from './identity-types';
import { JOBS } from './container-types';
import { LongRunningOperations } from './long-running-operation';
import { mergePatch } from './merge-patch';
import { OLD_CLOUD_METADATA } from './metadata';
import { accountNameAvailability, permissionsOf, resourceProvider } from './preflight-query';
import { jsonBody, requestPath } from './request-content';
import { availabilityHistory, currentAvailability, type HealthSubject } from './resource-health';
import { type CollectionId, parseCollectionId, parseResourceId, type ResourceId } from './resource-id';
import { type Body, type Problem, properties, type ResourceType, shown, type Write } from './resource-type';
import { metricsAnswer } from './storage-metrics';

export interface ArmPlaneOptions {
  readonly store: ResourceStore;
  readonly roles: RoleBook;
  readonly types: readonly ResourceType[];
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
  /** Keys of a storage account, base64. */
  readonly accountKeys: (accountId: string) => readonly string[];
  /** Origin of Azure Resource Manager itself, one of the audiences that its tokens may have. */
  readonly armOrigin: () => string;
  /** How a resource is; undefined for those that Resource Health is not told of. */
  readonly healthOf: (resourceId: string) => Pick<HealthSubject, 'health' | 'history'> | undefined;
  /** What a storage account holds, at a time in milliseconds since the epoch. */
  readonly capacityOf: (accountId: string, now: number) => readonly BlobCapacity[];
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
  private readonly types: ReadonlyMap<string, ResourceType>;
  private readonly operations: LongRunningOperations;

  public constructor(private readonly options: ArmPlaneOptions) {
    this.types = new Map(options.types.map((type) => [type.type.toLowerCase(), type]));
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
    const observed =
      this.resourceHealth(request, path, caller.objectId) ?? this.metrics(request, path, caller.objectId);
    if (observed !== undefined) return observed;
    const operation = request.method === 'GET' ? this.operations.statusAt(path) : undefined;
    if (operation !== undefined) return jsonResponse(200, operation.body, operation.headers);
    return (
      this.action(request, path, caller.objectId) ??
      (await this.preflight(request, path, caller.objectId)) ??
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
    if (request.method === 'GET' && resource.type.toLowerCase() === ROLE_DEFINITIONS.toLowerCase()) {
      return jsonResponse(200, roleDefinition(resource));
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
        return type.undeletable === true ? undefined : this.remove(request, type, resource);
      default:
        return undefined;
    }
  }

  private write(request: HttpRequest, type: ResourceType, resource: ResourceId, body: Body): HttpResponse {
    this.checkParent(resource);
    const previous = this.find(type, resource)?.body;
    const sent = Object.fromEntries(
      Object.entries(body).filter(([key]) => !['id', 'type', 'name'].includes(key)),
    );
    const write = { resource, body: sent, previous };
    this.check(type, write);
    const completed = type.complete?.(write) ?? sent;
    if (type.source === undefined) this.options.store.put(resource.id, completed);
    else type.source.put(resource, completed);
    type.onStored?.(resource, completed);

    const stored = this.present(type, this.existing(type, resource));
    const status = previous === undefined ? (type.created ?? 201) : (type.replaced ?? 200);
    const headers = type.longRunning === true ? this.operations.startWrite(request, type.type) : {};
    return jsonResponse(status, stored, headers);
  }

  /** @throws ServiceFault that names everything wrong with the write, or else the resource that stands against it */
  private check(type: ResourceType, write: Write): void {
    const problems = [...commonProblems(type, write), ...(type.problems?.(write) ?? [])];
    const [first] = problems;
    if (first !== undefined) {
      throw new ServiceFault(400, first.code, problems.map(({ message }) => message).join(' '));
    }
    const { resource, body, previous } = write;
    if (type.nameTakenCode !== undefined && this.isTakenElsewhere(type, resource)) {
      throw new ServiceFault(
        409,
        type.nameTakenCode,
        `The name '${resource.name}' of a ${type.type} is taken; it must be unique in all of Azure.`,
      );
    }
    if (type.located === true && previous !== undefined && !sameRegion(previous, body)) {
      throw new ServiceFault(
        409,
        'InvalidResourceLocation',
        `The resource '${resource.id}' exists in '${String(previous['location'])}' and cannot be moved to '${String(body['location'])}'.`,
      );
    }
  }

  private isTakenElsewhere(type: ResourceType, { id, name }: ResourceId): boolean {
    return this.options.store.below('/subscriptions').some((other) => {
      const parsed = parseResourceId(other.id);
      return (
        parsed?.type.toLowerCase() === type.type.toLowerCase() &&
        parsed.name.toLowerCase() === name.toLowerCase() &&
        other.id.toLowerCase() !== id.toLowerCase()
      );
    });
  }

  /** Removal is immediate: a GET right after it answers 404, as the provider's poller wants. */
  private remove(request: HttpRequest, type: ResourceType, resource: ResourceId): HttpResponse {
    this.checkParent(resource);
    if (this.find(type, resource) === undefined) {
      if (type.type === RESOURCE_GROUPS) throw notFound(resource, type.type);
      return { status: 204 };
    }
    if (type.type !== LOCKS) this.checkLocks(resource);
    if (type.type === RESOURCE_GROUPS) {
      this.removeGroup(resource);
      return { status: 202, headers: this.operations.startDeletion(request, type.type) };
    }
    const problem = type.removalProblem?.(resource);
    if (problem !== undefined) throw new ServiceFault(problem.status, problem.code, problem.message);
    if (type.source !== undefined) type.source.remove(resource);
    this.removeTree(resource);
    return { status: 200 };
  }

  /** What uses something goes before what it uses. */
  private removeGroup(group: ResourceId): void {
    const rankOf = ({ id }: { readonly id: string }): number => {
      const type = parseResourceId(id)?.type.toLowerCase();
      const rank = USERS_BEFORE_USED.findIndex((one) => one.toLowerCase() === type);
      return rank < 0 ? USERS_BEFORE_USED.length : rank;
    };
    const members = this.options.store
      .below(group.id)
      .flatMap(({ id }) => parseResourceId(id) ?? [])
      .filter(({ parentId }) => parentId.toLowerCase() === group.id.toLowerCase())
      .toSorted((one, other) => rankOf(one) - rankOf(other));
    for (const member of [...members, group]) this.removeTree(member);
  }

  private removeTree(resource: ResourceId): void {
    for (const removed of this.options.store.delete(resource.id)) {
      const parsed = parseResourceId(removed.id);
      if (parsed !== undefined) this.types.get(parsed.type.toLowerCase())?.onRemoved?.(parsed, removed.body);
    }
  }

  /** A lock holds for what it is on, for all below it, and so for what holds that. */
  private checkLocks({ id }: ResourceId): void {
    const isWithin = (one: string, other: string): boolean =>
      `${one.toLowerCase()}/`.startsWith(`${other.toLowerCase()}/`);
    const locks = this.options.store
      .below('/subscriptions')
      .flatMap((resource) => parseResourceId(resource.id) ?? [])
      .filter(({ type }) => type.toLowerCase() === LOCKS.toLowerCase())
      .filter(({ parentId }) => isWithin(id, parentId) || isWithin(parentId, id));
    if (locks.length === 0) return;
    const scopes = locks.map(({ parentId }) => `'${parentId}'`).join(', ');
    throw new ServiceFault(
      409,
      'ScopeLocked',
      `The scope '${id}' cannot perform delete operation because following scope(s) are locked: ${scopes}. ` +
        'Please remove the lock and try again.',
    );
  }

  private collection(request: HttpRequest, path: string, caller: string): HttpResponse | undefined {
    if (request.method !== 'GET') return undefined;
    const resources = /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+)\/resources$/i.exec(path)?.[1];
    if (resources !== undefined) {
      this.demand(caller, 'Microsoft.Resources/subscriptions/resourceGroups/read', resources);
      this.checkParent({ parentId: resources, type: '' });
      return jsonResponse(200, { value: this.trackedResources(resources) });
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
      this.demand(caller, `${DENY_ASSIGNMENTS}/read`, collection.parentId);
      return jsonResponse(200, { value: denialsAt(this.options.store, collection.parentId, filter) });
    }
    const type = this.types.get(collection.type.toLowerCase());
    if (type === undefined) return undefined;
    this.demand(caller, `${type.type}/read`, collection.parentId);
    this.checkParent(collection);
    const value =
      type.type === ROLE_ASSIGNMENTS
        ? assignmentsAt(this.options.roles.all(), collection.parentId, filter)
            .flatMap(({ id }) => this.options.store.get(id) ?? [])
            .map((resource) => this.present(type, resource))
        : this.members(type, collection);
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

  private action(request: HttpRequest, path: string, caller: string): HttpResponse | undefined {
    const logs = /^(.*\/Microsoft\.OperationalInsights\/workspaces\/[^/]+)\/sharedKeys$/i.exec(path)?.[1];
    if (request.method === 'POST' && logs !== undefined) {
      this.demand(caller, 'Microsoft.OperationalInsights/workspaces/sharedKeys/action', logs);
      if (this.options.store.get(logs) === undefined) throw notFound({ id: logs, name: '' });
      return jsonResponse(200, { primarySharedKey: NO_KEY, secondarySharedKey: NO_KEY });
    }
    const job = /^(.*\/Microsoft\.App\/jobs\/[^/]+)\/listSecrets$/i.exec(path)?.[1];
    if (request.method === 'POST' && job !== undefined) {
      this.demand(caller, `${JOBS}/listSecrets/action`, job);
      if (this.options.store.get(job) === undefined) throw notFound({ id: job, name: '' });
      return jsonResponse(200, { value: [] });
    }
    const account = /^(.*\/Microsoft\.Storage\/storageAccounts\/[^/]+)\/listKeys$/i.exec(path)?.[1];
    if (request.method !== 'POST' || account === undefined) return undefined;
    this.demand(caller, 'Microsoft.Storage/storageAccounts/listKeys/action', account);
    const stored = this.options.store.get(account);
    if (stored === undefined) throw notFound({ id: account, name: '' });
    if (properties(stored.body)['allowSharedKeyAccess'] === false) {
      throw new ServiceFault(
        403,
        'KeyBasedAuthenticationNotPermitted',
        'Key based authentication is not permitted on this storage account.',
      );
    }
    return jsonResponse(200, {
      keys: this.options.accountKeys(account).map((value, at) => ({
        keyName: `key${at + 1}`,
        value,
        permissions: 'FULL',
      })),
    });
  }

  /** What is asked before anything is made. */
  private async preflight(
    request: HttpRequest,
    path: string,
    caller: string,
  ): Promise<HttpResponse | undefined> {
    const [, subscriptionId = '', namespace] =
      /^\/subscriptions\/([^/]+)\/providers\/([^/]+)$/i.exec(path) ?? [];
    if (request.method === 'GET' && namespace !== undefined) {
      const found = resourceProvider(subscriptionId, namespace, this.options.types);
      return found === undefined ? undefined : jsonResponse(200, found);
    }
    const [, subscription = '', registered] =
      /^\/subscriptions\/([^/]+)\/providers\/([^/]+)\/register$/i.exec(path) ?? [];
    if (request.method === 'POST' && registered !== undefined) {
      const found = resourceProvider(subscription, registered, this.options.types);
      if (found === undefined) return undefined;
      this.demand(caller, `${registered}/register/action`, `/subscriptions/${subscription}`);
      return jsonResponse(200, found);
    }
    const group =
      /^(\/subscriptions\/[^/]+\/resourceGroups\/[^/]+)\/providers\/Microsoft\.Authorization\/permissions$/i.exec(
        path,
      )?.[1];
    if (request.method === 'GET' && group !== undefined) {
      this.demand(caller, 'Microsoft.Authorization/permissions/read', group);
      this.checkParent({ parentId: group, type: '' });
      return jsonResponse(200, permissionsOf(this.options.roles.rolesAt(caller, group)));
    }
    const storage = /^(\/subscriptions\/[^/]+)\/providers\/Microsoft\.Storage\/checkNameAvailability$/i.exec(
      path,
    )?.[1];
    if (request.method !== 'POST' || storage === undefined) return undefined;
    this.demand(caller, 'Microsoft.Storage/checkNameAvailability/read', storage);
    const { name } = await jsonBody(request);
    if (typeof name !== 'string') {
      throw new ServiceFault(400, 'InvalidRequestContent', `name must be a text, got ${shown(name)}.`);
    }
    const id = `${storage}/resourceGroups/-/providers/${STORAGE_ACCOUNTS}/${name}`;
    const type = this.types.get(STORAGE_ACCOUNTS.toLowerCase());
    const isTaken =
      type !== undefined && this.isTakenElsewhere(type, { id, name, type: STORAGE_ACCOUNTS, parentId: '' });
    return jsonResponse(200, accountNameAvailability(name, isTaken));
  }

  private resourceHealth(request: HttpRequest, path: string, caller: string): HttpResponse | undefined {
    const [, id, current] =
      /^(.+)\/providers\/Microsoft\.ResourceHealth\/availabilityStatuses(\/current)?$/i.exec(path) ?? [];
    if (request.method !== 'GET' || id === undefined) return undefined;
    this.demand(caller, 'Microsoft.ResourceHealth/availabilityStatuses/read', id);
    const stored = this.options.store.get(id);
    if (stored === undefined) throw notFound({ id, name: '' });
    const subject = this.options.healthOf(stored.id);
    if (subject === undefined) return undefined;
    const expand = request.url.searchParams.get('$expand')?.toLowerCase() === 'recommendedactions';
    const told = {
      ...subject,
      id: stored.id,
      location: stored.body['location'],
      askedAt: request.receivedAt,
    };
    return current === undefined
      ? jsonResponse(200, { value: availabilityHistory(told, expand) })
      : jsonResponse(200, currentAvailability(told, expand));
  }

  private metrics(request: HttpRequest, path: string, caller: string): HttpResponse | undefined {
    const id = /^(.+)\/providers\/Microsoft\.Insights\/metrics$/i.exec(path)?.[1];
    if (request.method !== 'GET' || id === undefined) return undefined;
    this.demand(caller, 'Microsoft.Insights/metrics/read', id);
    const stored = this.options.store.get(id);
    const resource = parseResourceId(stored?.id ?? '');
    if (stored === undefined || resource === undefined) throw notFound({ id, name: '' });
    const accountId = /^.*\/storageAccounts\/[^/]+/i.exec(stored.id)?.[0] ?? '';
    const { status, body } = metricsAnswer({
      id: stored.id,
      type: this.types.get(resource.type.toLowerCase())?.type ?? resource.type,
      location: this.options.store.get(accountId)?.body['location'],
      parameters: request.url.searchParams,
      askedAt: request.receivedAt,
      capacities: () => this.options.capacityOf(accountId, request.receivedAt),
    });
    return jsonResponse(status, body);
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
    this.checkParent(resource);
    const found = this.find(type, resource);
    if (found === undefined) throw notFound(resource, type.type);
    return found;
  }

  private checkParent({ parentId, type }: CollectionId): void {
    const parent = parseResourceId(parentId);
    if (parent === undefined) {
      if (parentId !== '' && !SUBSCRIPTION.test(parentId)) throw notFound({ id: parentId, name: '' });
      return;
    }
    const parentType = this.types.get(parent.type.toLowerCase());
    if (parentType !== undefined && this.find(parentType, parent) !== undefined) return;
    if (parent.type === RESOURCE_GROUPS) throw notFound(parent, RESOURCE_GROUPS);
    const group = GROUP_OF.exec(parentId)?.[0];
    if (group !== undefined) this.checkParent({ parentId: group, type });
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
    const shownBody =
      type?.derived === undefined
        ? resource.body
        : { ...resource.body, properties: { ...properties(resource.body), ...type.derived(resource.id) } };
    return { name: parsed?.name, type: type?.type ?? parsed?.type, ...shownBody, id: resource.id };
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

const STORAGE_ACCOUNTS = 'Microsoft.Storage/storageAccounts';
const NO_KEY = Buffer.from('no key of the emulator opens anything').toString('base64');

const VERBS: Readonly<Record<string, string>> = {
  GET: 'read',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

const RESOURCE_GROUPS = 'Microsoft.Resources/resourceGroups';

/** Types in the order in which the resources of a group go; all others go last. */
const USERS_BEFORE_USED = [
  'Microsoft.App/jobs',
  'Microsoft.App/managedEnvironments',
  'Microsoft.Network/privateEndpoints',
  'Microsoft.HealthcareApis/workspaces',
  'Microsoft.Storage/storageAccounts',
  'Microsoft.Network/privateDnsZones',
  'Microsoft.Network/virtualNetworks',
];

const SUBSCRIPTION = /^\/subscriptions\/[^/]+$/i;
const GROUP_OF = /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+(?=\/)/i;

function commonProblems(type: ResourceType, { resource, body }: Write): readonly Problem[] {
  const problems: Problem[] = [];
  const name =
    type.singleton === true && resource.name !== 'default'
      ? `must be 'default', got '${resource.name}'`
      : type.nameKind === undefined
        ? undefined
        : nameProblem(type.nameKind, resource.name);
  if (name !== undefined) {
    problems.push({ code: 'InvalidResourceName', message: `The name of a ${type.type} ${name}.` });
  }
  if (type.located === true && typeof body['location'] !== 'string') {
    problems.push({
      code: 'LocationRequired',
      message: `location must name a region, got ${shown(body['location'])}.`,
    });
  }
  return problems;
}

/** Azure takes "West Europe" for westeurope. */
function sameRegion(before: Body, after: Body): boolean {
  const [one, other] = [before, after].map(({ location }) =>
    String(location).toLowerCase().replaceAll(' ', ''),
  );
  return one === other;
}

function notFound({ id, name }: { readonly id: string; readonly name: string }, type = ''): ServiceFault {
  if (type === RESOURCE_GROUPS) {
    return new ServiceFault(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
  }
  const code =
    {
      'Microsoft.Storage/storageAccounts/managementPolicies': 'ManagementPolicyNotFound',
      [ROLE_ASSIGNMENTS]: 'RoleAssignmentNotFound',
    }[type] ?? 'ResourceNotFound';
  return new ServiceFault(404, code, `The resource '${id}' was not found.`);
}

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
