import { describe, expect, it } from 'vitest';

import { chooseToken, nextTokenAtMs, withRefusal, withToken } from '../../../worker/domain/delivery/token-choice.ts';
import type { KeptToken } from '../../../worker/domain/delivery/token-choice.ts';
import { NOW } from '../support/an-event.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const old: KeptToken = { token: 'old', issuedAtMs: NOW - 24 * HOUR_MS };
const fresh: KeptToken = { token: 'fresh', issuedAtMs: NOW };

describe('the choice of an access token', () => {
  it('prefers the newest', () => {
    expect(chooseToken([fresh, old], NOW)?.token).toBe('fresh');
  });

  it('uses the previous token for some minutes when LinkedIn refuses the newest', () => {
    const tokens = withRefusal([fresh, old], 'fresh', NOW);

    expect(chooseToken(tokens, NOW)?.token).toBe('old');
    expect(chooseToken(tokens, NOW + MINUTE_MS / 2)?.token).toBe('fresh');
  });

  it('has no token when all were refused, and tries one again after an hour', () => {
    const tokens = withRefusal([old], 'old', NOW);

    expect(chooseToken(tokens, NOW)).toBeUndefined();
    expect(nextTokenAtMs(tokens, NOW)).toBe(NOW + HOUR_MS);
    expect(chooseToken(tokens, NOW + HOUR_MS)?.token).toBe('old');
  });

  it('has no token, now or later, when none exists', () => {
    expect(chooseToken([], NOW)).toBeUndefined();
    expect(nextTokenAtMs([], NOW)).toBeUndefined();
  });

  it('ignores the refusal of an unknown token', () => {
    expect(withRefusal([fresh, old], 'unknown', NOW)).toEqual([fresh, old]);
  });
});

describe('a new token', () => {
  it('comes first, and the previous one stays until the new one has worked', () => {
    expect(withToken([old], fresh)).toEqual([fresh, old]);
  });

  it('replaces one that was refused', () => {
    expect(withToken(withRefusal([old], 'old', NOW), fresh)).toEqual([fresh]);
  });

  it('is stored with at most one other, and no token twice', () => {
    const newest: KeptToken = { token: 'newest', issuedAtMs: NOW + 1 };

    expect(withToken([fresh, old], newest)).toEqual([newest, fresh]);
    expect(withToken([old], { ...old, issuedAtMs: NOW })).toEqual([{ ...old, issuedAtMs: NOW }]);
  });
});
