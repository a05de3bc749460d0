import { Construct } from 'constructs';
import { ROLES } from '../contract';
import type { IDicomService } from './dicom-service';
import type { IGrantee } from './grantee';
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
}

/**
 * Exactly what `dicom-lake verify` needs:
 *
 * - DICOM Data Owner on the service: stores, finds, retrieves and deletes its own sample, and reads the change feed.
 * - Storage Blob Data Reader on the container: reads the sample's file and the health file, and lists files with
 *   their tiers.
 * - Reader on the workspace: reads the service's settings and its Resource Health.
 * - Reader on the storage account: reads its settings, container, lifecycle policy and role assignments.
 *
 * No role here can change a resource, write to the lake or hand out roles.
 */
export class VerifierGrant extends Construct {
  constructor(scope: Construct, id: string, { dicomService, verifier }: VerifierGrantProps) {
    super(scope, id);
    refuseInvalid(this, 'GranteeInvalid', [
      ...granteeProblems(verifier),
      ...problemsOf(ownIdentityProblem('verifier', verifier, dicomService)),
    ]);
    const { lake, workspaceId } = dicomService;
    dicomService.grants.dataOwner(verifier);
    lake.grants.read(verifier);
    RoleGrant.of(new Construct(this, 'Workspace'), workspaceId, ROLES.reader, verifier);
    RoleGrant.of(new Construct(this, 'StorageAccount'), lake.storageAccountId, ROLES.reader, verifier);
  }
}
