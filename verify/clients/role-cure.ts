import { SERVICE_FACTS } from '../../contract';
import type { ArmReader } from './arm-reader';
import { heldRoles, type HeldRole } from './role-assignments';

const PROPAGATION_MS = SERVICE_FACTS.rolePropagationSeconds.value * 1000;
const CACHE_MS = SERVICE_FACTS.authorizationCacheSeconds.value * 1000;

/** A role that is there and may not count yet. */
export interface RoleCure {
  readonly roleName: string;
  /** Time of the clock by which Azure promises that it counts. */
  readonly until: number;
}

/** Waits between two tries, each longer than the one before; the last repeats. */
const WAITS_MS = [5_000, 10_000, 20_000, 30_000];

/** How long to wait before the next try; undefined where there is no time left, or the role should count by now. */
export function waitForCure(
  { until }: RoleCure,
  tries: number,
  { now, deadline }: { readonly now: number; readonly deadline: number },
): number | undefined {
  if (now >= until) return undefined;
  const wait = Math.min(WAITS_MS[tries] ?? WAITS_MS.at(-1) ?? 0, until - now);
  return now + wait < deadline ? wait : undefined;
}

export interface RefusedAccess {
  /** Where the role must be given, or above. */
  readonly scope: string;
  readonly holder: string;
  /** What the role must permit, all of it. */
  readonly dataActions: readonly string[];
  /** Whether who refused keeps its decisions for a while, as the DICOM service does. */
  readonly isCached: boolean;
}

/**
 * The role that cures a refusal by itself once it counts; undefined where there is none, or where one should have
 * counted long ago, so that something else is wrong. Asked with the reader's own rights: what it may not see cures
 * nothing.
 *
 * @see https://learn.microsoft.com/azure/role-based-access-control/troubleshooting
 * @see https://learn.microsoft.com/azure/healthcare-apis/configure-azure-rbac
 */
export async function cureOf(
  arm: ArmReader,
  { scope, holder, dataActions, isCached }: RefusedAccess,
  now: number,
  signal?: AbortSignal,
): Promise<RoleCure | undefined> {
  const held = await heldRoles(arm, scope, { assignedTo: holder }, signal);
  const sufficient = held.filter(({ powers }) =>
    dataActions.every((action) => powers.allows('data-action', action)),
  );
  const first = sufficient.toSorted((one, other) => madeAt(one) - madeAt(other))[0];
  if (first === undefined) return undefined;
  const until = madeAt(first) + PROPAGATION_MS + (isCached ? CACHE_MS : 0);
  return until > now ? { roleName: first.powers.roleName, until } : undefined;
}

/** A description that changes does not start the time again, so the time of the last change does not count. */
function madeAt({ createdAt }: HeldRole): number {
  return createdAt ?? Number.NEGATIVE_INFINITY;
}
