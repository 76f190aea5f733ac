/** Tokens that prove a result speaks for an attempt it was given. Deterministic: minting twice gives the same token. */
export interface TaskTokens {
  mint(attemptKey: string): string;
  /** Constant time. */
  verify(attemptKey: string, token: string | undefined): boolean;
}
