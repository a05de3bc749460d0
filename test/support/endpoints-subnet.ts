import type { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { Subnet as SubnetResource } from '@cdktf/provider-azurerm/lib/subnet';
import { VirtualNetwork } from '@cdktf/provider-azurerm/lib/virtual-network';
import type { TerraformStack } from 'cdktf';
import { type ISubnet, Subnet } from '../../constructs';

/** A subnet for private endpoints, in a network of its own: 10.10.1.0/24 of 10.10.0.0/16. */
export function endpointsSubnet(
  stack: TerraformStack,
  { name: resourceGroupName, location }: Pick<ResourceGroup, 'name' | 'location'>,
): ISubnet {
  const network = new VirtualNetwork(stack, 'Network', {
    name: 'hospital',
    resourceGroupName,
    location,
    addressSpace: ['10.10.0.0/16'],
  });
  const endpoints = new SubnetResource(stack, 'Endpoints', {
    name: 'endpoints',
    resourceGroupName,
    virtualNetworkName: network.name,
    addressPrefixes: ['10.10.1.0/24'],
  });
  return Subnet.fromSubnetAttributes(stack, 'Subnet', {
    subnetId: endpoints.id,
    virtualNetworkId: network.id,
  });
}
