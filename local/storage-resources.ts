import { containerIdOf } from '../contract';
import type { ArgumentReader } from './argument-reader';
import { propertiesOf, type ArmResource } from './arm-client';
import { identityOrNone } from './identity-block';
import { lifecycleRule } from './lifecycle-rule';
import {
  groupId,
  type AzurermResource,
  type PreparedResource,
  type ProviderSettings,
} from './prepared-resource';

const STORAGE_API = '2023-05-01';

/** Storage accounts with their containers and policies. */
export const STORAGE_RESOURCES: Readonly<Record<string, AzurermResource>> = {
  azurerm_storage_account: {
    attributes: ['id', 'name', 'primary_blob_endpoint', 'primary_dfs_endpoint'],
    prepare: prepareStorageAccount,
  },
  azurerm_storage_container: { attributes: ['id', 'name'], prepare: prepareStorageContainer },
  azurerm_storage_management_policy: { attributes: ['id'], prepare: prepareLifecyclePolicy },
  azurerm_storage_blob_inventory_policy: { attributes: ['id'], prepare: prepareInventoryPolicy },
};

function prepareStorageAccount(
  args: ArgumentReader,
  { subscriptionId, tenantId }: ProviderSettings,
): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const id = `${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const tier = args.string('account_tier');
  const copyScope = args.optionalString('allowed_copy_scope');
  const sasPolicy = args.block('sas_policy');
  const body = {
    identity: identityOrNone(args.block('identity')),
    kind: args.optionalString('account_kind') ?? 'StorageV2',
    location: args.string('location'),
    properties: {
      accessTier: args.optionalString('access_tier') ?? 'Hot',
      allowBlobPublicAccess: args.boolean('allow_nested_items_to_be_public', true),
      allowCrossTenantReplication: args.boolean('cross_tenant_replication_enabled', false),
      allowSharedKeyAccess: args.boolean('shared_access_key_enabled', true),
      defaultToOAuthAuthentication: args.boolean('default_to_oauth_authentication', false),
      dnsEndpointType: 'Standard',
      ...(copyScope === undefined ? {} : { allowedCopyScope: copyScope }),
      encryption: {
        ...keySource(args.block('customer_managed_key')),
        ...(args.boolean('infrastructure_encryption_enabled', false)
          ? { requireInfrastructureEncryption: true }
          : {}),
        services: { queue: { keyType: 'Service' }, table: { keyType: 'Service' } },
      },
      isHnsEnabled: args.boolean('is_hns_enabled', false),
      isLocalUserEnabled: args.boolean('local_user_enabled', true),
      isNfsV3Enabled: args.boolean('nfsv3_enabled', false),
      isSftpEnabled: args.boolean('sftp_enabled', false),
      minimumTlsVersion: args.optionalString('min_tls_version') ?? 'TLS1_2',
      networkAcls: networkAcls(args.block('network_rules'), tenantId),
      publicNetworkAccess: args.boolean('public_network_access_enabled', true) ? 'Enabled' : 'Disabled',
      ...(sasPolicy === undefined
        ? {}
        : {
            sasPolicy: {
              expirationAction: sasPolicy.optionalString('expiration_action') ?? 'Log',
              sasExpirationPeriod: sasPolicy.string('expiration_period'),
            },
          }),
      supportsHttpsTrafficOnly: args.boolean('https_traffic_only_enabled', true),
    },
    sku: { name: `${tier}_${args.string('account_replication_type')}`, tier },
    tags: args.stringMap('tags'),
  };
  const blobService = args.block('blob_properties');
  const blobServiceBody = blobService === undefined ? undefined : blobServiceProperties(blobService);
  return async (arm) => {
    const account = await arm.put(id, STORAGE_API, body);
    if (blobServiceBody !== undefined)
      await arm.put(`${id}/blobServices/default`, STORAGE_API, blobServiceBody);
    const endpoints = propertiesOf(account)['primaryEndpoints'] as Readonly<Record<string, string>>;
    return {
      id,
      name,
      primary_blob_endpoint: endpoints['blob'],
      primary_dfs_endpoint: endpoints['dfs'],
    };
  };
}

/** The provider takes the key's URL apart: `https://{vault}/keys/{key}`, with a version or without. */
function keySource(key: ArgumentReader | undefined): ArmResource {
  if (key === undefined) return { keySource: 'Microsoft.Storage' };
  const [vault = '', name = ''] = key.string('key_vault_key_id').split('/keys/');
  const [keyname = '', keyversion = ''] = name.split('/');
  return {
    identity: { userAssignedIdentity: key.string('user_assigned_identity_id') },
    keySource: 'Microsoft.Keyvault',
    keyvaultproperties: { keyname, keyvaulturi: `${vault}/`, keyversion },
  };
}

