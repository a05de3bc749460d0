/** What may go wrong where tokens are made. */
export interface TokenTrouble {
  /** The audience of every token, whatever was asked for; undefined for what was asked for. */
  audience(): string | undefined;
  /** How far the clock that dates tokens is ahead. */
  clockSkewMs(): number;
}

export const NO_TOKEN_TROUBLE: TokenTrouble = { audience: () => undefined, clockSkewMs: () => 0 };
