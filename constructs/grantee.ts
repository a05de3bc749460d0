export type PrincipalType = 'ServicePrincipal' | 'Group' | 'User';

/** Somebody who can be given a role. */
export interface IGrantee {
  /** Tells grantees apart in construct ids; must stay the same from one synthesis to the next. */
  readonly granteeId: string;
  /** Object id in Microsoft Entra, a GUID. */
  readonly principalId: string;
  readonly principalType: PrincipalType;
}

/**
 * Somebody whom this deployment does not create.
 *
 * The object id is meant, not the application (client) id: for an application look at the enterprise application,
 * or run `az ad sp show --id <client id> --query id`. Azure looks up to 30 minutes for an id that does not exist
 * before the deployment fails.
 */
export class Grantee implements IGrantee {
  /**
   * An application or a managed identity.
   *
   * @param name names the grantee in construct ids; needed where the object id is known only during deployment.
   *   Default: the object id
   */
  static servicePrincipal(objectId: string, name?: string): Grantee {
    return new Grantee('ServicePrincipal', objectId, name ?? objectId);
  }

  /** @param name as for {@link servicePrincipal} */
  static group(objectId: string, name?: string): Grantee {
    return new Grantee('Group', objectId, name ?? objectId);
  }

  /** @param name as for {@link servicePrincipal} */
  static user(objectId: string, name?: string): Grantee {
    return new Grantee('User', objectId, name ?? objectId);
  }

  private constructor(
    readonly principalType: PrincipalType,
    readonly principalId: string,
    readonly granteeId: string,
  ) {}
}
