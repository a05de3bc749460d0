import {
  Grantee,
  REPLICATIONS,
  TIER_BASES,
  tierRuleProblems,
  type PrincipalType,
  type TierRule,
} from '../constructs';
import type { DicomLakeStackProps } from './dicom-lake-stack';
import { EnvironmentReader, type Environment } from './environment-reader';

export type SettingsResult =
  | { readonly ok: true; readonly settings: DicomLakeStackProps }
  | { readonly ok: false; readonly problems: readonly string[] };

const PREFIX = 'DICOM_LAKE_';
const PRINCIPAL_TYPES: readonly PrincipalType[] = ['ServicePrincipal', 'Group', 'User'];
/** The most days that a lifecycle rule can count. */
const MOST_RULE_DAYS = 99_999;

/**
 * Reads the settings of a deployment from `DICOM_LAKE_…` variables. Names every problem at once, each with the
 * variable, the values allowed and the value found; a `DICOM_LAKE_` variable that is no setting is a problem too.
 * An empty variable counts as not set.
 */
export function readSettings(environment: Environment): SettingsResult {
  const reader = new EnvironmentReader(environment, PREFIX);
  const service = {
    tenantId: reader.name('TENANT_ID', 'guid', 'ARM_TENANT_ID'),
    subscriptionId: reader.name('SUBSCRIPTION_ID', 'guid', 'ARM_SUBSCRIPTION_ID'),
    resourceGroupName: reader.name('RESOURCE_GROUP', 'resourceGroup'),
    location: reader.location('LOCATION'),
    workspaceName: reader.name('WORKSPACE', 'workspace'),
    dicomServiceName: reader.name('DICOM_SERVICE', 'dicomService'),
    identityName: reader.optionalName('IDENTITY', 'userAssignedIdentity'),
    partitions: reader.partitions('PARTITIONS'),
    publicNetworkAccess: reader.yesOrNo('PUBLIC_NETWORK_ACCESS'),
    destroyable: reader.yesOrNo('DESTROYABLE'),
    verifier: readVerifier(reader),
  };
  const lake = {
    storageAccountName: reader.name('STORAGE_ACCOUNT', 'storageAccount'),
    containerName: reader.optionalName('CONTAINER', 'container'),
    replication: reader.oneOf('REPLICATION', REPLICATIONS),
    deletedFileRetentionDays: reader.wholeNumber('DELETED_FILE_RETENTION_DAYS', 0, 365),
    deletedContainerRetentionDays: reader.wholeNumber('DELETED_CONTAINER_RETENTION_DAYS', 1, 365),
    lastAccessTracking: reader.yesOrNo('LAST_ACCESS_TRACKING'),
  };
  const tiering = readTiering(reader, lake.lastAccessTracking ?? true);
  const problems = reader.finish();
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, settings: { ...service, ...lake, tiering } };
}

function readVerifier(reader: EnvironmentReader): Grantee | undefined {
  const objectId = reader.optionalName('VERIFIER_OBJECT_ID', 'guid');
  const type = reader.oneOf('VERIFIER_TYPE', PRINCIPAL_TYPES);
  if (objectId === undefined) {
    if (type !== undefined && !reader.has('VERIFIER_OBJECT_ID')) {
      reader.refuse('VERIFIER_TYPE', `must go with ${PREFIX}VERIFIER_OBJECT_ID, got '${type}' without it`);
    }
    return undefined;
  }
  switch (type) {
    case 'Group':
      return Grantee.group(objectId);
    case 'User':
      return Grantee.user(objectId);
    case 'ServicePrincipal':
    case undefined:
      return Grantee.servicePrincipal(objectId);
  }
}

/** One rule for the whole service; an application with more of them writes its own stack. */
function readTiering(
  reader: EnvironmentReader,
  lastAccessTracking: boolean,
): readonly TierRule[] | undefined {
  const given = {
    coolAfterDays: reader.wholeNumber('COOL_AFTER_DAYS', 0, MOST_RULE_DAYS),
    coldAfterDays: reader.wholeNumber('COLD_AFTER_DAYS', 0, MOST_RULE_DAYS),
    basis: reader.oneOf('TIER_BASIS', TIER_BASES),
    returnToHotOnAccess: reader.yesOrNo('RETURN_TO_HOT_ON_ACCESS'),
  };
  const props = Object.keys(RULE_VARIABLES) as RuleProp[];
  if (!props.some((prop) => reader.has(RULE_VARIABLES[prop]))) return undefined;
  const rule = { ...given, name: 'IdleImages', basis: given.basis ?? 'lastAccess' };
  const isRead = props.every((prop) => !reader.has(RULE_VARIABLES[prop]) || given[prop] !== undefined);
  if (isRead) {
    for (const { prop, sentence } of tierRuleProblems(rule, {
      lastAccessTracking,
      dataPartitionsEnabled: false,
    })) {
      if (isRuleProp(prop)) reader.refuse(RULE_VARIABLES[prop], sentence);
    }
  }
  return [rule];
}

type RuleProp = keyof typeof RULE_VARIABLES;

const RULE_VARIABLES = {
  coolAfterDays: 'COOL_AFTER_DAYS',
  coldAfterDays: 'COLD_AFTER_DAYS',
  basis: 'TIER_BASIS',
  returnToHotOnAccess: 'RETURN_TO_HOT_ON_ACCESS',
} as const satisfies Partial<Record<keyof TierRule, string>>;

function isRuleProp(prop: keyof TierRule): prop is RuleProp {
  return Object.hasOwn(RULE_VARIABLES, prop);
}
