import type { Body } from '../arm/resource-type';
import { properties } from '../arm/resource-type';
import { type RoleAssignment, roleOf } from '../domain/role-book';
import type { Undo } from './fault-definition';
import { FaultTargetMissing } from './fault-definition';
import type { FaultWorld } from './fault-world';

/** Changes a resource as if somebody had sent the change to Azure Resource Manager; the undo puts back what was. */
export function changeResource({ store }: FaultWorld, id: string, change: (body: Body) => Body): Undo {
  const before = store.get(id)?.body;
  if (before === undefined) throw new FaultTargetMissing(`the resource '${id}' does not exist`);
  store.put(id, change(before));
  return () => {
    if (store.get(id) !== undefined) store.put(id, before);
  };
}

/** Merges into the properties of a resource. */
export function changeProperties(world: FaultWorld, id: string, changed: Body): Undo {
  return changeResource(world, id, (body) => ({ ...body, properties: { ...properties(body), ...changed } }));
}

/** Makes a resource, or replaces it for as long as the fault stands. */
export function putResource(world: FaultWorld, id: string, body: Body): Undo {
  if (world.store.get(id) !== undefined) return changeResource(world, id, () => body);
  world.store.put(id, body);
  return () => void world.store.delete(id);
}

/** Removes one resource, and nothing below it that lives elsewhere. */
export function removeResource({ store }: FaultWorld, id: string): Undo {
  const removed = store.delete(id);
  return () => {
    for (const resource of [...removed].reverse()) store.put(resource.id, resource.body);
  };
}

/** The assignments by which a principal has what it has at a scope, that scope itself or above. */
export function assignmentsOf(
  { roles }: FaultWorld,
  principalId: string | undefined,
  scope: string,
  isWanted: (role: NonNullable<ReturnType<typeof roleOf>>) => boolean,
): readonly RoleAssignment[] {
  const found = roles
    .all()
    .filter((one) => one.principalId.toLowerCase() === principalId?.toLowerCase())
    .filter((one) => `${scope.toLowerCase()}/`.startsWith(`${one.scope.toLowerCase()}/`))
    .filter(({ roleDefinitionId }) => {
      const role = roleOf(roleDefinitionId);
      return role !== undefined && isWanted(role);
    });
  if (found.length === 0) {
    throw new FaultTargetMissing(
      `the principal '${principalId ?? 'none'}' has no such role at '${scope}' to lose`,
    );
  }
  return found;
}
