import { describe, expect, it } from 'vitest';

import { chooseToken, nextTokenAtMs, withRefusal, withToken } from '../../../worker/domain/delivery/token-choice.ts';
import type { KeptToken } from '../../../worker/domain/delivery/token-choice.ts';
import { NOW } from '../support/an-event.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const old: KeptToken = { token: 'old', issuedAtMs: NOW - 24 * HOUR_MS };
const fresh: KeptToken = { token: 'fresh', issuedAtMs: NOW };

describe('the token to call with', () => {
  it('is the newest', () => {
    expect(chooseToken([fresh, old], NOW)?.token).toBe('fresh');
  });

  it('is the one before while the newest is refused, which may take it some minutes', () => {
    const tokens = withRefusal([fresh, old], 'fresh', NOW);

    expect(chooseToken(tokens, NOW)?.token).toBe('old');
    expect(chooseToken(tokens, NOW + MINUTE_MS / 2)?.token).toBe('fresh');
  });

  it('is none when all are refused, and one is tried again after an hour', () => {
    const tokens = withRefusal([old], 'old', NOW);

    expect(chooseToken(tokens, NOW)).toBeUndefined();
    expect(nextTokenAtMs(tokens, NOW)).toBe(NOW + HOUR_MS);
    expect(chooseToken(tokens, NOW + HOUR_MS)?.token).toBe('old');
  });

  it('is none, at no time, when there is none', () => {
    expect(chooseToken([], NOW)).toBeUndefined();
    expect(nextTokenAtMs([], NOW)).toBeUndefined();
  });

  it('is not refused because another one is', () => {
    expect(withRefusal([fresh, old], 'unknown', NOW)).toEqual([fresh, old]);
  });
});

describe('a new token', () => {
  it('comes first, and the one before stays until the new one has worked', () => {
    expect(withToken([old], fresh)).toEqual([fresh, old]);
  });

  it('takes the place of one that was refused', () => {
    expect(withToken(withRefusal([old], 'old', NOW), fresh)).toEqual([fresh]);
  });

  it('keeps one other at most, and none twice', () => {
    const newest: KeptToken = { token: 'newest', issuedAtMs: NOW + 1 };

    expect(withToken([fresh, old], newest)).toEqual([newest, fresh]);
    expect(withToken([old], { ...old, issuedAtMs: NOW })).toEqual([{ ...old, issuedAtMs: NOW }]);
  });
});
