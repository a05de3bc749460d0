import type { PrivateEndpointConnection } from './storage-account-resource';

/** The workspace as Azure Resource Manager has it; undefined where it has none. */
export interface WorkspaceResource {
  readonly id: string;
  readonly found?: {
    readonly publicNetworkAccess: boolean;
    readonly privateEndpointConnections: readonly PrivateEndpointConnection[];
  };
}
