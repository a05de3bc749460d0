import { Construct } from 'constructs';
import {
  DEFAULT_PARTITION,
  isPartitionName,
  partitionPath,
  ROLES,
  type DeploymentManifest,
  type LakeShortcut,
} from '../contract';
import { DicomService, dicomServiceProblems, type DicomServiceProps } from './dicom-service';
import type { IGrantee } from './grantee';
import { HealthWorkspace, workspaceProblems, type HealthWorkspaceProps } from './health-workspace';
import { LakeIdentity, identityProblems } from './lake-identity';
import { LakeStorage, lakeProblems, type LakeStorageProps } from './lake-storage';
import type { ResourceGroupReference } from './placement';
import { namePropProblem, problemsOf, whenConcrete } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { granteeProblems, RoleGrant } from './role-grant';
import type { TierRule } from './tier-rule';
import { TieringPolicy, tieringProblems } from './tiering-policy';

export interface DicomLakeProps
  extends
    Omit<LakeStorageProps, 'customerManagedKey'>,
    Pick<HealthWorkspaceProps, 'workspaceName'>,
    Pick<DicomServiceProps, 'dicomServiceName' | 'publicNetworkAccess'> {
  /**
   * Replacement: the new identity has another object id, so that every role is assigned anew.
   *
   * @default - `{workspaceName}-{dicomServiceName}`
   */
  readonly identityName?: string | undefined;
  /**
   * Names of the data partitions that are to be verified; the service makes further ones on demand. Naming any
   * switches data partitions on.
   *
   * Replacement: from none to some and back, because a service is created with partitions or without.
   *
   * @default - data partitions are off
   */
  readonly partitions?: readonly string[] | undefined;
  /** @default - files stay in the hot tier */
  readonly tiering?: readonly TierRule[] | undefined;
  /**
   * Who runs the verification: is given DICOM Data Owner on the service, Storage Blob Data Reader on the container
   * and Reader on the resource group.
   *
   * @default - nobody; whoever verifies needs these roles from elsewhere
   */
  readonly verifier?: IGrantee | undefined;
  /**
   * Lets Terraform delete the lake and the service. Otherwise a plan that would do so fails, whether it was asked
   * to destroy or to replace.
   *
   * @default false
   */
  readonly destroyable?: boolean | undefined;
}

/** The subscription that a lake is deployed to. */
export interface DeploymentTarget {
  readonly tenantId: string;
  readonly subscriptionId: string;
}

/**
 * A DICOM service with everything it needs: workspace, lake, identity and its access, tier rules, and the roles of
 * whoever verifies it, each in its order.
 */
export class DicomLake extends Construct {
  readonly workspace: HealthWorkspace;
  readonly lake: LakeStorage;
  readonly identity: LakeIdentity;
  readonly dicomService: DicomService;
  readonly tiering: TieringPolicy | undefined;
  readonly #resourceGroup: ResourceGroupReference;
  readonly #partitions: readonly string[];

  constructor(scope: Construct, id: string, props: DicomLakeProps) {
    super(scope, id);
    refuseInvalid(this, 'DicomLakeInvalid', dicomLakeProblems(props));
    this.#resourceGroup = props.resourceGroup;
    this.#partitions = props.partitions ?? [DEFAULT_PARTITION];

    this.workspace = new HealthWorkspace(this, 'Workspace', props);
    this.lake = new LakeStorage(this, 'Storage', props);
    this.identity = new LakeIdentity(this, 'Identity', { ...props, identityName: identityName(props) });
    this.dicomService = new DicomService(this, 'DicomService', {
      ...props,
      workspace: this.workspace,
      lake: this.lake,
      identity: this.identity,
      dataPartitionsEnabled: props.partitions !== undefined,
    });
    if (props.tiering !== undefined) {
      this.tiering = new TieringPolicy(this, 'Tiering', {
        dicomService: this.dicomService,
        rules: props.tiering,
      });
    }
    if (props.verifier !== undefined) this.#grantVerifier(props.verifier);
  }

  /**
   * What a verification has to know about this deployment. Holds tokens that Terraform fills in: give it to one
   * `TerraformOutput` of the stack.
   *
   * @throws InvalidConstructError where an id of the target is no GUID
   */
  manifest(target: DeploymentTarget): DeploymentManifest {
    const problems = problemsOf(
      namePropProblem('tenantId', 'guid', target.tenantId),
      namePropProblem('subscriptionId', 'guid', target.subscriptionId),
    );
    refuseInvalid(this, 'DeploymentTargetInvalid', problems);
    const { workspace, dicomService, lake, identity } = this;
    return {
      schemaVersion: 1,
      tenantId: target.tenantId,
      subscriptionId: target.subscriptionId,
      resourceGroup: this.#resourceGroup.name,
      workspace: { id: workspace.workspaceId, name: workspace.workspaceName },
      dicomService: {
        id: dicomService.dicomServiceId,
        name: dicomService.dicomServiceName,
        serviceUrl: dicomService.serviceUrl,
        principalId: identity.principalId,
        dataPartitionsEnabled: dicomService.dataPartitionsEnabled,
        partitions: this.#partitions,
      },
      lake: {
        storageAccountId: lake.storageAccountId,
        storageAccountName: lake.storageAccountName,
        containerName: lake.containerName,
        blobEndpoint: lake.blobEndpoint,
        dfsEndpoint: lake.dfsEndpoint,
        deletedFileRetentionDays: lake.deletedFileRetentionDays,
        lastAccessTracking: lake.lastAccessTracking,
      },
      tiering: { ruleNames: this.tiering?.ruleNames ?? [] },
      analytics: { shortcuts: this.#partitions.map((partition) => this.#shortcut(partition)) },
    };
  }

  #shortcut(partition: string): LakeShortcut {
    const subpath = `/${this.lake.containerName}/${partitionPath(this.dicomService, partition)}`;
    return { partition, url: `${this.lake.dfsEndpoint}${subpath.slice(1)}`, subpath };
  }

  #grantVerifier(verifier: IGrantee): void {
    this.dicomService.grants.dataOwner(verifier);
    this.lake.grants.read(verifier);
    RoleGrant.of(this, this.#resourceGroup.id, ROLES.reader, verifier);
  }
}

/** Everything that is wrong with the props, of this construct and of those inside it. */
function dicomLakeProblems(props: DicomLakeProps): string[] {
  const dataPartitionsEnabled = props.partitions !== undefined;
  const lastAccessTracking = props.lastAccessTracking ?? true;
  return [
    ...workspaceProblems(props),
    ...lakeProblems(props),
    ...identityProblems(props),
    ...dicomServiceProblems({ ...props, identity: true }),
    ...partitionProblems(props.partitions),
    ...(props.tiering === undefined
      ? []
      : tieringProblems(props.tiering, { lastAccessTracking, dataPartitionsEnabled })),
    ...(props.verifier === undefined ? [] : granteeProblems(props.verifier)),
  ];
}

function partitionProblems(partitions: readonly string[] | undefined): string[] {
  if (partitions === undefined) return [];
  if (partitions.length === 0) {
    return ["'partitions' must name at least one partition, or be left out to keep data partitions off"];
  }
  const judged = partitions.map((partition) =>
    whenConcrete(partition, (name) =>
      isPartitionName(name)
        ? undefined
        : `'partitions' must hold names of 1 to 64 letters, digits, underscores, dots or dashes, got '${name}'`,
    ),
  );
  return problemsOf(...judged);
}

function identityName(props: DicomLakeProps): string {
  return props.identityName ?? `${props.workspaceName}-${props.dicomServiceName}`;
}
