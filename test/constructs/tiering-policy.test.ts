import { Testing, type TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import {
  DicomService,
  LakeStorage,
  TieringPolicy,
  type IDicomService,
  type ILakeStorage,
  type TierBasis,
  type TierRule,
} from '../../constructs';
import {
  emptyStack,
  RESOURCE_GROUP,
  stackIn,
  surroundings,
  unknownNumber,
  unknownString,
} from '../support/stack';
import { onlyResource, predecessorsOf, synth } from '../support/synth';

const TYPE = 'azurerm_storage_management_policy';
const COOL: TierRule = { name: 'Idle', basis: 'creation', coolAfterDays: 30 };

interface ServiceSetting {
  readonly lastAccessTracking?: boolean;
  readonly dataPartitionsEnabled?: boolean;
}

function serviceIn(stack: TerraformStack, setting: ServiceSetting = {}): DicomService {
  const { workspace, identity } = surroundings(stack);
  const lake = new LakeStorage(stack, 'OwnLake', {
    resourceGroup: RESOURCE_GROUP,
    storageAccountName: 'ownlake',
    lastAccessTracking: setting.lastAccessTracking,
  });
  return new DicomService(stack, 'Images', {
    workspace,
    identity,
    lake,
    dicomServiceName: 'images',
    dataPartitionsEnabled: setting.dataPartitionsEnabled,
  });
}

function existingServiceIn(stack: TerraformStack, id: string, lake: ILakeStorage): IDicomService {
  return DicomService.fromDicomServiceAttributes(stack, id, {
    dicomServiceId: `${RESOURCE_GROUP.id}/providers/Microsoft.HealthcareApis/workspaces/demohealth/dicomServices/${id.toLowerCase()}`,
    dataPartitionsEnabled: false,
    publicNetworkAccess: true,
    lake,
    principals: [],
  });
}

const ADOPTED = {
  storageAccountId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/ownlake',
  storageAccountName: 'ownlake',
  containerName: 'other',
  deletedFileRetentionDays: 7,
  lastAccessTracking: true,
  networkAccess: 'open',
} as const;

function rulesOf(stack: TerraformStack): unknown {
  return onlyResource(synth(stack), TYPE)['rule'];
}

function policyError(rules: readonly TierRule[], setting?: ServiceSetting): () => unknown {
  const stack = emptyStack();
  const dicomService = serviceIn(stack, setting);
  return () => new TieringPolicy(stack, 'Tiering', { dicomService, rules });
}

test('a rule covers the files of the service and nothing beside them', () => {
  const stack = emptyStack();
  new TieringPolicy(stack, 'Tiering', { dicomService: serviceIn(stack), rules: [COOL] });
  const synthesized = synth(stack);
  expect(onlyResource(synthesized, TYPE)).toEqual({
    storage_account_id: expect.stringMatching(/^\$\{azurerm_storage_account\.OwnLake_\w+\.id\}$/) as string,
    rule: [
      {
        name: 'Idle',
        enabled: true,
        filters: { blob_types: ['blockBlob'], prefix_match: ['dicom/AHDS/demohealth/dicom/images/'] },
        actions: { base_blob: { tier_to_cool_after_days_since_creation_greater_than: 30 } },
      },
    ],
  });
});

test('the policy comes after the account that records the last access', () => {
  const stack = emptyStack();
  new TieringPolicy(stack, 'Tiering', { dicomService: serviceIn(stack), rules: [COOL] });
  const synthesized = synth(stack);
  const [policy = ''] = Object.keys(synthesized.resource[TYPE] ?? {});
  expect([...predecessorsOf(synthesized, `${TYPE}.${policy}`)]).toContainEqual(
    expect.stringMatching(/^azurerm_storage_account\.OwnLake_/),
  );
});

test.each<[TierBasis, string]>([
  ['lastAccess', 'last_access_time'],
  ['lastModification', 'modification'],
  ['creation', 'creation'],
])('a rule by %s counts the days from it for both tiers', (basis, counted) => {
  const stack = emptyStack();
  new TieringPolicy(stack, 'Tiering', {
    dicomService: serviceIn(stack),
    rules: [{ name: 'Idle', basis, coolAfterDays: 0, coldAfterDays: 30 }],
  });
  expect(rulesOf(stack)).toMatchObject([
    {
      actions: {
        base_blob: {
          [`tier_to_cool_after_days_since_${counted}_greater_than`]: 0,
          [`tier_to_cold_after_days_since_${counted}_greater_than`]: 30,
        },
      },
    },
  ]);
});

test('files return to hot only where the rule says so', () => {
  const stack = emptyStack();
  const rule: TierRule = { name: 'Idle', basis: 'lastAccess', coolAfterDays: 30 };
  new TieringPolicy(stack, 'Tiering', {
    dicomService: serviceIn(stack),
    rules: [
      { ...rule, name: 'Back', returnToHotOnAccess: true },
      { ...rule, name: 'Stay', returnToHotOnAccess: false },
    ],
  });
  const toCool = { tier_to_cool_after_days_since_last_access_time_greater_than: 30 };
  expect(rulesOf(stack)).toMatchObject([
    { actions: { base_blob: { ...toCool, auto_tier_to_hot_from_cool_enabled: true } } },
    { actions: { base_blob: toCool } },
  ]);
  expect(JSON.stringify(rulesOf(stack)).match(/auto_tier_to_hot/g)).toHaveLength(1);
});

test('a rule can be for one partition', () => {
  const stack = emptyStack();
  new TieringPolicy(stack, 'Tiering', {
    dicomService: serviceIn(stack, { dataPartitionsEnabled: true }),
    rules: [{ ...COOL, partitions: ['ward-7'] }],
  });
  expect(rulesOf(stack)).toMatchObject([
    { filters: { prefix_match: ['dicom/AHDS/demohealth/dicom/images/ward-7/'] } },
  ]);
});

test('rules can be added for a second service in the same lake, each judged by its own service', () => {
  const stack = emptyStack();
  const first = serviceIn(stack, { dataPartitionsEnabled: true });
  const second = existingServiceIn(stack, 'Second', first.lake);
  const policy = new TieringPolicy(stack, 'Tiering', {
    dicomService: first,
    rules: [{ ...COOL, partitions: ['ward-7'] }],
  });
  policy.addRules(second, [{ ...COOL, name: 'Second' }]);
  expect(policy.rules.map(({ name }) => name)).toEqual(['Idle', 'Second']);
  expect(rulesOf(stack)).toMatchObject([
    { name: 'Idle', filters: { prefix_match: ['dicom/AHDS/demohealth/dicom/images/ward-7/'] } },
    { name: 'Second', filters: { prefix_match: ['dicom/AHDS/demohealth/dicom/second/'] } },
  ]);
});

test('values that only Terraform knows are left to Azure', () => {
  const stack = emptyStack();
  new TieringPolicy(stack, 'Tiering', {
    dicomService: serviceIn(stack),
    rules: [
      {
        name: unknownString(stack, 'name'),
        basis: 'creation',
        coolAfterDays: unknownNumber(stack, 'cool'),
        coldAfterDays: unknownNumber(stack, 'cold'),
        partitions: [unknownString(stack, 'partition')],
      },
    ],
  });
  expect(rulesOf(stack)).toMatchObject([
    {
      name: '${var.name}',
      filters: { prefix_match: ['dicom/AHDS/demohealth/dicom/images/${var.partition}/'] },
      actions: {
        base_blob: {
          tier_to_cool_after_days_since_creation_greater_than: '${var.cool}',
          tier_to_cold_after_days_since_creation_greater_than: '${var.cold}',
        },
      },
    },
  ]);
});

test.each<[string, Partial<TierRule>, string]>([
  [
    'a name with a dash',
    { name: 'my-rule' },
    "rule 'my-rule': 'name' must be 1 to 256 letters or digits, got 'my-rule'",
  ],
  [
    'an unknown basis',
    { basis: 'birthday' as TierBasis },
    "rule 'Idle': 'basis' must be one of lastAccess, lastModification, creation, got 'birthday'",
  ],
  [
    'a negative number of days',
    { coolAfterDays: -1 },
    "rule 'Idle': 'coolAfterDays' must be a whole number from 0 to 99999, got -1",
  ],
  [
    'part of a day',
    { coldAfterDays: 90.5 },
    "rule 'Idle': 'coldAfterDays' must be a whole number from 0 to 99999, got 90.5",
  ],
  [
    'no tier at all',
    { coolAfterDays: undefined },
    "rule 'Idle': 'coolAfterDays' must be given, or coldAfterDays, or both; got neither",
  ],
  [
    'cold less than 30 days after cool',
    { coldAfterDays: 59 },
    "rule 'Idle': 'coldAfterDays' must be at least 60, which is 30 days after coolAfterDays (leaving cool earlier is " +
      'billed as early deletion), got 59',
  ],
  [
    'a return to hot without last access',
    { returnToHotOnAccess: true },
    "rule 'Idle': 'returnToHotOnAccess' must go with basis 'lastAccess' and coolAfterDays, got basis 'creation'",
  ],
  [
    'a return to hot from cold alone',
    { basis: 'lastAccess', coolAfterDays: undefined, coldAfterDays: 90, returnToHotOnAccess: true },
    "rule 'Idle': 'returnToHotOnAccess' must go with basis 'lastAccess' and coolAfterDays, got no coolAfterDays",
  ],
  [
    'a partition while data partitions are off',
    { partitions: ['ward-7'] },
    "rule 'Idle': 'partitions' must be left out or hold Microsoft.Default while data partitions are off, got 'ward-7'",
  ],
  [
    'a partition name with a slash',
    { partitions: ['ward/7'] },
    "rule 'Idle': 'partitions' must hold names of 1 to 64 letters, digits, underscores, dots or dashes, got 'ward/7'",
  ],
])('fails on %s', (_, change, problem) => {
  expect(policyError([{ ...COOL, ...change }])).toThrow(
    new Error(`TieringPolicyInvalid at test/Tiering: ${problem}`),
  );
});

test('fails on a last-access rule while the lake does not track last access', () => {
  expect(policyError([{ ...COOL, basis: 'lastAccess' }], { lastAccessTracking: false })).toThrow(
    new Error(
      "TieringPolicyInvalid at test/Tiering: rule 'Idle': 'basis' must be lastModification or creation while the lake " +
        "does not track last access, got 'lastAccess'; or set lastAccessTracking: true on the lake",
    ),
  );
});

test('fails on a policy without rules and on one with more than Azure takes', () => {
  expect(policyError([])).toThrow(
    new Error("TieringPolicyInvalid at test/Tiering: 'rules' must hold at least one rule, got none"),
  );
  const many = Array.from({ length: 101 }, (_, index) => ({ ...COOL, name: `Rule${index}` }));
  expect(policyError(many)).toThrow(
    new Error('TieringPolicyInvalid at test/Tiering: a policy must have at most 100 rules, got 101'),
  );
});

test('fails on a repeated name, in one call or in two', () => {
  const message =
    "TieringPolicyInvalid at test/Tiering: each rule must have a name of its own, got 'Idle' more than once";
  expect(policyError([COOL, COOL])).toThrow(new Error(message));
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  const policy = new TieringPolicy(stack, 'Tiering', { dicomService, rules: [COOL] });
  expect(() => policy.addRules(dicomService, [COOL])).toThrow(new Error(message));
  expect(policy.rules.map(({ name }) => name)).toEqual(['Idle']);
});

test('fails on a second policy for one account and names both', () => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  new TieringPolicy(stack, 'Tiering', { dicomService, rules: [COOL] });
  expect(() => new TieringPolicy(stack, 'Second', { dicomService, rules: [COOL] })).toThrow(
    new Error(
      'TieringPolicySecond at test/Second: the storage account of test/OwnLake has a policy already, test/Tiering, ' +
        'and Azure keeps one per account; add the rules to that one with addRules()',
    ),
  );
});

