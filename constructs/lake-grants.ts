import type { Construct } from 'constructs';
import { ROLES } from '../contract';
import type { IGrantee } from './grantee';
import { RoleGrant } from './role-grant';

/** Gives access to the files of a lake; the scope is the container, not the storage account around it. */
export class LakeGrants {
  constructor(
    private readonly lake: Construct,
    private readonly containerId: string,
  ) {}

  /** Storage Blob Data Reader: list and read files. */
  read(grantee: IGrantee): RoleGrant {
    return RoleGrant.of(this.lake, this.containerId, ROLES.storageBlobDataReader, grantee);
  }

  /**
   * Storage Blob Data Contributor: list, read, write and delete files. Meant for the identity of a DICOM service;
   * whoever else changes its files makes them unreadable for the service.
   */
  readWrite(grantee: IGrantee): RoleGrant {
    return RoleGrant.of(this.lake, this.containerId, ROLES.storageBlobDataContributor, grantee);
  }
}
