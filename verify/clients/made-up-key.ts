import { randomBytes } from 'node:crypto';

/** What Authorization says of a request that was signed with a key that nobody has. */
export function madeUpKeyAuthorization(storageAccountName: string): string {
  return `SharedKey ${storageAccountName}:${randomBytes(32).toString('base64')}`;
}
