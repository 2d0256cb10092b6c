import ipaddr from 'ipaddr.js';

/** Wrong tokens that came from one address. */
export type Guesses = { failures: number; lastAtMs: number };

/** A person who mistypes, or a script with an old token, is not slowed at once. */
const FREE_GUESSES = 20;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15 * 60_000;

/** An address that was quiet for so long begins anew. */
export const FORGET_GUESSES_MS = 60 * 60_000;

/**
 * Says until when wrong tokens from an address are told to wait: each one doubles the wait. A right token never waits.
 *
 * A success does not undo that: whoever has a small token could else guess a larger one between its uses.
 *
 * @example
 * guessableAtMs({ failures: 21, lastAtMs: 0 }) // 1_000
 */
export function guessableAtMs({ failures, lastAtMs }: Guesses): number {
  if (failures <= FREE_GUESSES) return 0;
  return lastAtMs + Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - FREE_GUESSES - 1));
}

/** Counts one more wrong token. */
export function withGuess(known: Guesses | undefined, nowMs: number): Guesses {
  const isForgotten = known === undefined || nowMs - known.lastAtMs >= FORGET_GUESSES_MS;
  return { failures: isForgotten ? 1 : known.failures + 1, lastAtMs: nowMs };
}

/** An address as guesses are counted: whoever has one IPv6 address has 2^64 of them, so their first half counts. */
export function guessAddress(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  // An IPv4 address that is written as an IPv6 one is itself, not one of the 2^64 beside it.
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
