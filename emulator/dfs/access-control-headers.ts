import type { IncomingHttpHeaders } from 'node:http';
import { headerOf, invalidHeader } from '../blob/request-headers';
import {
  isSameEntry,
  SUPER_USER,
  type AccessWish,
  type AclEntry,
  type AclEntryName,
  type Mode,
} from '../domain/lake-permissions';
import { ServiceFault } from '../fault';

/** What a request to change access control may carry. */
export const ACCESS_HEADERS = ['x-ms-acl', 'x-ms-permissions', 'x-ms-owner', 'x-ms-group'];

/** What a request to make a path may carry beside. */
export const NEW_ACCESS_HEADERS = [...ACCESS_HEADERS, 'x-ms-umask'];

const OCTAL = /^[01][0-7]{3}$/;
const SYMBOLIC = /^(?:[r-][w-][x-]){2}[r-][w-][xtT-]\+?$/;
const PRINCIPAL = /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[^\s:,@]+@[^\s:,@]+)$/i;

/**
 * Undefined where no header asks for anything.
 *
 * @throws ServiceFault `InvalidHeaderValue`, `InvaldAccessControlList`
 * @see https://learn.microsoft.com/rest/api/storageservices/datalakestoragegen2/path/update
 */
export function accessOf(headers: IncomingHttpHeaders): AccessWish | undefined {
  const [acl, permissions] = [headerOf(headers, 'x-ms-acl'), headerOf(headers, 'x-ms-permissions')];
  if (acl !== undefined && permissions !== undefined) {
    throw invalidHeader('x-ms-permissions', 'left out where x-ms-acl is given', permissions);
  }
  const owner = principalOf(headers, 'x-ms-owner');
  const group = principalOf(headers, 'x-ms-group');
  const umask = headerOf(headers, 'x-ms-umask');
  if (umask !== undefined && !/^0[0-7]{3}$/.test(umask)) {
    throw invalidHeader('x-ms-umask', 'four octal digits such as 0027', umask);
  }
  const wish = {
    ...(owner === undefined ? {} : { owner }),
    ...(group === undefined ? {} : { group }),
    ...(acl === undefined ? {} : { acl: aclOf(acl) }),
    ...(permissions === undefined ? {} : { permissions: modeOf(permissions) }),
    ...(umask === undefined ? {} : { umask: parseInt(umask, 8) }),
  };
  return Object.keys(wish).length === 0 ? undefined : wish;
}

/** @throws ServiceFault `InvaldAccessControlList` */
export function aclOf(text: string): readonly AclEntry[] {
  const form = '[default:]user, group, mask or other:[id]:rwx with commas between';
  const entries = text.split(',').map((item) => {
    const [, name = '', rights] = /^(.*):([r-][w-][x-])$/s.exec(item) ?? [];
    const entry = entryNameOf(name);
    if (rights === undefined || entry === undefined || !/:[^:]*$/.test(name)) throw invalidAcl(form, item);
    return {
      ...entry,
      rights: Array.from(rights).reduce((sum, letter) => 2 * sum + (letter === '-' ? 0 : 1), 0),
    };
  });
  return withoutDuplicates(entries, text);
}

/**
 * What a recursive removal names; owner, group and others of a path itself cannot be removed.
 *
 * @throws ServiceFault `InvaldAccessControlList`
 */
export function removedAclOf(text: string): readonly AclEntryName[] {
  const form = 'mask, or [default:]user, group, mask or other, with :id unless default, and commas between';
  const entries = text.split(',').map((item) => {
    const entry = entryNameOf(item);
    const isBase = entry !== undefined && !entry.isDefault && entry.who !== 'mask' && entry.id === '';
    if (entry === undefined || isBase) throw invalidAcl(form, item);
    return entry;
  });
  return withoutDuplicates(entries, text);
}

function entryNameOf(text: string): AclEntryName | undefined {
  const [, scope, who, id = ''] = /^(default:)?(user|group|mask|other)(?::([^:]*))?$/.exec(text) ?? [];
  if (who === undefined || (id !== '' && !PRINCIPAL.test(id))) return undefined;
  if (id !== '' && (who === 'mask' || who === 'other')) return undefined;
  return { isDefault: scope !== undefined, who: who as AclEntryName['who'], id };
}

function withoutDuplicates<Entry extends AclEntryName>(
  entries: readonly Entry[],
  text: string,
): readonly Entry[] {
  const isTwice = entries.some((entry, index) =>
    entries.slice(0, index).some((before) => isSameEntry(before, entry)),
  );
  if (isTwice) throw invalidAcl('entries that are all different', text);
  return entries;
}

function modeOf(text: string): Mode {
  if (OCTAL.test(text)) return parseInt(text, 8);
  if (!SYMBOLIC.test(text)) {
    throw invalidHeader('x-ms-permissions', 'four octal digits such as 0750, or such as rwxr-x---', text);
  }
  const bits = Array.from(text.slice(0, 9)).reduce(
    (sum, letter) => 2 * sum + ('-T'.includes(letter) ? 0 : 1),
    0,
  );
  return bits + (/^.{8}[tT]/.test(text) ? 0o1000 : 0);
}

function principalOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headerOf(headers, name);
  if (value === undefined || value === SUPER_USER || PRINCIPAL.test(value)) return value;
  throw invalidHeader(name, `an object id, a user principal name or ${SUPER_USER}`, value);
}

/** The code is spelt as Azure spells it. */
function invalidAcl(allowed: string, got: string): ServiceFault {
  return new ServiceFault(
    400,
    'InvaldAccessControlList',
    `The access control list value is invalid. x-ms-acl must be ${allowed}, got '${got}'.`,
  );
}
