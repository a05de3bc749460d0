import { type BuiltInRole, nameProblem } from '../../contract';
import type { Body, ResourceType } from './resource-type';

/** Regions of the emulator; Azure has more. */
const REGIONS = ['East US', 'North Europe', 'UK South', 'West Europe', 'West US 2'];

/** A resource provider with the types that the emulator has; all are registered. */
export function resourceProvider(
  subscriptionId: string,
  namespace: string,
  types: readonly ResourceType[],
): Body | undefined {
  const prefix = `${namespace.toLowerCase()}/`;
  const known = types.filter(({ type }) => type.toLowerCase().startsWith(prefix));
  if (known.length === 0) return undefined;
  return {
    id: `/subscriptions/${subscriptionId}/providers/${namespace}`,
    namespace,
    registrationState: 'Registered',
    resourceTypes: known.map(({ type }) => ({
      resourceType: type.slice(prefix.length),
      locations: REGIONS,
      apiVersions: [],
    })),
  };
}

/** What roles permit, as Azure lists it. */
export function permissionsOf(roles: readonly BuiltInRole[]): Body {
  return {
    value: roles.map(({ actions, notActions, dataActions }) => ({
      actions,
      notActions,
      dataActions,
      notDataActions: [],
    })),
  };
}

/** Whether an account name may still be taken. */
export function accountNameAvailability(name: string, isTaken: boolean): Body {
  const problem = nameProblem('storageAccount', name);
  if (problem !== undefined) {
    return { nameAvailable: false, reason: 'AccountNameInvalid', message: `${name} ${problem}.` };
  }
  if (!isTaken) return { nameAvailable: true };
  return {
    nameAvailable: false,
    reason: 'AlreadyExists',
    message: `The storage account named ${name} is already taken.`,
  };
}
