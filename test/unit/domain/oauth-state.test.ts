import { describe, expect, it } from 'vitest';

import { STATE_LIFETIME_MS, takeState, withBegun } from '../../../worker/domain/access/oauth-state.ts';

const NOW = Date.UTC(2026, 10, 21);
const begun = (stateSha256: string, begunAtMs = NOW) => ({
  stateSha256,
  redirectUri: 'https://t.example.com/callback',
  begunAtMs,
});

describe('the OAuth state of a connection', () => {
  it('works once', () => {
    const first = takeState([begun('a'), begun('b')], 'a', NOW + 1);
    const second = takeState(first.left, 'a', NOW + 2);
    const other = takeState(second.left, 'b', NOW + 3);

    expect(first.taken).toMatchObject({ kind: 'fresh', redirectUri: 'https://t.example.com/callback' });
    expect(second.taken).toEqual({ kind: 'used' });
    expect(other.taken.kind).toBe('fresh');
  });

  it.each([
    [STATE_LIFETIME_MS - 1, 'fresh'],
    [STATE_LIFETIME_MS, 'expired'],
    // T17: it began while the clock was ahead.
    [-30 * 24 * 60 * 60_000, 'expired'],
  ])('after %d ms is %s', (afterMs, kind) => {
    expect(takeState([begun('a')], 'a', NOW + afterMs).taken.kind).toBe(kind);
  });

  it('is unknown when no connection began with it', () => {
    expect(takeState([begun('a')], 'b', NOW).taken).toEqual({ kind: 'unknown' });
  });

  it('is stored until it expires, at most twenty at once', () => {
    const many = Array.from({ length: 50 }, (_, index) => begun(String(index), NOW + index)).reduce(withBegun, [
      begun('old', NOW - 3 * STATE_LIFETIME_MS),
    ]);

    expect(many.map(({ stateSha256 }) => stateSha256)).toEqual(
      Array.from({ length: 20 }, (_, index) => String(30 + index)),
    );
  });
});
