import type { StorageAccount, StorageAccountNetworkRules } from '@cdktf/provider-azurerm/lib/storage-account';
import type { ILakeFirewall, PrivateNetwork, SelectedNetworks } from '../lake-network';

/** The network rules of one account; grows while constructs let resources through. */
export class StorageFirewall implements ILakeFirewall {
  readonly #network: SelectedNetworks | PrivateNetwork;
  readonly #resourceIds = new Set<string>();
  #account: StorageAccount | undefined;

  constructor(network: SelectedNetworks | PrivateNetwork) {
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
        : { privateLinkAccess: [...this.#resourceIds].map((id) => ({ endpointResourceId: id })) }),
    };
  }

  /** From now on the account follows these rules. */
  guard(account: StorageAccount): void {
    this.#account = account;
  }

  allowResourceInstance(resourceId: string): void {
    this.#resourceIds.add(resourceId);
    this.#account?.putNetworkRules(this.rules);
  }
}
