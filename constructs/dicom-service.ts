import { HealthcareDicomService } from '@cdktf/provider-azurerm/lib/healthcare-dicom-service';
import { Annotations, type ITerraformDependable } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import { corsConfig, type DicomCors } from './dicom-cors';
import { DicomGrants } from './dicom-grants';
import { dicomServiceProblems, existingServiceProblems } from './dicom-service-problems';
import { Grantee, type IGrantee } from './grantee';
import type { IHealthWorkspace } from './health-workspace';
import type { IKeyVaultKey } from './key-vault-key';
import { pathInStack, type ILakeIdentity } from './lake-identity';
import type { ILakeStorage } from './lake-storage';
import { hasPrivateAccess } from './private-access';
import { whenConcrete } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { nameInResourceId } from './private/resource-id';
import { RolePropagation } from './role-propagation';

/** A DICOM service that keeps its files in a lake. */
export interface IDicomService extends IConstruct {
  readonly dicomServiceId: string;
  readonly dicomServiceName: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly dataPartitionsEnabled: boolean;
  /** Whether the service answers on the internet. */
  readonly publicNetworkAccess: boolean;
  /** `https://{workspace}-{service}.dicom.azurehealthcareapis.com`, without a version. */
  readonly serviceUrl: string;
  readonly lake: ILakeStorage;
  /** The identities with which the service may reach its lake. */
  readonly principals: readonly IGrantee[];
  readonly grants: DicomGrants;
  /** What has to exist before the service is of use to anybody. */
  readonly dependables: readonly ITerraformDependable[];
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
  /**
   * A user-assigned identity: is given read and write access to the lake before the service is created, so that the
   * service reaches its files from the first minute.
   *
   * @default - none; then `systemAssignedIdentity` has to be true
   */
  readonly identity?: ILakeIdentity | undefined;
  /**
   * Minutes to wait between the role of `identity` and the creation of the service, 1 to 30, so that the role counts
   * from the service's first minute. Terraform then needs the provider hashicorp/time.
   *
   * @default - no wait; the service may be degraded for its first minutes
   */
  readonly roleWaitMinutes?: number | undefined;
  /**
   * Whether the service gets an identity of its own. Azure makes it together with the service, and only then can it
   * be given access to the lake: until the role counts, up to 10 minutes, the service is degraded and answers 424 to
   * whoever stores or retrieves.
   *
   * @default false
   */
  readonly systemAssignedIdentity?: boolean | undefined;
  /**
   * Web pages that may call the service from a browser.
   *
   * @default - none
   */
  readonly cors?: DicomCors | undefined;
  /**
   * A key of the customer's own for what the service keeps itself, such as its index; the lake has its own. A
   * service with a lake takes its key only after it was created: deploy without, then add this and deploy again.
   *
   * @default - Azure's keys
   */
  readonly customerManagedKey?: DicomCustomerManagedKey | undefined;
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
   * Says that a private endpoint for the workspace exists outside of this application. A service that does not answer
   * on the internet is refused otherwise, unless a `PrivateAccess` makes one.
   *
   * @default false
   */
  readonly privateAccessElsewhere?: boolean | undefined;
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

/** The key of a DICOM service. While it cannot use the key, it answers 500 and is unhealthy. */
export interface DicomCustomerManagedKey {
  /** This version is used until another one is given here. */
  readonly key: IKeyVaultKey;
  /** Says that an earlier deployment has created the service. */
  readonly serviceExists: true;
}

export interface DicomServiceAttributes {
  /** Resource id, of the type Microsoft.HealthcareApis/workspaces/dicomServices; names service and workspace. */
  readonly dicomServiceId: string;
  readonly dataPartitionsEnabled: boolean;
  readonly publicNetworkAccess: boolean;
  readonly lake: ILakeStorage;
  /** The identities with which the service reaches its lake. */
  readonly principals: readonly IGrantee[];
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
    const { dicomServiceId } = attributes;
    const dicomServiceName = nameInResourceId(dicomServiceId);
    const workspaceId = dicomServiceId.split('/').slice(0, -2).join('/');
    const workspaceName = nameInResourceId(workspaceId);
    class ExistingService extends Construct implements IDicomService {
      readonly dicomServiceId = dicomServiceId;
      readonly dicomServiceName = dicomServiceName;
      readonly workspaceId = workspaceId;
      readonly workspaceName = workspaceName;
      readonly dataPartitionsEnabled = attributes.dataPartitionsEnabled;
      readonly publicNetworkAccess = attributes.publicNetworkAccess;
      readonly serviceUrl = `https://${workspaceName}-${dicomServiceName}.dicom.azurehealthcareapis.com`;
      readonly lake = attributes.lake;
      readonly principals = attributes.principals;
      readonly grants = new DicomGrants(this, dicomServiceId);
      readonly dependables: readonly ITerraformDependable[] = [];
    }
    const service = new ExistingService(scope, id);
    refuseInvalid(service, 'DicomServiceInvalid', existingServiceProblems(attributes));
    return service;
  }

