import { array, assert, constantFrom, dictionary, integer, property, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isBalanced, withTotals } from '../../../worker/domain/delivery/ledger-totals.ts';
import type { LedgerRow } from '../../../worker/schema/reports/ledger.ts';

const aRow = (over: Partial<LedgerRow> = {}): LedgerRow => ({
  day: '2026-11-21',
  event: 'Order Completed',
  received: 0,
  delivered: 0,
  unconfirmed: 0,
  pending: 0,
  held: 0,
  dead: 0,
  expired: 0,
  erased: 0,
  rejected: 0,
  skipped: {},
  ...over,
});

describe('the ledger', () => {
  it('adds up the received events and their outcomes', () => {
    const rows = [
      aRow({ received: 5, delivered: 3, skipped: { no_consent: 1, duplicate: 1 } }),
      aRow({ event: 'page', received: 3, rejected: 1, dead: 1, skipped: { no_consent: 1 } }),
    ];

    expect(withTotals(rows)).toEqual({
      data: rows,
      totals: {
        received: 8,
        delivered: 3,
        unconfirmed: 0,
        pending: 0,
        held: 0,
        dead: 1,
        expired: 0,
        erased: 0,
        rejected: 1,
        skipped: { no_consent: 2, duplicate: 1 },
      },
      balanced: true,
    });
  });

  it.each([
    aRow({ received: 1 }),
    aRow({ delivered: 1 }),
    aRow({ received: 2, delivered: 1, skipped: { duplicate: 2 } }),
  ])('reports a missing or an extra event: %j', (row) => {
    expect(isBalanced(row)).toBe(false);
    // A row that is short and one that is over don't cancel out.
    expect(withTotals([row, aRow({ received: 1 }), aRow({ pending: 1 })]).balanced).toBe(false);
  });

  it('is empty and balanced when nothing arrived', () => {
    expect(withTotals([])).toMatchObject({ balanced: true, totals: { received: 0, skipped: {} } });
  });

  it('is balanced when every event has exactly one outcome', () => {
    const count = integer({ min: 0, max: 1_000 });
    const outcomes = record({
      delivered: count,
      pending: count,
      held: count,
      dead: count,
      expired: count,
      erased: count,
      rejected: count,
      skipped: dictionary(constantFrom('no_consent', 'no_mapping', 'duplicate'), count),
    });

    assert(
      property(array(outcomes), (all) => {
        const rows = all.map(({ skipped, ...counts }) => {
          const received = [...Object.values(counts), ...Object.values(skipped)].reduce((sum, n) => sum + n, 0);
          return aRow({ ...counts, skipped, received });
        });

        expect(withTotals(rows).balanced).toBe(true);
      }),
    );
  });
});
