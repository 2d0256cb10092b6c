/** Wrong tokens that came from one address. */
export type Guesses = { failures: number; lastAtMs: number };

/** A person who mistypes, or a script with an old token, is not slowed at once. */
const FREE_GUESSES = 20;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15 * 60_000;

/** Where an owner was lately: he is not shut out by whoever guesses beside him, or by a script of his own. */
const MAX_WAIT_OF_KNOWN_MS = 1_000;
export const KNOWN_FOR_MS = 24 * 60 * 60_000;

/** An address that was quiet for so long begins anew. */
export const FORGET_GUESSES_MS = 60 * 60_000;

/**
 * Says until when nothing from an address is even compared: each wrong token doubles the wait.
 *
 * A success does not undo that: whoever has a small token could else guess a larger one between its uses.
 *
 * @param isKnown An owner came from this address within a day.
 *
 * @example
 * guessableAtMs({ failures: 21, lastAtMs: 0 }, { isKnown: false }) // 1_000
 */
export function guessableAtMs({ failures, lastAtMs }: Guesses, { isKnown }: { isKnown: boolean }): number {
  if (failures <= FREE_GUESSES) return 0;
  return (
    lastAtMs +
    Math.min(isKnown ? MAX_WAIT_OF_KNOWN_MS : MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - FREE_GUESSES - 1))
  );
}

/** Counts one more wrong token. */
export function withGuess(known: Guesses | undefined, nowMs: number): Guesses {
  const isForgotten = known === undefined || nowMs - known.lastAtMs >= FORGET_GUESSES_MS;
  return { failures: isForgotten ? 1 : known.failures + 1, lastAtMs: nowMs };
}

/** An address as guesses are counted: whoever has one IPv6 address has 2^64 of them, so their first half counts. */
export function guessAddress(address: string): string {
  if (!address.includes(':')) return address;
  const [head = ''] = address.split('::');
  return `${head.split(':').slice(0, 4).join(':')}::/64`;
}
