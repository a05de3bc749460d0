import { createHash } from 'node:crypto';
import { API_VERSIONS } from '../contract';
import type { ArgumentReader } from './argument-reader';
import { propertiesOf, type ArmClient, type ArmResource } from './arm-client';
import { CONTAINER_RESOURCES } from './container-resources';
import { identityBody } from './identity-block';
import { MONITOR_RESOURCES } from './monitor-resources';
import { NETWORK_RESOURCES } from './network-resources';
import {
  groupId,
  type AzurermResource,
  type PreparedResource,
  type ProviderSettings,
} from './prepared-resource';
import { STORAGE_RESOURCES } from './storage-resources';

const RESOURCES_API = '2023-07-01';
const IDENTITY_API = '2024-11-30';
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
  azurerm_management_lock: { attributes: ['id', 'name'], prepare: prepareLock },
  time_sleep: { attributes: ['id'], prepare: prepareSleep },
  ...STORAGE_RESOURCES,
  ...NETWORK_RESOURCES,
  ...MONITOR_RESOURCES,
  ...CONTAINER_RESOURCES,
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
