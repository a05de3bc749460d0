import { roleAllows, ROLES, type BuiltInRole } from '../../contract';
import type { Clock } from '../clock';
import type { Authorize } from './authorizer';
import type { ResourceStore } from './resource-store';
import type { StateStore, StateTable } from './state-store';

const ROLE_ASSIGNMENT = /\/providers\/Microsoft\.Authorization\/roleAssignments\/[^/]+$/i;

export interface RoleAssignment {
  readonly id: string;
  readonly scope: string;
  readonly principalId: string;
  readonly roleDefinitionId: string;
  /** ISO 8601. Absent for what faults put into the store, which counts at once. */
  readonly createdOn?: string;
}

/** What somebody holds by an assignment, whether it still stands or not. */
type Grant = Pick<RoleAssignment, 'scope' | 'principalId' | 'roleDefinitionId'>;

interface RemovedAssignment extends RoleAssignment {
  readonly removedAt: number;
}

export interface RoleBookOptions {
  readonly clock: Clock;
  /** Assignments that no request made and none can remove. */
  readonly standing: readonly Grant[];
  /** Assignments that were removed and may still count survive a restart. */
  readonly state: StateStore;
  /** How long it takes until an assignment counts that was made, or no longer counts that was removed. */
  readonly propagationMs: number;
}

/** Role assignments as they stand in the store, and what they permit by now. */
export class RoleBook {
  private readonly removed: Map<string, RemovedAssignment>;
  private readonly removedRows: StateTable<RemovedAssignment>;

  public constructor(
    private readonly resources: ResourceStore,
    private readonly options: RoleBookOptions,
  ) {
    this.removedRows = options.state.table('removedRoleAssignments');
    this.removed = new Map(this.removedRows.rows());
  }

  /** Assignments made through Azure Resource Manager, at whatever scope, whether they count by now or not. */
  public all(): readonly RoleAssignment[] {
    return this.resources
      .below('')
      .filter(({ id }) => ROLE_ASSIGNMENT.test(id))
      .map(({ id, body }) => ({ id, ...(body['properties'] as Omit<RoleAssignment, 'id'>) }));
  }

  /** The roles that somebody holds at a scope, also by way of what is above it. */
  public rolesAt(principalId: string, scope: string): readonly BuiltInRole[] {
    return this.counting()
      .filter((assignment) => assignment.principalId.toLowerCase() === principalId.toLowerCase())
      .filter((assignment) => isAtOrBelow(scope, assignment.scope))
      .flatMap(({ roleDefinitionId }) => roleOf(roleDefinitionId) ?? []);
  }

  public readonly authorize: Authorize = (principalId, plane, operation, scope) =>
    this.rolesAt(principalId, scope).some((role) => roleAllows(role, plane, operation));

  /** To be told when a request has removed an assignment: it goes on counting for a while. */
  public wasRemoved(assignment: RoleAssignment): void {
    if (this.options.propagationMs === 0) return;
    const now = this.options.clock.now();
    if (!this.countsAt(assignment, now)) return;
    const key = `${assignment.id.toLowerCase()} ${now}`;
    const row = { ...assignment, removedAt: now };
    this.removed.set(key, row);
    this.removedRows.put(key, row);
  }

  private counting(): readonly Grant[] {
    const now = this.options.clock.now();
    const made = this.all().filter((assignment) => this.countsAt(assignment, now));
    return [...this.options.standing, ...made, ...this.leaving(now)];
  }

  private countsAt({ createdOn }: RoleAssignment, now: number): boolean {
    return createdOn === undefined || Date.parse(createdOn) + this.options.propagationMs <= now;
  }

  private leaving(now: number): readonly Grant[] {
    for (const [key, { removedAt }] of [...this.removed]) {
      if (removedAt + this.options.propagationMs > now) continue;
      this.removed.delete(key);
      this.removedRows.delete(key);
    }
    return [...this.removed.values()];
  }
}

export function roleOf(roleDefinitionId: string): BuiltInRole | undefined {
  const guid = roleDefinitionId.split('/').at(-1)?.toLowerCase();
  return Object.values(ROLES).find((role) => role.id === guid);
}

/** Whether an id is `scope` itself or something below it; case does not count, nor does a slash at the end. */
export function isAtOrBelow(id: string, scope: string): boolean {
  const [inner, outer] = [id.toLowerCase(), scope.toLowerCase().replace(/\/$/, '')];
  return inner === outer || inner.startsWith(`${outer}/`);
}
