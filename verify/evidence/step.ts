/** Why something is not known. */
export interface Unknown {
  readonly code: string;
  readonly reason: string;
  readonly remedy: string;
}

/** What became of one step, such as a request. */
export type Step<T> =
  | { readonly state: 'done'; readonly value: T }
  | { readonly state: 'refused'; readonly operation: string; readonly status: number; readonly code?: string }
  | { readonly state: 'unreadable'; readonly operation: string; readonly reason: string }
  | { readonly state: 'skipped'; readonly reason: string };
