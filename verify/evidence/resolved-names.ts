/** Where the names of a deployment with private endpoints lead, seen from the verifier. */
export interface ResolvedNames {
  readonly names: readonly {
    readonly host: string;
    /** Empty where the name does not resolve. */
    readonly addresses: readonly string[];
    /** Whether every address is one of a private network; false where there is none. */
    readonly isPrivate: boolean;
  }[];
}
