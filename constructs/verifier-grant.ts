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
   * Alert rules that the verifier may read, in order to see that they are there.
   *
   * @default - none
   */
  readonly monitoring?: LakeMonitoring | undefined;
  /**
   * Lets the verifier write to the lake behind the service's back, which the profile `deep` of `dicom-lake verify` does
   * in a folder of its own and to its own file: Storage Blob Data Contributor on the container in place of Reader.
   *
   * @default false
   */
  readonly deepProbes?: boolean | undefined;
}

/**
 * Exactly what `dicom-lake verify` needs:
 *
 * - DICOM Data Owner on the service: stores, finds, retrieves and deletes its own sample, and reads the change feed.
 * - Storage Blob Data Reader on the container (Contributor with `deepProbes`): reads the sample's file and the health file, and lists files with
 *   their tiers.
 * - Reader on the workspace: reads the service's settings and its Resource Health.
 * - Reader on the storage account: reads its settings, container, lifecycle policy and role assignments.
 * - Reader on the alert rules of `monitoring`.
 *
 * No role here can change a resource or hand out roles, nor, without `deepProbes`, write to the lake.
 */
export class VerifierGrant extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { dicomService, verifier, monitoring, deepProbes }: VerifierGrantProps,
  ) {
    super(scope, id);
    refuseInvalid(this, 'GranteeInvalid', [
      ...granteeProblems(verifier),
      ...problemsOf(ownIdentityProblem('verifier', verifier, dicomService)),
    ]);
    const { lake, workspaceId } = dicomService;
    dicomService.grants.dataOwner(verifier);
    if (deepProbes === true) lake.grants.readWrite(verifier);
    else lake.grants.read(verifier);
    RoleGrant.of(new Construct(this, 'Workspace'), workspaceId, ROLES.reader, verifier);
    RoleGrant.of(new Construct(this, 'StorageAccount'), lake.storageAccountId, ROLES.reader, verifier);
    for (const [alert, alertId] of Object.entries(monitoring?.alertIds ?? {}))
      RoleGrant.of(new Construct(this, `${alert}Alert`), alertId, ROLES.reader, verifier);
  }
}
