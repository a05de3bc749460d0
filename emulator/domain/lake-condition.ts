import type { LakeEntry } from './lake-entry';
import { LakeFault } from './lake-fault';
import { checkLease } from './lake-lease';

/** Conditions of a request; undefined ones do not restrict. Times are milliseconds since the epoch. */
export interface LakeConditions {
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: number;
  readonly ifUnmodifiedSince?: number;
  /** Writing to what is leased needs it. */
  readonly leaseId?: string;
}

/** @throws LakeFault `not-modified` or `condition-not-met`, and of leases */
export function checkRead(conditions: LakeConditions, entry: LakeEntry | undefined, now: number): void {
  requireMatch(conditions, entry);
  if (entry !== undefined && isUnchanged(conditions, entry)) throw new LakeFault('not-modified');
  checkLeaseOf(entry, conditions, now, 'read');
}

/** @throws LakeFault `condition-not-met`, and of leases */
export function checkWrite(conditions: LakeConditions, entry: LakeEntry | undefined, now: number): void {
  checkConditions(conditions, entry);
  checkLeaseOf(entry, conditions, now, 'write');
}

/** What `checkWrite` checks, but for leases. */
export function checkConditions(conditions: LakeConditions, entry: LakeEntry | undefined): void {
  requireMatch(conditions, entry);
  if (entry !== undefined && isUnchanged(conditions, entry)) throw new LakeFault('condition-not-met');
}

/** @throws LakeFault `path-exists` where only a new path would do, else as `checkWrite` */
export function checkCreate(conditions: LakeConditions, entry: LakeEntry | undefined, now: number): void {
  if (entry !== undefined && conditions.ifNoneMatch === '*') throw new LakeFault('path-exists');
  checkWrite(conditions, entry, now);
}

/** Only what is there can be leased. */
function checkLeaseOf(
  entry: LakeEntry | undefined,
  { leaseId }: LakeConditions,
  now: number,
  use: 'read' | 'write',
): void {
  if (entry !== undefined) checkLease(entry.lease, leaseId, now, { use, on: 'path' });
}

function requireMatch(conditions: LakeConditions, entry: LakeEntry | undefined): void {
  const { ifMatch, ifUnmodifiedSince } = conditions;
  if (ifMatch !== undefined && (entry === undefined || !matches(ifMatch, entry.etag))) {
    throw new LakeFault('condition-not-met');
  }
  if (ifUnmodifiedSince !== undefined && entry !== undefined && wholeSecond(entry) > ifUnmodifiedSince) {
    throw new LakeFault('condition-not-met');
  }
}

function isUnchanged({ ifNoneMatch, ifModifiedSince }: LakeConditions, entry: LakeEntry): boolean {
  if (ifNoneMatch !== undefined) return matches(ifNoneMatch, entry.etag);
  return ifModifiedSince !== undefined && wholeSecond(entry) <= ifModifiedSince;
}

function matches(condition: string, etag: string): boolean {
  return condition === '*' || condition.replaceAll('"', '') === etag.replaceAll('"', '');
}

/** HTTP dates carry no fractions, so neither side of a comparison may. */
function wholeSecond(entry: LakeEntry): number {
  return Math.floor(entry.lastModifiedAt / 1000) * 1000;
}
