import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import type { IDicomService } from './dicom-service';
import type { IGrantee } from './grantee';
import { namePropProblem, problemsOf } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { resourceIdProblem } from './private/resource-id';
import { granteeProblems, isSameGrantee, ownIdentityProblem } from './role-grant';

/** A Fabric workspace that reads the lake through shortcuts. */
export interface FabricReader {
  readonly engine: 'fabric';
  /** The workspace identity, or whoever the connection of the shortcut signs in as. */
  readonly principal: IGrantee;
  /** Id of the Fabric workspace, the GUID in its URL. */
  readonly fabricWorkspaceId: string;
}

/** An engine that is an Azure resource with a managed identity. */
export interface AzureReader {
  readonly engine: keyof typeof RESOURCE_TYPES;
  /** The managed identity of the resource. */
  readonly principal: IGrantee;
  /** The Synapse workspace, the access connector of Databricks or the Machine Learning workspace. */
  readonly resourceId: string;
}

/** Somebody who analyses the images of a lake where they lie. */
export type AnalyticsReader = FabricReader | AzureReader;

const RESOURCE_TYPES = {
  synapse: 'Microsoft.Synapse/workspaces',
  databricks: 'Microsoft.Databricks/accessConnectors',
  machineLearning: 'Microsoft.MachineLearningServices/workspaces',
} as const;

export const ANALYTICS_ENGINES = ['fabric', 'synapse', 'databricks', 'machineLearning'] as const;

export interface AnalyticsAccessProps {
  /** Replacement: the roles are assigned anew on the other lake. */
  readonly dicomService: IDicomService;
  /** At least one. */
  readonly readers: readonly AnalyticsReader[];
}

/**
 * Lets analytics engines read the images of a DICOM service: Storage Blob Data Reader on the container, and a way
 * through the lake's firewall for each. Nobody here may write: a changed file is one that the service can no longer
 * read.
 *
 * @see https://learn.microsoft.com/azure/storage/common/storage-network-security-resource-instances
 * @see https://learn.microsoft.com/fabric/security/security-trusted-workspace-access
 */
export class AnalyticsAccess extends Construct {
  constructor(scope: Construct, id: string, { dicomService, readers }: AnalyticsAccessProps) {
    super(scope, id);
    refuseInvalid(this, 'AnalyticsAccessInvalid', [
      ...analyticsProblems(readers),
      ...problemsOf(
        ...readers.map(({ principal }, index) =>
          ownIdentityProblem(`readers[${index}].principal`, principal, dicomService),
        ),
      ),
    ]);
    const { lake } = dicomService;
    for (const reader of readers) {
      lake.grants.read(reader.principal);
      lake.firewall?.allowResourceInstance(instanceId(reader));
    }
    if (lake.firewall !== undefined || lake.networkAccess === 'open') return;
    Annotations.of(this).addWarning(
      `AnalyticsAccessBehindForeignFirewall: the firewall of ${lake.storageAccountName} is not part of this ` +
        `deployment; its owner has to let through ${readers.map(instanceId).join(', ')}`,
    );
  }
}

export function analyticsProblems(readers: readonly AnalyticsReader[]): string[] {
  if (readers.length === 0) return ["'readers' must name at least one reader, got none"];
  const problems = readers.flatMap((reader, index) => readerProblems(reader, `readers[${index}]`));
  return problems.length > 0
    ? problems
    : problemsOf(...readers.map((reader, index) => repetitionProblem(readers, reader, index)));
}

function repetitionProblem(
  readers: readonly AnalyticsReader[],
  reader: AnalyticsReader,
  index: number,
): string | undefined {
  const first = readers.findIndex(
    (other) =>
      instanceId(other).toLowerCase() === instanceId(reader).toLowerCase() &&
      isSameGrantee(other.principal, reader.principal),
  );
  return first === index
    ? undefined
    : `'readers[${index}]' must be another reader than 'readers[${first}]', got the same engine and principal again`;
}

function readerProblems(reader: AnalyticsReader, place: string): string[] {
  const engine: string = reader.engine;
  if (!ANALYTICS_ENGINES.some((known) => known === engine)) {
    return [`'${place}.engine' must be one of ${ANALYTICS_ENGINES.join(', ')}, got '${engine}'`];
  }
  return [
    ...granteeProblems(reader.principal).map((problem) => `${place}: ${problem}`),
    ...(reader.engine === 'fabric'
      ? problemsOf(namePropProblem(`${place}.fabricWorkspaceId`, 'guid', reader.fabricWorkspaceId))
      : resourceIdProblem(`${place}.resourceId`, RESOURCE_TYPES[reader.engine], reader.resourceId)),
  ];
}

/** Fabric workspaces are no Azure resources; storage knows them by an id of this form. */
function instanceId(reader: AnalyticsReader): string {
  if (reader.engine !== 'fabric') return reader.resourceId;
  return (
    '/subscriptions/00000000-0000-0000-0000-000000000000/resourcegroups/Fabric/providers/Microsoft.Fabric/' +
    `workspaces/${reader.fabricWorkspaceId}`
  );
}
