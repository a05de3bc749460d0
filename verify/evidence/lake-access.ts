/** What a role lets its holder do with the lake, the account it is in, and the DICOM service. */
export type RolePower =
  | 'read'
  | 'write'
  | 'delete'
  | 'add'
  | 'move'
  | 'list-keys'
  | 'assign-roles'
  | 'change-account'
  | 'change-service';

/** A role that counts for the lake, or could if its scope were another one. */
export interface LakeRole {
  readonly principalId: string;
  readonly principalType: string;
  readonly roleName: string;
  readonly roleId: string;
  readonly scope: string;
  /** Where the scope is, seen from the container of the lake. */
  readonly at: 'container' | 'account' | 'above' | 'elsewhere';
  readonly powers: readonly RolePower[];
  /** Expression under which it counts at all. */
  readonly condition?: string;
}

export interface LakeAccess {
  readonly containerId: string;
  /** Identities of the DICOM service as it is deployed. */
  readonly attached: readonly { readonly name: string; readonly principalId: string }[];
  /** Object ids of those that the deployment meant it to have. */
  readonly meant: readonly string[];
  /** Roles of anybody at the container and above that open the lake or hand out what does. */
  readonly roles: readonly LakeRole[];
  /** Roles of the attached identities, also those by way of a group, or elsewhere in the account. */
  readonly ofService: readonly (LakeRole & { readonly holder: string })[];
  /** Deny assignments that may keep an attached identity out. */
  readonly denials: readonly { readonly name: string; readonly scope: string }[];
  readonly sharedKeyAllowed: boolean;
  /** Whom the deployment meant to have a role on the lake; absent where it does not say. */
  readonly intended?: readonly {
    readonly principalId: string;
    readonly roleId: string;
    readonly scope: string;
  }[];
  /** Object id of whoever verified; absent where its token does not say. */
  readonly verifierId?: string;
}

export interface VerifierRoles {
  /** Whether this run had to write to the lake, or the deployment gave the verifier the role for it. */
  readonly writesLake: boolean;
  readonly roles: readonly LakeRole[];
}
