import type { ConversionValue } from '../../schema/events/conversion-event.ts';
import type { LintCode } from '../../schema/events/lint-rules.ts';
import { fieldsIn, isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { memoized } from '../memoize.ts';
import { fieldCalled } from '../reading/field-called.ts';
import { canMean, currencyOf, EACH_CURRENCY, sharedSign } from './currency.ts';
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
  return valueIn(moneyOf(properties, note), currencyGiven(properties), { defaultCurrency, note });
}

/**
 * Combines an amount with the currency that is given beside it, otherwise with the one in its own text, otherwise with the
 * default one. If they contradict each other, as £5 and EUR do, there is no value: a wrong one would look right.
 *
 * @param given A code, sign or name, as it was sent.
 */
export function valueIn(
  money: Money | undefined,
  given: unknown,
  { defaultCurrency, note }: { defaultCurrency: string | undefined; note: Note },
): ConversionValue | undefined {
  const shared = sharedSign(given);
  const code = currencyOf(given) ?? money?.currency ?? defaultCurrency;
  const fits = (sign: string | undefined): boolean => sign === undefined || code === undefined || canMean(sign, code);
  // A sign that several currencies share is read as the currency that the amount or the connection has.
  if (shared !== undefined && code !== undefined && fits(shared)) note('currency_sign');
  else currencyOf(given, note);
  if (money !== undefined && ![...money.signs, shared].every(fits)) return leaveOut('currency_other', note);
  return valueOf(money?.amount, code, note);
}

/** Returns the event's amount, and the currency written with it, if any. */
export function moneyOf(properties: Fields, note: Note = unnoted): Money | undefined {
  const known = amounts.get(properties) ?? readAmount(properties);
  amounts.set(properties, known);
  for (const code of known.codes) note(code);
  return known.money;
}

/** Returns the event's currency, as it was sent. */
export function currencyGiven(properties: Fields): unknown {
  const own = fieldCalled(properties, CURRENCY_NAMES);
  const nested = fieldCalled(fieldsIn(properties, 'ecommerce'), CURRENCY_NAMES);
  return currencyOf(own) === undefined && (own === undefined || currencyOf(nested) !== undefined) ? nested : own;
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
const decimalsOf = memoized(
  (currency) =>
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2,
  EACH_CURRENCY,
);

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
  const isOne = prices.every(({ currency }) => currency === first.currency);
  return {
    amount,
    currency: isOne ? first.currency : undefined,
    signs: [...new Set(prices.flatMap(({ signs }) => signs))],
  };
}
