import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { LakeStorage, type LakeAttributes, type Replication } from '../../constructs';
import { emptyStack, RESOURCE_GROUP, unknownNumber, unknownString } from '../support/stack';
import { onlyResource, predecessorsOf, synth, type Synthesized } from '../support/synth';

const ACCOUNT = 'azurerm_storage_account';
const CONTAINER = 'azurerm_storage_container';
const REQUIRED = { resourceGroup: RESOURCE_GROUP, storageAccountName: 'demolake' };

function lakeWith(props: Partial<ConstructorParameters<typeof LakeStorage>[2]>): Synthesized {
  const stack = emptyStack();
  new LakeStorage(stack, 'Lake', { ...REQUIRED, ...props });
  return synth(stack);
}

test('a lake with nothing but its name is a hardened account with hierarchical namespace', () => {
  expect(onlyResource(lakeWith({}), ACCOUNT)).toEqual({
    name: 'demolake',
    resource_group_name: 'imaging',
    location: 'westeurope',
    account_kind: 'StorageV2',
    account_tier: 'Standard',
    account_replication_type: 'ZRS',
    access_tier: 'Hot',
    is_hns_enabled: true,
    infrastructure_encryption_enabled: true,
    https_traffic_only_enabled: true,
    min_tls_version: 'TLS1_2',
    shared_access_key_enabled: false,
    default_to_oauth_authentication: true,
    local_user_enabled: false,
    allow_nested_items_to_be_public: false,
    cross_tenant_replication_enabled: false,
    sftp_enabled: false,
    nfsv3_enabled: false,
    allowed_copy_scope: 'AAD',
    sas_policy: { expiration_period: '01.00:00:00', expiration_action: 'Block' },
    public_network_access_enabled: true,
    network_rules: { default_action: 'Deny', bypass: ['AzureServices'] },
    blob_properties: {
      last_access_time_enabled: true,
      delete_retention_policy: { days: 7 },
      container_delete_retention_policy: { days: 7 },
    },
    lifecycle: { prevent_destroy: true },
  });
});

test('the container is made through Resource Manager, inside the account', () => {
  expect(onlyResource(lakeWith({}), CONTAINER)).toEqual({
    name: 'dicom',
    storage_account_id: expect.stringMatching(/^\$\{azurerm_storage_account\.\w+\.id\}$/) as string,
    lifecycle: { prevent_destroy: true },
  });
});

test('whoever uses the lake comes after its container', () => {
  const stack = emptyStack();
  const { dependables } = new LakeStorage(stack, 'Lake', REQUIRED);
  new UserAssignedIdentity(stack, 'Later', {
    name: 'later',
    resourceGroupName: 'imaging',
    location: 'westeurope',
    dependsOn: [...dependables],
  });
  const synthesized = synth(stack);
  expect(
    [...predecessorsOf(synthesized, 'azurerm_user_assigned_identity.Later')]
      .map((address) => address.split('.')[0])
      .sort(),
  ).toEqual([ACCOUNT, CONTAINER]);
});

test('every optional prop reaches the account or the container', () => {
  const synthesized = lakeWith({
    containerName: 'images',
    replication: 'GZRS',
    deletedFileRetentionDays: 30,
    deletedContainerRetentionDays: 14,
    lastAccessTracking: false,
    allowedCopyScope: 'PrivateLink',
    destroyable: true,
    location: 'northeurope',
    tags: { costs: 'imaging' },
  });
  expect(onlyResource(synthesized, ACCOUNT)).toMatchObject({
    location: 'northeurope',
    tags: { costs: 'imaging' },
    account_replication_type: 'GZRS',
    allowed_copy_scope: 'PrivateLink',
    blob_properties: {
      last_access_time_enabled: false,
      delete_retention_policy: { days: 30 },
      container_delete_retention_policy: { days: 14 },
    },
    lifecycle: { prevent_destroy: false },
  });
  expect(onlyResource(synthesized, CONTAINER)).toMatchObject({
    name: 'images',
    lifecycle: { prevent_destroy: false },
  });
});

