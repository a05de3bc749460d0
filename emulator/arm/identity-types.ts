import { randomUUID } from 'node:crypto';
import { NAME_RULES } from '../../contract';
import type { Clock } from '../clock';
import { isManagedPrincipal, userAssignedIdentity } from '../domain/managed-identity';
import type { ResourceStore } from '../domain/resource-store';
import { type RoleAssignment, type RoleBook, roleOf } from '../domain/role-book';
import { ServiceFault } from '../fault';
import {
  type Body,
  type Problem,
  properties,
  record,
  type ResourceType,
  shown,
  type Write,
} from './resource-type';

export const ROLE_ASSIGNMENTS = 'Microsoft.Authorization/roleAssignments';

export const LOCKS = 'Microsoft.Authorization/locks';

export interface IdentityOptions {
  readonly clock: Clock;
  readonly store: ResourceStore;
  readonly roles: RoleBook;
  readonly tenantId: string;
  readonly isApplication: (objectId: string) => boolean;
}

/** Managed identities, role assignments and locks. */
export function identityTypes(options: IdentityOptions): readonly ResourceType[] {
  return [
    {
      type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
      nameKind: 'userAssignedIdentity',
      located: true,
      complete: ({ body, previous }) => {
        const { principalId = randomUUID(), clientId = randomUUID() } = properties(previous);
        const { tenantId } = options;
        const { isolationScope = 'None' } = properties(body);
        return {
          ...body,
          properties: { ...properties(body), isolationScope, principalId, clientId, tenantId },
        };
      },
    },
    {
      type: LOCKS,
      problems: ({ body }) => lockProblems(properties(body)),
    },
    {
      type: ROLE_ASSIGNMENTS,
      nameKind: 'guid',
      problems: ({ body }) => assignmentProblems(properties(body)),
      complete: (write) => completeAssignment(write, options),
      onRemoved: ({ id }, body) =>
        options.roles.wasRemoved({ id, ...(body['properties'] as Omit<RoleAssignment, 'id'>) }),
    },
  ];
}

function lockProblems({ level }: Body): readonly Problem[] {
  if (level === 'CanNotDelete') return [];
  return [
    {
      code: 'BadRequest',
      message: `properties.level must be CanNotDelete in the emulator, got ${shown(level)}.`,
    },
  ];
}

function assignmentProblems({ principalId, roleDefinitionId, condition }: Body): readonly Problem[] {
  const problems: Problem[] = [];
  if (typeof principalId !== 'string' || !NAME_RULES.guid.pattern.test(principalId)) {
    problems.push({
      code: 'InvalidPrincipalId',
      message: `properties.principalId must be a GUID, got ${shown(principalId)}.`,
    });
  }
  if (typeof roleDefinitionId !== 'string' || roleOf(roleDefinitionId) === undefined) {
    problems.push({
      code: 'RoleDefinitionDoesNotExist',
      message: `The specified role definition ${shown(roleDefinitionId)} does not exist in the emulator.`,
    });
  }
  if (typeof condition === 'string' && condition !== '') {
    problems.push({
      code: 'BadRequest',
      message: 'The emulator cannot decide by conditions; leave properties.condition out.',
    });
  }
  return problems;
}

function completeAssignment({ resource, body, previous }: Write, options: IdentityOptions): Body {
  const { principalId, roleDefinitionId, principalType = 'ServicePrincipal', ...rest } = properties(body);
  const scope = resource.parentId === '' ? '/' : resource.parentId;
  const wanted = { scope, principalId: String(principalId), roleDefinitionId: String(roleDefinitionId) };
  checkPrincipal(wanted.principalId, options);
  const same = options.roles.all().find((other) => sameGrant(other, wanted));
  if (previous !== undefined && same?.id.toLowerCase() !== resource.id.toLowerCase()) {
    throw new ServiceFault(
      400,
      'RoleAssignmentUpdateNotPermitted',
      'Principal, role and scope of a role assignment cannot be updated; delete it and make another.',
    );
  }
  if (previous === undefined && same !== undefined) {
    const name = same.id.split('/').at(-1) ?? '';
    throw new ServiceFault(
      409,
      'RoleAssignmentExists',
      `The role assignment already exists. The ID of the existing role assignment is ${name.replaceAll('-', '')}.`,
    );
  }
  const updatedOn = new Date(options.clock.now()).toISOString();
  const { createdOn = updatedOn } = properties(previous);
  return { properties: { ...rest, ...wanted, principalType, createdOn, updatedOn } };
}

interface Grant {
  readonly scope: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
}

function sameGrant(one: Grant, other: Grant): boolean {
  return (
    one.scope.toLowerCase() === other.scope.toLowerCase() &&
    one.principalId.toLowerCase() === other.principalId.toLowerCase() &&
    roleOf(one.roleDefinitionId) === roleOf(other.roleDefinitionId)
  );
}

function checkPrincipal(principalId: string, { store, tenantId, isApplication }: IdentityOptions): void {
  if (isApplication(principalId) || isManagedPrincipal(store, principalId)) return;
  throw new ServiceFault(
    400,
    'PrincipalNotFound',
    `Principal ${principalId.replaceAll('-', '')} does not exist in the directory ${tenantId}. ` +
      'The object id of a service principal is meant, not its application id.',
  );
}

/**
 * The identity block as Azure answers it: with the principals of what is attached, and with a principal of the
 * resource's own that it keeps until it is deleted. Empty where the body names no identity.
 */
export function completeIdentity(store: ResourceStore, { body, previous }: Write, tenantId: string): Body {
  if (body['identity'] === undefined) return {};
  const identity = record(body['identity']);
  const type = typeof identity['type'] === 'string' ? identity['type'] : 'None';
  const attached = /UserAssigned/i.test(type)
    ? Object.keys(record(identity['userAssignedIdentities'])).map(
        (id) => [id, principalOf(store, id)] as const,
      )
    : [];
  const { principalId = randomUUID() } = record(previous?.['identity']);
  return {
    identity: {
      type,
      ...(attached.length > 0 ? { userAssignedIdentities: Object.fromEntries(attached) } : {}),
      ...(/SystemAssigned/i.test(type) ? { principalId, tenantId } : {}),
    },
  };
}

function principalOf(store: ResourceStore, id: string): Body {
  const identity = userAssignedIdentity(store, id);
  if (identity === undefined) {
    throw new ServiceFault(
      400,
      'FailedIdentityOperation',
      `The identity '${id}' does not exist; create it before the resource that uses it.`,
    );
  }
  return { principalId: identity.principalId, clientId: identity.clientId };
}
