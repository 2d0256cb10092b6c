import { describe, expect, it } from 'vitest';

import { conversionValue } from '../../../../worker/domain/value/conversion-value.ts';
import type { LintCode } from '../../../../worker/schema/events/lint-rules.ts';
import type { Fields } from '../../../../worker/schema/fields.ts';

const valued = (properties: Fields, defaultCurrency?: string) => {
  const notes: LintCode[] = [];
  const value = conversionValue(properties, defaultCurrency, (code) => {
    notes.push(code);
  });
  return { sent: value && `${value.amount} ${value.currencyCode}`, notes };
};

// Cases S16, S17, S18 and S20.
const AMOUNTS: readonly [value: unknown, sent: string][] = [
  [448.753425, '448.75 EUR'],
  ['448.755', '448.76 EUR'],
  [0.005, '0.01 EUR'],
  [1.005, '1.01 EUR'],
  [99.9999999, '100.00 EUR'],
  ['1.234,567 €', '1234.57 EUR'],
  ['.5', '0.50 EUR'],
  [',5', '0.50 EUR'],
  ['-.0', '0.00 EUR'],
  ['+.5', '0.50 EUR'],
  ['5.', '5.00 EUR'],
  ['5,', '5.00 EUR'],
  ['€.99', '0.99 EUR'],
  ['1e3', '1000.00 EUR'],
  ['1E+3', '1000.00 EUR'],
  ['1.5e2', '150.00 EUR'],
  ['15e-1', '1.50 EUR'],
  ['١٢٣', '123.00 EUR'],
  ['١٬٢٣٤٫٥', '1234.50 EUR'],
  ['１２３．４５', '123.45 EUR'],
  ['1_234.50', '1234.50 EUR'],
  ['5&nbsp;EUR', '5.00 EUR'],
  ['5 euros', '5.00 EUR'],
  ['5 Euro', '5.00 EUR'],
  ['EUR 5.00 €', '5.00 EUR'],
  [['149.99'], '149.99 EUR'],
  [[149.99], '149.99 EUR'],
  [[['5']], '5.00 EUR'],
  [{ amount: '5.00', currency_code: 'EUR' }, '5.00 EUR'],
  [{ value: 5, currency: 'EUR' }, '5.00 EUR'],
];

const CURRENCIES: readonly [currency: unknown, code: string][] = [
  ['US$', 'USD'],
  ['us$', 'USD'],
  ['A$', 'AUD'],
  ['CA$', 'CAD'],
  ['C$', 'CAD'],
  ['NZ$', 'NZD'],
  ['HK$', 'HKD'],
  ['R$', 'BRL'],
  ['MX$', 'MXN'],
  ['CN¥', 'CNY'],
  ['JP¥', 'JPY'],
  ['₽', 'RUB'],
  ['₦', 'NGN'],
  ['zł', 'PLN'],
  ['Kč', 'CZK'],
  ['Ft', 'HUF'],
  ['SFr.', 'CHF'],
  ['Euro', 'EUR'],
  ['EUROS', 'EUR'],
  ['RMB', 'CNY'],
  ['renminbi', 'CNY'],
  ['yen', 'JPY'],
  ['US Dollar', 'USD'],
  ['us dollars', 'USD'],
  ['British Pound', 'GBP'],
  ['pounds sterling', 'GBP'],
  ['Swiss franc', 'CHF'],
  ['swiss francs', 'CHF'],
  ['Swedish Krona', 'SEK'],
  ['Indian rupees', 'INR'],
  ['EUR (€)', 'EUR'],
  ['EUR - Euro', 'EUR'],
  ['USD $', 'USD'],
  [978, 'EUR'],
  ['840', 'USD'],
  [36, 'AUD'],
  [['EUR'], 'EUR'],
];

describe('the amount of a conversion', () => {
  it('is tested in at least 30 spellings, and so is its currency', () => {
    expect(AMOUNTS.length).toBeGreaterThanOrEqual(30);
    expect(CURRENCIES.length).toBeGreaterThanOrEqual(30);
  });

  it.each(AMOUNTS)('is read from %j', (value, sent) => {
    expect(valued({ value, currency: 'EUR' }).sent).toBe(sent);
  });

  it.each(CURRENCIES)('has the currency of %j', (currency, code) => {
    expect(valued({ value: 448.753425, currency }).sent?.slice(-3)).toBe(code);
  });

  it.each([
    ['5 EUR', '5.00 EUR'],
    ['5EUR', '5.00 EUR'],
    ['EUR5', '5.00 EUR'],
    ['€ 5', '5.00 EUR'],
    ['US$5', '5.00 USD'],
    ['5 US dollars', '5.00 USD'],
    ['$5 USD', '5.00 USD'],
    ['R$ 1.234,50', '1234.50 BRL'],
    ['5 zł', '5.00 PLN'],
    ['500 JPY', '500 JPY'],
  ])('sets the currency too: %j', (value, sent) => {
    expect(valued({ value }).sent).toBe(sent);
    // It wins over the default currency, which is for amounts without one.
    expect(valued({ value }, 'GBP').sent).toBe(sent);
    expect(valued({ products: [{ price: value, quantity: 1 }] }).sent).toBe(sent);
  });

  it.each([['5 EUR 6'], ['1.2.3'], ['€5 ₹'], ['5 EUR USD'], ['one'], ['5 apples'], ['--5'], ['1e99'], [[5, 6]], [{}]])(
    'is missing when %j is ambiguous',
    (value) => {
      expect(valued({ value, currency: 'EUR' }).sent).toBeUndefined();
    },
  );

  it.each([['(5.00)'], ['5.00-'], ['-5'], ['−5 €']])('is a refund when it is negative: %j', (value) => {
    expect(valued({ value, currency: 'EUR' })).toEqual({
      sent: undefined,
      notes: expect.arrayContaining(['amount_negative']),
    });
  });

  it.each(['$', 'dollars', 'kr', 'peso', '£'])(
    'has no currency when several countries use the symbol: %j',
    (currency) => {
      expect(valued({ value: 5, currency })).toEqual({
        sent: undefined,
        notes: ['currency_ambiguous', 'currency_missing'],
      });
    },
  );

  it('is rounded after its products are added up, with a note', () => {
    const properties = { products: [{ price: 33.333333333333336, quantity: 3 }], currency: 'EUR' };

    expect(valued(properties)).toEqual({ sent: '100.00 EUR', notes: expect.arrayContaining(['amount_rounded']) });
  });

  // S19: GA4's data layer, and other capitalization.
  it.each([
    [{ ecommerce: { value: 5, currency: 'EUR' } }],
    [{ ecommerce: { currency: 'EUR', items: [{ price: 2, quantity: 2 }, { price: 1 }] } }],
    [{ items: [{ price: 2.5, quantity: 2 }], currency: 'EUR' }],
    [{ Revenue: '5', Currency: 'eur' }],
    [{ TOTAL: 5, CURRENCY: 'EUR' }],
    [{ Value: 5, currency_code: 'EUR' }],
    [{ value: 5, currencyCode: 'EUR' }],
    [{ products: [{ Price: 5, Quantity: '1' }], currency: 'EUR' }],
  ])('is found in %j', (properties) => {
    expect(valued(properties).sent).toBe('5.00 EUR');
  });
});