test('no retention means a missing block: the provider takes an empty one for seven days', () => {
  expect(onlyResource(lakeWith({ deletedFileRetentionDays: 0 }), ACCOUNT)['blob_properties']).toEqual({
    last_access_time_enabled: true,
    container_delete_retention_policy: { days: 7 },
  });
});

test('names and days that only Terraform knows are left to Azure', () => {
  const stack = emptyStack();
  new LakeStorage(stack, 'Lake', {
    resourceGroup: RESOURCE_GROUP,
    storageAccountName: unknownString(stack, 'account'),
    containerName: unknownString(stack, 'container'),
    deletedFileRetentionDays: unknownNumber(stack, 'files'),
    deletedContainerRetentionDays: unknownNumber(stack, 'containers'),
    replication: unknownString(stack, 'copies') as Replication,
    allowedCopyScope: unknownString(stack, 'scope') as 'AAD',
  });
  const synthesized = synth(stack);
  expect(onlyResource(synthesized, ACCOUNT)).toMatchObject({
    name: '${var.account}',
    account_replication_type: '${var.copies}',
    allowed_copy_scope: '${var.scope}',
    blob_properties: {
      delete_retention_policy: { days: '${var.files}' },
      container_delete_retention_policy: { days: '${var.containers}' },
    },
  });
  expect(onlyResource(synthesized, CONTAINER)['name']).toBe('${var.container}');
});

const EXISTING: LakeAttributes = {
  storageAccountId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/oldlake',
  storageAccountName: 'oldlake',
  containerName: 'dicom',
  deletedFileRetentionDays: 14,
  lastAccessTracking: false,
  networkAccess: 'open',
};

test('an existing lake is referred to and not created', () => {
  const stack = emptyStack();
  const lake = LakeStorage.fromLakeAttributes(stack, 'Existing', EXISTING);
  expect(lake).toMatchObject({
    ...EXISTING,
    containerId: `${EXISTING.storageAccountId}/blobServices/default/containers/dicom`,
    blobEndpoint: 'https://oldlake.blob.core.windows.net/',
    dfsEndpoint: 'https://oldlake.dfs.core.windows.net/',
    dependables: [],
  });
  expect(synth(stack).resource).toBeUndefined();
});

test('an existing lake can have endpoints of its own', () => {
  const lake = LakeStorage.fromLakeAttributes(emptyStack(), 'Existing', {
    ...EXISTING,
    blobEndpoint: 'https://oldlake.z1.blob.storage.azure.net/',
    dfsEndpoint: 'https://oldlake.z1.dfs.storage.azure.net/',
  });
  expect(lake.blobEndpoint).toBe('https://oldlake.z1.blob.storage.azure.net/');
  expect(lake.dfsEndpoint).toBe('https://oldlake.z1.dfs.storage.azure.net/');
});

test('fails with all problems at once', () => {
  expect(() =>
    lakeWith({
      storageAccountName: 'demo-lake',
      containerName: 'Dicom',
      replication: 'ZRSX' as Replication,
      deletedFileRetentionDays: 366,
      deletedContainerRetentionDays: 0,
      allowedCopyScope: 'All' as 'AAD',
    }),
  ).toThrow(
    new Error(
      [
        'LakeStorageInvalid at test/Lake:',
        "- 'storageAccountName' must be 3 to 24 lower-case letters or digits, got 'demo-lake'",
        "- 'containerName' must be 3 to 63 lower-case letters, digits or single dashes, starting and ending with " +
          "a letter or digit, got 'Dicom'",
        "- 'replication' must be one of LRS, ZRS, GRS, RAGRS, GZRS, RAGZRS, got 'ZRSX'",
        "- 'deletedFileRetentionDays' must be a whole number from 0 to 365, got 366",
        "- 'deletedContainerRetentionDays' must be a whole number from 1 to 365, got 0",
        "- 'allowedCopyScope' must be one of AAD, PrivateLink, got 'All'",
      ].join('\n'),
    ),
  );
});

