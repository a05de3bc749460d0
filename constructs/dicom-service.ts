import { HealthcareDicomService } from '@cdktf/provider-azurerm/lib/healthcare-dicom-service';
import { Construct, type IConstruct } from 'constructs';
import { DicomGrants } from './dicom-grants';
import type { IHealthWorkspace } from './health-workspace';
import type { LakeIdentity } from './lake-identity';
import type { ILakeStorage } from './lake-storage';
import { namePropProblem, problemsOf } from './private/concrete';
import { refuseInvalid } from './private/invalid';

/** A DICOM service that keeps its files in a lake. */
export interface IDicomService extends IConstruct {
  readonly dicomServiceId: string;
  readonly dicomServiceName: string;
  readonly workspaceName: string;
  readonly dataPartitionsEnabled: boolean;
  readonly lake: ILakeStorage;
  readonly grants: DicomGrants;
}

export interface DicomServiceProps {
  /** Replacement: a service cannot change its workspace, and its index is lost with it. */
  readonly workspace: IHealthWorkspace;
  /**
   * 3 to 24 letters, digits or dashes; part of the service URL and of every path in the lake.
   *
   * Replacement: another name is another service with an empty index.
   */
  readonly dicomServiceName: string;
  /**
   * Replacement: a service cannot change its lake. The files stay, but the new service does not know them, and it
   * has no bulk import to learn them.
   */
  readonly lake: ILakeStorage;
  /** Is given read and write access to the lake before the service is created. */
  readonly identity: LakeIdentity;
  /**
   * Whether images are kept apart in named partitions.
   *
   * Replacement: a service is created with partitions or without.
   *
   * @default false
   */
  readonly dataPartitionsEnabled?: boolean | undefined;
  /**
   * Whether the service answers on the internet (to callers with a role and a token).
   *
   * @default true
   */
  readonly publicNetworkAccess?: boolean | undefined;
  /**
   * Lets Terraform delete the service and with it the index of all its images. Otherwise a plan that would do so
   * fails, whether it was asked to destroy or to replace.
   *
   * @default false
   */
  readonly destroyable?: boolean | undefined;
  /**
   * Given at creation and never changed afterwards: the provider takes back every change of these tags within the
   * same update, so that its plans would never come to rest.
   *
   * @default - no tags
   */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

export interface DicomServiceAttributes {
  readonly dicomServiceId: string;
  readonly dicomServiceName: string;
  readonly workspaceName: string;
  readonly dataPartitionsEnabled: boolean;
  readonly lake: ILakeStorage;
}

/**
 * A DICOM service whose files lie in the customer's lake.
 *
 * The service cannot come into being before its identity may write to the lake: role assignment and container
 * precede it.
 *
 * @see https://learn.microsoft.com/azure/healthcare-apis/dicom/dicom-data-lake
 */
export class DicomService extends Construct implements IDicomService {
  /** A service that exists already and stays under somebody else's control. */
  static fromDicomServiceAttributes(
    scope: Construct,
    id: string,
    attributes: DicomServiceAttributes,
  ): IDicomService {
    class ExistingService extends Construct implements IDicomService {
      readonly dicomServiceId = attributes.dicomServiceId;
      readonly dicomServiceName = attributes.dicomServiceName;
      readonly workspaceName = attributes.workspaceName;
      readonly dataPartitionsEnabled = attributes.dataPartitionsEnabled;
      readonly lake = attributes.lake;
      readonly grants = new DicomGrants(this, this.dicomServiceId);
    }
    const service = new ExistingService(scope, id);
    refuseInvalid(service, 'DicomServiceInvalid', [
      ...dicomServiceProblems(attributes),
      ...problemsOf(namePropProblem('workspaceName', 'workspace', attributes.workspaceName)),
    ]);
    return service;
  }

  readonly dicomServiceId: string;
  readonly dicomServiceName: string;
  readonly workspaceName: string;
  readonly dataPartitionsEnabled: boolean;
  /** `https://{workspace}-{service}.dicom.azurehealthcareapis.com`, without a version. */
  readonly serviceUrl: string;
  readonly lake: ILakeStorage;
  readonly identity: LakeIdentity;
  readonly grants: DicomGrants;

  constructor(scope: Construct, id: string, props: DicomServiceProps) {
    super(scope, id);
    refuseInvalid(this, 'DicomServiceInvalid', dicomServiceProblems(props));
    const { workspace, lake, identity } = props;
    this.dicomServiceName = props.dicomServiceName;
    this.workspaceName = workspace.workspaceName;
    this.dataPartitionsEnabled = props.dataPartitionsEnabled ?? false;
    this.lake = lake;
    this.identity = identity;

    const resource = new HealthcareDicomService(this, 'Resource', {
      name: this.dicomServiceName,
      workspaceId: workspace.workspaceId,
      location: workspace.location,
      dataPartitionsEnabled: this.dataPartitionsEnabled,
      publicNetworkAccessEnabled: props.publicNetworkAccess ?? true,
      identity: { type: 'UserAssigned', identityIds: [identity.identityId] },
      storage: { storageAccountId: lake.storageAccountId, fileSystemName: lake.containerName },
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      dependsOn: [...lake.dependables, ...lake.grants.readWrite(identity).dependables],
      lifecycle: { preventDestroy: props.destroyable !== true, ignoreChanges: ['tags'] },
    });
    this.dicomServiceId = resource.id;
    this.serviceUrl = resource.serviceUrl;
    this.grants = new DicomGrants(this, resource.id);
  }
}

export function dicomServiceProblems(props: Pick<DicomServiceProps, 'dicomServiceName'>): string[] {
  return problemsOf(namePropProblem('dicomServiceName', 'dicomService', props.dicomServiceName));
}