test('a policy that was taken out of the application, alone or with what it was in, makes room for another', () => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  const part = new Construct(stack, 'Part');
  new TieringPolicy(part, 'Tiering', { dicomService, rules: [COOL] });
  expect(() => new TieringPolicy(stack, 'Second', { dicomService, rules: [COOL] })).toThrow(
    'test/Part/Tiering',
  );
  stack.node.tryRemoveChild('Second');
  stack.node.tryRemoveChild('Part');
  new TieringPolicy(stack, 'Third', { dicomService, rules: [COOL] });
  expect(rulesOf(stack)).toHaveLength(1);
});

test('fails on a second policy for an account that is made in another stack of the application', () => {
  const app = Testing.app();
  const lake = LakeStorage.fromLakeAttributes(stackIn(app, 'one'), 'Lake', ADOPTED);
  const service = (stack: TerraformStack) => existingServiceIn(stack, 'Service', lake);
  const [two, three] = [stackIn(app, 'two'), stackIn(app, 'three')];
  new TieringPolicy(two, 'Tiering', { dicomService: service(two), rules: [COOL] });
  expect(() => new TieringPolicy(three, 'Tiering', { dicomService: service(three), rules: [COOL] })).toThrow(
    'two/Tiering',
  );
});

test('fails on a second policy for an account that is known under two constructs', () => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  new TieringPolicy(stack, 'Tiering', { dicomService, rules: [COOL] });
  const sameAccount = LakeStorage.fromLakeAttributes(stack, 'SameAccount', ADOPTED);
  const other = existingServiceIn(stack, 'Other', sameAccount);
  expect(() => new TieringPolicy(stack, 'Second', { dicomService: other, rules: [COOL] })).toThrow(
    new Error(
      'TieringPolicySecond at test/Second: the storage account of test/SameAccount has a policy already, test/Tiering, ' +
        'and Azure keeps one per account; add the rules to that one with addRules()',
    ),
  );
});

