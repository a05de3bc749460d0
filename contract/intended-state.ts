import {
  anyResourceId,
  boolean,
  list,
  named,
  object,
  objects,
  oneOf,
  optional,
  text,
  wholeNumber,
  type Field,
  type Fields,
} from './json-field';
import { isAnyResourceId, isResourceId } from './resource-id';

/** What a deployment meant to have, so that a verification finds what has drifted from it. Every id is Azure's. */
export interface IntendedState {
  /** Whether the DICOM service answers on the internet. */
  readonly publicNetworkAccess: boolean;
  readonly account: IntendedAccount;
  /**
   * Data roles on the container, its storage account and the DICOM service: those of the service's identities, of
   * whoever verifies or analyses, and of everybody else whom this deployment gives one.
   */
  readonly grants: readonly IntendedGrant[];
  readonly privateEndpoints: readonly IntendedPrivateEndpoint[];
  readonly diagnosticSettings: readonly IntendedDiagnosticSetting[];
  /** Resource ids of alert rules. */
  readonly alertIds: readonly string[];
  /** Locks against deletion. */
  readonly deleteLocks: readonly IntendedDeleteLock[];
}

export interface IntendedAccount {
  /** False for an adopted account, whose settings are its owner's. */
  readonly managed: boolean;
  /** Who may reach the account: everybody, networks that are named, or only private endpoints. */
  readonly networkAccess: (typeof NETWORK_ACCESSES)[number];
  /**
   * Whom the account's firewall lets through; missing where the account is open to every network, and where the
   * firewall is somebody else's.
   */
  readonly allowed?: IntendedNetworkRules;
}

export interface IntendedNetworkRules {
  /** IPv4 addresses and ranges. */
  readonly ipRanges: readonly string[];
  readonly subnetIds: readonly string[];
  /** Ids of resources such as workspaces of Health Data Services or Synapse. */
  readonly resourceIds: readonly string[];
  /** Whether services that Azure trusts pass. */
  readonly trustedServices: boolean;
}

export interface IntendedGrant {
  /** Object id in Microsoft Entra. */
  readonly principalId: string;
  /** GUID of the built-in role, the same in every tenant. */
  readonly roleId: string;
  /** Resource id. */
  readonly scope: string;
}

export interface IntendedPrivateEndpoint {
  readonly id: string;
  /** Resource id of what is reached through it. */
  readonly targetId: string;
  readonly groupId: (typeof PRIVATE_LINK_GROUPS)[number];
}

export interface IntendedDiagnosticSetting {
  readonly targetResourceId: string;
  readonly name: string;
  /** Categories of logs and of metrics. */
  readonly categories: readonly string[];
}

export interface IntendedDeleteLock {
  /** Resource id of what is locked. */
  readonly scope: string;
  readonly name: string;
}

/** A lifecycle rule. Prefixes and days are those of the deployed rule. */
export interface IntendedTierRule {
  readonly name: string;
  /** Each starts with the name of a container. */
  readonly prefixes: readonly string[];
  /** What the days are counted from. */
  readonly basis: (typeof RULE_BASES)[number];
  readonly coolAfterDays?: number;
  readonly coldAfterDays?: number;
  /** Only of rules for other files than images. */
  readonly deleteAfterDays?: number;
  readonly returnToHotOnAccess: boolean;
}

const NETWORK_ACCESSES = ['open', 'selected', 'private'] as const;

const PRIVATE_LINK_GROUPS = ['healthcareworkspace', 'blob', 'dfs'] as const;

const RULE_BASES = ['lastAccess', 'lastModification', 'creation'] as const;

const SUBNETS = 'Microsoft.Network/virtualNetworks/subnets';

const days = wholeNumber(0, 99_999);

const resourceIds = list('the resource id of one Azure resource', isAnyResourceId, 0);

export const TIER_RULE_FIELDS = {
  name: named('lifecycleRule'),
  prefixes: list('a path that starts with a container, without a slash before it', isContainerPath, 1),
  basis: oneOf(RULE_BASES),
  coolAfterDays: optional(days),
  coldAfterDays: optional(days),
  deleteAfterDays: optional(days),
  returnToHotOnAccess: boolean,
} satisfies Record<keyof IntendedTierRule, Field> & Fields;

export const INTENDED_STATE_FIELDS = {
  publicNetworkAccess: boolean,
  account: object({
    managed: boolean,
    networkAccess: oneOf(NETWORK_ACCESSES),
    allowed: optional(
      object({
        ipRanges: list('an IPv4 address or range', isIpRange, 0),
        subnetIds: list(`the resource id of a ${SUBNETS}`, (id) => isResourceId(SUBNETS, id), 0),
        resourceIds,
        trustedServices: boolean,
      } satisfies Record<keyof IntendedNetworkRules, Field>),
    ),
  } satisfies Record<keyof IntendedAccount, Field>),
  grants: objects({
    principalId: named('guid'),
    roleId: named('guid'),
    scope: anyResourceId,
  } satisfies Record<keyof IntendedGrant, Field>),
  privateEndpoints: objects({
    id: anyResourceId,
    targetId: anyResourceId,
    groupId: oneOf(PRIVATE_LINK_GROUPS),
  } satisfies Record<keyof IntendedPrivateEndpoint, Field>),
  diagnosticSettings: objects({
    targetResourceId: anyResourceId,
    name: text,
    categories: list('the name of a category', (category) => category !== '', 1),
  } satisfies Record<keyof IntendedDiagnosticSetting, Field>),
  alertIds: resourceIds,
  deleteLocks: objects({ scope: anyResourceId, name: text } satisfies Record<
    keyof IntendedDeleteLock,
    Field
  >),
} satisfies Record<keyof IntendedState, Field> & Fields;

function isContainerPath(path: string): boolean {
  return /^[^/]+\//.test(path);
}

function isIpRange(range: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}(\/\d{1,2})?$/.test(range);
}
