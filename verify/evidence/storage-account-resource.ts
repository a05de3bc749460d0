import type { IntendedNetworkRules, IntendedPrivateEndpoint } from '../../contract';

/** The storage account of the lake as Azure Resource Manager has it; undefined where it has none. */
export interface StorageAccountResource {
  readonly found?: {
    readonly provisioningState: string;
    /** `available` or `unavailable`. */
    readonly statusOfPrimary?: string;
    readonly settings: AccountSettings;
    readonly firewall: AccountFirewall;
    readonly privateEndpointConnections: readonly PrivateEndpointConnection[];
  };
  readonly intended: {
    readonly id: string;
    /** Whether the deployment made the account; missing, as what follows, where the manifest does not tell. */
    readonly managed?: boolean;
    readonly networkAccess?: 'open' | 'selected' | 'private';
    /** Missing as well where the account is open or somebody else's. */
    readonly allowed?: IntendedNetworkRules;
    readonly privateEndpoints?: readonly IntendedPrivateEndpoint[];
  };
}

/** As Azure answers them, with Azure's defaults where it leaves one out. */
export interface AccountSettings {
  readonly hierarchicalNamespace: boolean;
  readonly minimumTlsVersion: string;
  readonly httpsOnly: boolean;
  readonly sharedKeyAccess: boolean;
  readonly publicBlobs: boolean;
  readonly localUsers: boolean;
  readonly sftp: boolean;
  readonly nfsV3: boolean;
  readonly crossTenantReplication: boolean;
  readonly infrastructureEncryption: boolean;
  /** `Microsoft.Storage` or `Microsoft.Keyvault`. */
  readonly keySource: string;
}

export interface AccountFirewall {
  readonly publicNetworkAccess: boolean;
  readonly defaultAction: 'Allow' | 'Deny';
  /** `AzureServices`, `Logging`, `Metrics`, or none. */
  readonly bypass: readonly string[];
  readonly ipRanges: readonly string[];
  readonly subnetIds: readonly string[];
  /** Resources let through, whatever network they are in. */
  readonly resourceIds: readonly string[];
}

export interface PrivateEndpointConnection {
  readonly endpointId: string;
  /** `Approved`, `Pending`, `Rejected` or `Disconnected`. */
  readonly status: string;
}
