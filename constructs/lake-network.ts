import { isIPv4 } from 'node:net';
import type { IntendedNetworkRules } from '../contract';
import { problemsOf, whenConcrete } from './private/concrete';
import { isPrivateAddress } from './private/ip-range';
import { resourceIdProblem } from './private/resource-id';

/** Reachable from every network. Whoever comes still needs a role and a token. */
export interface OpenNetwork {
  readonly access: 'open';
}

/** Closed but for the networks named, the workspaces of the DICOM services in it and whoever else is allowed. */
export interface SelectedNetworks {
  readonly access: 'selected';
  /**
   * Public IPv4 addresses or CIDR ranges up to /30. They do not count for callers in the lake's own region.
   *
   * @default - none
   */
  readonly ipRanges?: readonly string[] | undefined;
  /**
   * Ids of subnets that have the service endpoint `Microsoft.Storage`.
   *
   * @default - none
   */
  readonly subnetIds?: readonly string[] | undefined;
  /**
   * Whether services that Azure trusts pass. Blob inventory needs it; a DICOM service passes by its workspace, and
   * by this too should Azure not count a user-assigned identity for the workspace.
   *
   * @default true
   */
  readonly trustedServices?: boolean | undefined;
}

/** No public endpoint: only private endpoints, workspaces and trusted services reach the lake. */
export interface PrivateNetwork {
  readonly access: 'private';
  /**
   * As in {@link SelectedNetworks}.
   *
   * @default true
   */
  readonly trustedServices?: boolean | undefined;
}

/**
 * From which networks a lake can be reached.
 *
 * @see https://learn.microsoft.com/azure/storage/common/storage-network-security
 */
export type LakeNetwork = OpenNetwork | SelectedNetworks | PrivateNetwork;

export const LAKE_NETWORK_ACCESSES = ['open', 'selected', 'private'] as const;

export type LakeNetworkAccess = LakeNetwork['access'];

/** The firewall of a lake that this deployment makes. */
export interface ILakeFirewall {
  /** Whether services that Azure trusts pass. */
  readonly trustedServices: boolean;
  /** Whom it lets through so far. */
  readonly allowed: IntendedNetworkRules;
  /**
   * Lets one Azure resource of the same tenant pass; it still needs a role. Allowing it again changes nothing.
   *
   * @param resourceId of a workspace of Health Data Services, Synapse, Databricks, Machine Learning or the like
   */
  allowResourceInstance(resourceId: string): void;
}

export function lakeNetworkProblems(network: LakeNetwork | undefined): string[] {
  if (network === undefined) return [];
  if (!LAKE_NETWORK_ACCESSES.includes(network.access)) {
    return [
      `'network.access' must be one of ${LAKE_NETWORK_ACCESSES.join(', ')}, got '${network.access as string}'`,
    ];
  }
  if (network.access !== 'selected') return strayRuleProblems(network);
  return problemsOf(...(network.ipRanges ?? []).map((range) => whenConcrete(range, ipRangeProblem))).concat(
    (network.subnetIds ?? []).flatMap((id) =>
      resourceIdProblem('network.subnetIds', 'Microsoft.Network/virtualNetworks/subnets', id),
    ),
  );
}

/** Rules that would count for nothing, so that a lake is open, or closed, to whom it is not meant to be. */
function strayRuleProblems(network: OpenNetwork | PrivateNetwork): string[] {
  const known = network.access === 'open' ? ['access'] : ['access', 'trustedServices'];
  return Object.entries(network as object)
    .filter(([rule, value]) => value !== undefined && !known.includes(rule))
    .map(
      ([rule]) =>
        `'network.${rule}' counts for nothing with the access '${network.access}': leave it out, or set ` +
        "'network.access' to 'selected'",
    );
}

/** Storage refuses /31 and /32 (a single address is written without a prefix) and everything private. */
function ipRangeProblem(range: string): string | undefined {
  const [address = '', prefix, ...rest] = range.split('/');
  const hasPrefix = prefix === undefined || /^([0-9]|[12][0-9]|30)$/.test(prefix);
  if (isIPv4(address) && hasPrefix && rest.length === 0 && !isPrivateAddress(address)) return undefined;
  return (
    `'network.ipRanges' must hold public IPv4 addresses such as 203.0.113.7 or ranges from /0 to /30 such as ` +
    `203.0.113.0/24, got '${range}'`
  );
}
