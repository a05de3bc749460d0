import { randomUUID } from 'node:crypto';
import { isPrivateEndpoint } from '../domain/network-access';
import type { ResourceStore } from '../domain/resource-store';
import { connectionsOf, manualConnectionsOf } from './private-endpoint-connection';
import { parseResourceId } from './resource-id';
import {
  type Body,
  type Problem,
  properties,
  record,
  type RemovalProblem,
  type ResourceType,
  shown,
  type Write,
} from './resource-type';

const NETWORK = 'Microsoft.Network';
const INTERFACES = `${NETWORK}/networkInterfaces`;

/** Microsoft.Network as far as private access needs it: networks, private endpoints and private zones. */
export function networkTypes(store: ResourceStore): readonly ResourceType[] {
  return [
    {
      type: `${NETWORK}/virtualNetworks`,
      located: true,
      longRunning: true,
      complete: ({ body, previous }) =>
        succeeded(body, { resourceGuid: properties(previous)['resourceGuid'] ?? randomUUID() }),
      derived: (id) => ({ subnets: subnetsOf(store, id) }),
      removalProblem: ({ id }) => subnetInUse(store, id),
    },
    {
      type: `${NETWORK}/virtualNetworks/subnets`,
      longRunning: true,
      complete: ({ body }) => succeeded(body),
      removalProblem: ({ id }) => subnetInUse(store, id),
    },
    {
      type: `${NETWORK}/privateDnsZones`,
      located: true,
      longRunning: true,
      complete: ({ body }) => succeeded(body),
      removalProblem: ({ id }) =>
        store.below(`${id}/virtualNetworkLinks`).length === 0
          ? undefined
          : {
              status: 409,
              code: 'CannotDeleteResource',
              message: `Can not delete resource before nested resources are deleted: '${id}' has links to networks.`,
            },
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
      undeletable: true,
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
      complete: (write) => completeEndpoint(write, store),
      onStored: ({ id }, body) => putInterface(store, id, body),
      onRemoved: (_endpoint, body) => void store.delete(interfaceOf(body)),
    },
    {
      type: INTERFACES,
      problems: () => [
        { code: 'BadRequest', message: 'The emulator has network interfaces of private endpoints only.' },
      ],
      removalProblem: ({ id }) => ({
        status: 400,
        code: 'NicInUseWithPrivateEndpoint',
        message: `The network interface '${id}' is that of a private endpoint; delete the endpoint instead.`,
      }),
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
    ...[...connectionsOf(body), ...manualConnectionsOf(body)].flatMap((connection) => {
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
    (id) => !allowed.includes(textOf(id)),
  );
  if (wrong.length === 0) return [];
  return [
    {
      code: 'PrivateEndpointInvalidGroupIds',
      message: `groupIds of an endpoint to a ${type} must be one of ${allowed.join(', ') || 'none'}, got ${shown(wrong)}.`,
    },
  ];
}

/** The endpoint with the interface that Azure makes for it, which it keeps. */
function completeEndpoint({ resource, body, previous }: Write, store: ResourceStore): Body {
  const { customNetworkInterfaceName } = properties(body);
  const group = resource.id.slice(0, resource.id.toLowerCase().lastIndexOf('/providers/'));
  const name =
    typeof customNetworkInterfaceName === 'string' && /^[\w.-]{1,80}$/.test(customNetworkInterfaceName)
      ? customNetworkInterfaceName
      : `${resource.name}.nic.${randomUUID()}`;
  const id = previous === undefined ? `${group}/providers/${INTERFACES}/${name}` : interfaceOf(previous);
  const address = addressOf(store, id) ?? freeAddress(store, properties(body)['subnet']);
  return succeeded(body, {
    privateLinkServiceConnections: approved(body),
    networkInterfaces: [{ id }],
    customDnsConfigs: dnsConfigsOf(body, address),
  });
}

function putInterface(store: ResourceStore, endpointId: string, body: Body): void {
  const { subnet } = properties(body);
  const id = interfaceOf(body);
  const privateIPAddress = addressOf(store, id) ?? freeAddress(store, subnet);
  store.put(id, {
    location: body['location'],
    properties: {
      provisioningState: 'Succeeded',
      privateEndpoint: { id: endpointId },
      ipConfigurations: [
        {
          name: 'privateEndpointIpConfig',
          properties: { privateIPAddress, privateIPAllocationMethod: 'Dynamic', primary: true, subnet },
        },
      ],
    },
  });
}

function interfaceOf(endpoint: Body): string {
  const { networkInterfaces } = properties(endpoint);
  const [first] = Array.isArray(networkInterfaces) ? networkInterfaces.map(record) : [];
  return typeof first?.['id'] === 'string' ? first['id'] : '';
}

function addressOf(store: ResourceStore, interfaceId: string): string | undefined {
  const { ipConfigurations } = properties(store.get(interfaceId)?.body);
  const [first] = Array.isArray(ipConfigurations) ? ipConfigurations.map(record) : [];
  const address = properties(first)['privateIPAddress'];
  return typeof address === 'string' ? address : undefined;
}

/** Azure keeps the first four addresses of a subnet for itself. */
const FIRST_ADDRESS = 4;

function freeAddress(store: ResourceStore, subnet: unknown): string {
  const { addressPrefix, addressPrefixes } = properties(store.get(textOf(record(subnet)['id']))?.body);
  const prefix = textOf(Array.isArray(addressPrefixes) ? addressPrefixes[0] : addressPrefix);
  const [a = '10', b = '0', c = '0', d = '0'] = /^[\d.]+/.exec(prefix)?.[0].split('.') ?? [];
  const taken = new Set(
    store.below('/subscriptions').flatMap(({ id }) => (isInterface(id) ? (addressOf(store, id) ?? []) : [])),
  );
  for (let offset = FIRST_ADDRESS; ; offset += 1) {
    const address = [a, b, Number(c) + Math.floor(offset / 256), (Number(d) + offset) % 256].join('.');
    if (!taken.has(address)) return address;
  }
}

function isInterface(id: string): boolean {
  return parseResourceId(id)?.type.toLowerCase() === INTERFACES.toLowerCase();
}

/** Host names by what an endpoint leads to and the part of it. */
const ENDPOINT_HOSTS: Readonly<Record<string, string>> = {
  blob: 'blob.core.windows.net',
  dfs: 'dfs.core.windows.net',
  healthcareworkspace: 'workspace.azurehealthcareapis.com',
};

function dnsConfigsOf(body: Body, address: string): readonly Body[] {
  return connectionsOf(body).flatMap((connection) => {
    const { privateLinkServiceId, groupIds } = properties(connection);
    const target = parseResourceId(textOf(privateLinkServiceId))?.name ?? '';
    return (Array.isArray(groupIds) ? groupIds : [])
      .map(textOf)
      .flatMap((group) => ENDPOINT_HOSTS[group] ?? [])
      .map((host) => ({ fqdn: `${target}.${host}`, ipAddresses: [address] }));
  });
}

/** A subnet cannot go while an endpoint is in it, nor can its network. */
function subnetInUse(store: ResourceStore, id: string): RemovalProblem | undefined {
  const used = store
    .below('/subscriptions')
    .filter((other) => isPrivateEndpoint(other.id))
    .map(({ body }) => textOf(record(properties(body)['subnet'])['id']))
    .find((subnetId) => `${subnetId.toLowerCase()}/`.startsWith(`${id.toLowerCase()}/`));
  if (used === undefined) return undefined;
  return {
    status: 400,
    code: 'InUseSubnetCannotBeDeleted',
    message: `Subnet '${used}' is in use by a private endpoint and cannot be deleted.`,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Whoever may write to both sides needs no approval by hand. */
function approved(body: Body): readonly Body[] {
  return connectionsOf(body).map((connection) => ({
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
