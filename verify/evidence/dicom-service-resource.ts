/** The DICOM service as Azure Resource Manager has it; undefined where it has none. */
export interface DicomServiceResource {
  readonly found?: {
    readonly provisioningState: string;
    readonly serviceUrl: string;
    /** Missing where the service keeps its files itself. */
    readonly lake?: { readonly storageAccountId: string; readonly containerName: string };
    readonly dataPartitionsEnabled: boolean;
    readonly publicNetworkAccess: boolean;
  };
  readonly intended: {
    readonly id: string;
    readonly serviceUrl: string;
    readonly lake: { readonly storageAccountId: string; readonly containerName: string };
    readonly dataPartitionsEnabled: boolean;
    /** Missing where the manifest does not tell. */
    readonly publicNetworkAccess?: boolean;
  };
}
