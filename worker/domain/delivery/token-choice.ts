import { remainingMs } from './remaining.ts';

/** An access token as it is kept: when it came, and when LinkedIn last refused it. Epoch milliseconds. */
export type KeptToken = { token: string; issuedAtMs: number; expiresAtMs?: number; refusedAtMs?: number };

const MINUTE_MS = 60_000;

/** A token that was just issued may be refused for some minutes (Segment lost events to that in 2026): it is tried again. */
const YOUNG_MS = 30 * MINUTE_MS;
const YOUNG_RETRY_MS = MINUTE_MS / 2;

/** A refusal may have been LinkedIn's own fault, and nobody tells us when it is over: ask again now and then. */
const REFUSED_RETRY_MS = 60 * MINUTE_MS;

/**
 * Chooses the token to call with: the newest that is not refused. So the old one serves on while a new one is not yet
 * accepted, and only goes when the new one has worked.
 */
export function chooseToken(tokens: readonly KeptToken[], nowMs: number): KeptToken | undefined {
  return tokens.find((kept) => usableInMs(kept, nowMs) === 0);
}

/** When one of the tokens may be tried again; undefined when there is none. */
export function nextTokenAtMs(tokens: readonly KeptToken[], nowMs: number): number | undefined {
  return tokens.length === 0 ? undefined : nowMs + Math.min(...tokens.map((kept) => usableInMs(kept, nowMs)));
}

/** Marks a token as refused. */
export function withRefusal(tokens: readonly KeptToken[], refused: string, nowMs: number): KeptToken[] {
  return tokens.map((kept) => (kept.token === refused ? { ...kept, refusedAtMs: nowMs } : kept));
}

/** Puts a new token first and keeps the one before it, for as long as that has not been refused. */
export function withToken(tokens: readonly KeptToken[], fresh: KeptToken): KeptToken[] {
  const [previous] = tokens.filter(({ token }) => token !== fresh.token);
  return previous === undefined || previous.refusedAtMs !== undefined ? [fresh] : [fresh, previous];
}

function usableInMs({ issuedAtMs, refusedAtMs }: KeptToken, nowMs: number): number {
  if (refusedAtMs === undefined) return 0;
  const untilMs = refusedAtMs + (refusedAtMs - issuedAtMs < YOUNG_MS ? YOUNG_RETRY_MS : REFUSED_RETRY_MS);
  return remainingMs(untilMs, { nowMs, atMostMs: REFUSED_RETRY_MS });
}
