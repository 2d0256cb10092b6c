import type { ConversionValue } from '../../schema/events/conversion-event.ts';
import type { LintCode } from '../../schema/events/lint-rules.ts';
import { fieldsIn, isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { fieldCalled } from '../reading/field-called.ts';
import { currencyOf } from './currency.ts';
import { decimal, moneyIn } from './decimal.ts';
import type { Money } from './decimal.ts';
import { Big } from './exact-number.ts';

/** Larger than any amount of money, and small enough to be written without an exponent. */
const MAX_AMOUNT = new Big('999999999999999');

/**
 * Reads what an event was worth, from the first of value, revenue, total, price × quantity, or the sum of its products.
 *
 * A missing or senseless amount leaves out the value, but the conversion is still sent. A negative amount is a refund,
 * so it is left out too.
 *
 * @example
 * conversionValue({ value: 500, currency: 'USD' }, undefined) // { currencyCode: 'USD', amount: '500.00' }
 */
export function conversionValue(
  properties: Fields,
  defaultCurrency: string | undefined,
  note: Note = unnoted,
): ConversionValue | undefined {
  const money = moneyOf(properties, note);
  return valueOf(money?.amount, currencyIn(properties, note) ?? money?.currency ?? defaultCurrency, note);
}

/** Returns the event's amount, and the currency written with it, if any. */
export function moneyOf(properties: Fields, note: Note = unnoted): Money | undefined {
  const known = amounts.get(properties) ?? readAmount(properties);
  amounts.set(properties, known);
  for (const code of known.codes) note(code);
  return known.money;
}

/** Returns the event's currency. */
export function currencyIn(properties: Fields, note: Note = unnoted): string | undefined {
  return (
    currencyOf(fieldCalled(properties, CURRENCY_NAMES), note) ??
    currencyOf(fieldCalled(fieldsIn(properties, 'ecommerce'), CURRENCY_NAMES), note)
  );
}

const CURRENCY_NAMES = ['currency', 'currencycode'];

type Amount = { money: Money | undefined; codes: readonly LintCode[] };

/** The amounts read so far. An event may have thousands of products and several mappings that ask for its amount. */
const amounts = new WeakMap<Fields, Amount>();

function readAmount(properties: Fields): Amount {
  const codes: LintCode[] = [];
  const note: Note = (code) => codes.push(code);
  // GA4's data layer nests the fields under `ecommerce`.
  return { money: amountOf(properties, note) ?? amountOf(fieldsIn(properties, 'ecommerce'), note), codes };
}

function amountOf(fields: Fields, note: Note): Money | undefined {
  return (
    moneyIn(fieldCalled(fields, ['value']), note) ??
    moneyIn(fieldCalled(fields, ['revenue']), note) ??
    moneyIn(fieldCalled(fields, ['total']), note) ??
    priceTimesQuantity(fields, note) ??
    sumOfProducts(fieldCalled(fields, ['products']), note) ??
    sumOfProducts(fieldCalled(fields, ['items']), note)
  );
}

/**
 * Combines an amount and a currency into LinkedIn's format. Returns undefined when one is missing or the amount is
 * senseless.
 *
 * The amount is rounded half up to the currency's number of decimals. LinkedIn's samples do the same: 500 USD is
 * "500.00" and 500 JPY is "500".
 */
export function valueOf(
  amount: Big | undefined,
  currencyCode: string | undefined,
  note: Note = unnoted,
): ConversionValue | undefined {
  if (amount === undefined) return undefined;
  if (amount.lt(0)) return leaveOut('amount_negative', note);
  if (amount.gt(MAX_AMOUNT)) return leaveOut('amount_too_large', note);
  if (currencyCode === undefined) return leaveOut('currency_missing', note);
  const decimals = decimalsOf(currencyCode);
  const rounded = amount.round(decimals, Big.roundHalfUp);
  if (!rounded.eq(amount)) note('amount_rounded');
  return { currencyCode, amount: rounded.toFixed(decimals) };
}

/** The decimals of each currency. Asking Intl costs more than all other steps together. */
const knownDecimals = new Map<string, number>();

function decimalsOf(currencyCode: string): number {
  const known =
    knownDecimals.get(currencyCode) ??
    new Intl.NumberFormat('en', { style: 'currency', currency: currencyCode }).resolvedOptions()
      .maximumFractionDigits ??
    2;
  knownDecimals.set(currencyCode, known);
  return known;
}

function priceTimesQuantity(fields: Fields, note: Note): Money | undefined {
  const price = moneyIn(fieldCalled(fields, ['price']), note);
  if (price === undefined) return undefined;
  const given = fieldCalled(fields, ['quantity']);
  const quantity = decimal(given);
  if (quantity === undefined && given !== undefined) note('quantity_unreadable');
  return { ...price, amount: price.amount.times(quantity ?? 1) };
}

function sumOfProducts(products: unknown, note: Note): Money | undefined {
  if (!Array.isArray(products)) return undefined;
  const prices = products.flatMap((product: unknown) => {
    const price = isFields(product) ? priceTimesQuantity(product, note) : undefined;
    return price === undefined ? [] : [price];
  });
  const [first] = prices;
  if (first === undefined) return undefined;
  if (prices.length < products.length) note('product_without_price');
  const amount = prices.reduce((sum, price) => sum.plus(price.amount), new Big(0));
  return { amount, currency: prices.every(({ currency }) => currency === first.currency) ? first.currency : undefined };
}
