import { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import { TerraformStack } from 'cdktf';
import { Construct, type IConstruct } from 'constructs';
import type { IGrantee } from './grantee';
import { placementConfig, type PlacementProps } from './placement';
import { namePropProblem, problemsOf } from './private/concrete';
import { refuseInvalid } from './private/invalid';
import { resourceIdProblem } from './private/resource-id';

/** A user-assigned identity with which a DICOM service can reach its lake. */
export interface ILakeIdentity extends IConstruct, IGrantee {
  readonly identityId: string;
}

export interface LakeIdentityAttributes {
  /** Resource id, of the type Microsoft.ManagedIdentity/userAssignedIdentities. */
  readonly identityId: string;
  /** Object id of the identity, not its client id. */
  readonly principalId: string;
}

export interface LakeIdentityProps extends PlacementProps {
  /**
   * 3 to 128 letters, digits, dashes or underscores, starting with a letter or digit.
   *
   * Replacement: the new identity has another object id, so that every role is assigned anew.
   */
  readonly identityName: string;
}

/**
 * The identity with which a DICOM service writes to the lake.
 *
 * It is user-assigned because such an identity exists before the service does and can be given its role first; a
 * system-assigned identity comes into being with the service, which then starts without access to its files.
 */
export class LakeIdentity extends Construct implements ILakeIdentity {
  /** An identity that exists already and stays under somebody else's control. */
  static fromIdentityAttributes(
    scope: Construct,
    id: string,
    attributes: LakeIdentityAttributes,
  ): ILakeIdentity {
    class ExistingIdentity extends Construct implements ILakeIdentity {
      readonly identityId = attributes.identityId;
      readonly principalId = attributes.principalId;
      readonly principalType = 'ServicePrincipal';
      readonly granteeId = pathInStack(this);
    }
    const identity = new ExistingIdentity(scope, id);
    refuseInvalid(identity, 'LakeIdentityInvalid', [
      ...resourceIdProblem('identityId', IDENTITY_TYPE, attributes.identityId),
      ...problemsOf(namePropProblem('principalId', 'guid', attributes.principalId)),
    ]);
    return identity;
  }

  readonly identityId: string;
  readonly principalId: string;
  readonly clientId: string;
  readonly principalType = 'ServicePrincipal';
  readonly granteeId: string;

  constructor(scope: Construct, id: string, props: LakeIdentityProps) {
    super(scope, id);
    refuseInvalid(this, 'LakeIdentityInvalid', identityProblems(props));
    const resource = new UserAssignedIdentity(this, 'Resource', {
      ...placementConfig(props),
      name: props.identityName,
    });
    this.identityId = resource.id;
    this.principalId = resource.principalId;
    this.clientId = resource.clientId;
    this.granteeId = pathInStack(this);
  }
}

const IDENTITY_TYPE = 'Microsoft.ManagedIdentity/userAssignedIdentities';

/** Names a principal that the stack knows in construct ids. */
export function pathInStack(construct: Construct): string {
  return construct.node.path.slice(TerraformStack.of(construct).node.path.length + 1);
}

export function identityProblems(props: { readonly identityName?: string | undefined }): string[] {
  return problemsOf(namePropProblem('identityName', 'userAssignedIdentity', props.identityName));
}
