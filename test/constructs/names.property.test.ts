import { TerraformStack, Testing } from 'cdktf';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import * as fc from 'fast-check';
import { DicomLake, InvalidConstructError, type DicomLakeProps, type TierRule } from '../../constructs';
import { partitionPath, readLakePath } from '../../contract';
import { RESOURCE_GROUP } from '../support/stack';
import { onlyResource, synth, type Synthesized } from '../support/synth';

/** What the provider and Azure Resource Manager refuse, written down from their own sources. */
const PROVIDER_NAMES: Readonly<Record<string, RegExp>> = {
  azurerm_healthcare_workspace: /^[a-z0-9]{3,24}$/,
  azurerm_healthcare_dicom_service: /^[0-9a-zA-Z][-0-9a-zA-Z]{1,22}[0-9a-zA-Z]$/,
  azurerm_storage_account: /^[a-z0-9]{3,24}$/,
  azurerm_storage_container: /^[0-9a-z-]{3,63}$/,
  azurerm_user_assigned_identity: /^[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}$/,
};

const VALID: DicomLakeProps = {
  profile: 'minimal',
  resourceGroup: RESOURCE_GROUP,
  workspaceName: 'demohealth',
  dicomServiceName: 'images',
  storageAccountName: 'demolake',
};

/** JSON, or the clear error. */
function attempt(props: Partial<DicomLakeProps>): Synthesized | InvalidConstructError {
  const stack = new TerraformStack(Testing.app(), 'test');
  new AzurermProvider(stack, 'AzureRM', { features: [{}] });
  try {
    new DicomLake(stack, 'DicomLake', { ...VALID, ...props });
  } catch (error) {
    if (error instanceof InvalidConstructError) return error;
    throw error;
  }
  return synth(stack);
}

const nameLike = fc.oneof(
  fc.string({ unit: fc.constantFrom(...Array.from('abzAZ09-_./ é')), maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...Array.from('abz09')), minLength: 1, maxLength: 30 }),
);

test('whatever the names, they are refused or the provider takes them', () => {
  const props = fc.record(
    {
      workspaceName: nameLike,
      dicomServiceName: nameLike,
      storageAccountName: nameLike,
      containerName: nameLike,
      identityName: nameLike,
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(props, (names) => {
      const result = attempt(names);
      if (result instanceof InvalidConstructError) {
        expect(result.problems.length).toBeGreaterThan(0);
        return;
      }
      for (const [type, pattern] of Object.entries(PROVIDER_NAMES)) {
        expect(onlyResource(result, type)['name']).toMatch(pattern);
      }
    }),
    { numRuns: 60 },
  );
});

test('whatever the rules, they are refused or the provider takes them and nothing pays for leaving cool early', () => {
  const days = fc.option(fc.oneof(fc.integer({ min: -5, max: 200 }), fc.constantFrom(99_999, 100_000, 1.5)), {
    nil: undefined,
  });
  const rule = fc.record<TierRule>(
    {
      name: fc.constantFrom('Idle', 'Old', 'With space', ''),
      basis: fc.constantFrom('lastAccess', 'lastModification', 'creation'),
      coolAfterDays: days,
      coldAfterDays: days,
      returnToHotOnAccess: fc.boolean(),
      partitions: fc.option(fc.array(fc.constantFrom('ward-7', 'ward/8', 'w'), { maxLength: 12 }), {
        nil: undefined,
      }),
    },
    { requiredKeys: ['name', 'basis'] },
  );
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 3 }), fc.boolean(), (tiering, tracks) => {
      const result = attempt({ tiering, partitions: ['ward-7'], lastAccessTracking: tracks });
      if (result instanceof InvalidConstructError) return;
      const rules = onlyResource(result, 'azurerm_storage_management_policy')[
        'rule'
      ] as readonly PolicyRule[];
      expect(rules.length).toBeLessThanOrEqual(100);
      expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
      for (const one of rules) checkRule(one, tracks);
    }),
    { numRuns: 150 },
  );
});

interface PolicyRule {
  readonly name: string;
  readonly filters: { readonly prefix_match: readonly string[] };
  readonly actions: { readonly base_blob: Readonly<Record<string, number | boolean>> };
}

/** The rules of the provider for one rule of a policy. */
function checkRule({ name, filters, actions }: PolicyRule, tracks: boolean): void {
  expect(name).toMatch(/^[0-9A-Za-z]{1,256}$/);
  expect(filters.prefix_match.length).toBeGreaterThan(0);
  expect(filters.prefix_match.length).toBeLessThanOrEqual(10);
  for (const prefix of filters.prefix_match)
    expect(prefix).toMatch(/^dicom\/AHDS\/demohealth\/dicom\/images\/([\w.-]+\/)?$/);
  const action = actions.base_blob;
  const daysOf = (tier: string): readonly number[] =>
    Object.entries(action).flatMap(([key, value]) =>
      key.startsWith(`tier_to_${tier}_after`) ? [Number(value)] : [],
    );
  const [cool, cold] = [daysOf('cool'), daysOf('cold')];
  expect(cool.length + cold.length).toBeGreaterThan(0);
  expect(Math.max(cool.length, cold.length)).toBeLessThanOrEqual(1);
  for (const value of [...cool, ...cold]) {
    expect(Number.isInteger(value) && value >= 0 && value <= 99_999).toBe(true);
  }
  if (cool[0] !== undefined && cold[0] !== undefined) expect(cold[0]).toBeGreaterThanOrEqual(cool[0] + 30);
  if (action['auto_tier_to_hot_from_cool_enabled'] === true) {
    expect(action).toHaveProperty('tier_to_cool_after_days_since_last_access_time_greater_than');
  }
  const byAccess = Object.keys(action).some((key) => key.includes('last_access_time'));
  expect(byAccess && !tracks).toBe(false);
}

test('a path of the contract is read back as what it was made of', () => {
  const name = fc.string({ unit: fc.constantFrom(...Array.from('abz09-')), minLength: 3, maxLength: 24 });
  const partition = fc.string({
    unit: fc.constantFrom(...Array.from('abzAZ09_.-')),
    minLength: 1,
    maxLength: 64,
  });
  fc.assert(
    fc.property(name, name, partition, (workspaceName, dicomServiceName, folder) => {
      fc.pre(folder !== 'healthCheck');
      const tenant = { workspaceName, dicomServiceName };
      expect(readLakePath(tenant, partitionPath(tenant, folder))).toEqual({ kind: 'directory' });
    }),
  );
});
