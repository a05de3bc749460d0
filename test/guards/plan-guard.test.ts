import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { guardPlan, readPlan, type Finding, type ResourceChange } from '../../guards';

/** A plan of the real CLI, with a created, a changed, a replaced, a deleted and a forgotten resource. */
const REAL_PLAN = readFileSync('test/guards/terraform-1.11-plan.json', 'utf8');

function findingsOf(json: unknown): readonly Finding[] {
  const plan = readPlan(json);
  if (!plan.ok) throw new Error(plan.problem);
  return guardPlan(plan.changes);
}

function update(
  type: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): ResourceChange {
  return { address: `${type}.x`, type, change: { actions: ['update'], before, after } };
}

test.each([
  ['azurerm_healthcare_dicom_service', 'INDEX_LOST'],
  ['azurerm_healthcare_workspace', 'WORKSPACE_LOST'],
  ['azurerm_storage_account', 'IMAGES_LOST'],
  ['azurerm_storage_container', 'IMAGES_LOST'],
  ['azurerm_storage_data_lake_gen2_filesystem', 'IMAGES_LOST'],
  ['azurerm_resource_group', 'IMAGES_LOST'],
  ['azurerm_management_lock', 'LOCK_LOST'],
])(
  'in a plan of the real CLI, a %s that goes is found, and one that stays or changes is not',
  (type, code) => {
    const plan: unknown = JSON.parse(REAL_PLAN.replaceAll('terraform_data', type));
    expect(findingsOf(plan)).toEqual([
      { code, address: `${type}.deleted`, change: 'is deleted' },
      { code: 'FORGOTTEN', address: `${type}.forgotten`, change: 'leaves the state' },
      { code, address: `${type}.replaced`, change: 'is replaced, because of a change to triggers_replace' },
    ]);
  },
);

describe('in a plan as OpenTofu writes it', () => {
  const type = 'azurerm_healthcare_dicom_service';

  /** @see https://github.com/opentofu/opentofu/blob/v1.11.0/internal/command/jsonplan/plan.go */
  function tofuPlan(...changes: readonly object[]): unknown {
    const { terraform_version, applyable, complete, ...plan } = JSON.parse(REAL_PLAN) as Record<
      string,
      unknown
    >;
    expect([terraform_version, applyable, complete]).toEqual(['1.11.4', true, true]);
    return {
      ...plan,
      terraform_version: '1.11.0',
      resource_changes: changes.map((change) => ({
        mode: 'managed',
        type,
        provider_name: 'registry.opentofu.org/hashicorp/azurerm',
        ...change,
      })),
    };
  }

  test.each([
    [
      'what is forgotten in place of being replaced (lifecycle.destroy = false)',
      {
        address: `${type}.kept`,
        change: { actions: ['forget', 'create'], before: {}, after: {}, replace_paths: [['name']] },
        action_reason: 'forgot_because_lifecycle_destroy_in_config',
      },
      { code: 'FORGOTTEN', address: `${type}.kept`, change: 'leaves the state, and another is created' },
    ],
    [
      'what is switched off (lifecycle.enabled = false)',
      {
        address: `${type}.off`,
        change: { actions: ['delete'], before: {}, after: null, after_unknown: {} },
        action_reason: 'delete_because_enabled_false',
      },
      { code: 'INDEX_LOST', address: `${type}.off`, change: 'is deleted' },
    ],
  ])('%s is found', (_what, change, finding) => {
    expect(findingsOf(tofuPlan(change))).toEqual([finding]);
  });

  test('ephemeral resources are let be, and so is a plan without changes', () => {
    const open = { address: `ephemeral.${type}.x`, mode: 'ephemeral', change: { actions: ['Open'] } };
    expect(findingsOf(tofuPlan(open))).toEqual([]);
    expect(
      findingsOf({ format_version: '1.2', planned_values: { root_module: {} }, errored: false }),
    ).toEqual([]);
  });
});

