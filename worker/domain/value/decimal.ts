import { isFields } from '../../schema/fields.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { inPlainLetters } from '../privacy/in-plain-letters.ts';
import { onlyItem } from '../reading/only-item.ts';
import { canMean, currencyCalled, currencyOf, MONEY, sharedSign } from './currency.ts';
import { Big } from './exact-number.ts';

/** The decimal digits that a double always represents exactly. Later digits are rounding errors. */
const CERTAIN_DIGITS = 15;

/** Longer than any written amount. */
const MAX_CHARS = 64;

/** Spaces (including non-breaking ones), underscores and apostrophes only ever separate thousands. */
const SPACES = /[\s\u00a0\u202f\u2009]+/gu;
const THOUSANDS_ONLY = /[ '’_]/g;

/**
 * An amount, and the currency written with it. `signs`: all that is written with it. The amount is only in a currency that
 * each of them can mean.
 */
export type Money = { amount: Big; currency: string | undefined; signs: readonly string[] };

/** The fields of an object with an amount and a currency, as Shopify, PayPal and Google send it. */
const AMOUNT_FIELDS = ['amount', 'value'] as const;
const CURRENCY_FIELDS = ['currency', 'currencyCode', 'currency_code'] as const;

/**
 * Reads an amount as people, forms and data layers write it: a number, "149.99", "1.234,50 €", "$1,234.50", "1 234,50",
 * "5 EUR", ".5", "1e3".
 *
 * When a text has both a dot and a comma, the last one is the decimal sign. A dot alone is a decimal sign, as in every
 * programming language. A comma alone is one too, unless exactly three digits follow ("1,234" is one thousand two
 * hundred thirty-four) and the text doesn't start with a zero.
 *
 * @param note Called with each oddity of the value.
 * @returns Undefined when the value is not an amount.
 */
export function moneyIn(value: unknown, note: Note = unnoted): Money | undefined {
  const given = onlyItem(value);
  if (given === undefined || given === null) return undefined;
  if (typeof given === 'number') return bare(decimalOf(given, note));
  if (isFields(given)) return moneyOfFields(given, note);
  if (typeof given !== 'string') return leaveOut('amount_not_number', note);
  if (given.length > MAX_CHARS) return leaveOut('amount_unreadable', note);
  const text = plainText(given);
  if (text === '') return leaveOut('amount_empty', note);
  const power = /^[+-]?\d+(?:\.\d+)?e[+-]?(?:\d|1[0-5])$/iu.test(text);
  if (power) {
    note('amount_spelling');
    return bare(new Big(text.replace(/^\+/u, '')));
  }
  const number = withoutMoney(text);
  const plain = number === undefined ? undefined : plainNumber(number.digits);
  if (number === undefined || plain === undefined) return leaveOut('amount_unreadable', note);
  if (plain !== given.trim().replace(/^[+-]/, '')) note('amount_spelling');
  const amount = new Big(plain);
  return { amount: number.isNegative ? amount.neg() : amount, currency: number.currency, signs: number.signs };
}

/** Reads an amount without its currency. */
export function decimal(value: unknown, note: Note = unnoted): Big | undefined {
  return moneyIn(value, note)?.amount;
}

function bare(amount: Big | undefined): Money | undefined {
  return amount && { amount, currency: undefined, signs: [] };
}

function moneyOfFields(fields: Record<string, unknown>, note: Note): Money | undefined {
  const name = AMOUNT_FIELDS.find((field) => Object.hasOwn(fields, field));
  const given = name === undefined ? undefined : onlyItem(fields[name]);
  if (given === undefined || given === null || isFields(given)) return leaveOut('amount_not_number', note);
  const money = moneyIn(given, note);
  const named = CURRENCY_FIELDS.find((field) => Object.hasOwn(fields, field));
  const currency = named && fields[named];
  const said = currencyOf(currency) ?? sharedSign(currency);
  return (
    money && {
      ...money,
      currency: currencyOf(currency, note) ?? money.currency,
      signs: said === undefined ? money.signs : [...money.signs, said],
    }
  );
}

function decimalOf(value: number, note: Note): Big | undefined {
  if (!Number.isFinite(value)) return leaveOut('amount_infinite', note);
  const certain = new Big(value.toPrecision(CERTAIN_DIGITS));
  if (certain.toNumber() !== value) note('amount_binary_dust');
  return certain;
}

/** Converts digits and signs to ASCII, and any white space to one space. */
function plainText(text: string): string {
  const plain = /[^ -~]|[&%]/u.test(text) ? inPlainLetters(text).replaceAll('٫', '.').replaceAll('٬', ',') : text;
  return plain.replaceAll(SPACES, ' ').trim();
}

/** Words before an amount, including abbreviations that end in a dot: Rs.500. */
const WORDS =
  /^(?:(?:kr|s?fr|rs|лв|dhs?|tk)\.|\p{L}{1,20}(?:\.\p{L}\.?)?|\p{L}{0,3}\p{Sc})(?: ?(?:\p{L}{1,20}|\p{Sc}))?/iu;

function withoutMoney(
  text: string,
): { digits: string; isNegative: boolean; currency: string | undefined; signs: string[] } | undefined {
  // Accountants write a negative amount in parentheses.
  const inner = /^\((.*)\)$/u.exec(text)?.[1];
  const [, first = '', rest = ''] = /^([+-]?) ?(.*)$/u.exec(inner ?? text) ?? [];
  const [before = ''] = WORDS.exec(rest) ?? [];
  const parts = /^ ?([+-]?) ?([.,]?\d(?:[\d.,'’_ ]*\d)?)([.,]?)(-{0,2})(?: ?([^\d+-]*))$/u.exec(
    rest.slice(before.length),
  );
  if (parts === null) return undefined;
  const [, second = '', digits = '', sign = '', last = '', after = ''] = parts;
  const around = [before.trim(), after.trim()].filter((money) => money !== '');
  const called = around.map(currencyCalled);
  const isMoney = around.every((money, index) => called[index]?.kind !== 'unknown' || MONEY.test(money));
  const codes = new Set(called.flatMap(({ code }) => code ?? []));
  // `5,-` has no cents; `5-` is how SAP writes a minus.
  const minuses = [first, second, sign === '' && last === '-' ? '-' : '', inner === undefined ? '' : '-'].filter(
    Boolean,
  );
  if (!isMoney || minuses.length > 1) return undefined;
  const [currency] = codes;
  if (currency !== undefined && !around.every((each) => canMean(each, currency))) return undefined;
  return {
    digits: /^[.,]/u.test(digits) ? `0${digits}` : digits,
    isNegative: minuses[0] === '-',
    currency,
    signs: around,
  };
}
/** Returns the digits with at most one dot. Undefined when the grouping makes no sense. */
function plainNumber(text: string): string | undefined {
  const decimalAt = decimalSignIn(text);
  const whole = decimalAt === undefined ? text : text.slice(0, decimalAt);
  const rest = decimalAt === undefined ? '' : text.slice(decimalAt + 1);
  const thousands = /[.,'’_ ]/.exec(whole)?.[0];
  const digits = thousands === undefined ? whole : whole.replaceAll(thousands, '');
  // All thousands have the same separator, and the decimals have none. In India, groups above the first have two
  // digits.
  const groups = thousands === ',' ? /^\d{1,3}(?:,\d{2,3})*,\d{3}$/ : /^\d{1,3}(?:[^\d]\d{3})+$/;
  const isGrouped = thousands === undefined || (groups.test(whole) && /^\d+$/.test(digits));
  if (!isGrouped || !/^\d*$/.test(rest)) return undefined;
  return rest === '' ? digits : `${digits}.${rest}`;
}

/** Returns the index of the decimal sign, if any. */
function decimalSignIn(text: string): number | undefined {
  const dot = text.lastIndexOf('.');
  const comma = text.lastIndexOf(',');
  if (dot >= 0 && comma >= 0) return Math.max(dot, comma);
  const at = Math.max(dot, comma);
  if (at < 0) return undefined;
  const sign = text.charAt(at);
  // A sign that occurs twice is never the decimal sign.
  if (text.indexOf(sign) !== at) return undefined;
  if (sign === '.' || text.search(THOUSANDS_ONLY) >= 0) return at;
  const isThousands = text.length - at - 1 === 3 && at <= 3 && !text.startsWith('0');
  return isThousands ? undefined : at;
}
