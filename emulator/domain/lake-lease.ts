import { randomUUID } from 'node:crypto';
import { LakeFault } from './lake-fault';

/** Somebody's hold on a path or a container. */
export interface Lease {
  readonly id: string;
  /** Undefined for a lease without end. */
  readonly seconds?: number | undefined;
  /** When it was acquired or renewed, in milliseconds since the epoch. */
  readonly since: number;
  /** From when on it is broken; undefined while nobody broke it. */
  readonly brokenAt?: number | undefined;
}

export type LeaseState = 'available' | 'leased' | 'expired' | 'breaking' | 'broken';

/** What a client can do with a lease. */
export type LeaseAction =
  | { readonly action: 'acquire'; readonly seconds: number | undefined; readonly proposedId?: string }
  | { readonly action: 'renew' | 'release'; readonly id: string }
  | { readonly action: 'change'; readonly id: string; readonly proposedId: string }
  | { readonly action: 'break'; readonly afterSeconds?: number };

function leaseStateAt(lease: Lease | undefined, now: number): LeaseState {
  if (lease === undefined) return 'available';
  if (lease.brokenAt !== undefined) return lease.brokenAt <= now ? 'broken' : 'breaking';
  return endOf(lease) <= now ? 'expired' : 'leased';
}

/** Whether writing needs the id of the lease. */
export function isLocked(lease: Lease | undefined, now: number): boolean {
  return ['leased', 'breaking'].includes(leaseStateAt(lease, now));
}

/** As clients are told of a lease, or of the lack of one. */
export function shownLease(
  lease: Lease | undefined,
  now: number,
): {
  readonly status: 'locked' | 'unlocked';
  readonly state: LeaseState;
  readonly duration?: 'infinite' | 'fixed';
} {
  const state = leaseStateAt(lease, now);
  return {
    status: isLocked(lease, now) ? 'locked' : 'unlocked',
    state,
    ...(state === 'leased' ? { duration: lease?.seconds === undefined ? 'infinite' : 'fixed' } : {}),
  };
}

/** Seconds until a lease that is being broken gives way. */
export function secondsToBreak({ brokenAt = 0 }: Lease, now: number): number {
  return Math.max(0, Math.ceil((brokenAt - now) / 1000));
}

/**
 * The lease after an action, or undefined where there is none any more.
 *
 * @throws LakeFault where the state of the lease does not allow the action
 * @see https://learn.microsoft.com/rest/api/storageservices/lease-blob#outcomes-of-lease-operations-on-blobs-by-lease-state
 */
export function afterLeaseAction(
  lease: Lease | undefined,
  action: LeaseAction,
  now: number,
): Lease | undefined {
  switch (action.action) {
    case 'acquire':
      return acquired(lease, action.seconds, action.proposedId, now);
    case 'renew':
      return renewed(withId(lease, action.id), now);
    case 'release':
      withId(lease, action.id);
      return undefined;
    case 'change':
      return changed(lease, action.id, action.proposedId, now);
    case 'break':
      return broken(lease, action.afterSeconds, now);
  }
}

/** A change of the path ends a lease that had run out: nobody can renew it any more. */
export function afterWrite(lease: Lease | undefined, now: number): Lease | undefined {
  return isLocked(lease, now) ? lease : undefined;
}

/**
 * @param given the id that came with a request
 * @param use reading needs no id, but a wrong one is refused
 */
export function checkLease(
  lease: Lease | undefined,
  given: string | undefined,
  now: number,
  { use, on }: { readonly use: 'read' | 'write'; readonly on: 'path' | 'container' },
): void {
  const locked = isLocked(lease, now);
  if (given === undefined) {
    if (locked && use === 'write') throw new LakeFault('lease-id-missing');
    return;
  }
  if (lease === undefined) throw new LakeFault(`lease-not-present-on-${on}`);
  if (!isSameId(lease.id, given)) throw new LakeFault(`lease-id-mismatch-on-${on}`);
  if (!locked) throw new LakeFault('lease-lost');
}

function acquired(
  lease: Lease | undefined,
  seconds: number | undefined,
  proposedId: string | undefined,
  now: number,
): Lease {
  const isOwn = lease !== undefined && proposedId !== undefined && isSameId(lease.id, proposedId);
  const state = leaseStateAt(lease, now);
  if (state === 'breaking') {
    throw new LakeFault(isOwn ? 'lease-breaking-and-not-acquired' : 'lease-already-present');
  }
  if (state === 'leased' && !isOwn) throw new LakeFault('lease-already-present');
  return { id: proposedId ?? randomUUID(), seconds, since: now };
}

function renewed(lease: Lease, now: number): Lease {
  if (lease.brokenAt !== undefined) throw new LakeFault('lease-broken-and-not-renewed');
  return { ...lease, since: now };
}

/** Who asks again for a change that was made gets the same answer. */
function changed(lease: Lease | undefined, id: string, proposedId: string, now: number): Lease {
  const state = leaseStateAt(lease, now);
  if (lease === undefined || state === 'expired' || state === 'broken') {
    throw new LakeFault('lease-not-present');
  }
  if (!isSameId(lease.id, id) && !isSameId(lease.id, proposedId)) throw new LakeFault('lease-id-mismatch');
  if (state === 'breaking') throw new LakeFault('lease-breaking-and-not-changed');
  return { ...lease, id: proposedId };
}

function broken(lease: Lease | undefined, afterSeconds: number | undefined, now: number): Lease {
  if (lease === undefined) throw new LakeFault('lease-not-present');
  const state = leaseStateAt(lease, now);
  if (state === 'broken') return lease;
  if (state === 'expired') return { ...lease, brokenAt: now };
  const end = lease.brokenAt ?? endOf(lease);
  const untilEnd = end === Infinity ? 0 : end - now;
  const wanted = afterSeconds === undefined ? untilEnd : afterSeconds * 1000;
  return { ...lease, brokenAt: now + (end === Infinity ? wanted : Math.min(wanted, untilEnd)) };
}

function withId(lease: Lease | undefined, id: string): Lease {
  if (lease === undefined || !isSameId(lease.id, id)) throw new LakeFault('lease-id-mismatch');
  return lease;
}

function endOf({ seconds, since }: Lease): number {
  return seconds === undefined ? Infinity : since + seconds * 1000;
}

function isSameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
