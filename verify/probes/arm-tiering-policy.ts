import { lakeTenantOf, servicePath } from '../../contract';
import type { ManagementPolicyRule } from '../clients/azure';
import { refusalOf } from '../clients/rest-refusal';
import type { LifecycleRule } from '../evidence/tiers';
import type { Probe } from '../probe';

/** The lifecycle rules of the storage account as they are deployed, beside those that were meant. */
export const armTieringPolicy: Probe<'arm.tiering-policy'> = {
  id: 'arm.tiering-policy',
  title: 'the lifecycle policy of the storage account',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const { manifest, azure } = target;
    const { lake, tiering } = manifest;
    const path = servicePath(lakeTenantOf(manifest));
    let rules: readonly ManagementPolicyRule[];
    try {
      const { managementPolicies } = azure.storageManagement;
      const found = await managementPolicies.get(
        azure.storageResourceGroup,
        lake.storageAccountName,
        'default',
        {
          abortSignal: signal,
        },
      );
      rules = found.policy?.rules ?? [];
    } catch (error) {
      // Only this code says that the account is there and has no policy.
      if (refusalOf(error, 'arm', '')?.serviceCode !== 'ManagementPolicyNotFound') throw error;
      rules = [];
    }
    return {
      contractPrefix: `${lake.containerName}/${path}/`,
      expectedRules: tiering.rules,
      rules: rules.map(readRule),
    };
  },
};

function readRule({ name, enabled, definition }: ManagementPolicyRule): LifecycleRule {
  const actions = definition.actions.baseBlob ?? {};
  const taken = ACTIONS.filter(([, key]) => actions[key] !== undefined);
  const terms = taken.flatMap(([action, key]) =>
    BASES.flatMap(([basis, condition]) => {
      const days = (actions[key] as Readonly<Partial<Record<string, number>>>)[condition];
      return days === undefined ? [] : [{ action, basis, days }];
    }),
  );
  return {
    name,
    enabled: enabled ?? true,
    blockBlobs: definition.filters?.blobTypes.includes('blockBlob') ?? true,
    prefixes: definition.filters?.prefixMatch ?? [],
    actions: taken.map(([action]) => action),
    terms,
    countsLastAccess: terms.some(({ basis }) => basis === 'lastAccess'),
    returnsToHot: actions.enableAutoTierToHotFromCool === true,
  };
}

const ACTIONS = [
  ['hot', 'tierToHot'],
  ['cool', 'tierToCool'],
  ['cold', 'tierToCold'],
  ['archive', 'tierToArchive'],
  ['delete', 'delete'],
] as const;

const BASES = [
  ['lastAccess', 'daysAfterLastAccessTimeGreaterThan'],
  ['lastModification', 'daysAfterModificationGreaterThan'],
  ['creation', 'daysAfterCreationGreaterThan'],
] as const;
