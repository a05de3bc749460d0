import { Construct } from 'constructs';
import { DEFAULT_PARTITION, partitionPath, type DeploymentManifest, type LakeShortcut } from '../contract';
import { AnalyticsAccess } from './analytics-access';
import { DeleteLock } from './delete-lock';
import { dicomLakeProblems, identityName } from './dicom-lake-problems';
import { settleProfile, type DicomLakeProps } from './dicom-lake-props';
import { DicomService } from './dicom-service';
import { HealthWorkspace, type IHealthWorkspace } from './health-workspace';
import { intendedState, intendedTierRules } from './intended-state';
import { InventoryPolicy } from './inventory-policy';
import { LakeIdentity, type ILakeIdentity } from './lake-identity';
import { LakeMonitoring } from './lake-monitoring';
import { LakeStorage, type ILakeStorage } from './lake-storage';
import type { ResourceGroupReference } from './placement';
import { PrivateAccess } from './private-access';
import { namePropProblem, problemsOf } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { TieringPolicy } from './tiering-policy';
import { VerifierGrant } from './verifier-grant';

/** The subscription that a lake is deployed to. */
export interface DeploymentTarget {
  readonly tenantId: string;
  readonly subscriptionId: string;
}

/**
 * A DICOM service with everything it needs: workspace, lake, identity and its role, and as far as asked for tier
 * rules, logs and alerts, private endpoints, and the roles of whoever verifies it or analyses its images, each in its
 * order.
 */
export class DicomLake extends Construct {
  readonly workspace: IHealthWorkspace;
  readonly lake: ILakeStorage;
  /** Missing where the service has but an identity of its own. */
  readonly identity: ILakeIdentity | undefined;
  readonly dicomService: DicomService;
  readonly tiering: TieringPolicy | undefined;
  readonly privateAccess: PrivateAccess | undefined;
  readonly monitoring: LakeMonitoring | undefined;
  readonly #resourceGroup: ResourceGroupReference;
  readonly #partitions: readonly string[];

  constructor(scope: Construct, id: string, given: DicomLakeProps) {
    super(scope, id);
    refuseInvalid(this, 'DicomLakeInvalid', dicomLakeProblems(given));
    const props = settleProfile(given);
    this.#resourceGroup = props.resourceGroup;
    this.#partitions = props.partitions ?? [DEFAULT_PARTITION];

    this.workspace = this.#workspace(props);
    this.identity = this.#identity(props);
    this.lake = this.#lake(props);
    this.dicomService = new DicomService(this, 'DicomService', {
      ...props,
      workspace: this.workspace,
      lake: this.lake,
      identity: this.identity,
      dataPartitionsEnabled: props.partitions !== undefined,
      customerManagedKey: props.encryption?.dicomServiceKey,
    });
    this.tiering = this.#tiering(props);
    if (props.inventory !== undefined) {
      const { lake, tiering } = this;
      new InventoryPolicy(this, 'Inventory', { ...props.inventory, lake, tiering });
    }
    this.privateAccess = this.#privateAccess(props);
    this.monitoring = this.#monitoring(props);
    this.#grantAccess(props);
    if (props.deleteLock === true) new DeleteLock(this, 'DeleteLock', { dicomService: this.dicomService });
  }

  /**
   * What a verification has to know about this deployment. Holds tokens that Terraform fills in: give it to one
   * `TerraformOutput` of the stack. Its lists are read when the stack is synthesized, so that grants, rules and the
   * like that come after this call are in them; a copy has those of its own time.
   *
   * @throws InvalidConstructError where an id of the target is no GUID
   */
  manifest(target: DeploymentTarget): DeploymentManifest {
    const problems = problemsOf(
      namePropProblem('tenantId', 'guid', target.tenantId),
      namePropProblem('subscriptionId', 'guid', target.subscriptionId),
    );
    refuseInvalid(this, 'DeploymentTargetInvalid', problems);
    const { workspace, dicomService, lake } = this;
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
        principalIds: dicomService.principals.map(({ principalId }) => principalId),
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
      tiering: {
        get rules() {
          return intendedTierRules(dicomService);
        },
      },
      analytics: { shortcuts: this.#partitions.map((partition) => this.#shortcut(partition)) },
      intended: intendedState(dicomService),
    };
  }

  #shortcut(partition: string): LakeShortcut {
    const subpath = `/${this.lake.containerName}/${partitionPath(this.dicomService, partition)}`;
    return { partition, url: `${this.lake.dfsEndpoint}${subpath.slice(1)}`, subpath };
  }

  #workspace({ workspace, workspaceName = '', ...props }: DicomLakeProps): IHealthWorkspace {
    return workspace ?? new HealthWorkspace(this, 'Workspace', { ...props, workspaceName });
  }

  #identity(props: DicomLakeProps): ILakeIdentity | undefined {
    if (props.identity !== undefined) return props.identity;
    if (props.systemAssignedIdentity === true && props.identityName === undefined) return undefined;
    return new LakeIdentity(this, 'Identity', { ...props, identityName: identityName(props) });
  }

  #lake(props: DicomLakeProps): ILakeStorage {
    if (props.lake !== undefined) return props.lake;
    const { storageAccountName = '', encryption, ...rest } = props;
    const key = encryption?.lakeKey;
    return new LakeStorage(this, 'Storage', {
      ...rest,
      storageAccountName,
      customerManagedKey: key === undefined ? undefined : { key, identity: this.#encryptionIdentity(props) },
    });
  }

  /** An identity for the account alone, so that whoever may use the key may not write to the lake with it. */
  #encryptionIdentity(props: DicomLakeProps): ILakeIdentity {
    return new LakeIdentity(this, 'EncryptionIdentity', {
      ...props,
      identityName: `${props.storageAccountName ?? ''}-encryption`,
    });
  }

  #tiering({ tiering }: DicomLakeProps): TieringPolicy | undefined {
    if (tiering === undefined) return undefined;
    return new TieringPolicy(this, 'Tiering', { dicomService: this.dicomService, rules: tiering });
  }

  #privateAccess({ privateAccess, ...props }: DicomLakeProps): PrivateAccess | undefined {
    if (privateAccess === undefined) return undefined;
    const { dicomService } = this;
    return new PrivateAccess(this, 'PrivateAccess', { ...props, ...privateAccess, dicomService });
  }

  #monitoring({ monitoring, ...props }: DicomLakeProps): LakeMonitoring | undefined {
    if (monitoring === undefined || monitoring === false) return undefined;
    const { dicomService } = this;
    return new LakeMonitoring(this, 'Monitoring', { ...props, ...monitoring, dicomService });
  }

  #grantAccess({ analytics, verifier, verifierDeepProbes: deepProbes }: DicomLakeProps): void {
    const { dicomService, monitoring } = this;
    if (analytics !== undefined) new AnalyticsAccess(this, 'Analytics', { dicomService, readers: analytics });
    if (verifier !== undefined) {
      new VerifierGrant(this, 'Verifier', { dicomService, verifier, deepProbes, monitoring });
    }
  }
}
