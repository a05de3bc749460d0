import type { StorageAccount, StorageAccountNetworkRules } from '@cdktf/provider-azurerm/lib/storage-account';
import type { IConstruct } from 'constructs';
import type { IntendedFirewall } from '../../contract';
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

  get rules(): StorageAccountNetworkRules {
    const network = this.#network;
    const { ipRanges, subnetIds } = network.access === 'selected' ? network : {};
    return {
      defaultAction: 'Deny',
      bypass: [this.trustedServices ? 'AzureServices' : 'None'],
      ...(ipRanges === undefined || ipRanges.length === 0 ? {} : { ipRules: [...ipRanges] }),
      ...(subnetIds === undefined || subnetIds.length === 0
        ? {}
        : { virtualNetworkSubnetIds: [...subnetIds] }),
      ...(this.#resourceIds.size === 0
        ? {}
        : { privateLinkAccess: [...this.#resourceIds.values()].map((id) => ({ endpointResourceId: id })) }),
    };
  }

  get allowed(): IntendedFirewall {
    const network = this.#network;
    const { ipRanges = [], subnetIds = [] } = network.access === 'selected' ? network : {};
    return {
      trustedServices: this.trustedServices,
      ipRanges,
      subnetIds,
      resourceIds: [...this.#resourceIds.values()],
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
