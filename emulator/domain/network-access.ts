import { isInIpv4Range } from './ipv4-range';
import type { ResourceStore } from './resource-store';
import type { StorageAccount } from './storage-account';

const SUBNET = /^(.*\/Microsoft\.Network\/virtualNetworks\/[^/]+)\/subnets\/[^/]+$/i;
const WORKSPACE = /^(.*\/Microsoft\.HealthcareApis\/workspaces\/[^/]+)\/dicomServices\/[^/]+$/i;

type Json = Readonly<Record<string, unknown>>;

/**
 * Who gets to storage accounts and DICOM services at all, before any role is asked for.
 *
 * A client is where its address is: in every subnet that holds the address, else on the internet. From the network of
 * an approved private endpoint it reaches what the endpoint leads to, whatever the rules for everybody else.
 *
 * @see https://learn.microsoft.com/azure/storage/common/storage-network-security
 * @see https://learn.microsoft.com/azure/healthcare-apis/healthcare-apis-configure-private-link
 */
export class NetworkAccess {
  public constructor(
    private readonly resources: ResourceStore,
    private readonly tenantId: string,
  ) {}

  /** Whether a client gets through the firewall of a storage account. */
  public lakeAdmitsClient({ id, network }: StorageAccount, address: string): boolean {
    const { publicNetworkAccess, defaultAction, ipRanges, subnetIds } = network;
    if (publicNetworkAccess === 'Enabled') {
      if (defaultAction === 'Allow') return true;
      if (ipRanges.some((range) => isInIpv4Range(address, range))) return true;
      if (this.subnetsAt(address).some((subnet) => subnetIds.some((one) => isSame(one, subnet)))) return true;
    }
    return this.reachesPrivately(address, id);
  }

  /**
   * Whether a resource of Azure gets through the firewall of a storage account: a resource instance that a rule names,
   * or a trusted service. Both go on working while public access is off; a perimeter leaves neither.
   */
  public lakeAdmitsResource({ network }: StorageAccount, resourceId: string): boolean {
    const { publicNetworkAccess, defaultAction, trustedServices, resourceInstances } = network;
    if (publicNetworkAccess === 'SecuredByPerimeter') return false;
    if (publicNetworkAccess === 'Enabled' && defaultAction === 'Allow') return true;
    const isNamed = resourceInstances.some(
      (rule) =>
        isSame(rule.tenantId ?? this.tenantId, this.tenantId) && matchesInstance(resourceId, rule.resourceId),
    );
    return isNamed || trustedServices;
  }

  /** An approved private endpoint of its workspace takes a DICOM service off the internet, as does its own setting. */
  public serviceAdmitsClient(serviceId: string, address: string): boolean {
    const workspaceId = workspaceOf(serviceId);
    const isPublic =
      [serviceId, workspaceId].every(
        (id) => properties(this.resources.get(id)?.body)['publicNetworkAccess'] !== 'Disabled',
      ) && this.approvedEndpoints(workspaceId).length === 0;
    return isPublic || this.reachesPrivately(address, workspaceId);
  }

  private reachesPrivately(address: string, targetId: string): boolean {
    const networks = this.subnetsAt(address).map(networkOf);
    return this.approvedEndpoints(targetId).some((subnetId) =>
      networks.some((network) => isSame(network, networkOf(subnetId))),
    );
  }

  /** Ids of the subnets in which a target has an approved private endpoint. */
  private approvedEndpoints(targetId: string): readonly string[] {
    return this.resources.below('/subscriptions').flatMap(({ id, body }) => {
      if (!isPrivateEndpoint(id)) return [];
      const { subnet, privateLinkServiceConnections } = properties(body);
      const isApproved = list(privateLinkServiceConnections)
        .map(properties)
        .some(
          ({ privateLinkServiceId, privateLinkServiceConnectionState }) =>
            isSame(String(privateLinkServiceId), targetId) &&
            record(privateLinkServiceConnectionState)['status'] === 'Approved',
        );
      return isApproved ? [String(record(subnet)['id'])] : [];
    });
  }

  private subnetsAt(address: string): readonly string[] {
    return this.resources
      .below('/subscriptions')
      .filter(({ id }) => SUBNET.test(id))
      .filter(({ body }) => {
        const { addressPrefix, addressPrefixes } = properties(body);
        const prefixes = Array.isArray(addressPrefixes) ? addressPrefixes : [addressPrefix];
        return prefixes.some((prefix) => isInIpv4Range(address, prefix));
      })
      .map(({ id }) => id);
  }
}

export function isPrivateEndpoint(id: string): boolean {
  return /\/Microsoft\.Network\/privateEndpoints\/[^/]+$/i.test(id);
}

/** The workspace in whose name a DICOM service goes to its lake. */
export function workspaceOf(serviceId: string): string {
  return WORKSPACE.exec(serviceId)?.[1] ?? '';
}

function networkOf(subnetId: string): string {
  return SUBNET.exec(subnetId)?.[1] ?? '';
}

/** A `*` in a rule stands for any one segment of the id. */
function matchesInstance(resourceId: string, rule: string): boolean {
  const [segments, wanted] = [resourceId.split('/'), rule.split('/')];
  return (
    segments.length === wanted.length &&
    wanted.every((segment, index) => segment === '*' || isSame(segment, segments[index] ?? ''))
  );
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function properties(body: Json | undefined): Json {
  return record(body?.['properties']);
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}
