import type { ArgumentReader } from './argument-reader';
import {
  groupId,
  type AzurermResource,
  type PreparedResource,
  type ProviderSettings,
} from './prepared-resource';

const NETWORK_API = '2025-01-01';
const DNS_API = '2024-06-01';

/** Networks, private endpoints and private zones. */
export const NETWORK_RESOURCES: Readonly<Record<string, AzurermResource>> = {
  azurerm_virtual_network: { attributes: ['id', 'name'], prepare: prepareNetwork },
  azurerm_subnet: { attributes: ['id', 'name'], prepare: prepareSubnet },
  azurerm_private_dns_zone: { attributes: ['id', 'name'], prepare: prepareZone },
  azurerm_private_dns_zone_virtual_network_link: { attributes: ['id', 'name'], prepare: prepareLink },
  azurerm_private_endpoint: { attributes: ['id', 'name'], prepare: prepareEndpoint },
};

function prepareNetwork(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const id = `${group}/providers/Microsoft.Network/virtualNetworks/${name}`;
  const body = {
    location: args.string('location'),
    name,
    properties: {
      addressSpace: { addressPrefixes: args.strings('address_space') },
      dhcpOptions: { dnsServers: args.strings('dns_servers') },
      privateEndpointVNetPolicies: 'Disabled',
      subnets: [],
    },
    tags: args.stringMap('tags'),
  };
  return async (arm) => {
    await arm.put(id, NETWORK_API, body);
    return { id, name };
  };
}

function prepareSubnet(args: ArgumentReader, { subscriptionId, major }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const network = `${group}/providers/Microsoft.Network/virtualNetworks/${args.string('virtual_network_name')}`;
  const id = `${network}/subnets/${name}`;
  const [addressPrefix, ...more] = args.strings('address_prefixes');
  if (more.length > 0) throw new Error(`address_prefixes must hold one range, got ${more.length + 1}`);
  const body = {
    name,
    properties: {
      ...(major === 4 ? { addressPrefix } : { addressPrefixes: [addressPrefix] }),
      defaultOutboundAccess: args.boolean('default_outbound_access_enabled', true),
      delegations: [],
      privateEndpointNetworkPolicies: args.optionalString('private_endpoint_network_policies') ?? 'Disabled',
      privateLinkServiceNetworkPolicies: 'Enabled',
      serviceEndpointPolicies: [],
      serviceEndpoints: args.strings('service_endpoints').map((service) => ({ service })),
      sharingScope: '',
    },
  };
  return async (arm) => {
    await arm.put(id, NETWORK_API, body);
    return { id, name };
  };
}

function prepareZone(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const id = `${group}/providers/Microsoft.Network/privateDnsZones/${name}`;
  const body = { location: 'global', tags: args.stringMap('tags') };
  return async (arm) => {
    await arm.put(id, DNS_API, body);
    return { id, name };
  };
}

/** Major 4 of the provider names the zone by group and name, major 5 by its id. */
function prepareLink(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const zoneId =
    args.optionalString('private_dns_zone_id') ??
    `${groupId(subscriptionId, args.string('resource_group_name'))}/providers/Microsoft.Network/privateDnsZones/` +
      args.string('private_dns_zone_name');
  const id = `${zoneId}/virtualNetworkLinks/${name}`;
  const body = {
    location: 'global',
    properties: {
      registrationEnabled: args.boolean('registration_enabled', false),
      virtualNetwork: { id: args.string('virtual_network_id') },
    },
    tags: args.stringMap('tags'),
  };
  return async (arm) => {
    await arm.put(id, DNS_API, body);
    return { id, name };
  };
}

function prepareEndpoint(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const id = `${group}/providers/Microsoft.Network/privateEndpoints/${name}`;
  const connections = args.blocks('private_service_connection').map((connection) => {
    if (connection.boolean('is_manual_connection', false)) {
      throw new Error('is_manual_connection must be false: nobody approves endpoints in the emulator');
    }
    return {
      name: connection.string('name'),
      properties: {
        groupIds: connection.strings('subresource_names'),
        privateLinkServiceId: connection.string('private_connection_resource_id'),
      },
    };
  });
  const zones = args.block('private_dns_zone_group');
  const zoneGroup = zones?.string('name');
  const zoneIds = zones?.strings('private_dns_zone_ids') ?? [];
  const body = {
    location: args.string('location'),
    properties: {
      customNetworkInterfaceName: args.optionalString('custom_network_interface_name') ?? '',
      ipConfigurations: [],
      manualPrivateLinkServiceConnections: [],
      privateLinkServiceConnections: connections,
      subnet: { id: args.string('subnet_id') },
    },
    tags: args.stringMap('tags'),
  };
  return async (arm) => {
    await arm.put(id, NETWORK_API, body);
    if (zoneGroup !== undefined) {
      const privateDnsZoneConfigs = zoneIds.map((privateDnsZoneId) => ({
        name: privateDnsZoneId.split('/').at(-1),
        properties: { privateDnsZoneId },
      }));
      await arm.put(`${id}/privateDnsZoneGroups/${zoneGroup}`, NETWORK_API, {
        name,
        properties: { privateDnsZoneConfigs },
      });
    }
    return { id, name };
  };
}
