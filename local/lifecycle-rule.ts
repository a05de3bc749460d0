import type { ArgumentReader } from './argument-reader';
import type { ArmResource } from './arm-client';

/** The provider's argument for each age of a base blob action, and Azure's name for it. */
const AGES = {
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
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** A `rule` block of azurerm_storage_management_policy as the provider sends it. */
export function lifecycleRule(rule: ArgumentReader): ArmResource {
  const filters = rule.block('filters');
  const baseBlob = rule.block('actions')?.block('base_blob');
  return {
    definition: {
      actions: baseBlob === undefined ? {} : { baseBlob: baseBlobActions(baseBlob) },
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
  const actions: Record<string, unknown> = {};
  for (const [action, ages] of Object.entries(AGES)) {
    for (const [argument, azureName] of Object.entries(ages)) {
      const days = args.optionalNumber(argument);
      if (days !== undefined)
        actions[action] = { ...(actions[action] as object | undefined), [azureName]: days };
    }
  }
  if (args.boolean('auto_tier_to_hot_from_cool_enabled', false))
    actions['enableAutoTierToHotFromCool'] = true;
  return actions;
}
