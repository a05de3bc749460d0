import {
  anyResourceId,
  boolean,
  type JsonField,
  list,
  named,
  object,
  objects,
  oneOf,
  optional,
  text,
  wholeNumber,
} from './json-field';
import { isAnyResourceId } from './resource-id';

/** What a deployment meant to have; a verification holds what is there against it. */
export interface IntendedState {
  /** Whether the DICOM service answers on the internet. */
  readonly publicNetworkAccess: boolean;
  readonly account: {
    /** Whether the deployment made the account; the settings of an adopted one are its owner's. */
    readonly managed: boolean;
    readonly networkAccess: 'open' | 'selected' | 'private';
    /** Who passes the firewall; missing where it is open, or somebody else's. */
    readonly firewall?: IntendedFirewall;
  };
  /** Who holds which data role on the lake or the service by this deployment. */
  readonly grants: readonly IntendedGrant[];
  readonly privateEndpoints: readonly IntendedPrivateEndpoint[];
  readonly diagnosticSettings: readonly IntendedDiagnosticSetting[];
  /** Resource ids of alert rules. */
  readonly alertIds: readonly string[];
  readonly deleteLocks: readonly { readonly scope: string; readonly name: string }[];
}

export interface IntendedFirewall {
  readonly trustedServices: boolean;
  readonly ipRanges: readonly string[];
  readonly subnetIds: readonly string[];
  readonly resourceIds: readonly string[];
}

export interface IntendedGrant {
  readonly principalId: string;
  /** GUID of a built-in role. */
  readonly roleId: string;
  /** Resource id. */
  readonly scope: string;
}

export interface IntendedPrivateEndpoint {
  readonly id: string;
  /** Resource id of the workspace or the storage account. */
  readonly targetId: string;
  readonly groupId: 'healthcareworkspace' | 'blob' | 'dfs';
}

export interface IntendedDiagnosticSetting {
  readonly targetResourceId: string;
  readonly name: string;
  /** Of logs. */
  readonly categories: readonly string[];
}

/** A lifecycle rule as the deployment wrote it. */
export interface IntendedTierRule {
  readonly name: string;
  /** What names have to begin with, container first. */
  readonly prefixes: readonly string[];
  /** What the days are counted from. */
  readonly basis: 'lastAccess' | 'lastModification' | 'creation';
  readonly coolAfterDays?: number;
  readonly coldAfterDays?: number;
  /** For files beside those of the service only. */
  readonly deleteAfterDays?: number;
  readonly returnToHotOnAccess: boolean;
}

const ID = 'a resource id';
const days = optional(wholeNumber(0, 99_999));
const ids = list(ID, isAnyResourceId, 0);
const texts = list('a text', (one) => one !== '', 0);

export const INTENDED_TIER_RULE: Readonly<Record<keyof IntendedTierRule, JsonField>> = {
  name: named('lifecycleRule'),
  prefixes: texts,
  basis: oneOf(['lastAccess', 'lastModification', 'creation']),
  coolAfterDays: days,
  coldAfterDays: days,
  deleteAfterDays: days,
  returnToHotOnAccess: boolean,
};

export const INTENDED_STATE: Readonly<Record<keyof IntendedState, JsonField>> = {
  publicNetworkAccess: boolean,
  account: object({
    managed: boolean,
    networkAccess: oneOf(['open', 'selected', 'private']),
    firewall: optional(
      object({ trustedServices: boolean, ipRanges: texts, subnetIds: ids, resourceIds: ids }),
    ),
  }),
  grants: objects({ principalId: named('guid'), roleId: named('guid'), scope: anyResourceId }),
  privateEndpoints: objects({
    id: anyResourceId,
    targetId: anyResourceId,
    groupId: oneOf(['healthcareworkspace', 'blob', 'dfs']),
  }),
  diagnosticSettings: objects({ targetResourceId: anyResourceId, name: text, categories: texts }),
  alertIds: ids,
  deleteLocks: objects({ scope: anyResourceId, name: text }),
};
