import { type BuiltInRole, ROLES } from '../../contract';
import type { ResourceStore } from '../domain/resource-store';
import { isAtOrBelow, type RoleAssignment, roleOf } from '../domain/role-book';
import { ServiceFault } from '../fault';
import type { ResourceId } from './resource-id';
import type { Body } from './resource-type';

export const ROLE_DEFINITIONS = 'Microsoft.Authorization/roleDefinitions';

export const DENY_ASSIGNMENTS = 'Microsoft.Authorization/denyAssignments';

/**
 * The assignments that Azure lists at a scope: those at, above and below it; `principalId eq '…'` keeps one
 * principal's, as does `assignedTo('…')` where there are no groups, `atScope()` leaves out those below.
 *
 * @throws ServiceFault where the filter is another one
 */
export function assignmentsAt(
  assignments: readonly RoleAssignment[],
  scope: string,
  filter: string | null,
): readonly RoleAssignment[] {
  const above = assignments.filter((assignment) => isAtOrBelow(scope, assignment.scope));
  const [, atScope, assigned] =
    /^(atScope\(\))?(?:(?:^| and )assignedTo\('([^']*)'\))?$/i.exec(filter ?? '') ?? [];
  const principalId = (assigned ?? /^principalId eq '([^']*)'$/i.exec(filter ?? '')?.[1])?.toLowerCase();
  if (filter !== null && atScope === undefined && principalId === undefined) {
    throw unknownFilter(`filters principalId eq '…', assignedTo('…'), atScope(), and the latter two`, filter);
  }
  return assignments
    .filter((assignment) => above.includes(assignment) || isAtOrBelow(assignment.scope, scope))
    .filter((assignment) => atScope === undefined || above.includes(assignment))
    .filter((assignment) => [undefined, assignment.principalId.toLowerCase()].includes(principalId));
}

/**
 * The deny assignments at a scope and above, which only Azure itself makes: here a fault does.
 *
 * @throws ServiceFault where the filter is another one than `atScope()`
 */
export function denialsAt(store: ResourceStore, scope: string, filter: string | null): readonly Body[] {
  if (filter === null || !/^atScope\(\)$/i.test(filter))
    throw unknownFilter('filter atScope()', filter ?? '');
  return store
    .below('')
    .filter(({ id }) => DENY_ASSIGNMENT.test(id))
    .map(({ id, body }) => ({ id, name: id.split('/').at(-1), type: DENY_ASSIGNMENTS, ...body }))
    .filter(({ id }) => isAtOrBelow(scope, id.replace(DENY_ASSIGNMENT, '')));
}

const DENY_ASSIGNMENT = /\/providers\/Microsoft\.Authorization\/denyAssignments\/[^/]+$/i;

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
