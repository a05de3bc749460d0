import { isPrivateAddress } from './names';

/** Where a host is, by its addresses. */
export type Whereabouts = 'private' | 'public' | 'both' | 'unknown';

/**
 * Whether addresses are those of a private network. This machine's own are not: an emulator on it plays Azure as it is
 * seen from the internet.
 */
export function whereaboutsOf(addresses: readonly string[]): Whereabouts {
  if (addresses.length === 0) return 'unknown';
  const privates = addresses.filter(isPrivateAddress).length;
  return privates === 0 ? 'public' : privates === addresses.length ? 'private' : 'both';
}
