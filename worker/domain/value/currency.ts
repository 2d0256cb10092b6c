import { CURRENCY_CODES, CURRENCY_NUMBERS } from '../../schema/currency-code.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { memoized } from '../memoize.ts';
import { onlyItem } from '../reading/only-item.ts';

/** Longer than any currency name. */
const MAX_CHARS = 60;

/** Symbols that stand for only one currency, in small letters. */
const SIGNS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '₹': 'INR',
  '₩': 'KRW',
  '₺': 'TRY',
  '₴': 'UAH',
  '₪': 'ILS',
  '₫': 'VND',
  '₱': 'PHP',
  '₽': 'RUB',
  '₦': 'NGN',
  '฿': 'THB',
  '₸': 'KZT',
  '₾': 'GEL',
  '₼': 'AZN',
  '₲': 'PYG',
  '₡': 'CRC',
  '₵': 'GHS',
  '₮': 'MNT',
  '₭': 'LAK',
  '৳': 'BDT',
  us$: 'USD',
  $us: 'USD',
  a$: 'AUD',
  au$: 'AUD',
  c$: 'CAD',
  ca$: 'CAD',
  can$: 'CAD',
  nz$: 'NZD',
  hk$: 'HKD',
  s$: 'SGD',
  r$: 'BRL',
  mx$: 'MXN',
  nt$: 'TWD',
  'cn¥': 'CNY',
  'jp¥': 'JPY',
  'gb£': 'GBP',
  '£gb': 'GBP',
  zł: 'PLN',
  kč: 'CZK',
  ft: 'HUF',
  rm: 'MYR',
  лв: 'BGN',
  sfr: 'CHF',
  chf: 'CHF',
  руб: 'RUB',
  rub: 'RUB',
  tl: 'TRY',
};

/** Common names that Intl doesn't have. */
const NAMES: Readonly<Record<string, string>> = {
  euro: 'EUR',
  euros: 'EUR',
  rmb: 'CNY',
  renminbi: 'CNY',
  yuan: 'CNY',
  yen: 'JPY',
  sterling: 'GBP',
  'pound sterling': 'GBP',
  'pounds sterling': 'GBP',
  'uk pound': 'GBP',
  'uk pounds': 'GBP',
  'us dollar': 'USD',
  'us dollars': 'USD',
  'american dollar': 'USD',
  'american dollars': 'USD',
  'united states dollar': 'USD',
  'united states dollars': 'USD',
  'u.s. dollar': 'USD',
  'u.s. dollars': 'USD',
  'nt dollar': 'TWD',
  zloty: 'PLN',
  złoty: 'PLN',
  baht: 'THB',
  ringgit: 'MYR',
  shekel: 'ILS',
  shekels: 'ILS',
  forint: 'HUF',
  rand: 'ZAR',
  real: 'BRL',
  reais: 'BRL',
  hryvnia: 'UAH',
};

/** Names and symbols that several currencies share. */
const OF_SEVERAL =
  /^(?:\p{Sc}|kr|fr|rs|lei|dollars?|pounds?|pesos?|francs?|rupees?|kron[aoe]r?|krónur?|dinars?|dirhams?|rials?|riyals?|shillings?)$/u;

/** Texts that count as a currency although no known currency has that name. */
export const MONEY = /^(?:[A-Z]{3}|[A-Z]{0,3}\p{Sc})$/u;

export type CurrencyName =
  | { kind: 'code' | 'sign' | 'name' | 'number'; code: string }
  | { kind: 'of_several' | 'unknown'; code?: undefined };

/**
 * Reads a currency code (ISO 4217), symbol or English name. LinkedIn accepts any three letters, so the check is here.
 */
export function currencyOf(value: unknown, note: Note = unnoted): string | undefined {
  const given = onlyItem(value);
  if (given === undefined || given === null || given === '') return undefined;
  if (typeof given === 'number') return leftOutOr(CURRENCY_NUMBERS.get(String(given).padStart(3, '0')), note);
  if (typeof given !== 'string') return leaveOut('currency_not_text', note);
  const found = currencyCalled(given);
  if (found.kind === 'of_several') return leaveOut('currency_ambiguous', note);
  if (found.kind === 'unknown') return leaveOut('currency_unknown', note);
  if (found.kind === 'sign') note('currency_sign');
  else if (found.kind !== 'code') note('currency_name');
  else if (found.code !== value) note('currency_spelling');
  return found.code;
}

