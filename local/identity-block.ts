import type { ArgumentReader } from './argument-reader';
import type { ArmResource } from './arm-client';

/** An `identity` block as the provider sends it. */
export function identityBody(args: ArgumentReader): ArmResource {
  const ids = args.strings('identity_ids');
  return {
    type: args.string('type'),
    ...(ids.length === 0 ? {} : { userAssignedIdentities: Object.fromEntries(ids.map((id) => [id, {}])) }),
  };
}

/** The same of resources for which the provider says that there is none. */
export function identityOrNone(args: ArgumentReader | undefined): ArmResource {
  return { userAssignedIdentities: null, ...(args === undefined ? { type: 'None' } : identityBody(args)) };
}
