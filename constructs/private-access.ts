import { PrivateEndpoint } from '@cdktf/provider-azurerm/lib/private-endpoint';
import type { ITerraformDependable } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import type { IntendedPrivateEndpoint } from '../contract';
import type { IDicomService } from './dicom-service';
import { placementConfig, type PlacementProps } from './placement';
import { PrivateDnsZone, type IPrivateDnsZone } from './private-dns-zone';
import { refuseInvalid } from './private/invalid';
import type { ISubnet } from './subnet';

/** The zones in which the endpoints of a DICOM service and its lake register. */
export const PRIVATE_ZONE_NAMES = {
  workspace: 'privatelink.workspace.azurehealthcareapis.com',
  fhir: 'privatelink.fhir.azurehealthcareapis.com',
  dicom: 'privatelink.dicom.azurehealthcareapis.com',
  blob: 'privatelink.blob.core.windows.net',
  dfs: 'privatelink.dfs.core.windows.net',
} as const;

/** Zones by what they are for. */
export type PrivateDnsZones = Readonly<Record<keyof typeof PRIVATE_ZONE_NAMES, IPrivateDnsZone>>;

/** How a service and its lake are reached from a private network. */
export interface PrivateAccessOptions {
  /** Replacement: endpoints are made anew, with other addresses. */
  readonly subnet: ISubnet;
  /**
   * Zones that exist already, such as those of a hub; the ones not named are made. `'managed-elsewhere'` where a policy
   * registers the endpoints.
   *
   * @default - all are made beside the endpoints and linked to the network of the subnet
   */
  readonly dnsZones?: Partial<PrivateDnsZones> | 'managed-elsewhere' | undefined;
  /**
   * Whether the lake gets endpoints, one for each of its protocols; an adopted one may have them already.
   *
   * @default true
   */
  readonly lakeEndpoints?: boolean | undefined;
}

export interface PrivateAccessProps extends PlacementProps, PrivateAccessOptions {
  /** Replacement: endpoints are made anew for the other service. It has to be closed to the internet. */
  readonly dicomService: IDicomService;
}

/**
 * Private endpoints for a DICOM service and its lake, with names that resolve to them.
 *
 * The endpoint of the workspace comes after the service: names of services that are added later are missing until the
 * endpoint is refreshed. The service itself does not use these endpoints; it passes the lake's firewall by its
 * workspace.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/configure-private-link
 */
export class PrivateAccess extends Construct {
  readonly workspaceId: string;
  /** Undefined where they are managed elsewhere. Give them to another `PrivateAccess` in the same network. */
  readonly dnsZones: PrivateDnsZones | undefined;
  readonly dependables: readonly ITerraformDependable[];
  readonly endpoints: readonly IntendedPrivateEndpoint[];
  readonly #props: PrivateAccessProps;

