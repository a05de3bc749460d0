import { Subnet as SubnetResource } from '@cdktf/provider-azurerm/lib/subnet';
import { VirtualNetwork } from '@cdktf/provider-azurerm/lib/virtual-network';
import { App } from 'cdktf';
import { Grantee, Subnet } from '../../constructs';
import { DicomLakeStack } from '../../stacks/dicom-lake-stack';

/** Neither the service nor the lake answers on the internet; the network is made beside them. */
const app = new App();
new DicomLakeStack(app, 'private-network', {
  profile: 'private',
  tenantId: '11111111-1111-1111-1111-111111111111',
  subscriptionId: '44444444-4444-4444-4444-444444444444',
  resourceGroupName: 'rg-private-imaging',
  location: 'westeurope',
  workspaceName: 'privatehealth',
  dicomServiceName: 'images',
  storageAccountName: 'privatedicomlake',
  inventory: { keepDays: 90 },
  tiering: [{ name: 'IdleImages', basis: 'lastAccess', coolAfterDays: 30, returnToHotOnAccess: true }],
  verifier: Grantee.servicePrincipal('77777777-7777-7777-7777-777777777777'),
  deleteLock: true,
  monitoring: { emailAddresses: ['pacs@example.org'] },
  parts: (stack, group) => {
    const network = new VirtualNetwork(stack, 'Network', {
      name: 'hospital',
      resourceGroupName: group.name,
      location: group.location,
      addressSpace: ['10.10.0.0/16'],
    });
    const endpoints = new SubnetResource(stack, 'Endpoints', {
      name: 'endpoints',
      resourceGroupName: group.name,
      virtualNetworkName: network.name,
      addressPrefixes: ['10.10.1.0/24'],
    });
    const subnet = Subnet.fromSubnetAttributes(stack, 'Subnet', {
      subnetId: endpoints.id,
      virtualNetworkId: network.id,
    });
    return { privateAccess: { subnet } };
  },
});
app.synth();
