import { describe, expect, it } from 'vitest';

import {
  FORGET_GUESSES_MS,
  guessAddress,
  guessableAtMs,
  withGuess,
} from '../../../worker/domain/access/guess-backoff.ts';

const MINUTE_MS = 60_000;

describe('wrong tokens from one address', () => {
  it.each([
    [1, 0],
    [20, 0],
    [21, 1_000],
    [22, 2_000],
    [25, 16_000],
    [30, 512_000],
    [31, 15 * MINUTE_MS],
    [1_000, 15 * MINUTE_MS],
  ])('delay the next one: after %i of them by %i ms', (failures, waitMs) => {
    expect(guessableAtMs({ failures, lastAtMs: 0 })).toBe(waitMs);
  });

  it('take at least ten days for a thousand attempts', () => {
    let guesses = withGuess(undefined, 0);
    for (let guess = 1; guess < 1_000; guess += 1)
      guesses = withGuess(guesses, Math.max(guesses.lastAtMs, guessableAtMs(guesses)));

    expect(guesses.lastAtMs).toBeGreaterThan(10 * 24 * 60 * MINUTE_MS);
  });

  it('are forgotten after a quiet hour', () => {
    const guesses = withGuess({ failures: 20, lastAtMs: 0 }, FORGET_GUESSES_MS);

    expect(guesses).toEqual({ failures: 1, lastAtMs: FORGET_GUESSES_MS });
  });

  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:DB8::9', '2001:db8:0:0::/64'],
    ['2001:db8:0:0:1::9', '2001:db8:0:0::/64'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('from %s are counted as from %s', (address, counted) => {
    expect(guessAddress(address)).toBe(counted);
  });
});
