import type { NameKind } from '../../contract';
import type { ResourceId } from './resource-id';

/** A JSON object as requests and answers carry it. */
export type Body = Readonly<Record<string, unknown>>;

/** What one PUT or PATCH is about. */
export interface Write {
  readonly resource: ResourceId;
  /** The whole resource as it is to be: the body of a PUT, or the merged body of a PATCH. */
  readonly body: Body;
  readonly previous: Body | undefined;
}

/** One thing that is wrong with a write, as a sentence, under Azure's code. */
export interface Problem {
  readonly code: string;
  readonly message: string;
}

/** Why a resource cannot be removed as long as others are there. */
export interface RemovalProblem extends Problem {
  readonly status: 400 | 409;
}

/** How one type of resource behaves; what is not said here every type does alike. */
export interface ResourceType {
  /** As Azure spells it. */
  readonly type: string;
  readonly nameKind?: NameKind;
  /** Whether `default` is the only name. @default false */
  readonly singleton?: boolean;
  /** Whether it needs a location, which it then keeps. @default false */
  readonly located?: boolean;
  /** Code of the 409 for a name that another resource of the type has; without it names need be unique below their parent only. */
  readonly nameTakenCode?: string;
  /** Status of a PUT that created, and of one that replaced. @default 201 and 200 */
  readonly created?: number;
  readonly replaced?: number;
  /** Whether writes are long-running operations for the client. @default false */
  readonly longRunning?: boolean;
  /** All that is wrong with a write besides name and location; it is answered together, with 400. */
  readonly problems?: (write: Write) => readonly Problem[];
  /**
   * Answers what is stored: the body with what Azure adds.
   *
   * @throws ServiceFault where Azure would refuse for a reason that lies outside of the body
   */
  readonly complete?: (write: Write) => Body;
  /** Properties that follow from other resources, in an answer in place of what is stored. */
  readonly derived?: (id: string) => Body;
  /** Whether it comes and goes with its parent alone; a DELETE is not in the emulator then. @default false */
  readonly undeletable?: boolean;
  /** What stands against the removal of one resource; the removal of its whole group does not ask. */
  readonly removalProblem?: (resource: ResourceId) => RemovalProblem | undefined;
  /** Told after a resource was stored. */
  readonly onStored?: (resource: ResourceId, body: Body) => void;
  /** Whether `onStored` starts something that a restart has to start again. @default false */
  readonly startsService?: boolean;
  /** Told after a resource was removed, also by way of its parent. */
  readonly onRemoved?: (resource: ResourceId, body: Body) => void;
  /** A type whose resources live elsewhere: reads them instead of the store. */
  readonly source?: ResourceSource;
}

export interface ResourceSource {
  find(resource: ResourceId): Body | undefined;
  list(parentId: string): readonly { readonly name: string; readonly body: Body }[];
  put(resource: ResourceId, body: Body): void;
  remove(resource: ResourceId): void;
}

export function properties(body: Body | undefined): Body {
  return record(body?.['properties']);
}

export function record(value: unknown): Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {};
}

/** A value in an error message. */
export function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
