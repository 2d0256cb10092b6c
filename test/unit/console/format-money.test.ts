import { expect, it } from 'vitest';

import { formatMoney, moneyInText } from '../../../client/console/ui/format.ts';

it.each([
  [{ USD: '500' }, 'USD 500.00'],
  [{ EUR: '1234567.5' }, 'EUR 1,234,567.50'],
  [{ JPY: '1200' }, 'JPY 1,200'],
  [{ KWD: '12.3456' }, 'KWD 12.346'],
  [{ EUR: '0.005', SEK: '10' }, 'EUR 0.01, SEK 10.00'],
  // The order of the codes, whichever total was found first or is larger.
  [{ USD: '900', SEK: '10', EUR: '5' }, 'EUR 5.00, SEK 10.00, USD 900.00'],
  [{ SEK: '10', EUR: '5', USD: '900' }, 'EUR 5.00, SEK 10.00, USD 900.00'],
  [{ XXA: '1.5' }, 'XXA 1.50'],
  [{ 'no code': '1.5' }, 'no code 1.5'],
  [{}, ''],
])('the amount %j is shown as %s', (value, shown) => {
  expect(formatMoney(value)).toBe(shown);
});

it('a sentence with amounts breaks only between two of them', () => {
  expect(moneyInText({ USD: '2500', EUR: '2550' })).toBe('EUR\u00a02,550.00, USD\u00a02,500.00');
});
