import { roleAllows, ROLES, type BuiltInRole } from '../../contract';
import type { Authorize } from './authorizer';
import type { ResourceStore } from './resource-store';

export const ROLE_ASSIGNMENTS = '/providers/Microsoft.Authorization/roleAssignments/';

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

  /** Assignments made through Azure Resource Manager at `scope` and below. */
  public below(scope: string): readonly RoleAssignment[] {
    return this.resources
      .below(scope)
      .filter(({ id }) => id.toLowerCase().includes(ROLE_ASSIGNMENTS.toLowerCase()))
      .map(({ id, body }) => ({ id, ...(body['properties'] as Omit<RoleAssignment, 'id'>) }));
  }

  public readonly authorize: Authorize = (principalId, plane, operation, scope) =>
    [...this.standing, ...this.below('')].some(
      (assignment) =>
        assignment.principalId.toLowerCase() === principalId.toLowerCase() &&
        covers(assignment.scope, scope) &&
        roleOf(assignment.roleDefinitionId) !== undefined &&
        roleAllows(roleOf(assignment.roleDefinitionId) as BuiltInRole, plane, operation),
    );
}

export function roleOf(roleDefinitionId: string): BuiltInRole | undefined {
  const guid = roleDefinitionId.split('/').at(-1)?.toLowerCase();
  return Object.values(ROLES).find((role) => role.id === guid);
}

/** Whether an assignment at `scope` reaches a resource: itself and everything below it. */
function covers(scope: string, resourceId: string): boolean {
  const [outer, inner] = [scope.toLowerCase().replace(/\/$/, ''), resourceId.toLowerCase()];
  return inner === outer || inner.startsWith(`${outer}/`);
}
