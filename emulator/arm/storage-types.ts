import { ServiceFault } from '../fault';
import type { InventoryEngine, InventoryPolicies } from '../domain/inventory-engine';
import type { InventoryRule } from '../domain/inventory-rule';
import type { LifecycleEngine, LifecyclePolicies } from '../domain/lifecycle-engine';
import { withoutArchive, type LifecycleRule } from '../domain/lifecycle-rule';
import type { ResourceStore } from '../domain/resource-store';
import type {
  LakeContainers,
  LakeNetworkRules,
  StorageAccount,
  StorageAccounts,
} from '../domain/storage-account';
import { completeIdentity } from './identity-types';
import { inventoryProblems } from './inventory-policy';
import { policyProblems } from './lifecycle-policy';
import { storageSuffix } from './metadata';
import { privateEndpointConnections } from './private-endpoint-connection';
import { parseResourceId } from './resource-id';
import { type Body, type Problem, properties, record, type ResourceType, shown } from './resource-type';

const ACCOUNT = 'Microsoft.Storage/storageAccounts';

const DEFAULT_BLOB_SERVICE: Body = {
  properties: {
    deleteRetentionPolicy: { enabled: false },
    containerDeleteRetentionPolicy: { enabled: false },
    cors: { corsRules: [] },
  },
};
const DEFAULT_FILE_SERVICE: Body = {
  properties: { shareDeleteRetentionPolicy: { enabled: true, days: 7 }, cors: { corsRules: [] } },
};

export interface StorageOptions {
  readonly store: ResourceStore;
  readonly containers: LakeContainers;
  readonly tenantId: string;
  /** Both are told of the policies that they carry out. */
  readonly lifecycle: Pick<LifecycleEngine, 'policyStored' | 'policyRemoved' | 'trackingStored'>;
  readonly inventory: Pick<InventoryEngine, 'policyStored' | 'policyRemoved'>;
  /** Origin of the storage plane. */
  readonly storageOrigin: () => string;
}

/** Microsoft.Storage: accounts with their blob and file services, containers, lifecycle and inventory policies. */
export function storageTypes(options: StorageOptions): readonly ResourceType[] {
  const { store, containers, lifecycle, inventory } = options;
  return [
    accountType(options),
    {
      type: `${ACCOUNT}/blobServices`,
      singleton: true,
      created: 200,
      undeletable: true,
      onStored: ({ parentId }) => lifecycle.trackingStored(parentId),
      onRemoved: ({ parentId }) => lifecycle.trackingStored(parentId),
    },
    { type: `${ACCOUNT}/fileServices`, singleton: true, created: 200, undeletable: true },
    {
      type: `${ACCOUNT}/managementPolicies`,
      singleton: true,
      created: 200,
      problems: ({ resource, body }) =>
        policyProblems(body, factsOf(store, resource.parentId)?.lastAccessTracking === true),
      onStored: ({ parentId }) => lifecycle.policyStored(parentId),
      onRemoved: ({ parentId }) => lifecycle.policyRemoved(parentId),
    },
    {
      type: `${ACCOUNT}/inventoryPolicies`,
      singleton: true,
      created: 200,
      problems: ({ resource, body }) =>
        inventoryProblems(body, (name) => containers.find(resource.parentId, name) !== undefined),
      onStored: ({ parentId }) => inventory.policyStored(parentId),
      onRemoved: ({ parentId }) => inventory.policyRemoved(parentId),
    },
    containerType(containers),
  ];
}

