import type { DeploymentManifest } from '../../contract';
import type { HeldRole, RolePowers } from '../clients/role-assignments';
import type { LakeRole, RolePower } from '../evidence/lake-access';

const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';

/** What Storage Blob Data Contributor may do with files. */
export const DATA_OPERATIONS: Readonly<Partial<Record<RolePower, string>>> = {
  read: `${BLOBS}/read`,
  write: `${BLOBS}/write`,
  delete: `${BLOBS}/delete`,
  add: `${BLOBS}/add/action`,
  move: `${BLOBS}/move/action`,
};

const ACTIONS: Readonly<Partial<Record<RolePower, string>>> = {
  'list-keys': 'Microsoft.Storage/storageAccounts/listKeys/action',
  'assign-roles': 'Microsoft.Authorization/roleAssignments/write',
  'change-account': 'Microsoft.Storage/storageAccounts/write',
  'change-service': 'Microsoft.HealthcareApis/workspaces/dicomservices/write',
};

/** A role as evidence: what it permits in place of its whole definition. */
export function lakeRole(held: HeldRole, { lake }: DeploymentManifest): LakeRole {
  const { principalId, principalType, roleId, scope, condition, powers } = held;
  return {
    principalId,
    principalType,
    roleName: powers.roleName,
    roleId,
    scope,
    at: placeOf(scope, lake.storageAccountId, lake.containerName),
    powers: powersOf(powers),
    ...(condition === undefined ? {} : { condition }),
  };
}

function powersOf(powers: RolePowers): readonly RolePower[] {
  const allowed = (plane: 'action' | 'data-action', table: Readonly<Partial<Record<RolePower, string>>>) =>
    Object.entries(table)
      .filter(([, operation]) => powers.allows(plane, operation))
      .map(([power]) => power as RolePower);
  return [...allowed('data-action', DATA_OPERATIONS), ...allowed('action', ACTIONS)];
}

function placeOf(scope: string, accountId: string, containerName: string): LakeRole['at'] {
  const [at, account] = [scope.toLowerCase().replace(/\/+$/, ''), accountId.toLowerCase()];
  if (at === `${account}/blobservices/default/containers/${containerName}`) return 'container';
  if (at === account || at === `${account}/blobservices/default`) return 'account';
  // Management groups are above as well; a list at the container has nothing else of the tenant in it.
  const isAbove =
    account.startsWith(`${at}/`) || /^\/providers\/microsoft\.management\/managementgroups\//.test(at);
  return isAbove || at === '' ? 'above' : 'elsewhere';
}
