import { hideSecrets } from './hide-secrets';
import { DEFAULT_PARTITION, isPartitionName, type LakeTenant } from './lake-path';
import { isResourceId } from './resource-id';
import { nameProblem, type NameKind } from './resource-name';

export const MANIFEST_SCHEMA_VERSION = 1;

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
    /** Names of the lifecycle rules that the deployment meant to have; empty where it has none. */
    readonly ruleNames: readonly string[];
  };
  readonly analytics: {
    /** What a shortcut of Microsoft Fabric to the images asks for, one for each partition. */
    readonly shortcuts: readonly LakeShortcut[];
  };
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

type Field = (value: unknown, path: string, problems: string[]) => void;

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
  tiering: object({
    ruleNames: list('a lifecycle rule name', (name) => nameProblem('lifecycleRule', name) === undefined, 0),
  }),
  analytics: object({
    shortcuts: objects({ partition: partitionName, url: httpsUrl, subpath: absolutePath }),
  }),
});

function object(fields: Readonly<Record<string, Field>>): Field {
  return (value, path, problems) => {
    if (!isRecord(value)) {
      problems.push(`${path} must be an object, got ${describe(value)}`);
      return;
    }
    const prefix = path === '' ? '' : `${path}.`;
    for (const [name, field] of Object.entries(fields)) field(value[name], prefix + name, problems);
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(fields, name)) {
        problems.push(
          `${prefix}${name} is not a field of the manifest; known here: ${Object.keys(fields).join(', ')}`,
        );
      }
    }
  };
}

function objects(fields: Readonly<Record<string, Field>>): Field {
  const item = object(fields);
  return (value, path, problems) => {
    if (!Array.isArray(value)) {
      problems.push(`${path} must be a list, got ${describe(value)}`);
      return;
    }
    value.forEach((one: unknown, index) => item(one, `${path}[${index}]`, problems));
  };
}

function partitionName(value: unknown, path: string, problems: string[]): void {
  if (typeof value !== 'string' || !isPartitionName(value)) {
    problems.push(`${path} must be ${PARTITION_NAME}, got ${describe(value)}`);
  }
}

function absolutePath(value: unknown, path: string, problems: string[]): void {
  if (typeof value !== 'string' || !/^(\/[^/?#]+)+$/.test(value)) {
    problems.push(`${path} must be a path that starts with a slash, got ${describe(value)}`);
  }
}

function named(kind: NameKind): Field {
  return (value, path, problems) => {
    const problem =
      typeof value === 'string' ? nameProblem(kind, value) : `must be a string, got ${describe(value)}`;
    if (problem !== undefined) problems.push(`${path} ${problem}`);
  };
}

function resourceId(type: string): Field {
  return (value, path, problems) => {
    if (typeof value !== 'string' || !isResourceId(type, value)) {
      problems.push(`${path} must be the resource id of a ${type}, got ${describe(value)}`);
    }
  };
}

function httpsUrl(value: unknown, path: string, problems: string[]): void {
  if (typeof value !== 'string' || !/^https:\/\/[^/?#\s]+(\/[^?#\s]*)?$/.test(value)) {
    problems.push(`${path} must be an https URL without query, got ${describe(value)}`);
  }
}

function boolean(value: unknown, path: string, problems: string[]): void {
  if (typeof value !== 'boolean') problems.push(`${path} must be true or false, got ${describe(value)}`);
}

function wholeNumber(minimum: number, maximum: number): Field {
  return (value, path, problems) => {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < minimum || value > maximum) {
      problems.push(`${path} must be a whole number from ${minimum} to ${maximum}, got ${describe(value)}`);
    }
  };
}

function list(noun: string, accepts: (item: string) => boolean, minimumLength: number): Field {
  return (value, path, problems) => {
    if (!Array.isArray(value) || value.length < minimumLength) {
      const size = minimumLength > 0 ? `a list of at least ${minimumLength}` : 'a list';
      problems.push(`${path} must be ${size}, got ${describe(value)}`);
      return;
    }
    value.forEach((item: unknown, index) => {
      if (typeof item !== 'string' || !accepts(item)) {
        problems.push(`${path}[${index}] must be ${noun}, got ${describe(item)}`);
      }
    });
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = hideSecrets(JSON.stringify(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
