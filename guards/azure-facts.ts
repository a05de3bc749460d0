import { AuthorizationManagementClient, type Permission } from '@azure/arm-authorization';
import { HealthcareApisManagementClient } from '@azure/arm-healthcareapis';
import { ResourceManagementClient } from '@azure/arm-resources';
import { StorageManagementClient, type StorageAccount } from '@azure/arm-storage';
import type { TokenCredential } from '@azure/core-auth';
import { readResourceId, roleAllows } from '../contract';

/** How Azure Resource Manager is reached, and as whom. */
export interface PreflightConnection {
  readonly credential: TokenCredential;
  readonly subscriptionId: string;
  /** @default - https://management.azure.com */
  readonly endpoint?: string | undefined;
  /** PEM text of a certificate authority to trust beside the usual ones. @default - none */
  readonly ca?: string | undefined;
}

/** A storage account as Azure describes it. */
export interface ExistingAccount {
  readonly kind: string;
  readonly hierarchicalNamespace: boolean;
  readonly deletedFileRetentionDays: number;
  readonly lastAccessTracking: boolean;
  readonly networkAccess: 'open' | 'selected' | 'private';
}

interface ResourceGroupPlace {
  readonly resourceGroupName: string;
  readonly workspaceName: string;
}

/** What Azure says; undefined for what does not exist. */
export class AzureFacts {
  readonly #resources: ResourceManagementClient;
  readonly #authorization: AuthorizationManagementClient;
  readonly #connection: PreflightConnection;

  constructor(connection: PreflightConnection) {
    this.#connection = connection;
    const { credential, subscriptionId } = connection;
    this.#resources = new ResourceManagementClient(credential, subscriptionId, this.#options());
    this.#authorization = new AuthorizationManagementClient(credential, subscriptionId, this.#options());
  }

  async registrationState(namespace: string): Promise<string | undefined> {
    return (await existing(this.#resources.providers.get(namespace)))?.registrationState;
  }

  /** Display names of the regions that have a type of resource. */
  async regionsOf(namespace: string, type: string): Promise<readonly string[]> {
    const provider = await existing(this.#resources.providers.get(namespace));
    const found = provider?.resourceTypes?.find(
      (one) => one.resourceType?.toLowerCase() === type.toLowerCase(),
    );
    return found?.locations ?? [];
  }

  /** Whether the caller may do something in a resource group; undefined where there is no such group. */
  async mayDo(resourceGroupName: string, action: string): Promise<boolean | undefined> {
    const permissions: Permission[] = [];
    const listed = await existing(
      (async () => {
        for await (const one of this.#authorization.permissions.listForResourceGroup(resourceGroupName)) {
          permissions.push(one);
        }
        return true;
      })(),
    );
    if (listed === undefined) return undefined;
    return permissions.some(({ actions = [], notActions = [] }) =>
      roleAllows({ name: '', id: '', actions, notActions, dataActions: [] }, 'action', action),
    );
  }

  /** Why a name cannot be taken, in Azure's words; undefined where it is free. */
  async accountNameTaken(name: string): Promise<string | undefined> {
    const answer = await this.#storage().storageAccounts.checkNameAvailability({
      name,
      type: 'Microsoft.Storage/storageAccounts',
    });
    return answer.nameAvailable === true
      ? undefined
      : (answer.message ?? answer.reason ?? 'The name is taken.');
  }

  accountIn(resourceGroupName: string, name: string): Promise<StorageAccount | undefined> {
    return existing(this.#storage().storageAccounts.getProperties(resourceGroupName, name));
  }

  async account(id: string): Promise<ExistingAccount | undefined> {
    const { subscriptionId, resourceGroup, name } = place(id);
    const storage = this.#storage(subscriptionId);
    const account = await existing(storage.storageAccounts.getProperties(resourceGroup, name));
    if (account === undefined) return undefined;
    const blobs = await storage.blobServices.getServiceProperties(resourceGroup, name);
    const retention = blobs.deleteRetentionPolicy;
    return {
      kind: account.kind ?? 'nothing',
      hierarchicalNamespace: account.isHnsEnabled === true,
      deletedFileRetentionDays: retention?.enabled === true ? (retention.days ?? 0) : 0,
      lastAccessTracking: blobs.lastAccessTimeTrackingPolicy?.enable === true,
      networkAccess: networkAccessOf(account),
    };
  }

  async hasContainer(accountId: string, containerName: string): Promise<boolean> {
    const { subscriptionId, resourceGroup, name } = place(accountId);
    const { blobContainers } = this.#storage(subscriptionId);
    return (await existing(blobContainers.get(resourceGroup, name, containerName))) !== undefined;
  }

  async hasWorkspace(resourceGroupName: string, name: string): Promise<boolean> {
    const { credential, subscriptionId } = this.#connection;
    const health = new HealthcareApisManagementClient(credential, subscriptionId, this.#options());
    return (await existing(health.workspaces.get(resourceGroupName, name))) !== undefined;
  }

  async hasService(workspace: string | ResourceGroupPlace, dicomServiceName: string): Promise<boolean> {
    const { credential, subscriptionId } = this.#connection;
    const where =
      typeof workspace === 'string'
        ? place(workspace)
        : { subscriptionId, resourceGroup: workspace.resourceGroupName, name: workspace.workspaceName };
    const health = new HealthcareApisManagementClient(credential, where.subscriptionId, this.#options());
    const found = await existing(health.dicomServices.get(where.resourceGroup, where.name, dicomServiceName));
    return found !== undefined;
  }

  #storage(subscriptionId = this.#connection.subscriptionId): StorageManagementClient {
    return new StorageManagementClient(this.#connection.credential, subscriptionId, this.#options());
  }

  /** Older clients take the endpoint under another name. */
  #options(): {
    readonly endpoint?: string;
    readonly $host?: string;
    readonly tlsOptions?: { readonly ca: string };
  } {
    const { endpoint, ca } = this.#connection;
    return {
      ...(endpoint === undefined ? {} : { endpoint, $host: endpoint }),
      ...(ca === undefined ? {} : { tlsOptions: { ca } }),
    };
  }
}

function networkAccessOf(account: StorageAccount): ExistingAccount['networkAccess'] {
  if (account.publicNetworkAccess === 'Disabled') return 'private';
  return account.networkRuleSet?.defaultAction === 'Deny' ? 'selected' : 'open';
}

function place(id: string): {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
} {
  return readResourceId(id) ?? { subscriptionId: '', resourceGroup: '', name: id };
}

/** @throws what is answered but 404 */
async function existing<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}
