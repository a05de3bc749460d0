import { LakeFault } from './lake-fault';

/** When a file shall vanish, as a request may put it. */
export type LakeExpiry =
  | { readonly option: 'NeverExpire' }
  | { readonly option: 'Absolute'; readonly at: number }
  | { readonly option: 'RelativeToNow' | 'RelativeToCreation'; readonly afterMs: number };

/**
 * The moment at which a file vanishes, or undefined for never.
 *
 * @throws LakeFault `expiry-in-the-past`
 */
export function expiresAt(expiry: LakeExpiry, createdAt: number, now: number): number | undefined {
  const at = momentOf(expiry, createdAt, now);
  if (at !== undefined && at <= now) throw new LakeFault('expiry-in-the-past');
  return at;
}

function momentOf(expiry: LakeExpiry, createdAt: number, now: number): number | undefined {
  switch (expiry.option) {
    case 'NeverExpire':
      return undefined;
    case 'Absolute':
      return expiry.at;
    case 'RelativeToNow':
      return now + expiry.afterMs;
    case 'RelativeToCreation':
      return createdAt + expiry.afterMs;
  }
}
