import type { LakeEntry } from './lake-entry';

/** Files belong to this group until someone changes it, which the emulator does not offer. */
export const GROUP = '$superuser';

/** As POSIX writes them; nothing in the emulator decides by them. */
export function permissionsOf({ kind }: LakeEntry): string {
  return kind === 'directory' ? 'rwxr-x---' : 'rw-r-----';
}

/** The access control list that says the same as the permissions. */
export function aclOf(entry: LakeEntry): string {
  const permissions = permissionsOf(entry);
  return ['user', 'group', 'other']
    .map((who, index) => `${who}::${permissions.slice(3 * index, 3 * index + 3)}`)
    .join(',');
}
