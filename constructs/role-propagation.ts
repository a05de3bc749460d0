import { TerraformResource, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { RoleGrant } from './role-grant';

/** Longest wait for a role; Azure says that roles count after up to 10 minutes. */
export const MOST_ROLE_WAIT_MINUTES = 30;

/**
 * A fixed wait after a role was assigned, since Azure answers before the role counts everywhere. Without it a DICOM
 * service may be degraded for its first minutes and mends itself.
 *
 * Terraform waits when the role is new or assigned anew, not on every apply. It needs the provider hashicorp/time.
 *
 * @see https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
 */
export class RolePropagation extends TerraformResource {
  readonly #minutes: number;
  readonly #grant: RoleGrant;

  constructor(scope: Construct, id: string, props: { readonly grant: RoleGrant; readonly minutes: number }) {
    super(scope, id, { terraformResourceType: 'time_sleep' });
    this.#minutes = props.minutes;
    this.#grant = props.grant;
    TerraformStack.of(this).addOverride('terraform.required_providers.time', {
      source: 'hashicorp/time',
      version: '>= 0.9.0, < 1.0.0',
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return {
      create_duration: `${this.#minutes}m`,
      triggers: { role_assignment: this.#grant.assignmentId },
    };
  }
}
