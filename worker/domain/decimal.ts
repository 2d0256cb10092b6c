import { Big } from './big.ts';
import { leaveOut, unnoted } from './lint/note.ts';
import type { Note } from './lint/note.ts';

/** A double holds 15 decimal digits for certain; what comes after them is binary dust. */
const CERTAIN_DIGITS = 15;

/** No amount is written in more characters. */
const MAX_CHARS = 64;

/** What stands before or after an amount: a sign of money, alone or behind a country, or the name of a currency. */
const MONEY = /^(?:[A-Z]{0,3}\p{Sc}|[A-Z]{3}|R\$|kr\.?|zł|Kč|Ft|lei|лв\.?|Fr\.?|Rs\.?|RM)$/u;

/** Spaces (also those that do not break a line) and apostrophes stand between thousands only. */
const SPACES = /[\s\u00a0\u202f\u2009]+/gu;
const THOUSANDS_ONLY = /[ '’]/g;

/**
 * Reads an amount as people, forms and data layers write it: a number, "149.99", "1.234,50 €", "$1,234.50", "1 234,50".
 *
 * With both a dot and a comma the last one is the decimal sign. A dot alone is one too, as in every programming language;
 * a comma alone is one unless exactly three digits follow it ("1,234" is a thousand and more), except after a zero.
 *
 * @param note Told what was odd about it.
 * @returns undefined for what is no amount.
 */
export function decimal(value: unknown, note: Note = unnoted): Big | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number') return decimalOf(value, note);
  if (typeof value !== 'string') return leaveOut('amount_not_number', note);
  if (value.length > MAX_CHARS) return leaveOut('amount_unreadable', note);
  if (value.trim() === '') return leaveOut('amount_empty', note);
  const number = withoutMoney(value.trim().replaceAll(SPACES, ' '));
  const plain = number === undefined ? undefined : plainNumber(number.digits);
  if (number === undefined || plain === undefined) return leaveOut('amount_unreadable', note);
  if (plain !== value.trim().replace(/^[+-]/, '')) note('amount_spelling');
  const amount = new Big(plain);
  return number.isNegative ? amount.neg() : amount;
}

function decimalOf(value: number, note: Note): Big | undefined {
  if (!Number.isFinite(value)) return leaveOut('amount_infinite', note);
  const certain = new Big(value.toPrecision(CERTAIN_DIGITS));
  if (certain.toNumber() !== value) note('amount_binary_dust');
  return certain;
}

function withoutMoney(text: string): { digits: string; isNegative: boolean } | undefined {
  const parts = /^([+-]?)([^\d+-]*)([+-]?)(\d(?:[\d.,'’ ]*\d)?)(?:[.,][-–—])?([^\d]*)$/.exec(text);
  if (parts === null) return undefined;
  const [, first = '', before = '', second = '', digits = '', after = ''] = parts;
  const around = [before.trim(), after.trim()].filter((money) => money !== '');
  const isMoney = around.length <= 1 && around.every((money) => MONEY.test(money));
  // One sign is enough.
  return isMoney && (first === '' || second === '') ? { digits, isNegative: `${first}${second}` === '-' } : undefined;
}

/** Gives digits with at most one dot among them. */
function plainNumber(text: string): string | undefined {
  const decimalAt = decimalSignIn(text);
  const whole = decimalAt === undefined ? text : text.slice(0, decimalAt);
  const rest = decimalAt === undefined ? '' : text.slice(decimalAt + 1);
  const thousands = /[.,'’ ]/.exec(whole)?.[0];
  const digits = thousands === undefined ? whole : whole.replaceAll(thousands, '');
  // One separator for all thousands, and nothing among the decimals. In India the groups above the first are of two.
  const groups = thousands === ',' ? /^\d{1,3}(?:,\d{2,3})*,\d{3}$/ : /^\d{1,3}(?:[^\d]\d{3})+$/;
  const isGrouped = thousands === undefined || (groups.test(whole) && /^\d+$/.test(digits));
  if (!isGrouped || !/^\d*$/.test(rest)) return undefined;
  return rest === '' ? digits : `${digits}.${rest}`;
}

/** Where the decimal sign stands, if there is one. */
function decimalSignIn(text: string): number | undefined {
  const dot = text.lastIndexOf('.');
  const comma = text.lastIndexOf(',');
  if (dot >= 0 && comma >= 0) return Math.max(dot, comma);
  const at = Math.max(dot, comma);
  if (at < 0) return undefined;
  const sign = text.charAt(at);
  // Twice is never a decimal sign.
  if (text.indexOf(sign) !== at) return undefined;
  if (sign === '.' || text.search(THOUSANDS_ONLY) >= 0) return at;
  const isThousands = text.length - at - 1 === 3 && at <= 3 && !text.startsWith('0');
  return isThousands ? undefined : at;
}