function accountType({ store, containers, tenantId, storageOrigin }: StorageOptions): ResourceType {
  return {
    type: ACCOUNT,
    nameKind: 'storageAccount',
    nameTakenCode: 'StorageAccountAlreadyTaken',
    located: true,
    created: 202,
    longRunning: true,
    problems: ({ body }) => accountProblems(body),
    complete: (write) => {
      const { resource, body, previous } = write;
      const isHierarchical = (account: Body): boolean => properties(account)['isHnsEnabled'] === true;
      if (previous !== undefined && isHierarchical(previous) !== isHierarchical(body)) {
        throw new ServiceFault(
          409,
          'AccountPropertyCannotBeUpdated',
          "The property 'isHnsEnabled' cannot be updated.",
        );
      }
      const sku = record(body['sku']);
      const endpointOf = (service: string): string =>
        `https://${resource.name}.${service}.${storageSuffix(storageOrigin())}/`;
      return {
        ...body,
        ...completeIdentity(store, write, tenantId),
        sku: { ...sku, tier: String(sku['name']).split('_')[0] },
        properties: {
          ...properties(body),
          provisioningState: 'Succeeded',
          primaryEndpoints: { blob: endpointOf('blob'), dfs: endpointOf('dfs') },
          primaryLocation: body['location'],
          statusOfPrimary: 'available',
        },
      };
    },
    onStored: ({ id }) => {
      for (const [child, body] of [
        ['blobServices', DEFAULT_BLOB_SERVICE],
        ['fileServices', DEFAULT_FILE_SERVICE],
      ] as const) {
        if (store.get(`${id}/${child}/default`) === undefined) store.put(`${id}/${child}/default`, body);
      }
    },
    onRemoved: ({ id }) => containers.deleteAccount(id),
    derived: (id) => ({ privateEndpointConnections: privateEndpointConnections(store, id) }),
  };
}

function accountProblems(body: Body): readonly Problem[] {
  const { name } = record(body['sku']);
  const texts: string[] = [];
  if (typeof name !== 'string' || !/^[A-Za-z]+_[A-Za-z]+$/.test(name)) {
    texts.push(`sku.name must be such as Standard_ZRS, got ${shown(name)}.`);
  }
  if (typeof body['kind'] !== 'string')
    texts.push(`kind must be such as StorageV2, got ${shown(body['kind'])}.`);
  return texts.map((message) => ({ code: 'InvalidRequestContent', message }));
}

function containerType(containers: LakeContainers): ResourceType {
  const accountOf = (parentId: string): string =>
    parentId.slice(0, parentId.toLowerCase().indexOf('/blobservices/'));
  return {
    type: `${ACCOUNT}/blobServices/containers`,
    nameKind: 'container',
    source: {
      find: ({ parentId, name }) => {
        const container = containers.find(accountOf(parentId), name);
        return container === undefined ? undefined : containerBody(container.metadata, container.etag);
      },
      list: (parentId) =>
        containers.list(accountOf(parentId)).map((container) => ({
          name: container.name,
          body: containerBody(container.metadata, container.etag),
        })),
      put: ({ parentId, name }, body) => {
        const metadata = record(properties(body)['metadata']) as Record<string, string>;
        if (properties(body)['publicAccess'] !== undefined && properties(body)['publicAccess'] !== 'None') {
          throw new ServiceFault(
            409,
            'PublicAccessNotPermitted',
            'Public access is not permitted on this storage account.',
          );
        }
        if (containers.find(accountOf(parentId), name) === undefined)
          containers.create(accountOf(parentId), name, metadata);
        else containers.setMetadata(accountOf(parentId), name, metadata);
      },
      remove: ({ parentId, name }) => void containers.delete(accountOf(parentId), name),
    },
  };
}

function containerBody(metadata: Readonly<Record<string, string>>, etag: string): Body {
  return {
    etag,
    properties: {
      publicAccess: 'None',
      metadata: { ...metadata },
      hasImmutabilityPolicy: false,
      hasLegalHold: false,
      leaseState: 'Available',
      leaseStatus: 'Unlocked',
    },
  };
}

/** The facts of storage accounts that the data plane needs, read from what Azure Resource Manager keeps. */
export class StoredStorageAccounts implements StorageAccounts {
  public constructor(private readonly store: ResourceStore) {}

  public byId(id: string): StorageAccount | undefined {
    return factsOf(this.store, id);
  }

