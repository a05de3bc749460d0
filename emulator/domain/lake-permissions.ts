import type { LakeEntry } from './lake-entry';
import { LakeFault } from './lake-fault';

/** Owner and group of what nobody in particular has made. */
export const SUPER_USER = '$superuser';

/** Read 4, write 2, execute 1. */
export type Rights = number;

/** One entry of an access control list. */
export interface AclEntry {
  /** Whether it counts for what will be made in the directory, instead of for the path itself. */
  readonly isDefault: boolean;
  readonly who: 'user' | 'group' | 'mask' | 'other';
  /** Object id of a user or group; empty for the owner, the group of the path, the mask and all others. */
  readonly id: string;
  readonly rights: Rights;
}

/** Which entry is meant, whatever it permits. */
export type AclEntryName = Omit<AclEntry, 'rights'>;

/** Permissions as POSIX knows them, such as 0o1755. */
export type Mode = number;

/** What a path keeps of who may do what; all of it moves with the path. */
export interface AccessControl {
  /** Object id. */
  readonly owner: string;
  /** Object id. @default - `SUPER_USER` */
  readonly group?: string | undefined;
  /** @default - what a path gets that is made without more */
  readonly acl?: readonly AclEntry[] | undefined;
  /** Shown, as in POSIX. @default false */
  readonly isSticky?: boolean | undefined;
}

/** A file or a directory, the root of a file system included. */
export type Guarded = AccessControl & Pick<LakeEntry, 'kind'>;

/** What a request wants to have. List and permissions exclude each other. */
export interface AccessWish {
  readonly owner?: string;
  readonly group?: string;
  readonly acl?: readonly AclEntry[];
  readonly permissions?: Mode;
  /** For what is new: takes permissions away. @default 0o027 */
  readonly umask?: Mode;
}

/** How a recursive change treats the entries that a path has. */
export type AclChange =
  | { readonly mode: 'set' | 'modify'; readonly entries: readonly AclEntry[] }
  | { readonly mode: 'remove'; readonly entries: readonly AclEntryName[] };

/** Of entries for the path itself, and again of default ones. */
const MAXIMUM_ENTRIES = 32;
const UMASK: Mode = 0o027;
const ORDER = ['user', 'group', 'mask', 'other'] as const;
const BASES = ['user', 'group', 'other'] as const;

/** The root of a file system that was made without more. */
export const NEW_ROOT: Guarded = { kind: 'directory', owner: SUPER_USER };

/**
 * Nothing in the emulator decides by permissions and lists, which it keeps and shows: roles alone decide.
 *
 * @see https://learn.microsoft.com/azure/storage/blobs/data-lake-storage-access-control
 */
function aclOf(path: Guarded): readonly AclEntry[] {
  return path.acl ?? aclOfMode((path.kind === 'directory' ? 0o777 : 0o666) & ~UMASK);
}

export function groupOf({ group }: AccessControl): string {
  return group ?? SUPER_USER;
}

/** Such as `rwxr-x--T+`: `T` or `t` for the sticky bit, `+` where the list says more. */
export function permissionsOf(path: Guarded): string {
  const acl = aclOf(path);
  const of = (who: AclEntry['who']): Rights | undefined =>
    find(acl, { isDefault: false, who, id: '' })?.rights;
  const others = rightsText(of('other') ?? 0);
  const last = path.isSticky === true ? (others.endsWith('x') ? 't' : 'T') : others.slice(2);
  return [
    rightsText(of('user') ?? 0),
    rightsText(of('mask') ?? of('group') ?? 0),
    others.slice(0, 2) + last,
    acl.length > BASES.length ? '+' : '',
  ].join('');
}

/** Such as `user::rwx,group::r-x,other::---`. */
export function aclText(path: Guarded): string {
  return aclOf(path)
    .map(
      ({ isDefault, who, id, rights }) => `${isDefault ? 'default:' : ''}${who}:${id}:${rightsText(rights)}`,
    )
    .join(',');
}

/**
 * Access control of what is made in `parent`: its group; its default entries, of which permissions, if given, take
 * away, else permissions less the umask.
 */
export function accessOfNew(
  kind: LakeEntry['kind'],
  parent: Guarded,
  principalId: string,
  wish: AccessWish = {},
): AccessControl {
  const group = wish.group ?? parent.group;
  const permissions = wish.permissions ?? (kind === 'directory' ? 0o777 : 0o666);
  const isSticky = (permissions & 0o1000) !== 0;
  const acl = aclOfNew(kind, parent, permissions, wish);
  return {
    owner: wish.owner ?? principalId,
    ...(group === undefined ? {} : { group }),
    ...(acl === undefined ? {} : { acl }),
    ...(isSticky ? { isSticky } : {}),
  };
}

/** The part of an entry that is access control. */
export function accessControlOf({ owner, group, acl, isSticky }: AccessControl): AccessControl {
  return { owner, group, acl, isSticky };
}

/** @throws LakeFault `acl-incomplete`, `acl-too-long`, `default-acl-on-file` */
export function withAccess<Path extends Guarded>(path: Path, wish: AccessWish): Path {
  const { owner, group, acl, permissions } = wish;
  return {
    ...path,
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
    ...(acl === undefined ? {} : { acl: completed(path.kind, acl) }),
    ...(permissions === undefined
      ? {}
      : { acl: limited(aclOf(path), permissions, 'replace'), isSticky: (permissions & 0o1000) !== 0 }),
  };
}

