import type { HoldReason } from '../../schema/events/outcome.ts';

/** The answer of the Credentials object to a request for LinkedIn access. */
export type Access =
  | {
      kind: 'token';
      token: string;
      /**
       * Identifies the token without revealing it, so that many callers with the same refused token cause only one
       * refresh.
       */
      tokenId: string;
      /** The quota that a call uses: the LinkedIn app's, or the token's own when there is no app. */
      limiterKey: string;
    }
  /** No usable token now. Usually only a person can change that. */
  | { kind: 'none'; reason: HoldReason; retryAfterMs: number }
  /** LinkedIn could not be asked for a new token. Try again later. */
  | { kind: 'unavailable' };
