/** The locks that the deployment meant to have, each with those of its name that are there. */
export interface DeleteLocks {
  readonly locks: readonly {
    readonly scope: string;
    readonly name: string;
    /** `CanNotDelete` or `ReadOnly`; missing where there is no such lock. */
    readonly level?: string;
  }[];
}