/**
 * One step of a recursive change; a file has no default entries and skips those.
 *
 * @throws LakeFault `acl-incomplete`, `acl-too-long`
 */
export function withAclChange<Path extends Guarded>(path: Path, change: AclChange): Path {
  const counts = ({ isDefault }: AclEntryName): boolean => !isDefault || path.kind === 'directory';
  if (change.mode === 'set') return { ...path, acl: completed(path.kind, change.entries.filter(counts)) };
  const kept = aclOf(path).filter((entry) => find(change.entries, entry) === undefined);
  if (change.mode === 'remove')
    return { ...path, acl: completed(path.kind, withoutStaleMasks(kept, change.entries)) };
  const added = change.entries.filter(counts);
  return { ...path, acl: completed(path.kind, [...withoutStaleMasks(kept, added), ...added]) };
}

export function isSameEntry(one: AclEntryName, other: AclEntryName): boolean {
  return one.isDefault === other.isDefault && one.who === other.who && one.id === other.id;
}

function aclOfNew(
  kind: LakeEntry['kind'],
  parent: Guarded,
  permissions: Mode,
  { acl, permissions: asked, umask }: AccessWish,
): readonly AclEntry[] | undefined {
  if (acl !== undefined) return completed(kind, acl);
  const defaults = parent.acl?.filter(({ isDefault }) => isDefault) ?? [];
  if (defaults.length > 0) {
    const own = limited(
      defaults.map((entry) => ({ ...entry, isDefault: false })),
      permissions,
      'take away',
    );
    return kind === 'directory' ? [...own, ...defaults] : own;
  }
  if (asked === undefined && umask === undefined) return undefined;
  return aclOfMode(permissions & ~(umask ?? UMASK));
}

/** Permissions of the group are those of the mask where there is one, as in POSIX. */
function limited(acl: readonly AclEntry[], mode: Mode, how: 'replace' | 'take away'): readonly AclEntry[] {
  const hasMask = find(acl, { isDefault: false, who: 'mask', id: '' }) !== undefined;
  const shifts: Readonly<Record<AclEntry['who'], number | undefined>> = {
    user: 6,
    group: hasMask ? undefined : 3,
    mask: 3,
    other: 0,
  };
  return acl.map((entry) => {
    const shift = shifts[entry.who];
    if (entry.isDefault || entry.id !== '' || shift === undefined) return entry;
    const rights = (mode >> shift) & 7;
    return { ...entry, rights: how === 'replace' ? rights : entry.rights & rights };
  });
}

function aclOfMode(mode: Mode): readonly AclEntry[] {
  return BASES.map((who, index) => ({
    isDefault: false,
    who,
    id: '',
    rights: (mode >> (6 - 3 * index)) & 7,
  }));
}

/** A change of what a mask covers makes it anew, unless the change names the mask. */
function withoutStaleMasks(acl: readonly AclEntry[], changed: readonly AclEntryName[]): readonly AclEntry[] {
  const touched = (isDefault: boolean): boolean =>
    changed.some((entry) => entry.isDefault === isDefault && entry.who !== 'other');
  return acl.filter(({ who, isDefault }) => who !== 'mask' || !touched(isDefault));
}

/** In the order in which Azure shows lists, with the mask that named entries need. */
function completed(kind: LakeEntry['kind'], acl: readonly AclEntry[]): readonly AclEntry[] {
  const own = acl.filter(({ isDefault }) => !isDefault);
  if (BASES.some((who) => find(own, { isDefault: false, who, id: '' }) === undefined)) {
    throw new LakeFault('acl-incomplete');
  }
  const defaults = acl.filter(({ isDefault }) => isDefault);
  if (defaults.length > 0 && kind === 'file') throw new LakeFault('default-acl-on-file');
  const missing = defaults.length === 0 ? [] : BASES.flatMap((who) => missingDefault(who, own, defaults));
  const all = [own, [...defaults, ...missing]].map((part) => inOrder(withMask(part)));
  if (all.some((part) => part.length > MAXIMUM_ENTRIES)) throw new LakeFault('acl-too-long');
  return all.flat();
}

function missingDefault(
  who: AclEntry['who'],
  own: readonly AclEntry[],
  defaults: readonly AclEntry[],
): readonly AclEntry[] {
  if (find(defaults, { isDefault: true, who, id: '' }) !== undefined) return [];
  const entry = find(own, { isDefault: false, who, id: '' });
  return entry === undefined ? [] : [{ ...entry, isDefault: true }];
}

function withMask(acl: readonly AclEntry[]): readonly AclEntry[] {
  const [named] = acl.filter(({ id }) => id !== '');
  if (named === undefined || acl.some(({ who }) => who === 'mask')) return acl;
  const masked = acl.filter(({ who, id }) => id !== '' || who === 'group');
  const rights = masked.reduce((sum, entry) => sum | entry.rights, 0);
  return [...acl, { isDefault: named.isDefault, who: 'mask', id: '', rights }];
}

function inOrder(acl: readonly AclEntry[]): readonly AclEntry[] {
  return ORDER.flatMap((who) => [
    ...acl.filter((entry) => entry.who === who && entry.id === ''),
    ...acl.filter((entry) => entry.who === who && entry.id !== ''),
  ]);
}

function find<Entry extends AclEntryName>(acl: readonly Entry[], name: AclEntryName): Entry | undefined {
  return acl.find((entry) => isSameEntry(entry, name));
}

function rightsText(rights: Rights): string {
  return ['r', 'w', 'x'].map((letter, index) => ((rights & (4 >> index)) === 0 ? '-' : letter)).join('');
}
