import { randomUUID } from 'node:crypto';
import type { ResourceStore } from '../domain/resource-store';
import { parseResourceId } from './resource-id';
import {
  type Body,
  type Problem,
  properties,
  record,
  type ResourceType,
  shown,
  type Write,
} from './resource-type';

const NETWORK = 'Microsoft.Network';

/** Microsoft.Network as far as private access needs it: networks, private endpoints and private zones. */
export function networkTypes(store: ResourceStore): readonly ResourceType[] {
  return [
    {
      type: `${NETWORK}/virtualNetworks`,
      located: true,
      longRunning: true,
      complete: ({ resource, body, previous }) =>
        succeeded(body, {
          resourceGuid: properties(previous)['resourceGuid'] ?? randomUUID(),
          subnets: subnetsOf(store, resource.id),
        }),
    },
    {
      type: `${NETWORK}/virtualNetworks/subnets`,
      longRunning: true,
      complete: ({ body }) => succeeded(body),
      onStored: ({ parentId }) => showSubnets(store, parentId),
      onRemoved: ({ parentId }) => showSubnets(store, parentId),
    },
    {
      type: `${NETWORK}/privateDnsZones`,
      located: true,
      longRunning: true,
      complete: ({ body }) => succeeded(body),
    },
    {
      type: `${NETWORK}/privateDnsZones/virtualNetworkLinks`,
      longRunning: true,
      problems: ({ body }) =>
        missing(store, 'virtualNetwork.id', record(properties(body)['virtualNetwork'])['id']),
      complete: ({ body }) => succeeded(body, { virtualNetworkLinkState: 'Completed' }),
    },
    {
      type: `${NETWORK}/privateDnsZones/SOA`,
      source: {
        find: ({ parentId }) =>
          store.get(parentId) === undefined
            ? undefined
            : {
                properties: {
                  ttl: 3600,
                  soaRecord: {
                    email: 'azureprivatedns-host.microsoft.com',
                    expireTime: 2419200,
                    host: 'azureprivatedns.net',
                    minimumTtl: 10,
                    refreshTime: 3600,
                    retryTime: 300,
                    serialNumber: 1,
                  },
                },
              },
        list: () => [],
        put: () => undefined,
        remove: () => undefined,
      },
    },
    {
      type: `${NETWORK}/privateEndpoints`,
      located: true,
      longRunning: true,
      problems: (write) => endpointProblems(write, store),
      complete: ({ body }) => succeeded(body, { privateLinkServiceConnections: approved(body) }),
    },
    {
      type: `${NETWORK}/privateEndpoints/privateDnsZoneGroups`,
      longRunning: true,
      problems: ({ body }) =>
        configsOf(body).flatMap((config) =>
          missing(store, 'privateDnsZoneId', record(config['properties'])['privateDnsZoneId']),
        ),
      complete: ({ body }) => succeeded(body),
    },
  ];
}

/** A network answers its subnets, each of which is a resource of its own. */
function showSubnets(store: ResourceStore, networkId: string): void {
  const network = store.get(networkId);
  if (network === undefined) return;
  const shownSubnets = { ...properties(network.body), subnets: subnetsOf(store, networkId) };
  store.put(networkId, { ...network.body, properties: shownSubnets });
}

function subnetsOf(store: ResourceStore, networkId: string): readonly Body[] {
  return store.below(networkId).flatMap(({ id, body }) => {
    const parsed = parseResourceId(id);
    const isSubnet = parsed?.type.toLowerCase() === `${NETWORK}/virtualNetworks/subnets`.toLowerCase();
    return isSubnet ? [{ id, name: parsed.name, properties: properties(body) }] : [];
  });
}

/** The parts of a resource that an endpoint can lead to. */
const GROUP_IDS: Readonly<Record<string, readonly string[]>> = {
  'microsoft.healthcareapis/workspaces': ['healthcareworkspace'],
  'microsoft.storage/storageaccounts': ['blob', 'dfs'],
};

function endpointProblems({ body }: Write, store: ResourceStore): readonly Problem[] {
  const endpoint = properties(body);
  return [
    ...missing(store, 'subnet.id', record(endpoint['subnet'])['id']),
    ...[...connectionsOf(endpoint), ...manualConnectionsOf(endpoint)].flatMap((connection) => {
      const { privateLinkServiceId, groupIds } = properties(connection);
      const absent = missing(store, 'privateLinkServiceId', privateLinkServiceId);
      return absent.length > 0 ? absent : groupProblems(String(privateLinkServiceId), groupIds);
    }),
  ];
}

function groupProblems(targetId: string, groupIds: unknown): readonly Problem[] {
  const type = parseResourceId(targetId)?.type ?? '';
  const allowed = GROUP_IDS[type.toLowerCase()] ?? [];
  const wrong = (Array.isArray(groupIds) ? groupIds : [groupIds]).filter(
    (id) => !allowed.includes(String(id)),
  );
  if (wrong.length === 0) return [];
  return [
    {
      code: 'PrivateEndpointInvalidGroupIds',
      message: `groupIds of an endpoint to a ${type} must be one of ${allowed.join(', ') || 'none'}, got ${shown(wrong)}.`,
    },
  ];
}

/** Whoever may write to both sides needs no approval by hand. */
function approved(body: Body): readonly Body[] {
  return connectionsOf(properties(body)).map((connection) => ({
    ...connection,
    properties: {
      ...properties(connection),
      provisioningState: 'Succeeded',
      privateLinkServiceConnectionState: {
        status: 'Approved',
        description: 'Auto-Approved',
        actionsRequired: 'None',
      },
    },
  }));
}

function connectionsOf(endpoint: Body): readonly Body[] {
  const connections = endpoint['privateLinkServiceConnections'];
  return Array.isArray(connections) ? connections.map(record) : [];
}

/** These wait for an approval that nobody gives in the emulator. */
function manualConnectionsOf(endpoint: Body): readonly Body[] {
  const connections = endpoint['manualPrivateLinkServiceConnections'];
  return Array.isArray(connections) ? connections.map(record) : [];
}

function configsOf(body: Body): readonly Body[] {
  const configs = properties(body)['privateDnsZoneConfigs'];
  return Array.isArray(configs) ? configs.map(record) : [];
}

function missing(store: ResourceStore, field: string, id: unknown): readonly Problem[] {
  if (typeof id === 'string' && store.get(id) !== undefined) return [];
  return [
    {
      code: 'InvalidResourceReference',
      message: `properties.${field} must name a resource that exists, got ${shown(id)}.`,
    },
  ];
}

function succeeded(body: Body, added: Body = {}): Body {
  return { ...body, properties: { ...properties(body), ...added, provisioningState: 'Succeeded' } };
}
