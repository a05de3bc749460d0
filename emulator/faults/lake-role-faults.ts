import { roleAllows, ROLES } from '../../contract';
import type { RoleAssignment } from '../domain/role-book';
import { assignmentsOf, changeProperties, putResource, removeResource } from './azure-change';
import { defineFault, type Undo } from './fault-definition';
import { integer } from './fault-parameter';
import { SERVICE, serviceTarget, undoAll } from './fault-target';
import type { FaultWorld } from './fault-world';

const WRITE = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write';
const NO_ROLE = { plane: 'dicom', status: 424, code: 'AuthorizationPermissionMismatch' } as const;
const STORES_NOTHING = ['identity/service-can-write', 'dicomweb/instance-stored', 'lake/health-file-fresh'];

/** What happens to the role of the DICOM service on its lake. */
export const LAKE_ROLE_FAULTS = [
  defineFault({
    id: 'lake/role-removed',
    title: 'the service lost its role on the lake',
    effect: 'deletes the role assignments that let the identity of the service write to the container',
    symptoms: [NO_ROLE],
    failsChecks: STORES_NOTHING,
    parameters: { service: SERVICE },
    inject: (world, { service }) =>
      undoAll(lakeAssignments(world, service).map(({ id }) => removeResource(world, id))),
  }),
  defineFault({
    id: 'lake/role-late',
    title: 'the role of the service takes effect late',
    effect: 'deletes the role assignments of the service and makes them again once the time is over',
    symptoms: [NO_ROLE],
    failsChecks: ['identity/service-can-write', 'dicomweb/instance-stored'],
    parameters: {
      service: SERVICE,
      seconds: integer('how late, on the clock of the emulator', 600, { minimum: 1, maximum: 86_400 }),
    },
    inject: (world, { service, seconds }) => {
      const giveBack = undoAll(lakeAssignments(world, service).map(({ id }) => removeResource(world, id)));
      let isDue = true;
      const once: Undo = async () => {
        if (!isDue) return;
        isDue = false;
        await giveBack();
      };
      const cancel = world.clock.after(seconds * 1000, () => void once());
      return undoAll([once, cancel]);
    },
  }),
  defineFault({
    id: 'lake/role-at-wrong-scope',
    title: 'the role of the service is on another container',
    effect: 'moves the role assignments of the service to a container beside the lake',
    symptoms: [NO_ROLE],
    failsChecks: ['identity/service-can-write', 'dicomweb/instance-stored'],
    parameters: { service: SERVICE },
    inject: (world, { service }) => {
      const { containerId } = serviceTarget(world, service);
      const scope = `${containerId}-other`;
      return undoAll(
        lakeAssignments(world, service).flatMap(({ id }) => {
          const name = id.split('/').at(-1) ?? '';
          const body = world.store.get(id)?.body ?? {};
          const moved = { ...body, properties: { ...(body['properties'] as object), scope } };
          return [
            removeResource(world, id),
            putResource(world, `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`, moved),
          ];
        }),
      );
    },
  }),
  defineFault({
    id: 'lake/role-too-weak',
    title: 'the service may read its lake, but not write',
    effect: 'turns the role of the service into Storage Blob Data Reader',
    symptoms: [NO_ROLE],
    failsChecks: ['identity/service-can-write', 'dicomweb/instance-stored'],
    parameters: { service: SERVICE },
    inject: (world, { service }) =>
      undoAll(
        lakeAssignments(world, service).map(({ id, roleDefinitionId }) =>
          changeProperties(world, id, {
            roleDefinitionId: roleDefinitionId.replace(/[^/]+$/, ROLES.storageBlobDataReader.id),
          }),
        ),
      ),
  }),
  defineFault({
    id: 'lake/identity-detached',
    title: 'the service lost its identity',
    effect: 'detaches the managed identity from the DICOM service, in Azure Resource Manager as well',
    symptoms: [NO_ROLE],
    failsChecks: ['identity/service-can-write', 'dicomweb/instance-stored'],
    parameters: { service: SERVICE },
    inject: (world, { service: label }) => {
      const { id, service, principalId } = serviceTarget(world, label);
      const before = world.store.get(id)?.body ?? {};
      world.store.put(id, { ...before, identity: { type: 'None' } });
      service.takeIdentity(undefined);
      return () => {
        if (world.store.get(id) === undefined) return;
        world.store.put(id, before);
        service.takeIdentity(principalId);
      };
    },
  }),
] as const;

function lakeAssignments(world: FaultWorld, service: string): readonly RoleAssignment[] {
  const { principalId, containerId } = serviceTarget(world, service);
  return assignmentsOf(world, principalId, containerId, (role) => roleAllows(role, 'data-action', WRITE));
}
