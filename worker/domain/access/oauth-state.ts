import type { Role } from '../../schema/settings/access-token.ts';

/** How long a person has to finish LinkedIn's consent page. */
export const STATE_LIFETIME_MS = 10 * 60_000;

/**
 * The most connections that are stored: more than any person starts at once. If there are more, the oldest is removed.
 */
const MAX_STATES = 20;

/**
 * A started connection to LinkedIn, with the data to finish it. The `state` is a secret, so only its hash is stored.
 */
export type BegunConnection = {
  stateSha256: string;
  /** LinkedIn requires the same URI again when the code is exchanged. */
  redirectUri: string;
  begunAtMs: number;
  usedAtMs?: number;
  /** Who started it, for the audit log. The browser that returns has no token of ours. */
  by?: Actor;
};

export type Actor = { id: string; role: Role };

export type TakenState =
  | { kind: 'fresh'; redirectUri: string; by: Actor | undefined }
  /** The state was used before: the page was reloaded, or the URL was copied. */
  | { kind: 'used' }
  | { kind: 'expired' }
  | { kind: 'unknown' };

/** Stores a started connection. Expired ones are stored a little longer, so that a late return gets a clear message. */
export function withBegun(known: readonly BegunConnection[], begun: BegunConnection): BegunConnection[] {
  const keptSinceMs = begun.begunAtMs - 2 * STATE_LIFETIME_MS;
  return [...known.filter(({ begunAtMs }) => begunAtMs >= keptSinceMs), begun].slice(-MAX_STATES);
}

/** Uses up a state that came back. It is valid once, for a limited time. */
export function takeState(
  known: readonly BegunConnection[],
  stateSha256: string,
  nowMs: number,
): { taken: TakenState; left: BegunConnection[] } {
  const begun = known.find((connection) => connection.stateSha256 === stateSha256);
  const left = known.map((connection) =>
    connection === begun ? { ...connection, usedAtMs: connection.usedAtMs ?? nowMs } : connection,
  );
  if (begun === undefined) return { taken: { kind: 'unknown' }, left };
  if (begun.usedAtMs !== undefined) return { taken: { kind: 'used' }, left };
  // A start far in the future comes from a clock that has since been corrected.
  if (Math.abs(nowMs - begun.begunAtMs) >= STATE_LIFETIME_MS) return { taken: { kind: 'expired' }, left };
  return { taken: { kind: 'fresh', redirectUri: begun.redirectUri, by: begun.by }, left };
}