function leftOutOr(code: string | undefined, note: Note): string | undefined {
  if (code === undefined) return leaveOut('currency_not_text', note);
  note('currency_name');
  return code;
}

/** Finds the currency in a text: `eur`, `US$`, `Euro`, `EUR (€)`, `978`. */
export function currencyCalled(text: string): CurrencyName {
  const bare = text.trim();
  if (bare.length > MAX_CHARS) return { kind: 'unknown' };
  const code = bare.toUpperCase();
  if (CURRENCY_CODES.has(code)) return { kind: 'code', code };
  const small = bare.toLowerCase().replaceAll(/\s+/gu, ' ').replace(/\.$/u, '');
  const sign = own(SIGNS, small);
  if (sign !== undefined) return { kind: 'sign', code: sign };
  const name = own(NAMES, small) ?? namesOfIntl().get(small);
  if (name !== undefined) return { kind: 'name', code: name };
  const number = CURRENCY_NUMBERS.get(small);
  if (number !== undefined) return { kind: 'number', code: number };
  if (OF_SEVERAL.test(small)) return { kind: 'of_several' };
  // A code with an explanation: `EUR - Euro`, `USD ($)`.
  const codes = new Set(bare.match(/(?<!\p{L})[A-Z]{3}(?!\p{L})/gu));
  const [only = ''] = codes;
  return codes.size === 1 && CURRENCY_CODES.has(only) ? { kind: 'name', code: only } : { kind: 'unknown' };
}

/** The words of names in Intl for what people write short. */
const LONG: Readonly<Record<string, string>> = { fr: 'franc', rs: 'rupee', lei: 'leu' };

/**
 * Returns a sign or name in the place of a currency that several currencies share, or a code that none has. Undefined
 * for anything else, such as an empty text or a word for nothing.
 */
export function sharedSign(value: unknown): string | undefined {
  const text = onlyItem(value);
  if (typeof text !== 'string') return undefined;
  const { kind } = currencyCalled(text);
  return kind === 'of_several' || (kind === 'unknown' && MONEY.test(text.trim())) ? text : undefined;
}

/** Returns whether a code, sign or name can mean a currency: `$` is also a Canadian dollar, and never a euro. */
export function canMean(sign: string, code: string): boolean {
  const known = currencyCalled(sign).code;
  if (known !== undefined) return known === code;
  const text = sign.trim().toLowerCase().replace(/\.$/u, '');
  const symbol = symbolOf(code);
  const [, before = '', mark] = /^(\p{L}*)(\p{Sc})$/u.exec(text) ?? [];
  if (mark !== undefined) return symbol.endsWith(mark) && code.toLowerCase().startsWith(before);
  if (text.startsWith('kr')) return symbol === 'kr';
  const word = LONG[text] ?? text.replace(/s$/u, '');
  return [...namesOfIntl()].some(([name, its]) => its === code && name.includes(word));
}

/** There are fewer codes than that. */
export const EACH_CURRENCY = { maxTexts: 400, maxChars: 3 };

/** Returns the sign of a currency in its own country, from Intl: `$` for Canadian dollars, `kr` for Danish crowns. */
const symbolOf = memoized(
  (currency) =>
    new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
      .format(0)
      .replaceAll(/[\d\s.]/gu, ''),
  EACH_CURRENCY,
);

/** Reads own keys only: a currency may be called "constructor". */
function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

let intlNames: ReadonlyMap<string, string> | undefined;

/**
 * Returns the English names from Intl, in singular and plural: "swiss franc", "swiss francs". They are computed at the
 * first text that is not a code.
 */
function namesOfIntl(): ReadonlyMap<string, string> {
  if (intlNames === undefined) {
    const display = new Intl.DisplayNames('en', { type: 'currency' });
    intlNames = new Map(
      [...CURRENCY_CODES].flatMap((code) => {
        const name = (display.of(code) ?? code).toLowerCase();
        return [[name, code] as const, [`${name}s`, code] as const];
      }),
    );
  }
  return intlNames;
}
