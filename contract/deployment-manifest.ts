import {
  INTENDED_STATE_FIELDS,
  TIER_RULE_FIELDS,
  type IntendedState,
  type IntendedTierRule,
} from './intended-state';
import {
  absolutePath,
  boolean,
  describe,
  httpsUrl,
  isRecord,
  list,
  named,
  object,
  objects,
  optional,
  resourceId,
  wholeNumber,
  type Field,
} from './json-field';
import { DEFAULT_PARTITION, isPartitionName, type LakeTenant } from './lake-path';
import { nameProblem } from './resource-name';

export const MANIFEST_SCHEMA_VERSION = 1;

/** Variable that holds the JSON of a manifest, for those who can give no file. */
export const MANIFEST_VARIABLE = 'DICOM_LAKE_MANIFEST';

/**
 * What a deployment tells the verifier: the single output of a stack. Holds names, ids and endpoints, never a
 * secret.
 */
export interface DeploymentManifest {
  readonly schemaVersion: typeof MANIFEST_SCHEMA_VERSION;
  readonly tenantId: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly workspace: { readonly id: string; readonly name: string };
  readonly dicomService: {
    readonly id: string;
    readonly name: string;
    /** `https://{workspace}-{service}.dicom.azurehealthcareapis.com`, without a version. */
    readonly serviceUrl: string;
    /** Object ids of the identities with which the service may reach the lake; one or two. */
    readonly principalIds: readonly string[];
    readonly dataPartitionsEnabled: boolean;
    /** Partitions to verify; `Microsoft.Default` alone while data partitions are off. */
    readonly partitions: readonly string[];
  };
  readonly lake: {
    readonly storageAccountId: string;
    readonly storageAccountName: string;
    readonly containerName: string;
    /** `https://{account}.blob.core.windows.net/` */
    readonly blobEndpoint: string;
    /** `https://{account}.dfs.core.windows.net/` */
    readonly dfsEndpoint: string;
    /** Days a deleted file stays recoverable; 0 while soft delete is off. */
    readonly deletedFileRetentionDays: number;
    /** Whether the account was meant to record when a file was last read. */
    readonly lastAccessTracking: boolean;
  };
  readonly tiering: {
    /** The lifecycle rules of the account that the deployment meant to have; empty where it has none. */
    readonly rules: readonly IntendedTierRule[];
  };
  readonly analytics: {
    /** What a shortcut of Microsoft Fabric to the images asks for, one for each partition. */
    readonly shortcuts: readonly LakeShortcut[];
  };
  /** What the deployment meant to have beside names; missing in a manifest made from names alone. */
  readonly intended?: IntendedState;
}

/** The folder of one partition, as readers of the lake name it. */
export interface LakeShortcut {
  readonly partition: string;
  /** `https://{account}.dfs.core.windows.net/{container}/AHDS/{workspace}/dicom/{service}/{partition}` */
  readonly url: string;
  /** The same without the endpoint: `/{container}/AHDS/…` */
  readonly subpath: string;
}

/** The DICOM service of a deployment as the paths of its lake name it. */
export function lakeTenantOf({ workspace, dicomService }: DeploymentManifest): LakeTenant {
  return { workspaceName: workspace.name, dicomServiceName: dicomService.name };
}

export type ManifestResult =
  | { readonly ok: true; readonly manifest: DeploymentManifest }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads a manifest from parsed JSON. Names every problem at once, each with the path of the field, what it must
 * be and what was found. Fields that this version does not know are problems too: they are typing errors more
 * often than news.
 */
export function parseDeploymentManifest(json: unknown): ManifestResult {
  const problems: string[] = [];
  if (!isRecord(json)) {
    return { ok: false, problems: [`the manifest must be a JSON object, got ${describe(json)}`] };
  }
  if (json['schemaVersion'] !== MANIFEST_SCHEMA_VERSION) {
    return {
      ok: false,
      problems: [
        `schemaVersion must be ${MANIFEST_SCHEMA_VERSION}, got ${describe(json['schemaVersion'])}; ` +
          'deploy and verify with the same version of dicom-lake',
      ],
    };
  }
  MANIFEST_FIELDS(json, '', problems);
  if (problems.length > 0) return { ok: false, problems };
  const manifest = json as unknown as DeploymentManifest;
  const { dataPartitionsEnabled, partitions } = manifest.dicomService;
  if (!dataPartitionsEnabled && partitions.some((partition) => partition !== DEFAULT_PARTITION)) {
    return {
      ok: false,
      problems: [
        `dicomService.partitions must be ["${DEFAULT_PARTITION}"] while data partitions are off, got ` +
          describe(partitions),
      ],
    };
  }
  return { ok: true, manifest };
}

const PARTITION_NAME = 'a partition name of 1 to 64 letters, digits, _ . or -';

const MANIFEST_FIELDS: Field = object({
  schemaVersion: () => undefined,
  tenantId: named('guid'),
  subscriptionId: named('guid'),
  resourceGroup: named('resourceGroup'),
  workspace: object({ id: resourceId('Microsoft.HealthcareApis/workspaces'), name: named('workspace') }),
  dicomService: object({
    id: resourceId('Microsoft.HealthcareApis/workspaces/dicomServices'),
    name: named('dicomService'),
    serviceUrl: httpsUrl,
    principalIds: list('a GUID', (id) => nameProblem('guid', id) === undefined, 1),
    dataPartitionsEnabled: boolean,
    partitions: list(PARTITION_NAME, isPartitionName, 1),
  }),
  lake: object({
    storageAccountId: resourceId('Microsoft.Storage/storageAccounts'),
    storageAccountName: named('storageAccount'),
    containerName: named('container'),
    blobEndpoint: httpsUrl,
    dfsEndpoint: httpsUrl,
    deletedFileRetentionDays: wholeNumber(0, 365),
    lastAccessTracking: boolean,
  }),
  tiering: object({ rules: objects(TIER_RULE_FIELDS) }),
  analytics: object({
    shortcuts: objects({ partition: partitionName, url: httpsUrl, subpath: absolutePath }),
  }),
  intended: optional(object(INTENDED_STATE_FIELDS)),
});

function partitionName(value: unknown, path: string, problems: string[]): void {
  if (typeof value !== 'string' || !isPartitionName(value)) {
    problems.push(`${path} must be ${PARTITION_NAME}, got ${describe(value)}`);
  }
}
