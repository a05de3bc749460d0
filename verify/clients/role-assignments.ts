import { type BuiltInRole, roleAllows, ROLES } from '../../contract';
import { UnreadableAnswer } from '../error';
import type { ArmBody } from './arm-body';
import type { ArmReader } from './arm-reader';

const AUTHORIZATION = 'providers/Microsoft.Authorization';
const API_VERSION = '2022-04-01';

/** One set of what a role permits and leaves out, as Azure Resource Manager has it. */
interface Permission {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
  readonly notDataActions: readonly string[];
}

/** What a role permits, built in or somebody's own. */
export class RolePowers {
  public constructor(
    public readonly roleName: string,
    private readonly permissions: readonly Permission[],
  ) {}

  public allows(plane: 'action' | 'data-action', operation: string): boolean {
    return this.permissions.some(({ actions, notActions, dataActions, notDataActions }) => {
      const [given, taken] = plane === 'action' ? [actions, notActions] : [dataActions, notDataActions];
      const reaches = (patterns: readonly string[]): boolean =>
        roleAllows({ ...NOTHING, actions: patterns }, 'action', operation);
      return reaches(given) && !reaches(taken);
    });
  }
}

const NOTHING: BuiltInRole = { name: '', id: '', actions: [], notActions: [], dataActions: [] };

/** A role that somebody holds at a scope. */
export interface HeldRole {
  /** Object id of the user, group, service principal or managed identity. */
  readonly principalId: string;
  /** `User`, `Group` or `ServicePrincipal`. */
  readonly principalType: string;
  /** GUID of the role definition. */
  readonly roleId: string;
  readonly scope: string;
  /** Milliseconds since the epoch; absent where Azure does not say. */
  readonly createdAt?: number;
  /** Expression under which the role counts at all. */
  readonly condition?: string;
  readonly powers: RolePowers;
}

export type AssignmentFilter = { readonly assignedTo: string } | { readonly principalId: string } | 'atScope';

/**
 * The role assignments that Azure lists for a scope: those at it and above, also by way of groups with `assignedTo`;
 * with `principalId` those below it as well.
 *
 * @see https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest
 */
export async function heldRoles(
  arm: ArmReader,
  scope: string,
  filter: AssignmentFilter,
  signal?: AbortSignal,
): Promise<readonly HeldRole[]> {
  const found = await arm.list(`${scope}/${AUTHORIZATION}/roleAssignments`, API_VERSION, signal, {
    $filter: filterText(filter),
  });
  const powers = new Map<string, RolePowers>();
  const held: HeldRole[] = [];
  // One after another: nothing may be under way any more when one is refused.
  for (const { properties } of found) {
    const assignment = record(properties);
    const roleId = String(assignment['roleDefinitionId']).split('/').at(-1)?.toLowerCase() ?? '';
    const known = powers.get(roleId) ?? (await powersOf(arm, scope, roleId, signal));
    powers.set(roleId, known);
    held.push(heldRole(assignment, roleId, known));
  }
  return held;
}

function heldRole(
  { principalId, principalType, scope, condition, createdOn }: ArmBody,
  roleId: string,
  powers: RolePowers,
): HeldRole {
  const createdAt = Date.parse(String(createdOn));
  return {
    principalId: String(principalId),
    principalType: typeof principalType === 'string' ? principalType : 'Unknown',
    roleId,
    scope: String(scope),
    ...(Number.isNaN(createdAt) ? {} : { createdAt }),
    ...(typeof condition === 'string' && condition !== '' ? { condition } : {}),
    powers,
  };
}

function filterText(filter: AssignmentFilter): string {
  if (filter === 'atScope') return 'atScope()';
  return 'assignedTo' in filter
    ? `atScope() and assignedTo('${filter.assignedTo}')`
    : `principalId eq '${filter.principalId}'`;
}

async function powersOf(
  arm: ArmReader,
  scope: string,
  roleId: string,
  signal?: AbortSignal,
): Promise<RolePowers> {
  const builtIn = Object.values<BuiltInRole>(ROLES).find(({ id }) => id === roleId);
  if (builtIn !== undefined) return new RolePowers(builtIn.name, [{ ...builtIn, notDataActions: [] }]);
  // At the scope itself: whoever verifies need not be a reader of the subscription.
  const found = await arm.get(`${scope}/${AUTHORIZATION}/roleDefinitions/${roleId}`, API_VERSION, signal);
  const { roleName, permissions } = record(found['properties']);
  if (!Array.isArray(permissions)) throw new UnreadableAnswer('reading a role', 'it has no permissions');
  return new RolePowers(
    typeof roleName === 'string' ? roleName : roleId,
    records(permissions).map(permissionOf),
  );
}

/** A deny assignment: it takes away whatever roles give. Azure makes them, for managed applications and deployment stacks. */
export interface DenyAssignment {
  readonly name: string;
  readonly scope: string;
  /** Whom it names; the empty GUID stands for everybody. */
  readonly principals: readonly { readonly id: string; readonly type: string }[];
  readonly excludedIds: readonly string[];
  readonly denies: RolePowers;
}

/** @see https://learn.microsoft.com/azure/role-based-access-control/deny-assignments-rest */
export async function denyAssignments(
  arm: ArmReader,
  scope: string,
  signal?: AbortSignal,
): Promise<readonly DenyAssignment[]> {
  const found = await arm.list(`${scope}/${AUTHORIZATION}/denyAssignments`, API_VERSION, signal, {
    $filter: 'atScope()',
  });
  return found.map(({ properties, name: id }) => {
    const { denyAssignmentName, scope: at, permissions, principals, excludePrincipals } = record(properties);
    const name = typeof denyAssignmentName === 'string' ? denyAssignmentName : String(id);
    return {
      name,
      scope: String(at),
      principals: records(principals).map(({ id: one, type }) => ({ id: String(one), type: String(type) })),
      excludedIds: records(excludePrincipals).map((one) => String(one['id'])),
      denies: new RolePowers(name, records(permissions).map(permissionOf)),
    };
  });
}

function permissionOf({ actions, notActions, dataActions, notDataActions }: ArmBody): Permission {
  return {
    actions: texts(actions),
    notActions: texts(notActions),
    dataActions: texts(dataActions),
    notDataActions: texts(notDataActions),
  };
}

function record(value: unknown): ArmBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as ArmBody) : {};
}

function records(value: unknown): readonly ArmBody[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
