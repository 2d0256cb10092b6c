import type { HoldReason } from '../../schema/events/outcome.ts';

/** What the Credentials object answers when somebody wants to call LinkedIn. */
export type Access =
  | {
      kind: 'token';
      token: string;
      /** Names the token without saying it, so that a refused one is refreshed once and not once for each caller. */
      tokenId: string;
      /** Whose quota a call uses: the LinkedIn app's, or the token's own where there is no app. */
      limiterKey: string;
    }
  /** There is no token to call with now; usually only a person can change that. */
  | { kind: 'none'; reason: HoldReason; retryAfterMs: number }
  /** LinkedIn could not be asked for a new token: try again. */
  | { kind: 'unavailable' };
