import type { Role } from '../../schema/settings/access-token.ts';

/** How long a person has for LinkedIn's consent page. */
export const STATE_LIFETIME_MS = 10 * 60_000;

/** More at once than any person opens; the oldest goes. */
const MAX_STATES = 20;

/** A connection that was begun, and what is needed to end it. The `state` itself is a secret, so its hash stands for it. */
export type BegunConnection = {
  stateSha256: string;
  /** LinkedIn wants the same one again when the code is exchanged. */
  redirectUri: string;
  begunAtMs: number;
  usedAtMs?: number;
  /** Who did, for the audit log: whoever comes back has no token of ours to show. */
  by?: Actor;
};

export type Actor = { id: string; role: Role };

export type TakenState =
  | { kind: 'fresh'; redirectUri: string; by: Actor | undefined }
  /** It was used before: a page that was loaded again, or somebody else with a copied address. */
  | { kind: 'used' }
  | { kind: 'expired' }
  | { kind: 'unknown' };

/** Remembers a connection that is begun; those that are over are kept a while, so that a late answer can be told why. */
export function withBegun(known: readonly BegunConnection[], begun: BegunConnection): BegunConnection[] {
  const keptSinceMs = begun.begunAtMs - 2 * STATE_LIFETIME_MS;
  return [...known.filter(({ begunAtMs }) => begunAtMs >= keptSinceMs), begun].slice(-MAX_STATES);
}

/** Takes a state that came back: once, and in its time. */
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
  // Begun far in the future: by a clock that was put right since.
  if (Math.abs(nowMs - begun.begunAtMs) >= STATE_LIFETIME_MS) return { taken: { kind: 'expired' }, left };
  return { taken: { kind: 'fresh', redirectUri: begun.redirectUri, by: begun.by }, left };
}
