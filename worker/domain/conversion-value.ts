import type { ConversionValue } from '../schema/conversion-event.ts';
import { isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import type { LintCode } from '../schema/lint-rules.ts';
import { Big } from './big.ts';
import { decimal } from './decimal.ts';
import { leaveOut, unnoted } from './lint/note.ts';
import type { Note } from './lint/note.ts';

/** More than any money there is, and short enough that no notation with an exponent is needed. */
const MAX_AMOUNT = new Big('999999999999999');

const CURRENCIES: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'));

/** The signs that stand for one currency only. */
const SIGNS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '₹': 'INR',
  '₩': 'KRW',
  '₺': 'TRY',
  '₴': 'UAH',
  '₪': 'ILS',
  '₫': 'VND',
  '₱': 'PHP',
};

/**
 * Reads what an event was worth: the first of value, revenue, total, price × quantity, the sum of its products.
 *
 * A missing or senseless value gives no value at all, and never stops the lead. A negative amount is a refund and no conversion's worth.
 *
 * @example
 * conversionValue({ value: 500, currency: 'USD' }, undefined) // { currencyCode: 'USD', amount: '500.00' }
 */
export function conversionValue(
  properties: Fields,
  defaultCurrency: string | undefined,
  note: Note = unnoted,
): ConversionValue | undefined {
  const amount = amountIn(properties, note);
  return valueOf(amount, currencyOf(properties['currency'], note) ?? defaultCurrency, note);
}

/** The amount that an event says, in whatever currency. */
export function amountIn(properties: Fields, note: Note = unnoted): Big | undefined {
  const known = amounts.get(properties) ?? readAmount(properties);
  amounts.set(properties, known);
  for (const code of known.codes) note(code);
  return known.amount;
}

type Amount = { amount: Big | undefined; codes: readonly LintCode[] };

/** Read once for an event, however many mappings ask for it: it may have thousands of products. */
const amounts = new WeakMap<Fields, Amount>();

function readAmount(properties: Fields): Amount {
  const codes: LintCode[] = [];
  const note: Note = (code) => codes.push(code);
  const amount =
    decimal(properties['value'], note) ??
    decimal(properties['revenue'], note) ??
    decimal(properties['total'], note) ??
    priceTimesQuantity(properties, note) ??
    sumOfProducts(properties['products'], note);
  return { amount, codes };
}

/** Joins an amount and a currency into what LinkedIn takes; nothing where one is missing, or the amount makes no sense. */
export function valueOf(
  amount: Big | undefined,
  currencyCode: string | undefined,
  note: Note = unnoted,
): ConversionValue | undefined {
  if (amount === undefined) return undefined;
  if (amount.lt(0)) return leaveOut('amount_negative', note);
  if (amount.gt(MAX_AMOUNT)) return leaveOut('amount_too_large', note);
  if (currencyCode === undefined) return leaveOut('currency_missing', note);
  return { currencyCode, amount: formatAmount(amount, currencyCode) };
}

/** Reads an ISO 4217 code in any case; LinkedIn takes any three letters, so we look. */
export function currencyOf(value: unknown, note: Note = unnoted): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return leaveOut('currency_not_text', note);
  const text = value.trim();
  const code = text.toUpperCase();
  if (CURRENCIES.has(code)) {
    if (code !== value) note('currency_spelling');
    return code;
  }
  if (Object.hasOwn(SIGNS, text)) {
    note('currency_sign');
    return SIGNS[text];
  }
  return leaveOut(/^\p{Sc}$/u.test(text) ? 'currency_ambiguous' : 'currency_unknown', note);
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

/** At most one for each currency; to ask costs more than all the rest of an amount. */
const decimals = new Map<string, number>();

function decimalsOf(currencyCode: string): number {
  const known =
    decimals.get(currencyCode) ??
    new Intl.NumberFormat('en', { style: 'currency', currency: currencyCode }).resolvedOptions()
      .maximumFractionDigits ??
    2;
  decimals.set(currencyCode, known);
  return known;
}

function priceTimesQuantity(fields: Fields, note: Note): Big | undefined {
  const price = decimal(fields['price'], note);
  if (price === undefined) return undefined;
  const quantity = decimal(fields['quantity']);
  if (quantity === undefined && fields['quantity'] !== undefined && fields['quantity'] !== null)
    note('quantity_unreadable');
  return price.times(quantity ?? 1);
}

function sumOfProducts(products: unknown, note: Note): Big | undefined {
  if (!Array.isArray(products)) return undefined;
  const prices = products.flatMap((product: unknown) => {
    const price = isFields(product) ? priceTimesQuantity(product, note) : undefined;
    return price === undefined ? [] : [price];
  });
  if (prices.length === 0) return undefined;
  if (prices.length < products.length) note('product_without_price');
  return prices.reduce((sum, price) => sum.plus(price), new Big(0));
}
