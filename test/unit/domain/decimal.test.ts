import { assert, integer, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { conversionValue, valueOf } from '../../../worker/domain/value/conversion-value.ts';
import { decimal, moneyIn } from '../../../worker/domain/value/decimal.ts';

const NBSP = '\u00a0';
const NARROW = '\u202f';

/** Amounts as people, forms and data layers send them, and what LinkedIn gets for them in EUR. */
const AMOUNTS: readonly (readonly [unknown, string])[] = [
  [149.99, '149.99'],
  [5, '5.00'],
  [0, '0.00'],
  [0.1 + 0.2, '0.30'],
  [1e-7, '0.00'],
  [1234567.891, '1234567.89'],
  ['149.99', '149.99'],
  ['149,99', '149.99'],
  ['149', '149.00'],
  ['0', '0.00'],
  ['0.5', '0.50'],
  ['0,5', '0.50'],
  ['0,125', '0.13'],
  ['0.125', '0.13'],
  ['007', '7.00'],
  ['+5', '5.00'],
  [' 149.9 ', '149.90'],
  ['1.234,50', '1234.50'],
  ['1.234,50 €', '1234.50'],
  ['€1.234,50', '1234.50'],
  ['€ 1.234,50', '1234.50'],
  ['EUR 1.234,50', '1234.50'],
  ['1.234,50 EUR', '1234.50'],
  ['1.234,50EUR', '1234.50'],
  [`1.234,50${NBSP}€`, '1234.50'],
  ['1,234.50', '1234.50'],
  ['$1,234.50', '1234.50'],
  ['$ 1,234.50', '1234.50'],
  ['US$1,234.50', '1234.50'],
  ['A$99', '99.00'],
  ['R$ 1.234,50', '1234.50'],
  ['£1,234.50', '1234.50'],
  ['¥1,234', '1234.00'],
  ['₹12,34,567.50', '1234567.50'],
  ['12,34,567', '1234567.00'],
  ['1 234,50', '1234.50'],
  [`1${NBSP}234,50`, '1234.50'],
  [`1${NARROW}234,50 €`, '1234.50'],
  ['1 234 567,89 zł', '1234567.89'],
  ['1 234', '1234.00'],
  ['1 234.50', '1234.50'],
  ['1 234,567', '1234.57'],
  ["1'234.50", '1234.50'],
  ['1’234.50', '1234.50'],
  ["CHF 1'234.50", '1234.50'],
  ['Fr. 12.50', '12.50'],
  ['299 kr', '299.00'],
  ['299 kr.', '299.00'],
  ['299,00 Kč', '299.00'],
  ['9 990 Ft', '9990.00'],
  ['49,-', '49.00'],
  ['49,- €', '49.00'],
  ['49.–', '49.00'],
  ['1,234', '1234.00'],
  ['1,234,567', '1234567.00'],
  ['1.234.567', '1234567.00'],
  ['1.234.567,8', '1234567.80'],
  ['1,234,567.8', '1234567.80'],
  ['1.005', '1.01'],
  ['1,5', '1.50'],
  ['1,2345', '1.23'],
  ['1234,567', '1234.57'],
  ['12,50 USD', '12.50'],
  ['999999999999999', '999999999999999.00'],
  ['1e3', '1000.00'],
  ['٣', '3.00'],
  ['$5 USD', '5.00'],
];

/** Values that aren't an amount. The conversion goes without a value. */
const NONE: readonly unknown[] = [
  '',
  ' ',
  'free',
  'abc',
  '-',
  '€',
  '5 apples',
  'v2',
  '0x10',
  '1..2',
  '1.2.3',
  '1,2,3',
  '1,00.50',
  '1.23.456',
  '1.234,50,1',
  '12 34',
  '5%',
  '5€ 6',
  '--5',
  '-5',
  '-1.234,50 €',
  '€-5',
  -5,
  '(5)',
  '5-6',
  '10 - 20',
  'NaN',
  'Infinity',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e21,
  '9'.repeat(16),
  '9'.repeat(400),
  null,
  true,
  {},
  [],
];

describe('an amount', () => {
  it('is tested in at least 80 spellings', () => {
    expect(AMOUNTS.length + NONE.length).toBeGreaterThanOrEqual(80);
  });

  it.each(AMOUNTS)('in %j is read as %s', (value, amount) => {
    // Whatever its currency is: conversion-value.test.ts has those that contradict each other.
    expect(valueOf(moneyIn(value)?.amount, 'EUR')).toEqual({ currencyCode: 'EUR', amount });
  });

  it.each(NONE)("can't be read from %j", (value) => {
    expect(conversionValue({ value }, 'EUR')).toBeUndefined();
  });

  it.each([
    ['-5', '-5'],
    ['-1.234,50 €', '-1234.5'],
    ['€-5', '-5'],
    ['-$5', '-5'],
  ])('of %s is a refund', (value, amount) => {
    expect(decimal(value)?.toFixed()).toBe(amount);
  });

  it.each(['en-US', 'de-DE', 'fr-FR', 'de-CH', 'pl-PL', 'en-IN', 'sv-SE', 'pt-BR', 'ja-JP'])(
    "is read in the format of the browser's locale %s",
    (locale) => {
      const format = new Intl.NumberFormat(locale, { style: 'currency', currency: 'EUR' });
      assert(
        property(integer({ min: 0, max: 1_000_000_000_000 }), (cents) => {
          expect(decimal(format.format(cents / 100))?.toFixed(2)).toBe((cents / 100).toFixed(2));
        }),
      );
    },
  );

  it('is always a plain decimal for LinkedIn, or missing', () => {
    assert(
      property(string({ unit: 'grapheme-ascii' }), string(), (first, second) => {
        for (const value of [first, second, `${first}1.234,50${second}`]) {
          const { amount } = conversionValue({ value }, 'EUR') ?? { amount: '0' };

          expect(amount).toMatch(/^\d+(\.\d+)?$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