test('what holds no image may come and go', () => {
  expect(findingsOf(JSON.parse(REAL_PLAN))).toEqual([]);
});

test('a replacement that creates first is one too, and the partition flag is named', () => {
  const change = {
    address: 'azurerm_healthcare_dicom_service.x',
    type: 'azurerm_healthcare_dicom_service',
    change: {
      actions: ['create', 'delete'],
      replace_paths: [['data_partitions_enabled'], ['storage', 0, 'file_system_name']],
    },
  };
  expect(guardPlan([change])).toEqual([
    {
      code: 'INDEX_LOST',
      address: change.address,
      change: 'is replaced, because of a change to data_partitions_enabled, storage.0.file_system_name',
    },
  ]);
});

test('a deposed object and a resource inside a module are found, a data source is not', () => {
  const of = (address: string, more: object): ResourceChange => ({
    address,
    type: 'azurerm_storage_account',
    change: { actions: ['delete'] },
    ...more,
  });
  const found = guardPlan([
    of('module.imaging.azurerm_storage_account.lake', {}),
    of('azurerm_storage_account.old', { deposed: '00000001' }),
    of('data.azurerm_storage_account.other', { mode: 'data' }),
  ]);
  expect(found.map(({ address, change }) => [address, change])).toEqual([
    ['module.imaging.azurerm_storage_account.lake', 'is deleted'],
    ['azurerm_storage_account.old', 'the deposed object 00000001 is deleted'],
  ]);
});

test.each<[string, object, object, string]>([
  [
    'keys',
    { shared_access_key_enabled: false },
    { shared_access_key_enabled: true },
    'shared_access_key_enabled changes from false to true',
  ],
  [
    'public blobs',
    {},
    { allow_nested_items_to_be_public: true },
    'allow_nested_items_to_be_public changes from nothing to true',
  ],
  [
    'local users',
    { local_user_enabled: false },
    { local_user_enabled: true },
    'local_user_enabled changes from false to true',
  ],
  [
    'plain http',
    { https_traffic_only_enabled: true },
    { https_traffic_only_enabled: false },
    'https_traffic_only_enabled changes from true to false',
  ],
  [
    'old TLS',
    { min_tls_version: 'TLS1_2' },
    { min_tls_version: 'TLS1_0' },
    'min_tls_version changes from "TLS1_2" to "TLS1_0"',
  ],
  [
    'the public endpoint',
    { public_network_access_enabled: false },
    { public_network_access_enabled: true },
    'public_network_access_enabled changes from false to true',
  ],
  [
    'the firewall',
    { network_rules: [{ default_action: 'Deny' }] },
    { network_rules: [{ default_action: 'Allow' }] },
    'network_rules.0.default_action changes from "Deny" to "Allow"',
  ],
])('opening a lake by %s is found, closing it is not', (_, closed, open, change) => {
  const type = 'azurerm_storage_account';
  expect(guardPlan([update(type, { ...closed }, { ...open })])).toEqual([
    { code: 'LAKE_OPENED', address: `${type}.x`, change },
  ]);
  expect(guardPlan([update(type, { ...open }, { ...closed })])).toEqual([]);
  expect(guardPlan([update(type, { ...open }, { ...open })])).toEqual([]);
});

test('less time to recover is found, and none at all; more is not', () => {
  const account = (files?: number, containers?: number) => ({
    blob_properties: [
      {
        delete_retention_policy: files === undefined ? [] : [{ days: files }],
        container_delete_retention_policy: containers === undefined ? [] : [{ days: containers }],
      },
    ],
  });
  const changes = (before: object, after: object): readonly string[] =>
    guardPlan([update('azurerm_storage_account', { ...before }, { ...after })]).map(
      ({ code, change }) => `${code}: ${change}`,
    );
  expect(changes(account(30, 7), account(7))).toEqual([
    'RECOVERY_SHORTENED: blob_properties.0.delete_retention_policy.0.days changes from 30 to 7',
    'RECOVERY_SHORTENED: blob_properties.0.container_delete_retention_policy.0.days changes from 7 to 0',
  ]);
  expect(changes(account(7), account(30, 7))).toEqual([]);
});

