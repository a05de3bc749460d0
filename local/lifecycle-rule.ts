import type { ArgumentReader } from './argument-reader';
import type { ArmResource } from './arm-client';

/** For each action of the provider's, its arguments, and Azure's names for them. */
type Ages = Readonly<Record<string, Readonly<Record<string, string>>>>;

const BASE_BLOB = {
  tierToCool: {
    tier_to_cool_after_days_since_modification_greater_than: 'daysAfterModificationGreaterThan',
    tier_to_cool_after_days_since_last_access_time_greater_than: 'daysAfterLastAccessTimeGreaterThan',
    tier_to_cool_after_days_since_creation_greater_than: 'daysAfterCreationGreaterThan',
  },
  tierToCold: {
    tier_to_cold_after_days_since_modification_greater_than: 'daysAfterModificationGreaterThan',
    tier_to_cold_after_days_since_last_access_time_greater_than: 'daysAfterLastAccessTimeGreaterThan',
    tier_to_cold_after_days_since_creation_greater_than: 'daysAfterCreationGreaterThan',
  },
  tierToArchive: {
    tier_to_archive_after_days_since_modification_greater_than: 'daysAfterModificationGreaterThan',
    tier_to_archive_after_days_since_last_access_time_greater_than: 'daysAfterLastAccessTimeGreaterThan',
    tier_to_archive_after_days_since_creation_greater_than: 'daysAfterCreationGreaterThan',
    tier_to_archive_after_days_since_last_tier_change_greater_than: 'daysAfterLastTierChangeGreaterThan',
  },
  delete: {
    delete_after_days_since_modification_greater_than: 'daysAfterModificationGreaterThan',
    delete_after_days_since_last_access_time_greater_than: 'daysAfterLastAccessTimeGreaterThan',
    delete_after_days_since_creation_greater_than: 'daysAfterCreationGreaterThan',
  },
} as const satisfies Ages;

const SNAPSHOT_TIERS = {
  tierToCool: { change_tier_to_cool_after_days_since_creation: 'daysAfterCreationGreaterThan' },
  tierToCold: { tier_to_cold_after_days_since_creation_greater_than: 'daysAfterCreationGreaterThan' },
  tierToArchive: {
    change_tier_to_archive_after_days_since_creation: 'daysAfterCreationGreaterThan',
    tier_to_archive_after_days_since_last_tier_change_greater_than: 'daysAfterLastTierChangeGreaterThan',
  },
} as const satisfies Ages;

const SNAPSHOT = {
  ...SNAPSHOT_TIERS,
  delete: { delete_after_days_since_creation_greater_than: 'daysAfterCreationGreaterThan' },
} as const satisfies Ages;

const VERSION = {
  ...SNAPSHOT_TIERS,
  delete: { delete_after_days_since_creation: 'daysAfterCreationGreaterThan' },
} as const satisfies Ages;

/** A `rule` block of azurerm_storage_management_policy as the provider sends it. */
export function lifecycleRule(rule: ArgumentReader): ArmResource {
  const filters = rule.block('filters');
  const actions = rule.block('actions');
  const baseBlob = actions?.block('base_blob');
  const snapshot = actions?.block('snapshot');
  const version = actions?.block('version');
  return {
    definition: {
      actions: {
        ...(baseBlob === undefined ? {} : { baseBlob: baseBlobActions(baseBlob) }),
        ...(snapshot === undefined ? {} : { snapshot: actionsOf(snapshot, SNAPSHOT) }),
        ...(version === undefined ? {} : { version: actionsOf(version, VERSION) }),
      },
      ...(filters === undefined
        ? {}
        : {
            filters: {
              blobTypes: filters.strings('blob_types'),
              prefixMatch: filters.strings('prefix_match'),
            },
          }),
    },
    enabled: rule.boolean('enabled', true),
    name: rule.string('name'),
    type: 'Lifecycle',
  };
}

function baseBlobActions(args: ArgumentReader): ArmResource {
  const actions = actionsOf(args, BASE_BLOB);
  return args.boolean('auto_tier_to_hot_from_cool_enabled', false)
    ? { ...actions, enableAutoTierToHotFromCool: true }
    : actions;
}

function actionsOf(args: ArgumentReader, actionAges: Ages): ArmResource {
  const actions: Record<string, Record<string, number>> = {};
  for (const [action, ages] of Object.entries(actionAges)) {
    for (const [argument, azureName] of Object.entries(ages)) {
      const days = args.optionalNumber(argument);
      if (days !== undefined) actions[action] = { ...actions[action], [azureName]: days };
    }
  }
  return actions;
}
