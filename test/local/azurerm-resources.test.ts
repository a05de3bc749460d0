import { ArgumentReader } from '../../local/argument-reader';
import { AZURERM_RESOURCES } from '../../local/azurerm-resources';
import recorded from './recorded-requests.json';

/**
 * The requests of azurerm 4.54.0 for a configuration, as recorded between the unmodified provider and a stub. The
 * arguments below are that configuration.
 */
const SUBSCRIPTION = '44444444-4444-4444-4444-444444444444';
const PROVIDER = {
  subscriptionId: SUBSCRIPTION,
  tenantId: '11111111-1111-1111-1111-111111111111',
  major: 4,
} as const;
const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-a`;
const ACCOUNT = `${GROUP}/providers/Microsoft.Storage/storageAccounts/stacct0001`;
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-a`;
const WORKSPACE = `${GROUP}/providers/Microsoft.HealthcareApis/workspaces/wsabc`;
const CONTAINER = `${ACCOUNT}/blobServices/default/containers/dicom`;
const ROLE = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/ba92f5b4-2d11-453d-a403-e96b0029c9fe`;

async function requestsFor(type: string, args: Readonly<Record<string, unknown>>) {
  const reader = new ArgumentReader(`${type}.x`, args);
  const send = AZURERM_RESOURCES[type]?.prepare(reader, PROVIDER);
  if (send === undefined) throw new Error(`no such type: ${type}`);
  const requests: { path: string; body: unknown }[] = [];
  const attributes = await send({
    get: () => Promise.resolve({ value: [{ id: ROLE }] }),
    put: (path, _apiVersion, body) => {
      requests.push({ path, body: JSON.parse(JSON.stringify(body)) });
      return Promise.resolve(recorded.find((one) => one.path === path)?.response ?? {});
    },
  });
  return { requests, attributes, unread: reader.unread() };
}

function recordedAt(path: string) {
  const request = recorded.find((one) => one.path === path || one.path.startsWith(`${path}/`));
  if (request === undefined) throw new Error(`nothing recorded at ${path}`);
  return request.body;
}

describe('requests for a resource of the azurerm provider', () => {
  test('equal the recorded ones for a resource group', async () => {
    const { requests } = await requestsFor('azurerm_resource_group', {
      name: 'rg-a',
      location: 'westeurope',
      tags: { env: 'test', ver: '1' },
    });
    expect(requests).toEqual([{ path: GROUP, body: recordedAt(GROUP) }]);
  });

  test('equal the recorded ones for an identity, and its principal comes from the answer', async () => {
    const { requests, attributes } = await requestsFor('azurerm_user_assigned_identity', {
      name: 'id-a',
      resource_group_name: 'rg-a',
      location: 'westeurope',
    });
    expect(requests).toEqual([{ path: IDENTITY, body: recordedAt(IDENTITY) }]);
    expect(attributes).toMatchObject({ id: IDENTITY, principal_id: 'a9f385e9-66c2-5583-8f76-dc4ba47aa786' });
  });

  test.each([
    ['an identity of its own', { identity: { type: 'SystemAssigned' } }, 'SystemAssigned'],
    ['no identity', {}, 'None'],
  ])(
    'equal the recorded ones for a storage account with %s and its blob service',
    async (_how, args, type) => {
      const { requests } = await requestsFor('azurerm_storage_account', {
        ...args,
        name: 'stacct0001',
        resource_group_name: 'rg-a',
        location: 'westeurope',
        account_tier: 'Standard',
        account_replication_type: 'ZRS',
        account_kind: 'StorageV2',
        is_hns_enabled: true,
        shared_access_key_enabled: false,
        default_to_oauth_authentication: true,
        allow_nested_items_to_be_public: false,
        min_tls_version: 'TLS1_2',
        public_network_access_enabled: true,
        blob_properties: {
          delete_retention_policy: { days: 31 },
          container_delete_retention_policy: { days: 30 },
          last_access_time_enabled: true,
        },
        network_rules: { default_action: 'Deny', bypass: ['AzureServices'], ip_rules: ['203.0.113.10'] },
        tags: { ver: '1' },
      });
      const identity = { type, userAssignedIdentities: null };
      expect(requests).toEqual([
        { path: ACCOUNT, body: { ...recordedAt(ACCOUNT), identity } },
        { path: `${ACCOUNT}/blobServices/default`, body: recordedAt(`${ACCOUNT}/blobServices/default`) },
      ]);
    },
  );

  test('equal the recorded ones for a container', async () => {
    const { requests } = await requestsFor('azurerm_storage_container', {
      name: 'dicom',
      storage_account_id: ACCOUNT,
      container_access_type: 'private',
      metadata: { ver: '1' },
    });
    expect(requests).toEqual([{ path: CONTAINER, body: recordedAt(CONTAINER) }]);
  });

  test('equal the recorded ones for a lifecycle policy', async () => {
    const { requests, unread } = await requestsFor('azurerm_storage_management_policy', {
      storage_account_id: ACCOUNT,
      rule: [
        {
          name: 'cool',
          enabled: true,
          filters: { prefix_match: ['dicom/AHDS/'], blob_types: ['blockBlob'] },
          actions: {
            base_blob: {
              tier_to_cool_after_days_since_modification_greater_than: 30,
              delete_after_days_since_modification_greater_than: 3650,
            },
            snapshot: { delete_after_days_since_creation_greater_than: 30 },
          },
        },
      ],
    });
    const path = `${ACCOUNT}/managementPolicies/default`;
    expect(requests).toEqual([{ path, body: recordedAt(path) }]);
    expect(unread).toEqual([]);
  });

  test('carry every action on snapshots and versions under the name that Azure has for it', async () => {
    const tiers = {
      change_tier_to_cool_after_days_since_creation: 1,
      tier_to_cold_after_days_since_creation_greater_than: 2,
      change_tier_to_archive_after_days_since_creation: 3,
      tier_to_archive_after_days_since_last_tier_change_greater_than: 4,
    };
    const { requests, unread } = await requestsFor('azurerm_storage_management_policy', {
      storage_account_id: ACCOUNT,
      rule: [
        {
          name: 'all',
          enabled: true,
          actions: {
            snapshot: { ...tiers, delete_after_days_since_creation_greater_than: 5 },
            version: { ...tiers, delete_after_days_since_creation: 5 },
          },
        },
      ],
    });
    expect(unread).toEqual([]);
    const actions = {
      tierToCool: { daysAfterCreationGreaterThan: 1 },
      tierToCold: { daysAfterCreationGreaterThan: 2 },
      tierToArchive: { daysAfterCreationGreaterThan: 3, daysAfterLastTierChangeGreaterThan: 4 },
      delete: { daysAfterCreationGreaterThan: 5 },
    };
    const definition = { actions: { snapshot: actions, version: actions } };
    expect(requests[0]?.body).toMatchObject({ properties: { policy: { rules: [{ definition }] } } });
  });

  test.each([{ role_definition_id: ROLE }, { role_definition_name: 'Storage Blob Data Contributor' }])(
    'equal the recorded ones for a role assignment by %j, under a name that stays the same',
    async (role) => {
      const args = {
        scope: CONTAINER,
        principal_id: 'a9f385e9-66c2-5583-8f76-dc4ba47aa786',
        principal_type: 'ServicePrincipal',
        ...role,
      };
      const { requests } = await requestsFor('azurerm_role_assignment', args);
      const again = await requestsFor('azurerm_role_assignment', args);
      expect(requests).toEqual(again.requests);
      expect(requests[0]?.path).toMatch(
        new RegExp(`^${CONTAINER}/providers/Microsoft.Authorization/roleAssignments/[0-9a-f-]{36}$`),
      );
      expect(requests[0]?.body).toEqual(
        recordedAt(`${CONTAINER}/providers/Microsoft.Authorization/roleAssignments`),
      );
    },
  );

  test('equal the recorded ones for a workspace and a DICOM service', async () => {
    const workspace = await requestsFor('azurerm_healthcare_workspace', {
      name: 'wsabc',
      resource_group_name: 'rg-a',
      location: 'westeurope',
      tags: { ver: '1' },
    });
    expect(workspace.requests).toEqual([{ path: WORKSPACE, body: recordedAt(WORKSPACE) }]);

    const service = await requestsFor('azurerm_healthcare_dicom_service', {
      name: 'dcm',
      workspace_id: WORKSPACE,
      location: 'westeurope',
      data_partitions_enabled: true,
      tags: { ver: '1' },
      storage: { storage_account_id: ACCOUNT, file_system_name: 'dicom' },
      identity: { type: 'UserAssigned', identity_ids: [IDENTITY] },
    });
    const path = `${WORKSPACE}/dicomServices/dcm`;
    expect(service.requests).toEqual([{ path, body: recordedAt(path) }]);
    expect(service.attributes).toMatchObject({
      service_url: 'https://wsabc-dcm.dicom.azurehealthcareapis.com',
    });
  });
});
