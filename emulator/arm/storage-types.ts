import { ServiceFault } from '../fault';
import type { ResourceStore } from '../domain/resource-store';
import type { LakeContainers, StorageAccount, StorageAccounts } from '../domain/storage-account';
import { type Body, properties, record, type ResourceType } from './resource-type';
import { parseResourceId } from './resource-id';

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

/** Microsoft.Storage: accounts with their blob and file services, containers and lifecycle policies. */
export function storageTypes(options: {
  readonly store: ResourceStore;
  readonly containers: LakeContainers;
  /** Origin of the storage plane. */
  readonly storageOrigin: () => string;
}): readonly ResourceType[] {
  const { store, containers, storageOrigin } = options;
  const account: ResourceType = {
    type: ACCOUNT,
    nameKind: 'storageAccount',
    created: 202,
    longRunning: true,
    complete: ({ resource, body, previous }) => {
      const given = properties(body);
      const wasHierarchical = properties(previous)['isHnsEnabled'];
      if (previous !== undefined && wasHierarchical !== given['isHnsEnabled']) {
        throw new ServiceFault(
          409,
          'AccountPropertyCannotBeUpdated',
          "The property 'isHnsEnabled' cannot be updated.",
        );
      }
      const sku = record(body['sku']);
      if (typeof sku['name'] !== 'string' || !/^[A-Za-z]+_[A-Za-z]+$/.test(sku['name'])) {
        throw new ServiceFault(
          400,
          'InvalidRequestContent',
          `sku.name must be such as Standard_ZRS, got ${JSON.stringify(sku['name'])}.`,
        );
      }
      const endpoint = `${storageOrigin()}/${resource.name}/`;
      return {
        ...body,
        sku: { ...sku, tier: sku['name'].split('_')[0] },
        properties: {
          ...given,
          provisioningState: 'Succeeded',
          primaryEndpoints: { blob: endpoint, dfs: endpoint },
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
  };
  return [
    account,
    { type: `${ACCOUNT}/blobServices`, created: 200 },
    { type: `${ACCOUNT}/fileServices`, created: 200 },
    { type: `${ACCOUNT}/managementPolicies`, created: 200, complete: ({ body }) => checkedPolicy(body) },
    containerType(containers),
  ];
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

function checkedPolicy(body: Body): Body {
  const rules = record(properties(body)['policy'])['rules'];
  if (!Array.isArray(rules) || rules.length > 100) {
    throw new ServiceFault(
      400,
      'InvalidRequestContent',
      'properties.policy.rules must be a list of at most 100 rules.',
    );
  }
  const names = rules.map((rule) => record(rule)['name']);
  if (new Set(names).size !== names.length) {
    throw new ServiceFault(400, 'InvalidRequestContent', 'Rule names in a management policy must be unique.');
  }
  return body;
}

/** The facts of storage accounts that the data plane needs, read from what Azure Resource Manager keeps. */
export class StoredStorageAccounts implements StorageAccounts {
  public constructor(private readonly store: ResourceStore) {}

  public byId(id: string): StorageAccount | undefined {
    const resource = this.store.get(id);
    return resource === undefined ? undefined : this.factsOf(resource.id, resource.body);
  }

  public byName(name: string): StorageAccount | undefined {
    const wanted = name.toLowerCase();
    const resource = this.store.below('/subscriptions').find(({ id }) => {
      const parsed = parseResourceId(id);
      return parsed?.type.toLowerCase() === ACCOUNT.toLowerCase() && parsed.name.toLowerCase() === wanted;
    });
    return resource === undefined ? undefined : this.factsOf(resource.id, resource.body);
  }

  private factsOf(id: string, body: Body): StorageAccount {
    const account = properties(body);
    const blobService = properties(this.store.get(`${id}/blobServices/default`)?.body);
    const retention = record(blobService['deleteRetentionPolicy']);
    return {
      id,
      name: parseResourceId(id)?.name ?? '',
      hierarchicalNamespace: account['isHnsEnabled'] === true,
      sharedKeyAllowed: account['allowSharedKeyAccess'] !== false,
      deletedFileRetentionDays: retention['enabled'] === true ? Number(retention['days']) : 0,
      lastAccessTracking: record(blobService['lastAccessTimeTrackingPolicy'])['enable'] === true,
      publicNetworkAccess: account['publicNetworkAccess'] !== 'Disabled',
      defaultAction: record(account['networkAcls'])['defaultAction'] === 'Deny' ? 'Deny' : 'Allow',
    };
  }
}
