/** A number of the service with the place it is known from. */
interface Fact<T> {
  readonly value: T;
  readonly source: string;
}

const DATA_LAKE_PAGE = 'https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-data-lake';
const OPEN_SOURCE_SERVER = 'https://github.com/microsoft/dicom-server (archived branch)';

/** Behaviour of the DICOM service that the kit relies on. */
export const SERVICE_FACTS = {
  /** The service writes, reads and deletes a small file this often. */
  healthProbePeriodSeconds: { value: 30, source: DATA_LAKE_PAGE },
  /** First probe after the service starts. */
  healthProbeFirstDelaySeconds: { value: 5, source: OPEN_SOURCE_SERVER },
  /** A health file that could not be deleted expires after this time. */
  healthFileExpirySeconds: { value: 300, source: OPEN_SOURCE_SERVER },
  /** Deleted instances' files are removed by a worker with this period. */
  fileRemovalPeriodSeconds: { value: 180, source: OPEN_SOURCE_SERVER },
  /** Time after a DELETE by which the lake file should be gone, load included. */
  fileRemovalDeadlineSeconds: { value: 600, source: `${OPEN_SOURCE_SERVER}, with headroom` },
  /** The DICOM service caches an authorization decision this long. */
  authorizationCacheSeconds: {
    value: 300,
    source: 'https://learn.microsoft.com/azure/healthcare-apis/configure-azure-rbac',
  },
  /** A role assignment may need this long to take effect. */
  rolePropagationSeconds: {
    value: 600,
    source: 'https://learn.microsoft.com/azure/role-based-access-control/troubleshooting',
  },
  /**
   * Logs of a resource are there within this time as a rule: the average is between 20 seconds and 3 minutes, and
   * resource logs take up to a minute and a half more.
   */
  logDelaySeconds: {
    value: 300,
    source: 'https://learn.microsoft.com/azure/azure-monitor/logs/data-ingestion-time, with headroom',
  },
  /** No row of a log is expected to come later than this, nor after newer ones by more than this. */
  logDelayLimitSeconds: {
    value: 900,
    source:
      'https://learn.microsoft.com/azure/healthcare-apis/dicom/enable-diagnostic-logging, for first rows',
  },
  /** The preamble of a stored file is replaced by zeros up to here; compare bytes from this offset on. */
  preambleBytes: {
    value: 128,
    source: 'https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-services-conformance-statement-v2',
  },
} as const satisfies Record<string, Fact<number>>;

/** Token audiences, one for all of Azure each; append `/.default` for a scope. */
export const AUDIENCES = {
  dicom: 'https://dicom.healthcareapis.azure.com',
  storage: 'https://storage.azure.com',
  arm: 'https://management.azure.com',
} as const;

/**
 * REST versions that the kit speaks. `healthcareApis` is the newest stable one that returns the storage configuration;
 * `storage` is the oldest that answers everything the kit reads.
 */
export const API_VERSIONS = {
  dicomWeb: 'v2',
  healthcareApis: '2024-03-31',
  storage: '2023-05-01',
  metrics: '2023-10-01',
} as const;
