/** Where one of Azure's clouds is: they share no identities, and no resources. */
export interface AzureCloud {
  /** Of Microsoft Entra; without a slash at the end. */
  readonly authorityHost: string;
  /** Azure Resource Manager, which is the audience of its tokens as well. */
  readonly armEndpoint: string;
  /** Queries of logs; without a version. */
  readonly logsEndpoint: string;
  /** Audience of tokens for queries of logs. */
  readonly logsAudience: string;
  /** What endpoints of storage accounts end with. */
  readonly storageSuffix: string;
  /** What the URLs of DICOM services end with; undefined where no document names it. */
  readonly dicomSuffix: string | undefined;
}

/**
 * By their names in Azure CLI and Azure PowerShell.
 *
 * Authority hosts, endpoints of Azure Resource Manager and audiences of logs are those of Azure's own SDKs. The audience
 * of storage is the same in every cloud. So is that of the DICOM service as far as is known: the documentation names one, and none
 * for the other clouds.
 *
 * @see https://learn.microsoft.com/azure/azure-monitor/logs/api/access-api (queries of logs)
 * @see https://learn.microsoft.com/azure/storage/common/storage-account-overview (endpoints of accounts)
 * @see https://learn.microsoft.com/azure/private-link/private-endpoint-dns (DICOM services of Azure Government)
 * @see https://learn.microsoft.com/azure/healthcare-apis/get-access-token (audience of the DICOM service)
 */
export const AZURE_CLOUDS = {
  AzurePublicCloud: {
    authorityHost: 'https://login.microsoftonline.com',
    armEndpoint: 'https://management.azure.com',
    logsEndpoint: 'https://api.loganalytics.azure.com',
    logsAudience: 'https://api.loganalytics.io',
    storageSuffix: '.core.windows.net',
    dicomSuffix: '.dicom.azurehealthcareapis.com',
  },
  AzureUSGovernment: {
    authorityHost: 'https://login.microsoftonline.us',
    armEndpoint: 'https://management.usgovcloudapi.net',
    logsEndpoint: 'https://api.loganalytics.us',
    logsAudience: 'https://api.loganalytics.us',
    storageSuffix: '.core.usgovcloudapi.net',
    dicomSuffix: '.dicom.azurehealthcareapis.us',
  },
  AzureChinaCloud: {
    authorityHost: 'https://login.chinacloudapi.cn',
    armEndpoint: 'https://management.chinacloudapi.cn',
    logsEndpoint: 'https://api.loganalytics.azure.cn',
    logsAudience: 'https://api.loganalytics.azure.cn',
    storageSuffix: '.core.chinacloudapi.cn',
    dicomSuffix: undefined,
  },
} as const satisfies Readonly<Record<string, AzureCloud>>;

export type AzureCloudName = keyof typeof AZURE_CLOUDS;

export const AZURE_CLOUD_NAMES = Object.keys(AZURE_CLOUDS) as AzureCloudName[];

/**
 * The cloud that an endpoint of a storage account or the URL of a DICOM service lies in; undefined where its host is in
 * none of them, as that of an emulator.
 */
export function cloudOfUrl(url: string): AzureCloudName | undefined {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return AZURE_CLOUD_NAMES.find((name) => {
    const { storageSuffix, dicomSuffix }: AzureCloud = AZURE_CLOUDS[name];
    return host.endsWith(storageSuffix) || (dicomSuffix !== undefined && host.endsWith(dicomSuffix));
  });
}
