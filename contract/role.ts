const BLOBS = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs';
const CONTAINERS = 'Microsoft.Storage/storageAccounts/blobServices/containers';
const USER_DELEGATION_KEY = 'Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action';
const DICOM_RESOURCES = 'Microsoft.HealthcareApis/workspaces/dicomservices/resources';

/** A built-in Azure role: its name, its definition id (the same in every tenant) and what it permits. */
export interface BuiltInRole {
  readonly name: string;
  readonly id: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
}

/**
 * The roles this kit grants, needs or explains.
 *
 * @see https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
 */
export const ROLES = {
  owner: role('Owner', '8e3af657-a8ff-443c-a75c-2fe8c4bcb635', { actions: ['*'] }),
  contributor: role('Contributor', 'b24988ac-6180-42a0-ab88-20f7382dd24c', {
    actions: ['*'],
    notActions: [
      'Microsoft.Authorization/*/Delete',
      'Microsoft.Authorization/*/Write',
      'Microsoft.Authorization/elevateAccess/Action',
    ],
  }),
  reader: role('Reader', 'acdd72a7-3385-48ef-bd42-f606fba81ae7', { actions: ['*/read'] }),
  storageBlobDataOwner: role('Storage Blob Data Owner', 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b', {
    actions: [`${CONTAINERS}/*`, USER_DELEGATION_KEY],
    dataActions: [`${BLOBS}/*`],
  }),
  storageBlobDataContributor: role('Storage Blob Data Contributor', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe', {
    actions: [`${CONTAINERS}/delete`, `${CONTAINERS}/read`, `${CONTAINERS}/write`, USER_DELEGATION_KEY],
    dataActions: [
      `${BLOBS}/delete`,
      `${BLOBS}/read`,
      `${BLOBS}/write`,
      `${BLOBS}/move/action`,
      `${BLOBS}/add/action`,
    ],
  }),
  storageBlobDataReader: role('Storage Blob Data Reader', '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1', {
    actions: [`${CONTAINERS}/read`, USER_DELEGATION_KEY],
    dataActions: [`${BLOBS}/read`],
  }),
  acrPull: role('AcrPull', '7f951dda-4ed3-4680-a7ca-43fe172d538d', {
    actions: ['Microsoft.ContainerRegistry/registries/pull/read'],
  }),
  dicomDataOwner: role('DICOM Data Owner', '58a3b984-7adf-4c20-983a-32417c86fbc8', {
    dataActions: [`${DICOM_RESOURCES}/*`],
  }),
  dicomDataReader: role('DICOM Data Reader', 'e89c7a3c-2f64-4fa1-a847-3e4c9ba4283a', {
    dataActions: [`${DICOM_RESOURCES}/read`],
  }),
  keyVaultCryptoServiceEncryptionUser: role(
    'Key Vault Crypto Service Encryption User',
    'e147488a-f6f5-4113-8e2d-b22465e65bf6',
    {
      actions: ['read', 'write', 'delete'].map((verb) => `Microsoft.EventGrid/eventSubscriptions/${verb}`),
      dataActions: ['read', 'wrap/action', 'unwrap/action'].map(
        (verb) => `Microsoft.KeyVault/vaults/keys/${verb}`,
      ),
    },
  ),
} as const satisfies Record<string, BuiltInRole>;

export type RoleKey = keyof typeof ROLES;

/** Whether the role permits an operation; `plane` tells control-plane actions from data actions. */
export function roleAllows(role: BuiltInRole, plane: 'action' | 'data-action', operation: string): boolean {
  if (plane === 'data-action') return matchesAny(role.dataActions, operation);
  return matchesAny(role.actions, operation) && !matchesAny(role.notActions, operation);
}

function matchesAny(patterns: readonly string[], operation: string): boolean {
  return patterns.some((pattern) => {
    const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    return new RegExp(`^${source}$`, 'i').test(operation);
  });
}

function role(
  name: string,
  id: string,
  permits: Partial<Pick<BuiltInRole, 'actions' | 'notActions' | 'dataActions'>>,
): BuiltInRole {
  return { name, id, actions: [], notActions: [], dataActions: [], ...permits };
}
