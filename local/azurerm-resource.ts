import { createHash } from 'node:crypto';
import { API_VERSIONS } from '../contract';
import type { ArgumentReader } from './argument-reader';
import type { ArmClient, ArmResource } from './arm-client';
import { CONTAINER_RESOURCES } from './container-resources';
import { lifecycleRule } from './lifecycle-rule';
import { MONITOR_RESOURCES } from './monitor-resources';
import { NETWORK_RESOURCES } from './network-resources';
import {
  groupId,
  type AzurermResource,
  type PreparedResource,
  type ProviderSettings,
} from './prepared-resource';

const RESOURCES_API = '2023-07-01';
const IDENTITY_API = '2024-11-30';
const STORAGE_API = '2023-05-01';
const LOCK_API = '2020-05-01';
const ROLE_ASSIGNMENT_API = '2022-04-01';
const ROLE_DEFINITION_API = '2022-05-01-preview';

/** The resource types of the provider that can be applied, each with the requests the provider makes. */
export const AZURERM_RESOURCES: Readonly<Record<string, AzurermResource>> = {
  azurerm_resource_group: { attributes: ['id', 'name', 'location'], prepare: prepareResourceGroup },
  azurerm_user_assigned_identity: {
    attributes: ['id', 'name', 'principal_id', 'client_id', 'tenant_id'],
    prepare: prepareIdentity,
  },
  azurerm_storage_account: {
    attributes: ['id', 'name', 'primary_blob_endpoint', 'primary_dfs_endpoint'],
    prepare: prepareStorageAccount,
  },
  azurerm_storage_container: { attributes: ['id', 'name'], prepare: prepareStorageContainer },
  azurerm_storage_blob_inventory_policy: { attributes: ['id'], prepare: prepareInventoryPolicy },
  azurerm_management_lock: { attributes: ['id', 'name'], prepare: prepareLock },
  time_sleep: { attributes: ['id'], prepare: prepareSleep },
  ...NETWORK_RESOURCES,
  ...MONITOR_RESOURCES,
  ...CONTAINER_RESOURCES,
  azurerm_storage_management_policy: { attributes: ['id'], prepare: prepareLifecyclePolicy },
  azurerm_role_assignment: {
    attributes: ['id', 'name', 'scope', 'principal_id', 'role_definition_id'],
    prepare: prepareRoleAssignment,
  },
  azurerm_healthcare_workspace: { attributes: ['id', 'name'], prepare: prepareWorkspace },
  azurerm_healthcare_dicom_service: {
    attributes: ['id', 'name', 'service_url', 'identity[0].principal_id', 'identity[0].tenant_id'],
    prepare: prepareDicomService,
  },
};

function prepareResourceGroup(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const id = groupId(subscriptionId, name);
  const body = { location: args.string('location'), tags: args.stringMap('tags') };
  return async (arm) => {
    await arm.put(id, RESOURCES_API, body);
    return { id, name, location: body.location };
  };
}

