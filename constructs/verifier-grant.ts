import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ROLES } from '../contract';
import type { IDicomService } from './dicom-service';
import type { IGrantee } from './grantee';
import type { LakeMonitoring } from './lake-monitoring';
import { problemsOf } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { granteeProblems, ownIdentityProblem, RoleGrant } from './role-grant';

export interface VerifierGrantProps {
  /** Replacement: the roles are assigned anew on the other service and its lake. */
  readonly dicomService: IDicomService;
  /**
   * Who runs `dicom-lake verify`, such as the identity of a pipeline.
   *
   * Replacement: the roles are assigned anew to the other one.
   */
  readonly verifier: IGrantee;
  /**
   * Whether the verifier gets Storage Blob Data Contributor on the container instead of Storage Blob Data Reader, and
   * so may change and delete every file of the lake, images among them. The profile `deep` of `dicom-lake verify` needs
   * it: it moves the file of its own sample between tiers, and writes one foreign file in a folder of its own.
   *
   * Replacement: the verifier's role on the container is another one.
   *
   * @default false
   */
  readonly deepProbes?: boolean | undefined;
  /**
   * Whose alert rules the verifier may read, in order to see that they are in place.
   *
   * Replacement: the roles are assigned anew on the other rules.
   *
   * @default - none
   */
  readonly monitoring?: LakeMonitoring | undefined;
}

/**
 * Exactly what `dicom-lake verify` needs:
 *
 * - DICOM Data Owner on the service: stores, finds, retrieves and deletes its own sample, and reads the change feed.
 * - Storage Blob Data Reader on the container: reads the sample's file and the health file, and lists files with
 *   their tiers. With `deepProbes` it is Storage Blob Data Contributor, which may also change and delete every file.
 * - Reader on the workspace: reads the service's settings and its Resource Health.
 * - Reader on the storage account: reads its settings, container, lifecycle policy and role assignments, and its logs
 *   where the Log Analytics workspace uses resource or workspace permissions, as one does by default.
 * - Reader on each alert rule of `monitoring`: sees that it is there and enabled.
 *
 * No role here can change a resource or hand out roles, and none can write to the lake unless `deepProbes` asks for it.
 */
export class VerifierGrant extends Construct {
  /** What a resource has to depend on in order to be created with the roles in place. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: VerifierGrantProps) {
    super(scope, id);
    const { dicomService, verifier, deepProbes, monitoring } = props;
    refuseInvalid(this, 'GranteeInvalid', [
      ...granteeProblems(verifier),
      ...problemsOf(ownIdentityProblem('verifier', verifier, dicomService)),
    ]);
    const { lake, workspaceId } = dicomService;
    const grants = [
      dicomService.grants.dataOwner(verifier),
      deepProbes === true ? lake.grants.readWrite(verifier) : lake.grants.read(verifier),
      RoleGrant.of(new Construct(this, 'Workspace'), workspaceId, ROLES.reader, verifier),
      RoleGrant.of(new Construct(this, 'StorageAccount'), lake.storageAccountId, ROLES.reader, verifier),
      ...Object.entries(monitoring?.alertIds ?? {}).map(([alert, alertId]) =>
        RoleGrant.of(new Construct(this, `${alert}Alert`), alertId, ROLES.reader, verifier),
      ),
    ];
    this.dependables = grants.flatMap(({ dependables }) => dependables);
  }
}
