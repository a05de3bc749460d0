import { roleAllows, ROLES, type BuiltInRole } from '../../contract';
import type { Authorize } from './authorizer';
import type { ResourceStore } from './resource-store';

const ROLE_ASSIGNMENT = /\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i;

export interface RoleAssignment {
  readonly id: string;
  readonly scope: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
}

/** Role assignments as they stand in the store; a change counts at once. */
export class RoleBook {
  /** @param standing assignments that no request made and none can remove */
  public constructor(
    private readonly resources: ResourceStore,
    private readonly standing: readonly Omit<RoleAssignment, 'id'>[],
  ) {}

  /** Assignments made through Azure Resource Manager, at whatever scope. */
  public all(): readonly RoleAssignment[] {
    return this.resources
      .below('')
      .filter(({ id }) => ROLE_ASSIGNMENT.test(id))
      .map(({ id, body }) => ({ id, ...(body['properties'] as Omit<RoleAssignment, 'id'>) }));
  }

  /** The roles that somebody holds at a scope, also by way of what is above it. */
  public rolesAt(principalId: string, scope: string): readonly BuiltInRole[] {
    return [...this.standing, ...this.all()]
      .filter((assignment) => assignment.principalId.toLowerCase() === principalId.toLowerCase())
      .filter((assignment) => isAtOrBelow(scope, assignment.scope))
      .flatMap(({ roleDefinitionId }) => roleOf(roleDefinitionId) ?? []);
  }

  public readonly authorize: Authorize = (principalId, plane, operation, scope) =>
    [...this.standing, ...this.all()].some((assignment) => {
      const role = roleOf(assignment.roleDefinitionId);
      return (
        role !== undefined &&
        assignment.principalId.toLowerCase() === principalId.toLowerCase() &&
        isAtOrBelow(scope, assignment.scope) &&
        roleAllows(role, plane, operation)
      );
    });
}

export function roleOf(roleDefinitionId: string): BuiltInRole | undefined {
  const guid = roleDefinitionId.split('/').at(-1)?.toLowerCase();
  return Object.values(ROLES).find((role) => role.id === guid);
}

/** Whether an id is `scope` itself or something below it; case does not count, nor does a slash at the end. */
export function isAtOrBelow(id: string, scope: string): boolean {
  const [inner, outer] = [id.toLowerCase(), scope.toLowerCase().replace(/\/$/, '')];
  return inner === outer || inner.startsWith(`${outer}/`);
}
