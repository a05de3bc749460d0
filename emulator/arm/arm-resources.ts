import { nameProblem } from '../../contract';
import type { Resource, ResourceStore } from '../domain/resource-store';
import { ServiceFault } from '../fault';
import { LOCKS, ROLE_ASSIGNMENTS } from './identity-types';
import { type CollectionId, parseResourceId, type ResourceId } from './resource-id';
import { type Body, type Problem, properties, type ResourceType, shown, type Write } from './resource-type';

const RESOURCE_GROUPS = 'Microsoft.Resources/resourceGroups';

/** The resources of all types: a store, with what each type adds, checks and answers. */
export class ArmResources {
  private readonly typesByName: ReadonlyMap<string, ResourceType>;

  public constructor(
    public readonly store: ResourceStore,
    public readonly types: readonly ResourceType[],
  ) {
    this.typesByName = new Map(types.map((type) => [type.type.toLowerCase(), type]));
  }

  public typeOf(type: string): ResourceType | undefined {
    return this.typesByName.get(type.toLowerCase());
  }

  /** @throws ServiceFault where nothing has the id */
  public stored(id: string): Resource {
    const found = this.store.get(id);
    if (found === undefined) throw notFound({ id, name: '' });
    return found;
  }

  /** @throws ServiceFault where it, or what it would belong to, is not there */
  public existing(type: ResourceType, resource: ResourceId): Resource {
    this.checkParent(resource);
    const found = this.find(type, resource);
    if (found === undefined) throw notFound(resource, type.type);
    return found;
  }

  /** @returns the status of the answer, and what it shows */
  public write(type: ResourceType, resource: ResourceId, body: Body): { status: number; shown: Body } {
    this.checkParent(resource);
    const previous = this.find(type, resource)?.body;
    const sent = Object.fromEntries(
      Object.entries(body).filter(([key]) => !['id', 'type', 'name'].includes(key)),
    );
    const write = { resource, body: sent, previous };
    this.check(type, write);
    const completed = type.complete?.(write) ?? sent;
    if (type.source === undefined) this.store.put(resource.id, completed);
    else type.source.put(resource, completed);
    type.onStored?.(resource, completed);
    return {
      status: previous === undefined ? (type.created ?? 201) : (type.replaced ?? 200),
      shown: this.present(type, this.existing(type, resource)),
    };
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

  public isTakenElsewhere(type: ResourceType, { id, name }: ResourceId): boolean {
    return this.store.below('/subscriptions').some((other) => {
      const parsed = parseResourceId(other.id);
      return (
        parsed?.type.toLowerCase() === type.type.toLowerCase() &&
        parsed.name.toLowerCase() === name.toLowerCase() &&
        other.id.toLowerCase() !== id.toLowerCase()
      );
    });
  }

  /**
   * Removal is immediate: a GET right after it answers 404, as the provider's poller wants.
   *
   * @returns the status of the answer
   * @throws ServiceFault where a lock, or what is there, stands against it
   */
  public remove(type: ResourceType, resource: ResourceId): number {
    this.checkParent(resource);
    if (this.find(type, resource) === undefined) {
      if (type.type === RESOURCE_GROUPS) throw notFound(resource, type.type);
      return 204;
    }
    if (type.type !== LOCKS) this.checkLocks(resource);
    if (type.type === RESOURCE_GROUPS) {
      this.removeGroup(resource);
      return 202;
    }
    const problem = type.removalProblem?.(resource);
    if (problem !== undefined) throw new ServiceFault(problem.status, problem.code, problem.message);
    if (type.source !== undefined) type.source.remove(resource);
    this.removeTree(resource);
    return 200;
  }

  /** What uses something goes before what it uses. */
  private removeGroup(group: ResourceId): void {
    const rankOf = ({ id }: { readonly id: string }): number => {
      const type = parseResourceId(id)?.type.toLowerCase();
      const rank = USERS_BEFORE_USED.findIndex((one) => one.toLowerCase() === type);
      return rank < 0 ? USERS_BEFORE_USED.length : rank;
    };
    const members = this.store
      .below(group.id)
      .flatMap(({ id }) => parseResourceId(id) ?? [])
      .filter(({ parentId }) => parentId.toLowerCase() === group.id.toLowerCase())
      .toSorted((one, other) => rankOf(one) - rankOf(other));
    for (const member of [...members, group]) this.removeTree(member);
  }

  private removeTree(resource: ResourceId): void {
    for (const removed of this.store.delete(resource.id)) {
      const parsed = parseResourceId(removed.id);
      if (parsed !== undefined) this.typeOf(parsed.type)?.onRemoved?.(parsed, removed.body);
    }
  }

  /** A lock holds for what it is on, for all below it, and so for what holds that. */
  private checkLocks({ id }: ResourceId): void {
    const isWithin = (one: string, other: string): boolean =>
      `${one.toLowerCase()}/`.startsWith(`${other.toLowerCase()}/`);
    const locks = this.store
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

  public members(type: ResourceType, { parentId }: CollectionId): readonly Body[] {
    if (type.source !== undefined) {
      const leaf = type.type.split('/').at(-1) ?? '';
      return type.source
        .list(parentId)
        .map(({ name, body }) => this.present(type, { id: `${parentId}/${leaf}/${name}`, body }));
    }
    return this.store
      .below(parentId)
      .filter(({ id }) => parseResourceId(id)?.type.toLowerCase() === type.type.toLowerCase())
      .map((resource) => this.present(type, resource));
  }

  public checkParent({ parentId, type }: CollectionId): void {
    const parent = parseResourceId(parentId);
    if (parent === undefined) {
      if (parentId !== '' && !SUBSCRIPTION.test(parentId)) throw notFound({ id: parentId, name: '' });
      return;
    }
    const parentType = this.typeOf(parent.type);
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

  public present(type: ResourceType | undefined, resource: Resource): Body {
    const parsed = parseResourceId(resource.id);
    const shownBody =
      type?.derived === undefined
        ? resource.body
        : { ...resource.body, properties: { ...properties(resource.body), ...type.derived(resource.id) } };
    return { name: parsed?.name, type: type?.type ?? parsed?.type, ...shownBody, id: resource.id };
  }

  public trackedResources(groupId: string): readonly Body[] {
    return this.store.below(groupId).flatMap((resource) => {
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

  private find(type: ResourceType, resource: ResourceId): Resource | undefined {
    if (type.source === undefined) return this.store.get(resource.id);
    const body = type.source.find(resource);
    return body === undefined ? undefined : { id: resource.id, body };
  }
}

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
