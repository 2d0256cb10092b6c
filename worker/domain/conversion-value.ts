import { Big } from 'big.js';

import type { ConversionValue } from '../schema/conversion-event.ts';
import { isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import { decimal } from './decimal.ts';

/** More than any money there is, and short enough that no notation with an exponent is needed. */
const MAX_AMOUNT = new Big('999999999999999');

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/**
 * Reads what an event was worth: the first of value, revenue, total, price × quantity, the sum of its products.
 *
 * A missing or senseless value gives no value at all, and never stops the lead. A negative amount is a refund and no conversion's worth.
 *
 * @example
 * conversionValue({ value: 500, currency: 'USD' }, undefined) // { currencyCode: 'USD', amount: '500.00' }
 */
export function conversionValue(properties: Fields, defaultCurrency: string | undefined): ConversionValue | undefined {
  return valueOf(amountIn(properties), currencyOf(properties['currency']) ?? defaultCurrency);
}

/** The amount that an event says, in whatever currency. */
export function amountIn(properties: Fields): Big | undefined {
  return (
    decimal(properties['value']) ??
    decimal(properties['revenue']) ??
    decimal(properties['total']) ??
    priceTimesQuantity(properties) ??
    sumOfProducts(properties['products'])
  );
}

/** Joins an amount and a currency into what LinkedIn takes; nothing where one is missing, or the amount makes no sense. */
export function valueOf(amount: Big | undefined, currencyCode: string | undefined): ConversionValue | undefined {
  if (currencyCode === undefined || amount === undefined || amount.lt(0) || amount.gt(MAX_AMOUNT)) return undefined;
  return { currencyCode, amount: formatAmount(amount, currencyCode) };
}

/** Reads an ISO 4217 code in any case; LinkedIn takes any three letters, so we look. */
export function currencyOf(value: unknown): string | undefined {
  const code = typeof value === 'string' ? value.trim().toUpperCase() : '';
  return CURRENCIES.has(code) ? code : undefined;
}

/**
 * Writes an amount with at least the currency's own number of decimals, and more only where it has more.
 *
 * LinkedIn's samples have both: 500 USD is "500.00" and 500 JPY is "500".
 */
export function formatAmount(amount: Big, currencyCode: string): string {
  const given = amount.toFixed().split('.')[1]?.length ?? 0;
  return amount.toFixed(Math.max(given, decimalsOf(currencyCode)));
}

function decimalsOf(currencyCode: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency: currencyCode }).resolvedOptions()
      .maximumFractionDigits ?? 2
  );
}

function priceTimesQuantity(fields: Fields): Big | undefined {
  const price = decimal(fields['price']);
  if (price === undefined) return undefined;
  return price.times(decimal(fields['quantity']) ?? 1);
}

function sumOfProducts(products: unknown): Big | undefined {
  if (!Array.isArray(products)) return undefined;
  const prices = products.flatMap((product: unknown) => {
    const price = isFields(product) ? priceTimesQuantity(product) : undefined;
    return price === undefined ? [] : [price];
  });
  return prices.length === 0 ? undefined : prices.reduce((sum, price) => sum.plus(price), new Big(0));
}
