import type { StorageAccount, StorageAccountNetworkRules } from '@cdktf/provider-azurerm/lib/storage-account';
import type { IConstruct } from 'constructs';
import type { IntendedNetworkRules } from '../../contract';
import type { ILakeFirewall, PrivateNetwork, SelectedNetworks } from '../lake-network';
import { refuseInvalid } from './invalid';
import { anyResourceIdProblem } from './resource-id';

/** The network rules of one account; grows while constructs let resources through. */
export class StorageFirewall implements ILakeFirewall {
  readonly #network: SelectedNetworks | PrivateNetwork;
  readonly #lake: IConstruct;
  /** By their lower-case form, since Azure takes two spellings for one resource. */
  readonly #resourceIds = new Map<string, string>();
  #account: StorageAccount | undefined;

  constructor(lake: IConstruct, network: SelectedNetworks | PrivateNetwork) {
    this.#lake = lake;
    this.#network = network;
  }

  get trustedServices(): boolean {
    return this.#network.trustedServices !== false;
  }

  get allowed(): IntendedNetworkRules {
    const { ipRanges = [], subnetIds = [] } = this.#network.access === 'selected' ? this.#network : {};
    return {
      ipRanges: [...ipRanges],
      subnetIds: [...subnetIds],
      resourceIds: [...this.#resourceIds.values()],
      trustedServices: this.trustedServices,
    };
  }

  get rules(): StorageAccountNetworkRules {
    const { ipRanges, subnetIds, resourceIds, trustedServices } = this.allowed;
    return {
      defaultAction: 'Deny',
      bypass: [trustedServices ? 'AzureServices' : 'None'],
      ...(ipRanges.length === 0 ? {} : { ipRules: [...ipRanges] }),
      ...(subnetIds.length === 0 ? {} : { virtualNetworkSubnetIds: [...subnetIds] }),
      ...(resourceIds.length === 0
        ? {}
        : { privateLinkAccess: resourceIds.map((id) => ({ endpointResourceId: id })) }),
    };
  }

  /** From now on the account follows these rules. */
  guard(account: StorageAccount): void {
    this.#account = account;
  }

  allowResourceInstance(resourceId: string): void {
    refuseInvalid(this.#lake, 'ResourceInstanceInvalid', anyResourceIdProblem('resourceId', resourceId));
    const key = resourceId.toLowerCase();
    if (!this.#resourceIds.has(key)) this.#resourceIds.set(key, resourceId);
    this.#account?.putNetworkRules(this.rules);
  }
}
