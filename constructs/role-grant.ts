import { RoleAssignment } from '@cdktf/provider-azurerm/lib/role-assignment';
import { TerraformStack, Token, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { BuiltInRole } from '../contract';
import type { IGrantee } from './grantee';
import { namePropProblem, problemsOf } from './private/concrete';
import { refuseInvalid } from './private/invalid';

/** A role given to somebody at one scope. */
export class RoleGrant extends Construct {
  /**
   * The grant of a role that `owner` hands out; the same one when it was handed out before, by whoever in the stack.
   * Azure refuses a second assignment of one role to one principal at one scope.
   *
   * @param owner construct whose resource is the scope
   * @param scope resource id
   */
  static of(owner: Construct, scope: string, role: BuiltInRole, grantee: IGrantee): RoleGrant {
    refuseInvalid(owner, 'GranteeInvalid', granteeProblems(grantee));
    const given = TerraformStack.of(owner)
      .node.findAll()
      .filter((child) => child instanceof RoleGrant)
      .find(
        (grant) =>
          grant.scope === scope && grant.role.id === role.id && isSameGrantee(grant.grantee, grantee),
      );
    if (given === undefined) return new RoleGrant(owner, scope, role, grantee);
    refuseInvalid(owner, 'GranteeAmbiguous', ambiguityProblems(given.grantee, grantee));
    return given;
  }

  /** What a resource has to depend on in order to be created with the role in place. */
  readonly dependables: readonly ITerraformDependable[];
  /** Resource id of the role assignment. */
  readonly assignmentId: string;

  private constructor(
    owner: Construct,
    readonly scope: string,
    readonly role: BuiltInRole,
    readonly grantee: IGrantee,
  ) {
    super(owner, `${role.name.replaceAll(' ', '')}-${grantee.granteeId.replaceAll('/', '-')}`);
    const assignment = new RoleAssignment(this, 'Resource', {
      scope,
      roleDefinitionName: role.name,
      principalId: grantee.principalId,
      principalType: grantee.principalType,
    });
    this.dependables = [assignment];
    this.assignmentId = assignment.id;
  }
}

export function granteeProblems(grantee: IGrantee): string[] {
  const nameless = Token.isUnresolved(grantee.granteeId)
    ? 'the object id of the grantee is known only during deployment: give the grantee a name, as in ' +
      "Grantee.servicePrincipal(objectId, 'Verifier')"
    : undefined;
  return problemsOf(namePropProblem('principalId', 'guid', grantee.principalId), nameless);
}

/** Problem of whoever may read and no more, where the service itself, which writes, was named. */
export function ownIdentityProblem(
  place: string,
  grantee: IGrantee,
  service: { readonly principals: readonly IGrantee[] },
): string | undefined {
  return service.principals.some((principal) => isSameGrantee(principal, grantee))
    ? `'${place}' must not be an identity of the DICOM service, which may write to the lake: take one of its own, ` +
        `got '${grantee.granteeId}'`
    : undefined;
}

export function isSameGrantee(one: IGrantee, other: IGrantee): boolean {
  return one.granteeId === other.granteeId || (areConcrete(one, other) && samePrincipal(one, other));
}

function ambiguityProblems(given: IGrantee, asked: IGrantee): string[] {
  const isOther = areConcrete(given, asked) && !samePrincipal(given, asked);
  return problemsOf(
    isOther
      ? `two grantees are named '${asked.granteeId}': ${given.principalId} and ${asked.principalId}; ` +
          'give each a name of its own'
      : undefined,
    given.principalType === asked.principalType
      ? undefined
      : `the grantee '${asked.granteeId}' was a ${given.principalType} before and is a ${asked.principalType} ` +
          'now; use one and the same type',
  );
}

function samePrincipal(one: IGrantee, other: IGrantee): boolean {
  return one.principalId.toLowerCase() === other.principalId.toLowerCase();
}

function areConcrete(...grantees: readonly IGrantee[]): boolean {
  return grantees.every(({ principalId }) => !Token.isUnresolved(principalId));
}
