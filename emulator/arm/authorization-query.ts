import { type BuiltInRole, ROLES } from '../../contract';
import { isAtOrBelow, type RoleAssignment, roleOf } from '../domain/role-book';
import { ServiceFault } from '../fault';
import type { ResourceId } from './resource-id';
import type { Body } from './resource-type';

export const ROLE_DEFINITIONS = 'Microsoft.Authorization/roleDefinitions';

/**
 * The assignments that Azure lists at a scope: those at, above and below it; `principalId eq '…'` keeps one
 * principal's, `atScope()` leaves out those below.
 *
 * @throws ServiceFault where the filter is another one
 */
export function assignmentsAt(
  assignments: readonly RoleAssignment[],
  scope: string,
  filter: string | null,
): readonly RoleAssignment[] {
  const above = assignments.filter((assignment) => isAtOrBelow(scope, assignment.scope));
  if (filter !== null && /^atScope\(\)$/i.test(filter)) return above;
  const principalId = /^principalId eq '([^']*)'$/i.exec(filter ?? '')?.[1]?.toLowerCase();
  if (filter !== null && principalId === undefined) {
    throw unknownFilter(`filters principalId eq '…' and atScope()`, filter);
  }
  return assignments
    .filter((assignment) => above.includes(assignment) || isAtOrBelow(assignment.scope, scope))
    .filter((assignment) => [undefined, assignment.principalId.toLowerCase()].includes(principalId));
}

/** The built-in roles, or by `roleName eq '…'` the one of that name, as they are found at a scope. */
export function findRoleDefinitions(scope: string, filter: string | null): readonly Body[] {
  const name = /^roleName eq '([^']*)'$/i.exec(filter ?? '')?.[1]?.toLowerCase();
  if (filter !== null && name === undefined) throw unknownFilter(`filter roleName eq '…'`, filter);
  const prefix = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? '';
  return Object.values(ROLES)
    .filter((role) => [undefined, role.name.toLowerCase()].includes(name))
    .map((role) => definitionBody(prefix, role));
}

/** @throws ServiceFault where no role has this id */
export function roleDefinition({ id, name, parentId }: ResourceId): Body {
  const role = roleOf(name);
  if (role === undefined) {
    throw new ServiceFault(
      404,
      'RoleDefinitionDoesNotExist',
      `The role definition '${id}' does not exist in the emulator.`,
    );
  }
  return definitionBody(parentId, role);
}

function definitionBody(prefix: string, { id, name, actions, notActions, dataActions }: BuiltInRole): Body {
  return {
    id: `${prefix}/providers/${ROLE_DEFINITIONS}/${id}`,
    name: id,
    type: ROLE_DEFINITIONS,
    properties: {
      roleName: name,
      type: 'BuiltInRole',
      assignableScopes: ['/'],
      permissions: [{ actions, notActions, dataActions, notDataActions: [] }],
    },
  };
}

function unknownFilter(known: string, filter: string): ServiceFault {
  return new ServiceFault(
    400,
    'UnsupportedQuery',
    `The emulator knows the ${known}, got ${JSON.stringify(filter)}.`,
  );
}
