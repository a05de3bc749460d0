import { Token } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { refuseInvalid } from './private/invalid';
import { resourceIdProblem } from './private/resource-id';

/** Where private endpoints get their addresses. */
export interface ISubnet extends IConstruct {
  readonly subnetId: string;
  /** The network around it, which has to resolve the names of what is behind the endpoints. */
  readonly virtualNetworkId: string;
}

export interface SubnetAttributes {
  /** Resource id, of the type Microsoft.Network/virtualNetworks/subnets. */
  readonly subnetId: string;
  /**
   * Resource id of the network around it.
   *
   * @default - taken from the id of the subnet, which has to be known when the stack is synthesized
   */
  readonly virtualNetworkId?: string | undefined;
}

/** A subnet that exists already or is made elsewhere in the application. */
export class Subnet extends Construct implements ISubnet {
  static fromSubnetAttributes(scope: Construct, id: string, attributes: SubnetAttributes): ISubnet {
    return new Subnet(scope, id, attributes);
  }

  readonly subnetId: string;
  readonly virtualNetworkId: string;

  private constructor(scope: Construct, id: string, { subnetId, virtualNetworkId }: SubnetAttributes) {
    super(scope, id);
    refuseInvalid(this, 'SubnetInvalid', [
      ...resourceIdProblem('subnetId', 'Microsoft.Network/virtualNetworks/subnets', subnetId),
      ...resourceIdProblem('virtualNetworkId', 'Microsoft.Network/virtualNetworks', virtualNetworkId),
      ...(virtualNetworkId === undefined && Token.isUnresolved(subnetId)
        ? ["'virtualNetworkId' must be given where 'subnetId' is known only during deployment"]
        : []),
    ]);
    this.subnetId = subnetId;
    this.virtualNetworkId = virtualNetworkId ?? subnetId.replace(/\/subnets\/[^/]+$/i, '');
  }
}
