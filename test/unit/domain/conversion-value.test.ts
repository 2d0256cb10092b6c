import { anything, array, assert, constantFrom, double, oneof, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { conversionValue } from '../../../worker/domain/value/conversion-value.ts';

const usd = (amount: string) => ({ currencyCode: 'USD', amount });

describe('the value of a conversion', () => {
  it.each([
    [{ value: 500, currency: 'USD' }, usd('500.00')],
    [
      { value: 500, currency: 'JPY' },
      { currencyCode: 'JPY', amount: '500' },
    ],
    [
      { value: 1.5, currency: 'KWD' },
      { currencyCode: 'KWD', amount: '1.500' },
    ],
    [{ value: 0.1 + 0.2, currency: 'USD' }, usd('0.30')],
    // As a JavaScript number it is slightly less than 1.005.
    [{ value: 1.005, currency: 'USD' }, usd('1.01')],
    [{ value: '149.99', currency: 'usd' }, usd('149.99')],
    [{ value: ' 149.9 ', currency: ' USD ' }, usd('149.90')],
    [{ value: '+5', currency: 'USD' }, usd('5.00')],
    [{ value: 0, currency: 'USD' }, usd('0.00')],
    [{ value: -0, currency: 'USD' }, usd('0.00')],
    [{ value: '-0', currency: 'USD' }, usd('0.00')],
    [{ value: 999999999999.99, currency: 'USD' }, usd('999999999999.99')],
    [{ revenue: 7, currency: 'USD' }, usd('7.00')],
    [{ total: 7, currency: 'USD' }, usd('7.00')],
    [{ price: 19.99, quantity: 3, currency: 'USD' }, usd('59.97')],
    [{ price: 19.99, currency: 'USD' }, usd('19.99')],
    [{ price: '0.1', quantity: '3', currency: 'USD' }, usd('0.30')],
    [{ products: [{ price: 0.1, quantity: 2 }, { price: 0.1 }], currency: 'USD' }, usd('0.30')],
    [{ products: [null, 'x', {}, { price: 5 }], currency: 'USD' }, usd('5.00')],
  ])('of %j is %j', (properties, expected) => {
    expect(conversionValue(properties, undefined)).toEqual(expected);
  });

  it.each([
    ['value', 'revenue'],
    ['revenue', 'total'],
    ['total', 'price'],
  ])('comes from %s before %s', (first, second) => {
    const properties = { [second]: 2, [first]: 1, quantity: 1, products: [{ price: 3 }], currency: 'USD' };

    expect(conversionValue(properties, undefined)).toEqual(usd('1.00'));
  });

  it('comes from the next field when the first has no amount', () => {
    expect(conversionValue({ value: 'abc', revenue: null, total: 3, currency: 'USD' }, undefined)).toEqual(usd('3.00'));
  });

  it.each([
    'abc',
    '',
    ' ',
    null,
    {},
    [],
    true,
    '1,00.50',
    '1.000,50,1',
    'five $',
    '5 apples',
    '0x10',
    'NaN',
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -5,
    -0.01,
    '-5',
    1e21,
    '9'.repeat(30),
    '9'.repeat(400),
  ])('is missing for %j', (value) => {
    expect(conversionValue({ value, currency: 'USD' }, undefined)).toBeUndefined();
  });

  it.each(['US', 'USDD', '', 999, null, {}, '$', 'ABC'])('is missing for the currency %j', (currency) => {
    expect(conversionValue({ value: 5, currency }, undefined)).toBeUndefined();
  });

  it.each([undefined, null, '', 'nonsense'])('uses the default currency when the event says %j', (currency) => {
    expect(conversionValue({ value: 5, currency }, 'EUR')).toEqual({ currencyCode: 'EUR', amount: '5.00' });
  });

  it('is always a plain decimal, or missing', () => {
    const anAmount = oneof(double(), string(), double().map(String), anything());
    const properties = record(
      {
        value: anAmount,
        revenue: anAmount,
        total: anAmount,
        price: anAmount,
        quantity: anAmount,
        products: oneof(array(record({ price: anAmount, quantity: anAmount }, { requiredKeys: [] })), anything()),
        currency: oneof(constantFrom('USD', 'JPY', 'KWD', 'eur'), anything()),
      },
      { requiredKeys: [] },
    );

    assert(
      property(properties, (fields) => {
        const value = conversionValue(fields, 'EUR');

        return value === undefined || (/^\d+(\.\d+)?$/.test(value.amount) && /^[A-Z]{3}$/.test(value.currencyCode));
      }),
      { numRuns: 500 },
    );
  });

  it("equals the event's amount, rounded to the currency's decimals", () => {
    const decimals = { USD: 2, JPY: 0, KWD: 3 };

    assert(
      property(double({ min: 0, max: 1e9, noNaN: true }), constantFrom('USD', 'JPY', 'KWD'), (value, currency) => {
        const { amount } = conversionValue({ value, currency }, undefined) ?? { amount: 'none' };

        const unit = 10 ** -decimals[currency];
        expect(amount.split('.')[1]?.length ?? 0).toBe(decimals[currency]);
        expect(Math.abs(Number(amount) - value)).toBeLessThanOrEqual(unit / 2 + value * 1e-14);
      }),
    );
  });
});

// S16: LinkedIn's reports add the amounts up, and half a cent can't be paid.
it.each([
  ['5', 'USD', '5.00'],
  ['5.125', 'USD', '5.13'],
  ['5', 'JPY', '5'],
  ['5.5', 'JPY', '6'],
  ['5', 'KWD', '5.000'],
])('writes %s %s as %s', (value, currency, amount) => {
  expect(conversionValue({ value, currency }, undefined)).toEqual({ currencyCode: currency, amount });
});
