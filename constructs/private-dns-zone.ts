import { PrivateDnsZone as Zone } from '@cdktf/provider-azurerm/lib/private-dns-zone';
import { PrivateDnsZoneVirtualNetworkLink } from '@cdktf/provider-azurerm/lib/private-dns-zone-virtual-network-link';
import { Construct, type IConstruct } from 'constructs';
import { azurermMajor } from './azurerm-major';
import { placementConfig, type PlacementProps } from './placement';
import { refuseInvalid } from './private/invalid';
import { resourceIdProblem } from './private/resource-id';

/** A zone in which private endpoints register their names. */
export interface IPrivateDnsZone extends IConstruct {
  readonly privateDnsZoneId: string;
}

export interface PrivateDnsZoneProps extends Omit<PlacementProps, 'location'> {
  /**
   * Such as `privatelink.dicom.azurehealthcareapis.com`.
   *
   * Replacement: another name is another zone.
   */
  readonly zoneName: string;
  /**
   * Resource id of the network that resolves names in the zone.
   *
   * Replacement: the link to the network is made anew.
   */
  readonly virtualNetworkId: string;
}

/**
 * A private zone, linked to one network.
 *
 * @see https://learn.microsoft.com/azure/private-link/private-endpoint-dns
 */
export class PrivateDnsZone extends Construct implements IPrivateDnsZone {
  /** @param privateDnsZoneId resource id, of the type Microsoft.Network/privateDnsZones; linked to its networks elsewhere */
  static fromZoneId(scope: Construct, id: string, privateDnsZoneId: string): IPrivateDnsZone {
    class ExistingZone extends Construct implements IPrivateDnsZone {
      readonly privateDnsZoneId = privateDnsZoneId;
    }
    const zone = new ExistingZone(scope, id);
    const problems = resourceIdProblem(
      'privateDnsZoneId',
      'Microsoft.Network/privateDnsZones',
      privateDnsZoneId,
    );
    refuseInvalid(zone, 'PrivateDnsZoneInvalid', problems);
    return zone;
  }

  readonly privateDnsZoneId: string;

  constructor(scope: Construct, id: string, props: PrivateDnsZoneProps) {
    super(scope, id);
    const { resourceGroupName, tags } = placementConfig(props);
    const labels = tags === undefined ? {} : { tags };
    const zone = new Zone(this, 'Resource', { name: props.zoneName, resourceGroupName, ...labels });
    const link = new PrivateDnsZoneVirtualNetworkLink(this, 'Link', {
      name: 'dicom-lake',
      privateDnsZoneName: zone.name,
      resourceGroupName,
      virtualNetworkId: props.virtualNetworkId,
      ...labels,
    });
    if (azurermMajor(this) === 5) nameZoneById(link, zone.id);
    this.privateDnsZoneId = zone.id;
  }
}

/** No configuration of a link is valid for both majors of the provider. */
function nameZoneById(link: PrivateDnsZoneVirtualNetworkLink, zoneId: string): void {
  link.addOverride('private_dns_zone_id', zoneId);
  link.addOverride('private_dns_zone_name', undefined);
  link.addOverride('resource_group_name', undefined);
}
