import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ArrivalOrder, storeOf } from '../../../../worker/objects/event-store/arrival-order.ts';

const NOW = Date.parse('2026-11-29T14:00:00Z');
const LAST_YEAR = Date.parse('2108-12-31T00:00:00Z');

describe('ArrivalOrder', () => {
  it('grows with every event, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: NOW - 90_000_000, max: LAST_YEAR })), (times) => {
        const order = new ArrivalOrder('tally', 0);
        const seqs = times.map((atMs) => order.next(atMs));
        expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
        expect(seqs.every((seq) => Number.isSafeInteger(seq))).toBe(true);
      }),
    );
  });

  it('gives two stores of a source no common number, and names the store of each', () => {
    const outbox = new ArrivalOrder('outbox', 0);
    const tally = new ArrivalOrder('tally', 0);
    for (let event = 0; event < 1_000; event += 1) {
      expect(storeOf(outbox.next(NOW))).toBe('outbox');
      expect(storeOf(tally.next(NOW))).toBe('tally');
    }
  });

  it('continues after the rows of older releases, which are in the outbox', () => {
    const older = [1, 8, 24, 5_000_000];
    expect(older.map(storeOf)).toEqual(older.map(() => 'outbox'));
    expect(new ArrivalOrder('outbox', 5_000_000).next(NOW)).toBe(NOW * 2_048);
  });

  it('continues after the newest number of its store when the clock was set back', () => {
    const newest = new ArrivalOrder('tally', 0).next(NOW);
    const next = new ArrivalOrder('tally', newest).next(NOW - 60_000);
    expect(next).toBeGreaterThan(newest);
    expect(storeOf(next)).toBe('tally');
  });
});
