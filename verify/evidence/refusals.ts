/** How a service answered a request that it ought to refuse, or a caller that it ought to let in. */
export interface RefusalAnswer {
  readonly status: number;
  readonly code?: string;
}

export interface DicomTokenChecks {
  readonly answer: RefusalAnswer;
  /** Whether it said where to get a token. */
  readonly challenged: boolean;
}

export type ReadOnlyStore =
  { readonly state: 'no reader' } | { readonly state: 'asked'; readonly store: RefusalAnswer };

export interface AnonymousLake {
  readonly read: RefusalAnswer;
  readonly list: RefusalAnswer;
}

export interface SharedKeyLake {
  /** To a request signed with a key that nobody has. */
  readonly answer: RefusalAnswer;
  /** What Azure Resource Manager says of the account. */
  readonly allowed: boolean;
  /** Whether the deployment meant keys to be off; where it does not say, it may have meant them to be on. */
  readonly meantOff: boolean;
}

/** What was seen of one host from where the verification ran. */
export interface Reach {
  readonly host: string;
  /** Whether its addresses are those of a private network. */
  readonly addresses: 'private' | 'public' | 'both' | 'unknown';
  readonly answer: 'let in' | 'kept out' | 'silent' | 'not asked';
  /** Whether the deployment meant the internet to get in; absent where it does not say, or lets some in. */
  readonly meantPublic?: boolean;
}
