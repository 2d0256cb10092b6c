import { remainingMs } from './remaining-wait.ts';

/** A stored access token: when it was issued, and when LinkedIn last refused it. Epoch milliseconds. */
export type KeptToken = { token: string; issuedAtMs: number; expiresAtMs?: number; refusedAtMs?: number };

const MINUTE_MS = 60_000;

/**
 * The age below which a refused token is retried soon. LinkedIn may refuse a new token for some minutes (Segment lost
 * events to that in 2026).
 */
const YOUNG_MS = 30 * MINUTE_MS;
const YOUNG_RETRY_MS = MINUTE_MS / 2;

/**
 * How often a refused token is retried. The refusal may have been LinkedIn's own fault, and LinkedIn doesn't notify us
 * when it is over.
 */
const REFUSED_RETRY_MS = 60 * MINUTE_MS;

/**
 * Chooses the newest token that is not refused. The old token stays in use while LinkedIn doesn't accept the new one
 * yet.
 */
export function chooseToken(tokens: readonly KeptToken[], nowMs: number): KeptToken | undefined {
  return tokens.find((kept) => usableInMs(kept, nowMs) === 0);
}

/** Returns when the next token may be tried. Undefined when there are no tokens. */
export function nextTokenAtMs(tokens: readonly KeptToken[], nowMs: number): number | undefined {
  return tokens.length === 0 ? undefined : nowMs + Math.min(...tokens.map((kept) => usableInMs(kept, nowMs)));
}

/** Marks a token as refused. */
export function withRefusal(tokens: readonly KeptToken[], refused: string, nowMs: number): KeptToken[] {
  return tokens.map((kept) => (kept.token === refused ? { ...kept, refusedAtMs: nowMs } : kept));
}

/** Puts a new token first. The previous one is kept unless it has been refused. */
export function withToken(tokens: readonly KeptToken[], fresh: KeptToken): KeptToken[] {
  const [previous] = tokens.filter(({ token }) => token !== fresh.token);
  return previous === undefined || previous.refusedAtMs !== undefined ? [fresh] : [fresh, previous];
}

function usableInMs({ issuedAtMs, refusedAtMs }: KeptToken, nowMs: number): number {
  if (refusedAtMs === undefined) return 0;
  const untilMs = refusedAtMs + (refusedAtMs - issuedAtMs < YOUNG_MS ? YOUNG_RETRY_MS : REFUSED_RETRY_MS);
  return remainingMs(untilMs, { nowMs, atMostMs: REFUSED_RETRY_MS });
}
