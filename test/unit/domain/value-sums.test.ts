import { array, assert, integer, property } from 'fast-check';
import { expect, it } from 'vitest';

import { sumByCurrency } from '../../../worker/domain/value/value-sums.ts';

it('adds amounts up by currency, sorted by currency code', () => {
  const sums = sumByCurrency([
    { currency: 'USD', amount: '0.10' },
    { currency: 'EUR', amount: '5' },
    { currency: 'USD', amount: '0.20' },
  ]);

  expect(sums).toEqual([
    { currency: 'EUR', amount: '5' },
    { currency: 'USD', amount: '0.3' },
  ]);
});

it('is empty without amounts', () => {
  expect(sumByCurrency([])).toEqual([]);
});

it('loses no cent', () => {
  assert(
    property(array(integer({ min: 0, max: 10 ** 9 }), { minLength: 1 }), (cents) => {
      const sums = sumByCurrency(cents.map((cent) => ({ currency: 'USD', amount: (cent / 100).toFixed(2) })));

      expect(Math.round(Number(sums[0]?.amount) * 100)).toBe(cents.reduce((sum, cent) => sum + cent, 0));
    }),
  );
});