test('two accounts have a policy each', () => {
  const stack = emptyStack();
  const { lake } = surroundings(stack);
  const otherLake = new LakeStorage(stack, 'OtherLake', {
    resourceGroup: RESOURCE_GROUP,
    storageAccountName: 'otherlake',
  });
  new TieringPolicy(stack, 'One', { dicomService: existingServiceIn(stack, 'First', lake), rules: [COOL] });
  new TieringPolicy(stack, 'Other', {
    dicomService: existingServiceIn(stack, 'Second', otherLake),
    rules: [COOL],
  });
  expect(Object.keys(synth(stack).resource[TYPE] ?? {})).toHaveLength(2);
});

test('fails on rules for a service in another lake', () => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack);
  const policy = new TieringPolicy(stack, 'Tiering', { dicomService, rules: [COOL] });
  const otherLake = new LakeStorage(stack, 'OtherLake', {
    resourceGroup: RESOURCE_GROUP,
    storageAccountName: 'otherlake',
  });
  const other = existingServiceIn(stack, 'Other', otherLake);
  expect(() => policy.addRules(other, [{ ...COOL, name: 'Other' }])).toThrow(
    new Error(
      'TieringPolicyInvalid at test/Tiering: the policy must serve services of test/OwnLake, got test/Other, which ' +
        'keeps its files in test/OtherLake; make a policy for that lake',
    ),
  );
});

