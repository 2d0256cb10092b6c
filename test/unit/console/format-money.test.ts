import { expect, it } from 'vitest';

import { formatMoney } from '../../../client/console/ui/format.ts';

it.each([
  [{ USD: '500' }, 'USD_500.00'],
  [{ EUR: '1234567.5' }, 'EUR_1,234,567.50'],
  [{ JPY: '1200' }, 'JPY_1,200'],
  [{ KWD: '12.3456' }, 'KWD_12.346'],
  [{ EUR: '0.005', SEK: '10' }, 'EUR_0.01, SEK_10.00'],
  // The order of the codes, whichever total was found first or is larger.
  [{ USD: '900', SEK: '10', EUR: '5' }, 'EUR_5.00, SEK_10.00, USD_900.00'],
  [{ SEK: '10', EUR: '5', USD: '900' }, 'EUR_5.00, SEK_10.00, USD_900.00'],
  [{ XXA: '1.5' }, 'XXA_1.50'],
  [{ 'no code': '1.5' }, 'no code_1.5'],
  [{}, ''],
])('the amount %j is shown as %s, and a line breaks only between two of them', (value, shown) => {
  // A space that doesn't break is written as `_`.
  expect(formatMoney(value).replaceAll('\u00a0', '_')).toBe(shown);
});
