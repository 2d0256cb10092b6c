import { assert, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { retryAfterMs } from '../../../worker/linkedin/retry-after.ts';

const NOW = Date.parse('2026-10-21T07:28:00Z');

describe('Retry-After', () => {
  it.each([
    ['30', 30_000],
    ['0', 0],
    ['1.5', 1_500],
    [' 7 ', 7_000],
    ['99999999999', 99_999_999_999_000],
    ['Wed, 21 Oct 2026 07:29:00 GMT', 60_000],
    ['Wed, 21 Oct 2015 07:28:00 GMT', 0],
  ])('of %j is a wait of %i ms', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  it.each([null, '', ' ', '-5', 'banana', '1e3', '0x10', '30, 60', '2026-10-21', 'Infinity', 'Wed, banana GMT'])(
    'of %j is ignored',
    (header) => {
      expect(retryAfterMs(header, NOW)).toBeUndefined();
    },
  );

  it('is never in the past, whatever it says', () => {
    assert(
      property(string(), integer({ min: 0, max: 4e12 }), (header, atMs) => {
        const date = new Date(atMs).toUTCString();

        expect(retryAfterMs(header, NOW) ?? 0).toBeGreaterThanOrEqual(0);
        expect(retryAfterMs(date, NOW)).toBe(Math.max(0, Math.floor(atMs / 1000) * 1000 - NOW));
      }),
    );
  });
});
