import { type ArmBody, objectIn, objectsIn, textIn } from '../clients/arm-body';
import type { PrivateEndpointConnection } from '../evidence/storage-account-resource';

/** The private endpoints that lead to a storage account or a workspace, as its own properties list them. */
export function readEndpointConnections(properties: ArmBody): readonly PrivateEndpointConnection[] {
  return objectsIn(properties, 'privateEndpointConnections')
    .map((connection) => objectIn(connection, 'properties'))
    .map((connection) => ({
      endpointId: textIn(objectIn(connection, 'privateEndpoint'), 'id') ?? '',
      status: textIn(objectIn(connection, 'privateLinkServiceConnectionState'), 'status') ?? '',
    }));
}
