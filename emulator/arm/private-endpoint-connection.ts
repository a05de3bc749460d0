import { isPrivateEndpoint } from '../domain/network-access';
import type { ResourceStore } from '../domain/resource-store';
import { parseResourceId } from './resource-id';
import { type Body, properties, record } from './resource-type';

/** The private endpoints that lead to a resource, as the resource itself shows them, by name. */
export function privateEndpointConnections(store: ResourceStore, targetId: string): readonly Body[] {
  const target = parseResourceId(targetId);
  if (target === undefined) return [];
  return store
    .below('/subscriptions')
    .filter(({ id }) => isPrivateEndpoint(id))
    .flatMap(({ id, body }) =>
      [...connectionsOf(body), ...manualConnectionsOf(body)]
        .map(properties)
        .filter(({ privateLinkServiceId }) => isSame(privateLinkServiceId, targetId))
        .map(({ privateLinkServiceConnectionState }) => {
          const name = `${target.name}.${parseResourceId(id)?.name ?? ''}`;
          return {
            id: `${targetId}/privateEndpointConnections/${name}`,
            name,
            type: `${target.type}/privateEndpointConnections`,
            properties: {
              provisioningState: 'Succeeded',
              privateEndpoint: { id },
              privateLinkServiceConnectionState: privateLinkServiceConnectionState ?? WAITING,
            },
          };
        }),
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Nobody approves by hand in the emulator. */
const WAITING = { status: 'Pending', description: '', actionsRequired: 'None' };

/** Those that are approved at once: whoever may write to both sides needs no approval by hand. */
export function connectionsOf(endpoint: Body): readonly Body[] {
  return listed(properties(endpoint)['privateLinkServiceConnections']);
}

/** Those that wait for an approval by hand. */
export function manualConnectionsOf(endpoint: Body): readonly Body[] {
  return listed(properties(endpoint)['manualPrivateLinkServiceConnections']);
}

function listed(connections: unknown): readonly Body[] {
  return Array.isArray(connections) ? connections.map(record) : [];
}

function isSame(id: unknown, other: string): boolean {
  return typeof id === 'string' && id.toLowerCase() === other.toLowerCase();
}