  readonly dicomServiceId: string;
  readonly dicomServiceName: string;
  readonly workspaceId: string;
  readonly workspaceName: string;
  readonly dataPartitionsEnabled: boolean;
  readonly publicNetworkAccess: boolean;
  readonly serviceUrl: string;
  readonly lake: ILakeStorage;
  readonly principals: readonly IGrantee[];
  readonly grants: DicomGrants;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: DicomServiceProps) {
    super(scope, id);
    refuseInvalid(this, 'DicomServiceInvalid', dicomServiceProblems(props));
    const { workspace, lake, identity, customerManagedKey } = props;
    this.dicomServiceName = props.dicomServiceName;
    this.workspaceId = workspace.workspaceId;
    this.workspaceName = workspace.workspaceName;
    this.dataPartitionsEnabled = props.dataPartitionsEnabled ?? false;
    this.publicNetworkAccess = props.publicNetworkAccess ?? true;
    this.lake = lake;
    this.#warnOfDistance(workspace.location);
    this.#warnOfForeignFirewall(lake);
    lake.firewall?.allowResourceInstance(workspace.workspaceId);
    if (props.privateAccessElsewhere !== true)
      this.node.addValidation({ validate: () => this.#reachProblems() });

    const resource = new HealthcareDicomService(this, 'Resource', {
      name: this.dicomServiceName,
      workspaceId: workspace.workspaceId,
      location: workspace.location,
      dataPartitionsEnabled: this.dataPartitionsEnabled,
      publicNetworkAccessEnabled: this.publicNetworkAccess,
      identity: identityConfig(props),
      storage: { storageAccountId: lake.storageAccountId, fileSystemName: lake.containerName },
      ...(customerManagedKey === undefined
        ? {}
        : { encryptionKeyUrl: customerManagedKey.key.versionedKeyUrl }),
      ...(props.cors === undefined ? {} : { cors: corsConfig(props.cors) }),
      ...(props.tags === undefined ? {} : { tags: { ...props.tags } }),
      dependsOn: [...lake.dependables, ...this.#grantsBefore(props)],
      lifecycle: { preventDestroy: props.destroyable !== true, ignoreChanges: ['tags'] },
    });
    this.dicomServiceId = resource.id;
    this.serviceUrl = resource.serviceUrl;
    this.grants = new DicomGrants(this, this.dicomServiceId);

    const ownIdentity = Grantee.servicePrincipal(
      resource.identity.principalId,
      `${pathInStack(this)}/SystemAssigned`,
    );
    const grantsAfter =
      props.systemAssignedIdentity === true ? lake.grants.readWrite(ownIdentity).dependables : [];
    this.principals = [
      ...(identity === undefined ? [] : [identity]),
      ...(props.systemAssignedIdentity === true ? [ownIdentity] : []),
    ];
    this.dependables = [resource, ...grantsAfter];
  }

  /** The roles that have to be in place before the service comes into being. */
  #grantsBefore({ identity, lake, customerManagedKey, roleWaitMinutes }: DicomServiceProps) {
    if (identity === undefined) return [];
    const grant = lake.grants.readWrite(identity);
    const wait =
      roleWaitMinutes === undefined
        ? []
        : [new RolePropagation(this, 'RolePropagation', { grant, minutes: roleWaitMinutes })];
    const encryption = customerManagedKey?.key.grantEncryption(identity).dependables ?? [];
    return [...grant.dependables, ...wait, ...encryption];
  }

  /** Asked at the end, since the endpoint comes after the service. */
  #reachProblems(): string[] {
    if (this.publicNetworkAccess || hasPrivateAccess(this, this.workspaceId)) return [];
    return [
      'DicomServiceUnreachable: nobody can reach the service: it does not answer on the internet, and the ' +
        "application makes no private endpoint for its workspace; add a PrivateAccess, set 'publicNetworkAccess' to " +
        "true, or 'privateAccessElsewhere' where the endpoint exists already",
    ];
  }

  /** Nothing that Azure publishes forbids it, but every image then crosses regions. */
  #warnOfDistance(location: string): void {
    const problem = whenConcrete(this.lake.location, (lakeLocation) =>
      whenConcrete(location, (known) =>
        regionName(known) === regionName(lakeLocation) ? undefined : lakeLocation,
      ),
    );
    if (problem === undefined) return;
    Annotations.of(this).addWarning(
      `DicomServiceFarFromLake: the service is in '${location}' and its lake in '${problem}'; every image then ` +
        'crosses regions, which takes time and is billed; use one region for both',
    );
  }

  /** Only the owner of an adopted lake can open its firewall. */
  #warnOfForeignFirewall({ firewall, networkAccess, storageAccountName }: ILakeStorage): void {
    if (firewall !== undefined || networkAccess === 'open') return;
    Annotations.of(this).addWarning(
      `DicomServiceBehindForeignFirewall: the firewall of ${storageAccountName} is not part of this deployment; its ` +
        `owner has to let through the workspace ${this.workspaceName}, or the service answers 424`,
    );
  }
}

/** Azure takes 'West Europe' for 'westeurope'. */
function regionName(location: string): string {
  return location.replaceAll(' ', '').toLowerCase();
}

function identityConfig({ identity, systemAssignedIdentity }: DicomServiceProps) {
  const identityIds = identity === undefined ? {} : { identityIds: [identity.identityId] };
  if (systemAssignedIdentity !== true) return { type: 'UserAssigned', ...identityIds };
  return { type: identity === undefined ? 'SystemAssigned' : 'SystemAssigned, UserAssigned', ...identityIds };
}
