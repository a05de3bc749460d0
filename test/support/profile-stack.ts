import { DicomLake, type DicomLakeProfile, Subnet } from '../../constructs';
import { emptyStack, RESOURCE_GROUP } from './stack';
import { synth, type Synthesized } from './synth';

const SUBNET = `${RESOURCE_GROUP.id}/providers/Microsoft.Network/virtualNetworks/hospital/subnets/endpoints`;

/** A lake of a profile with no more props than it needs. */
export function profileStack(profile: DicomLakeProfile): Synthesized {
  const stack = emptyStack();
  new DicomLake(stack, 'DicomLake', {
    profile,
    resourceGroup: RESOURCE_GROUP,
    workspaceName: 'demohealth',
    dicomServiceName: 'images',
    storageAccountName: 'demolake',
    ...(profile === 'private'
      ? { privateAccess: { subnet: Subnet.fromSubnetAttributes(stack, 'Subnet', { subnetId: SUBNET }) } }
      : {}),
  });
  return synth(stack);
}