  constructor(scope: Construct, id: string, props: PrivateAccessProps) {
    super(scope, id);
    const { dicomService, dnsZones } = props;
    refuseInvalid(this, 'PrivateAccessInvalid', privateAccessProblems(dicomService, this.#zoneMaker(props)));
    this.#props = props;
    this.workspaceId = dicomService.workspaceId;
    this.dnsZones = dnsZones === 'managed-elsewhere' ? undefined : this.#zones(dnsZones ?? {});

    const { lake, workspaceName } = dicomService;
    const ofLake = (protocol: 'blob' | 'dfs'): Endpoint => ({
      id: protocol === 'blob' ? 'Blob' : 'Dfs',
      name: `${lake.storageAccountName}-${protocol}`,
      target: lake.storageAccountId,
      part: protocol,
      zones: [protocol],
      after: lake.dependables,
    });
    const ofWorkspace: Endpoint = {
      id: 'Workspace',
      name: `${workspaceName}-health`,
      target: dicomService.workspaceId,
      part: 'healthcareworkspace',
      zones: ['workspace', 'fhir', 'dicom'],
      after: dicomService.dependables,
    };
    const made = [ofWorkspace, ...(props.lakeEndpoints === false ? [] : [ofLake('blob'), ofLake('dfs')])].map(
      (endpoint) => ({ endpoint, resource: this.#endpoint(endpoint) }),
    );
    this.dependables = made.map(({ resource }) => resource);
    this.endpoints = made.map(({ endpoint: { target, part }, resource: { id } }) => ({
      id,
      targetId: target,
      groupId: part,
    }));
  }

  #endpoint(endpoint: Endpoint): PrivateEndpoint {
    const { dnsZones } = this;
    return new PrivateEndpoint(this, endpoint.id, {
      ...placementConfig(this.#props),
      name: endpoint.name,
      subnetId: this.#props.subnet.subnetId,
      privateServiceConnection: {
        name: endpoint.name,
        isManualConnection: false,
        privateConnectionResourceId: endpoint.target,
        subresourceNames: [endpoint.part],
      },
      ...(dnsZones === undefined
        ? { lifecycle: { ignoreChanges: ['private_dns_zone_group'] } }
        : {
            privateDnsZoneGroup: {
              name: 'default',
              privateDnsZoneIds: endpoint.zones.map((zone) => dnsZones[zone].privateDnsZoneId),
            },
          }),
      dependsOn: [...endpoint.after],
    });
  }

  #zones(given: Partial<PrivateDnsZones>): PrivateDnsZones {
    const { subnet, ...placement } = this.#props;
    const zone = (id: string, key: keyof PrivateDnsZones): IPrivateDnsZone =>
      given[key] ??
      new PrivateDnsZone(this, id, {
        ...placement,
        zoneName: PRIVATE_ZONE_NAMES[key],
        virtualNetworkId: subnet.virtualNetworkId,
      });
    return {
      workspace: zone('WorkspaceZone', 'workspace'),
      fhir: zone('FhirZone', 'fhir'),
      dicom: zone('DicomZone', 'dicom'),
      blob: zone('BlobZone', 'blob'),
      dfs: zone('DfsZone', 'dfs'),
    };
  }

  /** Another access in this resource group that makes zones, where this one would make some too. */
  #zoneMaker({ dnsZones, resourceGroup }: PrivateAccessProps): PrivateAccess | undefined {
    if (dnsZones === 'managed-elsewhere') return undefined;
    if (
      Object.keys(PRIVATE_ZONE_NAMES).every((key) => dnsZones?.[key as keyof PrivateDnsZones] !== undefined)
    ) {
      return undefined;
    }
    return accessesIn(this).find(
      (other) => other !== this && other.#makesZones() && other.#props.resourceGroup.id === resourceGroup.id,
    );
  }

  #makesZones(): boolean {
    return this.node.children.some((child) => child instanceof PrivateDnsZone);
  }
}

interface Endpoint {
  readonly id: string;
  readonly name: string;
  readonly target: string;
  readonly part: IntendedPrivateEndpoint['groupId'];
  readonly zones: readonly (keyof PrivateDnsZones)[];
  readonly after: readonly ITerraformDependable[];
}

/** Whether the application makes a private endpoint for a workspace. */
export function hasPrivateAccess(scope: IConstruct, workspaceId: string): boolean {
  return accessesIn(scope).some((access) => access.workspaceId === workspaceId);
}

function accessesIn(scope: IConstruct): readonly PrivateAccess[] {
  return scope.node.root.node.findAll().filter((construct) => construct instanceof PrivateAccess);
}

function privateAccessProblems(
  { publicNetworkAccess, lake, node }: IDicomService,
  zoneMaker: PrivateAccess | undefined,
): string[] {
  return [
    ...(publicNetworkAccess
      ? [
          `the DICOM service ${node.path} still answers on the internet; set its 'publicNetworkAccess' to false, or ` +
            'leave private access out',
        ]
      : []),
    ...(lake.networkAccess === 'open'
      ? [
          `the lake ${lake.node.path} is open to every network; set its 'network' to { access: 'private' } or ` +
            "{ access: 'selected' }",
        ]
      : []),
    ...(zoneMaker === undefined
      ? []
      : [
          `${zoneMaker.node.path} makes zones of the same names in the same resource group; give its 'dnsZones' to ` +
            'this one',
        ]),
  ];
}