test('fails on part of a day', () => {
  expect(() => lakeWith({ deletedFileRetentionDays: 1.5 })).toThrow(
    new Error(
      "LakeStorageInvalid at test/Lake: 'deletedFileRetentionDays' must be a whole number from 0 to 365, got 1.5",
    ),
  );
});

test('fails with all problems of an existing lake at once', () => {
  expect(() =>
    LakeStorage.fromLakeAttributes(emptyStack(), 'Existing', {
      storageAccountId: 'oldlake',
      storageAccountName: 'old-lake',
      containerName: 'D',
      blobEndpoint: 'https://oldlake.blob.core.windows.net',
      dfsEndpoint: 'https://oldlake.blob.core.windows.net/',
      deletedFileRetentionDays: -1,
      lastAccessTracking: false,
      networkAccess: 'closed' as 'private',
    }),
  ).toThrow(
    new Error(
      [
        'LakeStorageInvalid at test/Existing:',
        "- 'storageAccountId' must be the resource id of a Microsoft.Storage/storageAccounts, /subscriptions/…/" +
          "resourceGroups/…/providers/Microsoft.Storage/storageAccounts/…, got 'oldlake'",
        "- 'storageAccountName' must be 3 to 24 lower-case letters or digits, got 'old-lake'",
        "- 'containerName' must be 3 to 63 lower-case letters, digits or single dashes, starting and ending with " +
          "a letter or digit, got 'D'",
        "- 'deletedFileRetentionDays' must be a whole number from 0 to 365, got -1",
        "- 'networkAccess' must be one of open, selected, private, got 'closed'",
        "- 'blobEndpoint' must be a URL such as https://….blob.core.windows.net/, with the slash at its end, got " +
          "'https://oldlake.blob.core.windows.net'",
        "- 'dfsEndpoint' must be a URL such as https://….dfs.core.windows.net/, with the slash at its end, got " +
          "'https://oldlake.blob.core.windows.net/'",
      ].join('\n'),
    ),
  );
});

test('fails on the name of another account than the one in the id: roles and files would part', () => {
  expect(() =>
    LakeStorage.fromLakeAttributes(emptyStack(), 'Existing', { ...EXISTING, storageAccountName: 'newlake' }),
  ).toThrow(
    new Error(
      "LakeStorageInvalid at test/Existing: 'storageAccountName' must be the name in 'storageAccountId', 'oldlake', " +
        "got 'newlake'",
    ),
  );
});

test('what an existing lake is called may be known to Terraform alone', () => {
  const stack = emptyStack();
  const lake = LakeStorage.fromLakeAttributes(stack, 'Existing', {
    ...EXISTING,
    storageAccountName: unknownString(stack, 'account'),
    containerName: unknownString(stack, 'container'),
    blobEndpoint: unknownString(stack, 'blob'),
    dfsEndpoint: unknownString(stack, 'dfs'),
    location: unknownString(stack, 'region'),
    networkAccess: 'private',
  });
  expect(lake).toMatchObject({ networkAccess: 'private', firewall: undefined });
  expect(() => synth(stack)).not.toThrow();
});

test('fails on a network that only Terraform knows: it decides what is made', () => {
  const stack = emptyStack();
  const networkAccess = unknownString(stack) as 'open';
  expect(() => LakeStorage.fromLakeAttributes(stack, 'Existing', { ...EXISTING, networkAccess })).toThrow(
    new Error(
      `LakeStorageInvalid at test/Existing: 'networkAccess' must be one of open, selected, private, got '${networkAccess}'`,
    ),
  );
});

test('an existing lake knows its region where it was told', () => {
  const stack = emptyStack();
  const lake = LakeStorage.fromLakeAttributes(stack, 'Existing', { ...EXISTING, location: 'northeurope' });
  expect(lake.location).toBe('northeurope');
  expect(LakeStorage.fromLakeAttributes(stack, 'Other', EXISTING).location).toBeUndefined();
});