test('a service that loses an identity is found, one that gains another is not', () => {
  const service = (type: string, ...ids: readonly string[]) => ({ identity: [{ type, identity_ids: ids }] });
  const type = 'azurerm_healthcare_dicom_service';
  const both = service('SystemAssigned, UserAssigned', '/ids/writer');
  expect(
    guardPlan([update(type, both, service('UserAssigned', '/ids/other'))]).map(({ change }) => change),
  ).toEqual(['loses its system-assigned identity', 'loses /ids/writer']);
  expect(guardPlan([update(type, service('UserAssigned', '/ids/writer'), both)])).toEqual([]);
});

test.each<[readonly string[] | undefined, boolean]>([
  [undefined, true],
  [['dicom'], true],
  [['dicom/'], true],
  [['dicom/AHDS/ws/'], true],
  [['inventory/lists/'], false],
  [['dicom/exports/', 'dicom/AH'], true],
])('a rule that archives or deletes below %j: found is %s', (prefixes, isFound) => {
  const rule = (action: object) => ({
    name: 'Old',
    enabled: true,
    filters: prefixes === undefined ? [] : [{ prefix_match: prefixes }],
    actions: [{ base_blob: [action] }],
  });
  const changesOf = (action: object) =>
    guardPlan([
      {
        address: 'azurerm_storage_management_policy.x',
        type: 'azurerm_storage_management_policy',
        change: { actions: ['create'], before: null, after: { rule: [rule(action)] } },
      },
    ]).map(({ change }) => change);
  expect(changesOf({ delete_after_days_since_creation_greater_than: 9 })).toEqual(
    isFound ? ["rule 'Old' has base_blob.delete_after_days_since_creation_greater_than"] : [],
  );
  expect(
    changesOf({
      delete_after_days_since_creation_greater_than: -1,
      tier_to_cold_after_days_since_creation_greater_than: 90,
    }),
  ).toEqual([]);
});

test('wherever in a plan it stands, and whatever else is in it, a lost service is found', () => {
  const other: fc.Arbitrary<ResourceChange> = fc.record({
    address: fc.string(),
    type: fc.constantFrom('azurerm_role_assignment', 'azurerm_storage_account', 'null_resource'),
    change: fc.record({
      actions: fc.constantFrom('no-op', 'create', 'update', 'read').map((action) => [action]),
    }),
  });
  const lost = { address: 'lost', type: 'azurerm_healthcare_dicom_service', change: { actions: ['delete'] } };
  fc.assert(
    fc.property(fc.array(other), fc.nat(), (others, position) => {
      const changes = [...others];
      changes.splice(position % (others.length + 1), 0, lost);
      expect(guardPlan(changes).map(({ address }) => address)).toEqual(['lost']);
    }),
  );
});

test('whatever the JSON, it is a plan or there is one clear problem', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      const plan = readPlan(json);
      if (plan.ok) guardPlan(plan.changes);
      else expect(plan.problem).toMatch(/^the file .+; make one with: terraform plan /);
    }),
  );
});

test.each([
  [
    JSON.parse(readFileSync('test/guards/terraform-1.11-state.json', 'utf8')) as unknown,
    'is a state, not a plan',
  ],
  // What an empty state is shown as.
  [{ format_version: '1.0' }, 'is a state, not a plan'],
  [[], 'is no plan'],
  [{ format_version: '2.0', planned_values: {} }, 'has format_version 2.0; known is 1'],
  [{ format_version: '1.2', errored: true }, 'is one that failed half-way (errored)'],
  [
    { format_version: '1.2', planned_values: {}, complete: false },
    'leaves changes for later (complete: false)',
  ],
])('what is no whole plan is not judged: %#', (json, what) => {
  const plan = readPlan(json);
  expect(plan.ok ? 'judged' : plan.problem).toContain(`the file ${what}`);
});
