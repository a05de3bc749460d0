import { Construct } from 'constructs';
import { ROLES, type BuiltInRole } from '../contract';
import type { IGrantee } from './grantee';
import { refuseInvalid } from './private/invalid';
import { RoleGrant } from './role-grant';

/** How far a grant on a lake reaches. */
export interface LakeGrantOptions {
  /**
   * The container of the lake, or the whole storage account with every container that is in it now or later.
   *
   * Replacement: the role is assigned anew at the other scope.
   *
   * @default 'container'
   */
  readonly scope?: 'container' | 'account' | undefined;
}

/** Gives access to the files of a lake. */
export class LakeGrants {
  readonly #lake: Construct;
  readonly #ids: Readonly<Record<'container' | 'account', string>>;

  /** @param ids resource ids of the container and of its storage account */
  constructor(lake: Construct, ids: Readonly<Record<'container' | 'account', string>>) {
    this.#lake = lake;
    this.#ids = ids;
  }

  /** Storage Blob Data Reader: list and read files. */
  read(grantee: IGrantee, options: LakeGrantOptions = {}): RoleGrant {
    return this.#give(ROLES.storageBlobDataReader, grantee, options);
  }

  /**
   * Storage Blob Data Contributor: list, read, write and delete files. Meant for the identity of a DICOM service;
   * whoever else changes its files makes them unreadable for the service.
   */
  readWrite(grantee: IGrantee, options: LakeGrantOptions = {}): RoleGrant {
    return this.#give(ROLES.storageBlobDataContributor, grantee, options);
  }

  #give(role: BuiltInRole, grantee: IGrantee, { scope = 'container' }: LakeGrantOptions): RoleGrant {
    refuseInvalid(this.#lake, 'LakeGrantInvalid', scopeProblems(scope));
    const owner = scope === 'container' ? this.#lake : this.#accountOwner();
    return RoleGrant.of(owner, this.#ids[scope], role, grantee);
  }

  /** Grants are found again below the construct that stands for their scope. */
  #accountOwner(): Construct {
    const known = this.#lake.node.children.find((child) => child instanceof AccountGrants);
    return known ?? new AccountGrants(this.#lake, 'Account');
  }
}

/** Without a known scope the assignment would have none, and Terraform would say so of a resource nobody wrote. */
function scopeProblems(scope: string): string[] {
  return SCOPES.some((known) => known === scope)
    ? []
    : [`'scope' must be one of ${SCOPES.join(', ')}, got '${scope}'`];
}

const SCOPES = ['container', 'account'] as const;

/** Stands for the storage account in construct ids. */
class AccountGrants extends Construct {}