  public byName(name: string): StorageAccount | undefined {
    const wanted = name.toLowerCase();
    const resource = this.store.below('/subscriptions').find(({ id }) => {
      const parsed = parseResourceId(id);
      return parsed?.type.toLowerCase() === ACCOUNT.toLowerCase() && parsed.name.toLowerCase() === wanted;
    });
    return resource === undefined ? undefined : factsOf(this.store, resource.id);
  }
}

/** Lifecycle policies as Azure Resource Manager keeps them. */
export function storedPolicies(store: ResourceStore): LifecyclePolicies {
  return {
    rulesOf: (storageAccountId) => {
      const policy = record(
        properties(store.get(`${storageAccountId}/managementPolicies/default`)?.body)['policy'],
      );
      const rules = Array.isArray(policy['rules']) ? (policy['rules'] as readonly LifecycleRule[]) : [];
      const sku = record(store.get(storageAccountId)?.body['sku']);
      return typeof sku['name'] === 'string' && sku['name'].endsWith('ZRS')
        ? rules.map(withoutArchive)
        : rules;
    },
  };
}

/** Inventory policies as Azure Resource Manager keeps them. */
export function storedInventoryPolicies(store: ResourceStore): InventoryPolicies {
  return {
    rulesOf: (storageAccountId) => {
      const { enabled, rules } = record(
        properties(store.get(`${storageAccountId}/inventoryPolicies/default`)?.body)['policy'],
      );
      return enabled !== false && Array.isArray(rules) ? (rules as readonly InventoryRule[]) : [];
    },
  };
}

function factsOf(store: ResourceStore, accountId: string): StorageAccount | undefined {
  const resource = store.get(accountId);
  const parsed = parseResourceId(resource?.id ?? '');
  if (resource === undefined || parsed?.type.toLowerCase() !== ACCOUNT.toLowerCase()) return undefined;
  const account = properties(resource.body);
  const blobService = properties(store.get(`${resource.id}/blobServices/default`)?.body);
  const retention = record(blobService['deleteRetentionPolicy']);
  return {
    id: resource.id,
    name: parsed.name,
    hierarchicalNamespace: account['isHnsEnabled'] === true,
    sharedKeyAllowed: account['allowSharedKeyAccess'] !== false,
    deletedFileRetentionDays:
      retention['enabled'] === true && typeof retention['days'] === 'number' ? retention['days'] : 0,
    lastAccessTracking: record(blobService['lastAccessTimeTrackingPolicy'])['enable'] === true,
    network: networkRulesOf(account),
  };
}

/** An account without rules lets everybody in. */
function networkRulesOf(account: Body): LakeNetworkRules {
  const { publicNetworkAccess } = account;
  const { defaultAction, bypass, ipRules, virtualNetworkRules, resourceAccessRules } = record(
    account['networkAcls'],
  );
  return {
    publicNetworkAccess:
      publicNetworkAccess === 'Disabled' || publicNetworkAccess === 'SecuredByPerimeter'
        ? publicNetworkAccess
        : 'Enabled',
    defaultAction: defaultAction === 'Deny' ? 'Deny' : 'Allow',
    trustedServices: typeof bypass !== 'string' || bypass.split(/, */).includes('AzureServices'),
    ipRanges: rulesOf(ipRules).flatMap(({ value }) => textIn(value)),
    subnetIds: rulesOf(virtualNetworkRules).flatMap(({ id }) => textIn(id)),
    resourceInstances: rulesOf(resourceAccessRules).flatMap(({ tenantId, resourceId }) =>
      textIn(resourceId).map((id) => ({
        ...(typeof tenantId === 'string' ? { tenantId } : {}),
        resourceId: id,
      })),
    ),
  };
}

function textIn(value: unknown): readonly string[] {
  return typeof value === 'string' ? [value] : [];
}

function rulesOf(rules: unknown): readonly Body[] {
  return Array.isArray(rules) ? rules.map(record) : [];
}
