import type { ResourceStore } from './resource-store';

/** What the directory knows of a user-assigned identity. */
export interface ManagedIdentity {
  /** Object id, for role assignments. */
  readonly principalId: string;
  readonly clientId: string;
}

const USER_ASSIGNED = /\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[^/]+$/i;

/** The user-assigned identity of an ARM id; undefined where there is none. */
export function userAssignedIdentity(store: ResourceStore, id: string): ManagedIdentity | undefined {
  const properties = store.get(id)?.body['properties'];
  return USER_ASSIGNED.test(id) ? (properties as ManagedIdentity | undefined) : undefined;
}

export function userAssignedIdentities(store: ResourceStore): readonly ManagedIdentity[] {
  return store.below('/subscriptions').flatMap(({ id }) => userAssignedIdentity(store, id) ?? []);
}

/** Whether a principal is a managed identity: a user-assigned one, or that of a resource. */
export function isManagedPrincipal(store: ResourceStore, objectId: string): boolean {
  const wanted = objectId.toLowerCase();
  const systemAssigned = store.below('/subscriptions').flatMap(({ body }) => {
    const identity = body['identity'] as { readonly principalId?: string } | undefined;
    return identity?.principalId ?? [];
  });
  const userAssigned = userAssignedIdentities(store).map(({ principalId }) => principalId);
  return [...systemAssigned, ...userAssigned].some((id) => id.toLowerCase() === wanted);
}
