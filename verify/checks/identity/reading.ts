import type { LakeRole, RolePower } from '../../evidence/lake-access';

/** What Storage Blob Data Contributor may do with files. */
const CONTRIBUTES: readonly RolePower[] = ['read', 'write', 'delete', 'add', 'move'];

/** Whether a role lets its holder do with files all that Storage Blob Data Contributor may. */
export function contributes({ powers }: LakeRole): boolean {
  return CONTRIBUTES.every((power) => powers.includes(power));
}

/** Whether a role opens files at all. */
export function opensFiles({ powers }: LakeRole): boolean {
  return CONTRIBUTES.some((power) => powers.includes(power));
}

/** Where a role was given, in words. */
export function placeOf({ at, scope }: LakeRole): string {
  switch (at) {
    case 'container':
      return 'on the container';
    case 'account':
      return 'on the storage account';
    case 'above':
    case 'elsewhere':
      return `on ${scope === '' ? '/' : scope}`;
  }
}

/** Such as `Storage Blob Data Reader on the container`. */
export function describe(role: LakeRole): string {
  return `${role.roleName} ${placeOf(role)}`;
}
