import { StorageAccount } from '@cdktf/provider-azurerm/lib/storage-account';
import { StorageManagementPolicy } from '@cdktf/provider-azurerm/lib/storage-management-policy';
import { TerraformResource, Testing, type TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import { ArchiveGuard, LakeStorage, type ILakeStorage } from '../../constructs';
import { secondCopy } from '../support/second-copy';
import { emptyStack, RESOURCE_GROUP, stackIn, unknownString } from '../support/stack';
import { synth } from '../support/synth';

const ACCOUNT_ID = `${RESOURCE_GROUP.id}/providers/Microsoft.Storage/storageAccounts/demolake`;
const ARCHIVE = { tierToArchiveAfterDaysSinceModificationGreaterThan: 365 };
const BLOBS = { blobTypes: ['blockBlob'] };

function lakeIn(stack: TerraformStack): ILakeStorage {
  return new LakeStorage(stack, 'Lake', { resourceGroup: RESOURCE_GROUP, storageAccountName: 'demolake' });
}

function adoptedLakeIn(stack: TerraformStack): ILakeStorage {
  return LakeStorage.fromLakeAttributes(stack, 'Lake', {
    storageAccountId: ACCOUNT_ID,
    storageAccountName: 'demolake',
    containerName: 'dicom',
    deletedFileRetentionDays: 7,
    lastAccessTracking: true,
    networkAccess: 'open',
  });
}

function policyIn(
  scope: Construct,
  storageAccountId: string,
  { prefixMatch, baseBlob = ARCHIVE, enabled = true }: PolicyRule = {},
): StorageManagementPolicy {
  return new StorageManagementPolicy(scope, 'Policy', {
    storageAccountId,
    rule: [
      {
        name: 'Old',
        enabled,
        filters: { ...BLOBS, ...(prefixMatch === undefined ? {} : { prefixMatch: [...prefixMatch] }) },
        actions: { baseBlob },
      },
    ],
  });
}

interface PolicyRule {
  readonly prefixMatch?: readonly string[];
  readonly baseBlob?: Readonly<Record<string, number>>;
  readonly enabled?: boolean;
}

function message(action: string, path = 'test/Policy'): string {
  return (
    `ArchiveGuard: rule 'Old' of ${path} has '${action}' and reaches 'dicom/AHDS/' of test/Lake: the DICOM service ` +
    'answers 424 for an archived file and for one deleted behind its back; take the action out, give the rule ' +
    'another prefix_match, or let it be with ArchiveGuard.waive(construct, reason)'
  );
}

test('a raw policy that archives the whole account is not synthesized', () => {
  const stack = emptyStack();
  policyIn(stack, lakeIn(stack).storageAccountId);
  expect(() => synth(stack)).toThrow(
    message('base_blob.tier_to_archive_after_days_since_modification_greater_than'),
  );
});

test('nor is one that another copy of the bindings made', () => {
  const { StorageManagementPolicy: Other } = secondCopy().managementPolicy;
  const stack = emptyStack();
  const policy = new Other(stack, 'Policy', {
    storageAccountId: lakeIn(stack).storageAccountId,
    rule: [{ name: 'Old', enabled: true, filters: BLOBS, actions: { baseBlob: ARCHIVE } }],
  });
  expect(policy).not.toBeInstanceOf(StorageManagementPolicy);
  expect(() => synth(stack)).toThrow(
    message('base_blob.tier_to_archive_after_days_since_modification_greater_than'),
  );
});

test('App.synth fails as well', () => {
  const app = Testing.app();
  const stack = stackIn(app, 'test');
  policyIn(stack, lakeIn(stack).storageAccountId);
  expect(() => app.synth()).toThrow('ArchiveGuard: rule');
});

test.each([
  [
    'deletes',
    { deleteAfterDaysSinceCreationGreaterThan: 1 },
    'delete_after_days_since_creation_greater_than',
  ],
  [
    'archives what is not read',
    { tierToArchiveAfterDaysSinceLastAccessTimeGreaterThan: 0 },
    'tier_to_archive_after_days_since_last_access_time_greater_than',
  ],
])('a rule that %s is found', (_, baseBlob, action) => {
  const stack = emptyStack();
  policyIn(stack, lakeIn(stack).storageAccountId, { baseBlob });
  expect(() => synth(stack)).toThrow(message(`base_blob.${action}`));
});

test('an escape hatch on a policy is found', () => {
  const stack = emptyStack();
  const policy = policyIn(stack, lakeIn(stack).storageAccountId, {
    baseBlob: { tierToCoolAfterDaysSinceModificationGreaterThan: 30 },
  });
  policy.addOverride('rule.0.actions.snapshot.delete_after_days_since_creation_greater_than', 1);
  expect(() => synth(stack)).toThrow(message('snapshot.delete_after_days_since_creation_greater_than'));
});

test('an escape hatch that gives a policy another account is found', () => {
  const stack = emptyStack();
  lakeIn(stack);
  policyIn(stack, `${ACCOUNT_ID}2`).addOverride('storage_account_id', ACCOUNT_ID);
  expect(() => synth(stack)).toThrow('ArchiveGuard: rule');
});

test('a policy made as a generic resource is found', () => {
  const stack = emptyStack();
  lakeIn(stack);
  new TerraformResource(stack, 'Policy', {
    terraformResourceType: 'azurerm_storage_management_policy',
    terraformGeneratorMetadata: { providerName: 'azurerm' },
  }).addOverride('rule', [
    { name: 'Old', actions: [{ base_blob: [{ delete_after_days_since_creation_greater_than: 9 }] }] },
  ]);
  expect(() => synth(stack)).toThrow(message('base_blob.delete_after_days_since_creation_greater_than'));
});

test('a policy made with azapi is refused, since its rules are not looked into', () => {
  const stack = emptyStack();
  lakeIn(stack);
  const policy = new TerraformResource(stack, 'Policy', { terraformResourceType: 'azapi_resource' });
  policy.addOverride('type', 'Microsoft.Storage/storageAccounts/managementPolicies@2023-05-01');
  expect(() => synth(stack)).toThrow(
    'ArchiveGuard: test/Policy is a lifecycle policy made with azapi, whose rules are not looked into; make it a ' +
      'TieringPolicy, or let it be with ArchiveGuard.waive(construct, reason)',
  );
  policy.addOverride('type', 'Microsoft.Storage/storageAccounts@2023-05-01');
  synth(stack);
});

test('a policy in another stack of the application is found', () => {
  const app = Testing.app();
  const stack = stackIn(app, 'test');
  adoptedLakeIn(stack);
  policyIn(stackIn(app, 'storage-team'), ACCOUNT_ID);
  expect(() => synth(stack)).toThrow(
    message('base_blob.tier_to_archive_after_days_since_modification_greater_than', 'storage-team/Policy'),
  );
});

test('a policy of another account is nobody’s business, though Terraform knows both by one name in two stacks', () => {
  const app = Testing.app();
  const [stack, other] = [stackIn(app, 'test'), stackIn(app, 'other')];
  lakeIn(stack);
  const { storageAccountId } = lakeIn(other);
  policyIn(other, storageAccountId);
  expect(() => synth(stack)).not.toThrow();
  expect(() => synth(other)).toThrow('ArchiveGuard: rule');
});

test('a policy of the account of a lake in another stack is found by way of a reference', () => {
  const app = Testing.app();
  const [stack, other] = [stackIn(app, 'test'), stackIn(app, 'other')];
  const { storageAccountId } = lakeIn(stack);
  policyIn(other, storageAccountId);
  expect(() => app.synth()).toThrow('ArchiveGuard: rule');
});

test.each([
  [
    'an own lake and its account by id',
    lakeIn,
    () => ACCOUNT_ID.toUpperCase().replace('DEMOLAKE', 'demoLake'),
  ],
  ['an own lake and an id known only to Terraform', lakeIn, (stack: TerraformStack) => unknownString(stack)],
  [
    'an adopted lake and an id known only to Terraform',
    adoptedLakeIn,
    (stack: TerraformStack) => unknownString(stack),
  ],
])('a policy that may be for the lake is found: %s', (_, lake, accountId) => {
  const stack = emptyStack();
  lake(stack);
  policyIn(stack, accountId(stack));
  expect(() => synth(stack)).toThrow('ArchiveGuard: rule');
});

test.each([
  ['another account by id', () => `${ACCOUNT_ID}2`],
  [
    'another account of the stack',
    (stack: TerraformStack) =>
      new StorageAccount(stack, 'Other', {
        name: 'otherlake',
        resourceGroupName: 'imaging',
        location: 'westeurope',
        accountTier: 'Standard',
        accountReplicationType: 'LRS',
      }).id,
  ],
])('a policy of %s is nobody’s business', (_, accountId) => {
  const stack = emptyStack();
  lakeIn(stack);
  policyIn(stack, accountId(stack));
  expect(() => synth(stack)).not.toThrow();
});

test('what neither archives nor deletes, what is switched off and what lies elsewhere passes', () => {
  for (const rule of [
    { baseBlob: { tierToColdAfterDaysSinceModificationGreaterThan: 90 } },
    { baseBlob: { tierToArchiveAfterDaysSinceModificationGreaterThan: -1 } },
    { enabled: false },
    { prefixMatch: ['inventory/'] },
    { prefixMatch: ['dicom/exports/'] },
  ]) {
    const stack = emptyStack();
    policyIn(stack, lakeIn(stack).storageAccountId, rule);
    expect(() => synth(stack)).not.toThrow();
  }
});

test('a waiver of the policy, or of what it is in, needs a reason and lets it be', () => {
  const stack = emptyStack();
  const team = new Construct(stack, 'Team');
  policyIn(team, lakeIn(stack).storageAccountId);
  expect(() => ArchiveGuard.waive(team, ' ')).toThrow(
    new Error("ArchiveWaiverInvalid at test/Team: 'reason' must say why no image can be lost, got nothing"),
  );
  expect(() => synth(stack)).toThrow('ArchiveGuard: rule');
  ArchiveGuard.waive(team, 'the account holds copies for training');
  expect(() => synth(stack)).not.toThrow();
  expect(team.node.metadata.map(({ data }) => data as unknown)).toContain(
    'ArchiveGuardWaived: the account holds copies for training',
  );
});

test('whatever the prefixes, a rule fails exactly where it could match a file of a DICOM service', () => {
  const piece = fc.constantFrom(
    'd',
    'dicom',
    'dicom2',
    'dicom/',
    'dicom/AHDS',
    'dicom/AHDS/',
    'dicom/AHDS/ws/',
    'dicom/ahds/',
    'other/AHDS/',
  );
  const file = 'dicom/AHDS/ws/dicom/images/Microsoft.Default/123_4.dcm';
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 3 }), (prefixMatch) => {
      const stack = emptyStack();
      policyIn(stack, lakeIn(stack).storageAccountId, { prefixMatch });
      const matches = prefixMatch.length === 0 || prefixMatch.some((prefix) => file.startsWith(prefix));
      const check = expect(() => synth(stack));
      if (matches) check.toThrow('ArchiveGuard: rule');
      else check.not.toThrow();
    }),
    { numRuns: 40 },
  );
});
