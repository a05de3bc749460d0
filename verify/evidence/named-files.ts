/** How many files there are of a kind, and up to 20 of them by name. */
export interface NamedFiles {
  readonly count: number;
  readonly paths: readonly string[];
}
