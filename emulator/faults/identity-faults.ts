import { roleAllows, ROLES } from '../../contract';
import { ServiceFault } from '../fault';
import { assignmentsOf, changeProperties, changeResource, putResource } from './azure-change';
import { defineFault } from './fault-definition';
import { text } from './fault-parameter';
import { SERVICE, serviceTarget, undoAll } from './fault-target';
import type { FaultWorld } from './fault-world';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const STRANGER = '99999999-9999-9999-9999-999999999999';
const NO_ROLE = { plane: 'dicom', status: 424, code: 'AuthorizationPermissionMismatch' } as const;

/** What goes wrong with who may do what. */
export const IDENTITY_FAULTS = [
  defineFault({
    id: 'lake/role-given-to-stranger',
    title: 'somebody else may read the lake',
    effect: 'assigns a data role on the container to a principal that the deployment does not know',
    symptoms: [{ seen: 'the container has a role assignment that is not in the stack' }],
    failsChecks: ['identity/nobody-holds-more'],
    parameters: {
      service: SERVICE,
      principal: text('object id of the stranger', STRANGER),
      role: text('what it may do', 'read', ['read', 'write']),
    },
    inject: (world, { service, principal, role }) =>
      assign(
        world,
        serviceTarget(world, service).containerId,
        role === 'read' ? ROLES.storageBlobDataReader.id : ROLES.storageBlobDataContributor.id,
        principal,
      ),
  }),
  defineFault({
    id: 'lake/verifier-is-owner',
    title: 'the verifier owns the storage account',
    effect: 'assigns Owner on the storage account to the verifier',
    symptoms: [{ seen: 'the verifier may change the account and hand out roles' }],
    failsChecks: ['identity/verifier-least-privilege'],
    parameters: { service: SERVICE },
    inject: (world, { service }) =>
      assign(world, serviceTarget(world, service).accountId, ROLES.owner.id, world.principals.verifier),
  }),
  defineFault({
    id: 'lake/role-conditional',
    title: 'the role of the service counts under a condition only',
    effect:
      'puts a condition on the role assignments of the service, in Azure Resource Manager; the emulator does not evaluate it',
    symptoms: [{ seen: 'the role assignment has a condition' }],
    failsChecks: ['identity/service-can-write'],
    parameters: {
      service: SERVICE,
      condition: text(
        'the condition',
        `!(ActionMatches{'${BLOBS}/write'}) OR @Resource[${BLOBS}:path] StringLike 'AHDS/*'`,
      ),
    },
    inject: (world, { service, condition }) => {
      const { principalId, containerId } = serviceTarget(world, service);
      const assignments = assignmentsOf(world, principalId, containerId, (role) =>
        roleAllows(role, 'data-action', `${BLOBS}/write`),
      );
      return undoAll(
        assignments.map(({ id }) => changeProperties(world, id, { condition, conditionVersion: '2.0' })),
      );
    },
  }),
  defineFault({
    id: 'lake/deny-assignment',
    title: 'a deny assignment keeps the service out of its lake',
    effect: 'makes a deny assignment for the files of the container, which counts more than any role',
    symptoms: [NO_ROLE],
    failsChecks: ['identity/service-can-write', 'dicomweb/instance-stored', 'lake/health-file-fresh'],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const { principalId = '', containerId } = serviceTarget(world, service);
      const permissions = [{ actions: [], notActions: [], dataActions: [`${BLOBS}/*`], notDataActions: [] }];
      const properties = {
        denyAssignmentName: 'Deny files',
        scope: containerId,
        permissions,
        principals: [{ id: principalId, type: 'ServicePrincipal' }],
        excludePrincipals: [],
        isSystemProtected: true,
      };
      const denied = new ServiceFault(
        403,
        'AuthorizationPermissionMismatch',
        'This request is not authorized to perform this operation using this permission.',
      );
      return undoAll([
        putResource(world, `${containerId}/providers/Microsoft.Authorization/denyAssignments/${STRANGER}`, {
          properties,
        }),
        world.hooks.refuseLakeCalls((call) =>
          call.principalId === principalId && call.scope.toLowerCase() === containerId.toLowerCase()
            ? denied
            : undefined,
        ),
      ]);
    },
  }),
  defineFault({
    id: 'dicom/identity-replaced',
    title: 'the service has another identity than the deployment gave it',
    effect: 'attaches another managed identity, without any role, in place of the one that was attached',
    symptoms: [NO_ROLE],
    failsChecks: ['identity/service-can-write', 'dicomweb/instance-stored', 'lake/health-file-fresh'],
    parameters: { service: SERVICE },
    inject: (world, { service: label }) => {
      const { id, service, principalId } = serviceTarget(world, label);
      const group = id.replace(/\/providers\/.*$/i, '');
      const identityId = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/somebody-elses`;
      const identity = { principalId: STRANGER, clientId: STRANGER };
      const location = world.store.get(id)?.body['location'];
      const undo = undoAll([
        putResource(world, identityId, { location, properties: identity }),
        changeResource(world, id, (body) => ({
          ...body,
          identity: { type: 'UserAssigned', userAssignedIdentities: { [identityId]: identity } },
        })),
      ]);
      service.takeIdentity(STRANGER);
      return async () => {
        await undo();
        service.takeIdentity(principalId);
      };
    },
  }),
] as const;

/** As Azure Resource Manager would keep it, and long enough ago to count. */
function assign(
  world: FaultWorld,
  scope: string,
  roleId: string,
  principalId: string,
): ReturnType<typeof putResource> {
  const subscription = /^\/subscriptions\/[^/]+/i.exec(scope)?.[0] ?? '';
  const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/99999999-0000-0000-0000-${principalId.slice(-12)}`;
  return putResource(world, id, {
    properties: {
      scope,
      principalId,
      principalType: 'ServicePrincipal',
      roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/${roleId}`,
    },
  });
}