function networkAcls(rules: ArgumentReader | undefined, tenantId: string): ArmResource {
  return {
    bypass: rules === undefined ? 'AzureServices' : rules.strings('bypass').join(', ') || 'None',
    defaultAction: rules?.string('default_action') ?? 'Allow',
    ipRules: (rules?.strings('ip_rules') ?? []).map((value) => ({ action: 'Allow', value })),
    resourceAccessRules: (rules?.blocks('private_link_access') ?? []).map((rule) => ({
      resourceId: rule.string('endpoint_resource_id'),
      tenantId: rule.optionalString('endpoint_tenant_id') ?? tenantId,
    })),
    virtualNetworkRules: (rules?.strings('virtual_network_subnet_ids') ?? []).map((subnet) => ({
      action: 'Allow',
      id: subnet,
    })),
  };
}

/** Trap of the provider: a retention block that is there but empty means on, with 7 days; an absent one means off. */
function blobServiceProperties(args: ArgumentReader): ArmResource {
  const files = args.block('delete_retention_policy');
  const containers = args.block('container_delete_retention_policy');
  return {
    properties: {
      changeFeed: { enabled: args.boolean('change_feed_enabled', false) },
      containerDeleteRetentionPolicy:
        containers === undefined
          ? { enabled: false }
          : { days: containers.optionalNumber('days') ?? 7, enabled: true },
      cors: {},
      deleteRetentionPolicy:
        files === undefined
          ? { enabled: false }
          : {
              allowPermanentDelete: files.boolean('permanent_delete_enabled', false),
              days: files.optionalNumber('days') ?? 7,
              enabled: true,
            },
      isVersioningEnabled: args.boolean('versioning_enabled', false),
      lastAccessTimeTrackingPolicy: { enable: args.boolean('last_access_time_enabled', false) },
      restorePolicy: { enabled: false },
    },
  };
}

function prepareStorageContainer(args: ArgumentReader): PreparedResource {
  const name = args.string('name');
  const id = containerIdOf({ storageAccountId: args.string('storage_account_id'), containerName: name });
  const access = args.optionalString('container_access_type') ?? 'private';
  const publicAccess = { private: 'None', blob: 'Blob', container: 'Container' }[access];
  if (publicAccess === undefined) {
    throw new Error(`container_access_type must be private, blob or container, got '${access}'`);
  }
  const body = { properties: { metadata: args.stringMap('metadata'), publicAccess } };
  return async (arm) => {
    await arm.put(id, STORAGE_API, body);
    return { id, name };
  };
}

function prepareLifecyclePolicy(args: ArgumentReader): PreparedResource {
  const id = `${args.string('storage_account_id')}/managementPolicies/default`;
  const rules = args.blocks('rule').map(lifecycleRule);
  return async (arm) => {
    await arm.put(id, STORAGE_API, { name: 'default', properties: { policy: { rules } } });
    return { id };
  };
}

function prepareInventoryPolicy(args: ArgumentReader): PreparedResource {
  const account = args.string('storage_account_id');
  const rules = args.blocks('rules').map((rule) => {
    const filter = rule.block('filter');
    return {
      definition: {
        ...(filter === undefined
          ? {}
          : {
              filters: {
                blobTypes: filter.strings('blob_types'),
                excludePrefix: filter.strings('exclude_prefixes'),
                includeBlobVersions: filter.boolean('include_blob_versions', false),
                includeDeleted: filter.boolean('include_deleted', false),
                includeSnapshots: filter.boolean('include_snapshots', false),
                prefixMatch: filter.strings('prefix_match'),
              },
            }),
        format: rule.string('format'),
        objectType: rule.string('scope'),
        schedule: rule.string('schedule'),
        schemaFields: rule.strings('schema_fields'),
      },
      destination: rule.string('storage_container_name'),
      enabled: true,
      name: rule.string('name'),
    };
  });
  return async (arm) => {
    await arm.put(`${account}/inventoryPolicies/default`, STORAGE_API, {
      properties: { policy: { enabled: true, rules, type: 'Inventory' } },
    });
    return { id: account };
  };
}
