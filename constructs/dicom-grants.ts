import type { Construct } from 'constructs';
import { ROLES } from '../contract';
import type { IGrantee } from './grantee';
import { RoleGrant } from './role-grant';

/** Gives access to DICOMweb on one service. A new role counts after up to 10 minutes. */
export class DicomGrants {
  constructor(
    private readonly service: Construct,
    private readonly serviceId: string,
  ) {}

  /** DICOM Data Owner: store, find, retrieve, update and delete images. */
  dataOwner(grantee: IGrantee): RoleGrant {
    return RoleGrant.of(this.service, this.serviceId, ROLES.dicomDataOwner, grantee);
  }

  /** DICOM Data Reader: find and retrieve images. */
  dataReader(grantee: IGrantee): RoleGrant {
    return RoleGrant.of(this.service, this.serviceId, ROLES.dicomDataReader, grantee);
  }
}
