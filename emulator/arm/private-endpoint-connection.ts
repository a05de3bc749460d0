import type { ResourceStore } from '../domain/resource-store';
import { parseResourceId } from './resource-id';
import { type Body, properties, record } from './resource-type';

/** The private endpoints that lead to a resource, as the resource itself shows them, by name. */
export function privateEndpointConnections(store: ResourceStore, targetId: string): readonly Body[] {
  const target = parseResourceId(targetId);
  if (target === undefined) return [];
  return store
    .below('/subscriptions')
    .filter(({ id }) => /\/Microsoft\.Network\/privateEndpoints\/[^/]+$/i.test(id))
    .flatMap(({ id, body }) =>
      connectionsOf(body)
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

function connectionsOf(endpoint: Body): readonly Body[] {
  const { privateLinkServiceConnections, manualPrivateLinkServiceConnections } = properties(endpoint);
  return [privateLinkServiceConnections, manualPrivateLinkServiceConnections].flatMap((connections) =>
    Array.isArray(connections) ? connections.map(record) : [],
  );
}

function isSame(id: unknown, other: string): boolean {
  return typeof id === 'string' && id.toLowerCase() === other.toLowerCase();
}
