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

describe('an amount whose currency is contradicted', () => {
  const left = (properties: Record<string, unknown>, defaultCurrency?: string): unknown => {
    const codes: string[] = [];
    const sent = conversionValue(properties, defaultCurrency, (code) => codes.push(code));
    return sent === undefined ? codes.filter((code) => code.startsWith('currency_')).at(-1) : sent.currencyCode;
  };

  it.each([
    '¥500',
    '£500',
    '$500',
    '500 kr',
    'Rs 500',
    'Fr. 500',
    '500 dollars',
    '5 pounds',
    '5 francs',
    '5 XQX',
    'BZ$5',
    { amount: '£5' },
  ])('is not sent in euros: %j', (value) => {
    expect(left({ value }, 'EUR')).toBe('currency_other');
    expect(left({ value, currency: 'EUR' })).toBe('currency_other');
  });

  it.each([
    ['500 USD', 'USD'],
    ['CHF 5', 'CHF'],
    ['US$ 5', 'USD'],
    ['zł 500', 'PLN'],
    ['₹5', 'INR'],
    ['R$ 5', 'BRL'],
    [{ amount: 5, currency: 'USD' }, 'USD'],
    [{ amount: '5 USD' }, 'USD'],
  ])('is in its own currency, and not sent in euros if the event says so: %j', (value, own) => {
    expect(left({ value }, 'EUR')).toBe(own);
    expect(left({ value, currency: 'EUR' })).toBe('currency_other');
  });

  it.each([
    ['$5', 'USD'],
    ['$5', 'CAD'],
    ['$5', 'AUD'],
    ['$5', 'MXN'],
    ['BZ$5', 'BZD'],
    ['5 dollars', 'SGD'],
    ['5 kr', 'SEK'],
    ['kr. 5', 'DKK'],
    ['5 kronor', 'NOK'],
    ['¥5', 'JPY'],
    ['¥5', 'CNY'],
    ['£5', 'GBP'],
    ['5 pounds', 'EGP'],
    ['Rs. 5', 'INR'],
    ['Rs 5', 'PKR'],
    ['Fr. 5', 'CHF'],
    ['5 francs', 'XOF'],
    ['5 pesos', 'COP'],
    ['5 lei', 'RON'],
    ['5 dirhams', 'AED'],
    ['€5', 'EUR'],
    ['5 €', 'EUR'],
    ['5', 'EUR'],
  ])('is none if %s can mean %s', (value, currency) => {
    expect(left({ value, currency })).toBe(currency);
    expect(left({ value }, currency)).toBe(currency);
  });

  it.each([
    ['$', 'USD', 'USD'],
    ['$', 'EUR', 'currency_other'],
    ['£', 'EUR', 'currency_other'],
    ['£', 'GBP', 'GBP'],
    ['kr', 'NOK', 'NOK'],
    ['XQX', 'EUR', 'currency_other'],
    ['$', undefined, 'currency_missing'],
  ])('is read if %s is its currency and the connection’s is %s', (currency, own, expected) => {
    expect(left({ value: 5, currency }, own)).toBe(expected);
  });

  it.each([
    [{ products: [{ price: '5 EUR' }, { price: '3 USD' }], currency: 'EUR' }],
    [{ products: [{ price: '£5' }, { price: 3 }], currency: 'EUR' }],
    [{ value: { amount: '5 USD', currency: 'EUR' } }],
  ])('is not sent in %j', (properties) => {
    expect(left(properties, 'EUR')).toBe('currency_other');
  });
});