function prepareIdentity(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const id = `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
  const body = { location: args.string('location'), properties: {}, tags: args.stringMap('tags') };
  return async (arm) => {
    const properties = propertiesOf(await arm.put(id, IDENTITY_API, body));
    return {
      id,
      name,
      principal_id: properties['principalId'],
      client_id: properties['clientId'],
      tenant_id: properties['tenantId'],
    };
  };
}

function prepareStorageContainer(args: ArgumentReader): PreparedResource {
  const name = args.string('name');
  const id = `${args.string('storage_account_id')}/blobServices/default/containers/${name}`;
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

function prepareLock(args: ArgumentReader): PreparedResource {
  const name = args.string('name');
  const id = `${args.string('scope')}/providers/Microsoft.Authorization/locks/${name}`;
  const properties = { level: args.string('lock_level'), notes: args.optionalString('notes') ?? '' };
  return async (arm) => {
    await arm.put(id, LOCK_API, { properties });
    return { id, name };
  };
}

/** Nothing is waited for: a role counts at once in the emulator. */
function prepareSleep(args: ArgumentReader): PreparedResource {
  const id = args.string('create_duration');
  args.stringMap('triggers');
  return () => Promise.resolve({ id });
}

function prepareWorkspace(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const id = `${group}/providers/Microsoft.HealthcareApis/workspaces/${name}`;
  const body = { location: args.string('location'), tags: args.stringMap('tags') };
  return async (arm) => {
    await arm.put(id, API_VERSIONS.healthcareApis, body);
    return { id, name };
  };
}

function prepareStorageAccount(
  args: ArgumentReader,
  { subscriptionId, tenantId }: ProviderSettings,
): PreparedResource {
  const name = args.string('name');
  const group = groupId(subscriptionId, args.string('resource_group_name'));
  const id = `${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
  const tier = args.string('account_tier');
  const identity = args.block('identity');
  const copyScope = args.optionalString('allowed_copy_scope');
  const sasPolicy = args.block('sas_policy');
  const body = {
    identity: {
      userAssignedIdentities: null,
      ...(identity === undefined ? { type: 'None' } : identityBody(identity)),
    },
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

function prepareRoleAssignment(args: ArgumentReader, { subscriptionId }: ProviderSettings): PreparedResource {
  const scope = args.string('scope');
  const principalId = args.string('principal_id');
  const principalType = args.optionalString('principal_type');
  const description = args.optionalString('description') ?? '';
  const definitionId = args.optionalString('role_definition_id');
  const roleName = args.optionalString('role_definition_name');
  const chosenName = args.optionalString('name');
  if ((definitionId === undefined) === (roleName === undefined)) {
    throw new Error(`exactly one of role_definition_id and role_definition_name must be given`);
  }
  return async (arm) => {
    const roleDefinitionId = definitionId ?? (await findRole(arm, scope, roleName ?? ''));
    const name =
      chosenName ?? guidOf(`${subscriptionId}|${scope}|${principalId}|${roleDefinitionId}`.toLowerCase());
    const id = `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`;
    const properties = { description, principalId, principalType, roleDefinitionId };
    await arm.put(id, ROLE_ASSIGNMENT_API, { properties });
    return { id, name, scope, principal_id: principalId, role_definition_id: roleDefinitionId };
  };
}

async function findRole(arm: Pick<ArmClient, 'get'>, scope: string, roleName: string): Promise<string> {
  const path = `${scope}/providers/Microsoft.Authorization/roleDefinitions`;
  const found = await arm.get(path, ROLE_DEFINITION_API, { $filter: `roleName eq '${roleName}'` });
  const [role, ...others] = found['value'] as readonly { readonly id: string }[];
  if (role === undefined || others.length > 0) {
    throw new Error(`${role === undefined ? 'no' : 'more than one'} role is named '${roleName}' at ${scope}`);
  }
  return role.id;
}

function prepareDicomService(args: ArgumentReader): PreparedResource {
  const name = args.string('name');
  const id = `${args.string('workspace_id')}/dicomServices/${name}`;
  const identity = args.block('identity');
  const storage = args.block('storage');
  const keyUrl = args.optionalString('encryption_key_url');
  const cors = args.block('cors');
  const body = {
    ...(identity === undefined ? {} : { identity: identityBody(identity) }),
    location: args.string('location'),
    properties: {
      enableDataPartitions: args.boolean('data_partitions_enabled', false),
      publicNetworkAccess: args.boolean('public_network_access_enabled', true) ? 'Enabled' : 'Disabled',
      ...(keyUrl === undefined
        ? {}
        : { encryption: { customerManagedKeyEncryption: { keyEncryptionKeyUrl: keyUrl } } }),
      ...(cors === undefined ? {} : { corsConfiguration: corsBody(cors) }),
      ...(storage === undefined
        ? {}
        : {
            storageConfiguration: {
              fileSystemName: storage.string('file_system_name'),
              storageResourceId: storage.string('storage_account_id'),
            },
          }),
    },
    tags: args.stringMap('tags'),
  };
  return async (arm) => {
    const service = await arm.put(id, API_VERSIONS.healthcareApis, body);
    const attached = (service['identity'] ?? {}) as Readonly<Record<string, unknown>>;
    return {
      id,
      name,
      service_url: propertiesOf(service)['serviceUrl'],
      identity: [{ principal_id: attached['principalId'], tenant_id: attached['tenantId'] }],
    };
  };
}

function corsBody(args: ArgumentReader): ArmResource {
  return {
    allowCredentials: args.boolean('allow_credentials', false),
    headers: args.strings('allowed_headers'),
    maxAge: args.optionalNumber('max_age_in_seconds'),
    methods: args.strings('allowed_methods'),
    origins: args.strings('allowed_origins'),
  };
}

function identityBody(args: ArgumentReader): ArmResource {
  const ids = args.strings('identity_ids');
  return {
    type: args.string('type'),
    ...(ids.length === 0 ? {} : { userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])) }),
  };
}

/** The same assignment gets the same name each time, so that applying twice changes nothing. */
function guidOf(text: string): string {
  const digest = createHash('sha256').update(text).digest('hex');
  return [8, 4, 4, 4, 12]
    .map((length, index, lengths) => {
      const start = lengths.slice(0, index).reduce((sum, one) => sum + one, 0);
      return digest.slice(start, start + length);
    })
    .join('-');
}

function propertiesOf(resource: ArmResource): Readonly<Record<string, unknown>> {
  return (resource['properties'] ?? {}) as Readonly<Record<string, unknown>>;
}
