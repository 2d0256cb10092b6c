import ipaddr from 'ipaddr.js';

/** The wrong tokens that came from one address. */
export type Guesses = { failures: number; lastAtMs: number };

/** The wrong tokens allowed before the first wait. People mistype, and scripts may have an old token. */
const FREE_GUESSES = 20;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15 * 60_000;

/** After this quiet time, an address starts again at zero. */
export const FORGET_GUESSES_MS = 60 * 60_000;

/**
 * Returns until when an address must wait after wrong tokens. Each further one doubles the wait. A right token never
 * waits.
 *
 * A right token doesn't reset the wait. Otherwise the holder of a low-privilege token could guess a better one between
 * its uses.
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

/**
 * Returns the address under which guesses are counted. An IPv6 user has 2^64 addresses, so only the first half counts.
 */
export function guessAddress(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  // An IPv4 address written as IPv6 is counted as IPv4, not by its IPv6 network.
  const parsed = ipaddr.process(address);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
  return `${network.join(':')}::/64`;
}