test('a rule can be for several partitions, at most ten', () => {
  const stack = emptyStack();
  const dicomService = serviceIn(stack, { lastAccessTracking: true, dataPartitionsEnabled: true });
  const policy = new TieringPolicy(stack, 'Tiering', {
    dicomService,
    rules: [{ ...COOL, partitions: ['ward-7', 'ward-8'] }],
  });
  expect(rulesOf(stack)).toMatchObject([
    {
      filters: {
        prefix_match: ['ward-7', 'ward-8'].map((ward) => `dicom/AHDS/demohealth/dicom/images/${ward}/`),
      },
    },
  ]);
  const eleven = Array.from({ length: 11 }, (_, index) => `ward-${index}`);
  for (const [partitions, got] of [
    [eleven, 11],
    [[], 0],
  ] as const) {
    expect(() => policy.addRules(dicomService, [{ ...COOL, name: 'More', partitions }])).toThrow(
      new Error(
        "TieringPolicyInvalid at test/Tiering: rule 'More': 'partitions' must name 1 to 10 partitions, or be left " +
          `out for all of them, got ${got}`,
      ),
    );
  }
});

test('files of other containers can be deleted by age, since an account has one policy', () => {
  const stack = emptyStack();
  const policy = new TieringPolicy(stack, 'Tiering', { dicomService: serviceIn(stack), rules: [COOL] });
  policy.addCleanup({ name: 'OldExports', containerName: 'exports', deleteAfterDays: 14 });
  expect(rulesOf(stack)).toMatchObject([
    { name: COOL.name },
    {
      name: 'OldExports',
      filters: { blob_types: ['blockBlob'], prefix_match: ['exports/'] },
      actions: { base_blob: { delete_after_days_since_creation_greater_than: 14 } },
    },
  ]);
});

test('fails on a cleanup of the lake itself, with all problems at once', () => {
  const stack = emptyStack();
  const policy = new TieringPolicy(stack, 'Tiering', { dicomService: serviceIn(stack), rules: [COOL] });
  expect(() => policy.addCleanup({ name: COOL.name, containerName: 'dicom', deleteAfterDays: 0 })).toThrow(
    new Error(
      [
        'CleanupRuleInvalid at test/Tiering:',
        `- each rule must have a name of its own, got '${COOL.name}' more than once`,
        "- 'containerName' must be another container than that of the lake, got 'dicom'",
        "- 'deleteAfterDays' must be a whole number from 1 to 99999, got 0",
      ].join('\n'),
    ),
  );
});

test('a cleanup of a container that only Terraform knows is not synthesized: it may be that of the lake', () => {
  const stack = emptyStack();
  const policy = new TieringPolicy(stack, 'Tiering', { dicomService: serviceIn(stack), rules: [COOL] });
  policy.addCleanup({ name: 'Unknown', containerName: unknownString(stack), deleteAfterDays: 14 });
  expect(() => synth(stack)).toThrow("ArchiveGuard: rule 'Unknown' of test/Tiering/Resource has");
});
