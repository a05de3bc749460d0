import { containerIdOf, ROLES } from '../../contract';
import { type HeldRole, heldRoles } from '../clients/role-assignments';
import { EvidenceError } from '../error';
import type { LakeRole } from '../evidence/lake-access';
import type { Probe } from '../probe';
import { lakeRole } from './lake-role';

/** The roles of whoever verifies, on the lake and on the DICOM service, also by way of groups. */
export const armVerifierRoles: Probe<'arm.verifier-roles'> = {
  id: 'arm.verifier-roles',
  title: 'what the verifier itself may do',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal, writesLake = false }) => {
    const { manifest, azure } = target;
    const assignedTo = await azure.callerObjectId();
    if (assignedTo === undefined) {
      throw new EvidenceError(
        'NOT_OBSERVABLE',
        'the token of the verifier does not say whose it is',
        'look at the roles of whoever runs the verification by hand, or skip this check',
      );
    }
    const held: HeldRole[] = [];
    for (const scope of [containerIdOf(manifest.lake), manifest.dicomService.id])
      held.push(...(await heldRoles(azure.arm, scope, { assignedTo }, signal)));
    const roles = held.map((one) => lakeRole(one, manifest));
    const isMeantToWrite = manifest.intended?.grants.some(
      ({ principalId, roleId, scope }) =>
        principalId.toLowerCase() === assignedTo.toLowerCase() &&
        scope.toLowerCase() === containerIdOf(manifest.lake).toLowerCase() &&
        roleId === ROLES.storageBlobDataContributor.id,
    );
    const once = new Map(roles.map((role) => [keyOf(role), role]));
    return {
      writesLake: writesLake || isMeantToWrite === true,
      roles: [...once.values()].filter(({ powers }) => powers.length > 0),
    };
  },
};

function keyOf({ principalId, roleId, scope }: LakeRole): string {
  return [principalId, roleId, scope].join(' ').toLowerCase();
}
