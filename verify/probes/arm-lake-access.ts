import { API_VERSIONS, containerIdOf } from '../../contract';
import type { ArmBody } from '../clients/arm-body';
import { type DenyAssignment, denyAssignments, type HeldRole, heldRoles } from '../clients/role-assignments';
import type { LakeAccess, LakeRole } from '../evidence/lake-access';
import type { DeploymentContext, Probe } from '../probe';
import { DATA_OPERATIONS, lakeRole } from './lake-role';

const EVERYBODY = '00000000-0000-0000-0000-000000000000';

/** Who has which role on the lake, the identities of the DICOM service before all. */
export const armLakeAccess: Probe<'arm.lake-access'> = {
  id: 'arm.lake-access',
  title: 'who may do what with the lake',
  effect: 'read',
  pace: 'quick',
  target: 'deployment',
  gather: async ({ target, signal }) => {
    const { manifest, azure } = target;
    const containerId = containerIdOf(manifest.lake);
    const service = await azure.arm.get(manifest.dicomService.id, API_VERSIONS.healthcareApis, signal);
    const attached = attachedIdentities(service);
    // One after another: nothing may be under way any more when one is refused.
    const account = await azure.arm.get(manifest.lake.storageAccountId, API_VERSIONS.storage, signal);
    const held = await heldRoles(azure.arm, containerId, 'atScope', signal);
    const denials = await denyAssignments(azure.arm, containerId, signal);
    const verifierId = await azure.callerObjectId();
    const ofService: LakeAccess['ofService'][number][] = [];
    for (const { principalId } of attached) ofService.push(...(await rolesOf(principalId, target, signal)));
    const intended = manifest.intended;
    return {
      containerId,
      attached,
      meant: manifest.dicomService.principalIds,
      roles: held.map((one) => lakeRole(one, manifest)).filter(({ powers }) => powers.length > 0),
      ofService,
      denials: denials
        .filter((denial) => mayReach(denial, attached))
        .map(({ name, scope }) => ({ name, scope })),
      sharedKeyAllowed: (account['properties'] as ArmBody | undefined)?.['allowSharedKeyAccess'] !== false,
      ...(intended === undefined
        ? {}
        : {
            intended: intended.grants.map(({ principalId, roleId, scope }) => ({
              principalId,
              roleId,
              scope,
            })),
          }),
      ...(verifierId === undefined ? {} : { verifierId }),
    };
  },
};

/** What the identity block of a service says, not what the manifest does. */
function attachedIdentities(service: ArmBody): LakeAccess['attached'] {
  const { principalId: own, userAssignedIdentities } = (service['identity'] ?? {}) as {
    readonly principalId?: unknown;
    readonly userAssignedIdentities?: Readonly<
      Record<string, { readonly principalId?: unknown } | null>
    > | null;
  };
  const named = Object.entries(userAssignedIdentities ?? {}).map(
    ([id, identity]) => [id.split('/').at(-1) ?? id, identity?.principalId] as const,
  );
  return [...named, ['its own identity', own] as const].flatMap(([name, principalId]) =>
    typeof principalId === 'string' ? [{ name, principalId }] : [],
  );
}

/** At the container also by way of a group; in the rest of the account what was given to itself. */
async function rolesOf(
  holder: string,
  { manifest, azure }: DeploymentContext['target'],
  signal: AbortSignal,
): Promise<LakeAccess['ofService']> {
  const { storageAccountId } = manifest.lake;
  const here = await heldRoles(azure.arm, containerIdOf(manifest.lake), { assignedTo: holder }, signal);
  const around = await heldRoles(azure.arm, storageAccountId, { principalId: holder }, signal);
  const evidence = (held: readonly HeldRole[]): readonly LakeRole[] =>
    held.map((one) => lakeRole(one, manifest)).filter(({ powers }) => powers.length > 0);
  const elsewhere = evidence(around).filter(({ at }) => at === 'elsewhere');
  return [...evidence(here), ...elsewhere].map((role) => ({ ...role, holder }));
}

/** A denial for a group may be one for its members: who they are is not asked. */
function mayReach(denial: DenyAssignment, attached: LakeAccess['attached']): boolean {
  const { principals, excludedIds, denies } = denial;
  if (!Object.values(DATA_OPERATIONS).some((operation) => denies.allows('data-action', operation)))
    return false;
  const isNamed = (principalId: string): boolean =>
    principals.some(
      ({ id, type }) =>
        id === EVERYBODY || type === 'Group' || id.toLowerCase() === principalId.toLowerCase(),
    );
  return attached.some(
    ({ principalId }) =>
      isNamed(principalId) && !excludedIds.some((id) => id.toLowerCase() === principalId.toLowerCase()),
  );
}
