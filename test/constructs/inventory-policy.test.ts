import type { TerraformStack } from 'cdktf';
import {
  AZURERM_MAJOR_CONTEXT,
  DicomService,
  InventoryPolicy,
  LakeStorage,
  TieringPolicy,
  type InventoryOptions,
  type InventoryPolicyProps,
  type LakeStorageProps,
} from '../../constructs';
import { emptyStack, RESOURCE_GROUP, surroundings } from '../support/stack';
import { addressesOf, onlyResource, predecessorsOf, resourcesOf, synth } from '../support/synth';

const TYPE = 'azurerm_storage_blob_inventory_policy';
const ACCOUNT = expect.stringMatching(/^\$\{azurerm_storage_account\.\w+\.id\}$/) as string;

function lakeIn(stack: TerraformStack, props: Partial<LakeStorageProps> = {}): LakeStorage {
  return new LakeStorage(stack, 'Lake', {
    resourceGroup: RESOURCE_GROUP,
    storageAccountName: 'demolake',
    ...props,
  });
}

function rulesOf(stack: TerraformStack): unknown {
  return onlyResource(synth(stack), TYPE)['rules'];
}

test('with nothing optional a weekly list of the lake goes to a container of its own', () => {
  const stack = emptyStack();
  new InventoryPolicy(stack, 'Inventory', { lake: lakeIn(stack) });
  const synthesized = synth(stack);
  expect(resourcesOf(synthesized, 'azurerm_storage_container')).toContainEqual({
    name: 'inventory',
    storage_account_id: ACCOUNT,
  });
  expect(onlyResource(synthesized, TYPE)).toMatchObject({
    storage_account_id: ACCOUNT,
    rules: [
      {
        name: 'dicomlake',
        storage_container_name: expect.stringMatching(
          /^\$\{azurerm_storage_container\.Inventory_\w+\.name\}$/,
        ) as string,
        format: 'Parquet',
        schedule: 'Weekly',
        scope: 'Blob',
        schema_fields: [
          'Name',
          'Creation-Time',
          'Last-Modified',
          'Content-Length',
          'BlobType',
          'AccessTier',
          'AccessTierChangeTime',
          'ArchiveStatus',
          'Expiry-Time',
          'ETag',
          'hdi_isfolder',
          'LastAccessTime',
        ],
        filter: { blob_types: ['blockBlob'], prefix_match: ['dicom/'] },
      },
    ],
  });
});

test('the last access is listed only where it is recorded, and deleted files with the fields they need', () => {
  const stack = emptyStack();
  new InventoryPolicy(stack, 'Inventory', {
    lake: lakeIn(stack, { lastAccessTracking: false }),
    includeDeleted: true,
    schedule: 'Daily',
    format: 'Csv',
    inventoryContainerName: 'lists',
  });
  const [rule] = rulesOf(stack) as readonly { readonly schema_fields: readonly string[] }[];
  expect(rule).toMatchObject({ format: 'Csv', schedule: 'Daily', filter: { include_deleted: true } });
  expect(rule?.schema_fields).not.toContain('LastAccessTime');
  expect(rule?.schema_fields).toEqual(
    expect.arrayContaining(['DeletionId', 'Deleted', 'DeletedTime', 'RemainingRetentionDays']),
  );
});

test('the policy comes after both containers', () => {
  const stack = emptyStack();
  new InventoryPolicy(stack, 'Inventory', { lake: lakeIn(stack) });
  const synthesized = synth(stack);
  const policy = addressesOf(synthesized).find((address) => address.startsWith(TYPE)) ?? '';
  const containers = addressesOf(synthesized).filter((one) => one.startsWith('azurerm_storage_container'));
  expect(containers).toHaveLength(2);
  expect([...predecessorsOf(synthesized, policy)]).toEqual(expect.arrayContaining(containers));
});

test('old lists are deleted by the tiering policy of the account', () => {
  const stack = emptyStack();
  const { workspace, identity } = surroundings(stack);
  const lake = new LakeStorage(stack, 'OwnLake', {
    resourceGroup: RESOURCE_GROUP,
    storageAccountName: 'ownlake',
  });
  const dicomService = new DicomService(stack, 'Images', {
    workspace,
    identity,
    lake,
    dicomServiceName: 'images',
  });
  const tiering = new TieringPolicy(stack, 'Tiering', {
    dicomService,
    rules: [{ name: 'Idle', basis: 'creation', coolAfterDays: 30 }],
  });
  new InventoryPolicy(stack, 'Inventory', { lake, tiering, keepDays: 60 });
  expect(onlyResource(synth(stack), 'azurerm_storage_management_policy')['rule']).toContainEqual(
    expect.objectContaining({
      name: 'OldInventories',
      filters: { blob_types: ['blockBlob'], prefix_match: ['inventory/'] },
      actions: { base_blob: { delete_after_days_since_creation_greater_than: 60 } },
    }),
  );
});

test('fails with all problems at once', () => {
  const stack = emptyStack();
  const lake = lakeIn(stack, { network: { access: 'selected', trustedServices: false } });
  const make = (id: string, props: Partial<InventoryPolicyProps>) => () =>
    new InventoryPolicy(stack, id, { lake, ...props });
  expect(
    make('Wrong', {
      inventoryContainerName: 'dicom',
      schedule: 'Hourly' as InventoryOptions['schedule'],
      format: 'Json' as InventoryOptions['format'],
      keepDays: 0,
    }),
  ).toThrow(
    new Error(
      [
        'InventoryPolicyInvalid at test/Wrong:',
        "- 'schedule' must be one of Daily, Weekly, got 'Hourly'",
        "- 'format' must be one of Parquet, Csv, got 'Json'",
        "- 'keepDays' must be a whole number from 1 to 99999, got 0",
        '- the firewall of test/Lake lets no trusted service through, as which Azure writes the lists; leave ' +
          "'network.trustedServices' out",
        "- 'inventoryContainerName' must be another container than that of the lake, got 'dicom'",
        "- 'keepDays' must go with 'tiering': the tiering policy of the account deletes old lists",
      ].join('\n'),
    ),
  );
});

test('fails on a second policy for an account', () => {
  const stack = emptyStack();
  const lake = lakeIn(stack);
  new InventoryPolicy(stack, 'Inventory', { lake });
  expect(() => new InventoryPolicy(stack, 'Second', { lake, inventoryContainerName: 'lists' })).toThrow(
    new Error(
      'InventoryPolicyInvalid at test/Second: the storage account of test/Lake has an inventory policy already, ' +
        'test/Inventory, and Azure keeps one per account',
    ),
  );
});

test.each([
  [4, '>= 4.56.0, < 5.0.0'],
  [5, '4.55.0'],
])('on major %s the version of the provider is %s: 4.55 makes the policy and fails', (major, version) => {
  const stack = emptyStack({ [AZURERM_MAJOR_CONTEXT]: major });
  new InventoryPolicy(stack, 'Inventory', { lake: lakeIn(stack) });
  expect(synth(stack).terraform['required_providers']).toMatchObject({ azurerm: { version } });
});
