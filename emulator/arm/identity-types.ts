import { createHash, randomUUID } from 'node:crypto';
import { NAME_RULES } from '../../contract';
import { ServiceFault } from '../fault';
import type { ResourceStore } from '../domain/resource-store';
import { type RoleBook, roleOf } from '../domain/role-book';
import { type Body, properties, record, type ResourceType } from './resource-type';

export const USER_ASSIGNED_IDENTITY = 'Microsoft.ManagedIdentity/userAssignedIdentities';

/** Managed identities and role assignments. */
export function identityTypes(options: {
  readonly store: ResourceStore;
  readonly roles: RoleBook;
  readonly tenantId: string;
  readonly isApplication: (objectId: string) => boolean;
}): readonly ResourceType[] {
  const { store, roles, tenantId, isApplication } = options;
  const isPrincipal = (objectId: string): boolean =>
    isApplication(objectId) || managedPrincipals(store).includes(objectId.toLowerCase());
  return [
    {
      type: USER_ASSIGNED_IDENTITY,
      nameKind: 'userAssignedIdentity',
      complete: ({ body, previous }) => {
        const { principalId = randomUUID(), clientId = randomUUID() } = properties(previous);
        return { ...body, properties: { ...properties(body), principalId, clientId, tenantId } };
      },
    },
    {
      type: 'Microsoft.Authorization/roleAssignments',
      nameKind: 'guid',
      replaced: 200,
      complete: ({ resource, body }) => {
        const { principalId, roleDefinitionId, ...rest } = properties(body);
        checkAssignment(principalId, roleDefinitionId);
        if (!isPrincipal(String(principalId))) {
          throw new ServiceFault(
            400,
            'PrincipalNotFound',
            `Principal ${String(principalId).replaceAll('-', '')} does not exist in the directory ${tenantId}. ` +
              'The object id of a service principal is meant, not its application id.',
          );
        }
        const scope = resource.parentId === '' ? '/' : resource.parentId;
        const role = roleOf(String(roleDefinitionId))?.id;
        const same = roles
          .below('')
          .find(
            (other) =>
              other.scope.toLowerCase() === scope.toLowerCase() &&
              other.principalId.toLowerCase() === String(principalId).toLowerCase() &&
              roleOf(other.roleDefinitionId)?.id === role &&
              other.id.toLowerCase() !== resource.id.toLowerCase(),
          );
        if (same !== undefined) {
          const name = same.id.split('/').at(-1) ?? '';
          throw new ServiceFault(
            409,
            'RoleAssignmentExists',
            `The role assignment already exists. The ID of the existing role assignment is ${name.replaceAll('-', '')}.`,
          );
        }
        const principalType = rest['principalType'] ?? 'ServicePrincipal';
        return { properties: { ...rest, principalId, roleDefinitionId, principalType, scope } };
      },
    },
  ];
}

function checkAssignment(principalId: unknown, roleDefinitionId: unknown): void {
  if (typeof principalId !== 'string' || !NAME_RULES.guid.pattern.test(principalId)) {
    throw new ServiceFault(
      400,
      'InvalidPrincipalId',
      `properties.principalId must be a GUID, got ${JSON.stringify(principalId)}.`,
    );
  }
  if (typeof roleDefinitionId !== 'string' || roleOf(roleDefinitionId) === undefined) {
    throw new ServiceFault(
      400,
      'RoleDefinitionDoesNotExist',
      `The specified role definition ${JSON.stringify(roleDefinitionId)} does not exist in the emulator.`,
    );
  }
}

/** Object ids of user-assigned identities and of the identities of resources, in lower case. */
function managedPrincipals(store: ResourceStore): readonly string[] {
  return store
    .below('/subscriptions')
    .flatMap(({ body }) =>
      [properties(body)['principalId'], record(body['identity'])['principalId']]
        .filter((id) => typeof id === 'string')
        .map((id) => id.toLowerCase()),
    );
}

/** The identity block as Azure answers it: with the principals of what is attached. */
export function completeIdentity(
  store: ResourceStore,
  resourceId: string,
  body: Body,
  tenantId: string,
): Body {
  const identity = record(body['identity']);
  const type = typeof identity['type'] === 'string' ? identity['type'] : 'None';
  if (type === 'None') return {};
  const attached = Object.keys(record(identity['userAssignedIdentities'])).map((id) => {
    const { principalId, clientId } = properties(store.get(id)?.body);
    if (principalId === undefined) {
      throw new ServiceFault(
        400,
        'FailedIdentityOperation',
        `The identity '${id}' does not exist; create it before the resource that uses it.`,
      );
    }
    return [id, { principalId, clientId }] as const;
  });
  const system = /SystemAssigned/i.test(type) ? { principalId: principalOf(resourceId), tenantId } : {};
  return {
    identity: {
      type,
      ...(attached.length > 0 ? { userAssignedIdentities: Object.fromEntries(attached) } : {}),
      ...system,
    },
  };
}

/** A system-assigned identity has one principal for as long as its resource lives. */
function principalOf(resourceId: string): string {
  const digest = createHash('sha256').update(resourceId.toLowerCase()).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}
