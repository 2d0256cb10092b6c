/**
 * What Liquid's work costs, in steps. Each price was measured with `npm run bench -- liquid`: a step takes at most
 * 40 ns there, on a machine on which a step of a trigger takes 13 ns. The engine works with generators, so the smallest
 * thing that it does takes about a microsecond.
 */
import type { Meter } from './liquid-resolver.ts';

/** The steps for each item of a list, also in a list inside it, and for each character of a text. */
export type Price = {
  item: number;
  char: number;
  /** The fields of objects are read too, and each counts as an item. Otherwise an object is a short text. */
  hasFields?: boolean;
};

/** A filter's price besides its usual one. */
const USUAL: Price = { item: 12, char: 1 / 4 };
const FREE: Price = { item: 0, char: 0 };
const AS_JSON: Price = { item: 30, char: 1 / 4, hasFields: true };
const ESCAPED: Price = { item: 12, char: 4 };
const SEARCHED: Price = { item: 12, char: 6 };
const SPACED: Price = { item: 12, char: 1 };
/** Trimming the characters of an argument, rather than spaces. */
const TRIMMED: Price = { item: 12, char: 14 };

const FILTERS: Readonly<Record<string, Price>> = {
  base64_decode: { item: 12, char: 18 },
  base64_encode: { item: 12, char: 25 },
  cgi_escape: { item: 12, char: 11 },
  default: FREE,
  escape: ESCAPED,
  escape_once: ESCAPED,
  first: FREE,
  inspect: AS_JSON,
  json: AS_JSON,
  jsonify: AS_JSON,
  last: FREE,
  normalize_whitespace: SPACED,
  number_of_words: { item: 12, char: 2 },
  remove: SEARCHED,
  remove_first: SEARCHED,
  remove_last: SEARCHED,
  replace: SEARCHED,
  replace_first: SEARCHED,
  replace_last: SEARCHED,
  // It sorts, and each comparison is a call.
  sample: { item: 110, char: 110 },
  size: FREE,
  slice: { item: 12, char: 1 / 2 },
  slugify: { item: 12, char: 3 },
  split: SEARCHED,
  squish: SPACED,
  truncatewords: SPACED,
  uri_escape: { item: 12, char: 3 },
  url_encode: { item: 12, char: 2 },
  xml_escape: ESCAPED,
};

const OPERATORS: Readonly<Record<string, Price>> = {
  '==': { item: 5, char: 1 / 16 },
  '!=': { item: 5, char: 1 / 16 },
  '<': USUAL,
  '<=': USUAL,
  '>': USUAL,
  '>=': USUAL,
  contains: { item: 5, char: 1 / 16 },
};

/** A text in a text. */
export const CONTAINED: Price = { item: 0, char: 1 };

/** Comparing in the engine, with `empty`, `blank` or `nil`, which look into what they are compared with. */
export const COMPARED_IN_ENGINE: Price = { item: 60, char: 1, hasFields: true };

/** Reading a variable. It includes that a list or text becomes a number, as in a range, or a field's name. */
export const READING: Price = { item: 4, char: 1 / 8 };

/** Filters that search for a text in a text. In the worst case the work is the product of both lengths. */
const SEARCHES = Object.keys(FILTERS).filter((name) => FILTERS[name] === SEARCHED);
const COMPARED_A_STEP = 32;

/** Filters that convert a text in their arguments to a number anew for each character. */
const COUNT_LETTERS = ['slice', 'truncate'];
const DIGITS_A_STEP = 16;

const TRIM = ['lstrip', 'rstrip', 'strip'];

/** Filters that read the path in their first argument for each item of a list: the steps for an item, and a letter. */
const READ_EACH_ITEM: Readonly<Record<string, number>> = { sum: 20, where: 400 };
const STEPS_A_PATH_LETTER = 12;

/** The longest number as text, and an object as text: `[object Object]`. */
const NUMBER_CHARS = 24;
const OBJECT_CHARS = 15;

/** A list or an object, besides its items. */
const STEPS_A_LIST = 10;

/** The steps to count an object's fields. */
export const STEPS_A_FIELD = 12;

/** Counts the work of reading a value before it is done. A list may contain itself many times. */
export function payFor(value: unknown, price: Price, meter: Meter, depth = 0): void {
  if (price === FREE) return;
  if (typeof value !== 'object' || value === null) {
    meter.spend(charsOf(value) * price.char);
    return;
  }
  refuseDeep(depth);
  if (!Array.isArray(value) && price.hasFields !== true) {
    meter.spend(OBJECT_CHARS * price.char);
    return;
  }
  const names = Array.isArray(value) ? [] : Object.keys(value);
  const items: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  meter.spend(STEPS_A_LIST + items.length * price.item);
  let chars = names.reduce((sum, name) => sum + name.length, 0);
  for (const item of items)
    if (typeof item === 'object' && item !== null) payFor(item, price, meter, depth + 1);
    else chars += charsOf(item);
  meter.spend(chars * price.char);
}

/** Counts the work of a filter before it is done. */
export function payForFilter(name: string, [input, ...args]: readonly unknown[], meter: Meter): void {
  const price = TRIM.includes(name) && args.length > 0 ? TRIMMED : (FILTERS[name] ?? USUAL);
  for (const value of [input, ...args]) payFor(value, price, meter);
  const [argument, second] = args;
  if (SEARCHES.includes(name)) meter.spend((sizeOf(input) * sizeOf(argument)) / COMPARED_A_STEP);
  if (COUNT_LETTERS.includes(name))
    meter.spend((sizeOf(input) * (digitsOf(argument) + digitsOf(second))) / DIGITS_A_STEP);
  const each = READ_EACH_ITEM[name];
  if (each === undefined) return;
  const count = Array.isArray(input) ? input.length : 1;
  meter.spend(count * (each + sizeOf(argument) * STEPS_A_PATH_LETTER));
  // The value at the path is compared with the second argument.
  if (second !== undefined) payFor(input, { item: 14, char: 1 / 16, hasFields: true }, meter);
}

/** The price of an operator, or undefined for `and`, `or` and `not`, which read nothing. */
export function operatorPrice(name: string): Price | undefined {
  return OPERATORS[name];
}

/** Nobody writes deeper lists, and the engine itself would overflow its stack. */
export function refuseDeep(depth: number): void {
  if (depth > 64) throw new Error('a list is nested too deeply');
}

/** Converts a value to text as the engine does. */
export function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(textIn).join('') : '[object Object]';
}

/** Returns at least the length of a value as text, which must have been counted: a list may contain itself many times. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), 1);
  return typeof value === 'object' && value !== null ? OBJECT_CHARS : Math.max(charsOf(value), 1);
}

function digitsOf(value: unknown): number {
  return typeof value === 'number' || value === undefined ? 0 : sizeOf(value);
}

function charsOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  return value === undefined || value === null ? 0 : NUMBER_CHARS;
}

/** Filling any template. */
const STEPS_A_TEMPLATE = 60;

/** Filling the part of a template between `{{` and `}}`, or `{%` and `%}`, besides the values that it reads. */
const OUTPUT = 75;
const TAG = 20;
const WORD = 75;
const FIELD = 25;
const FILTER = 30;
const OPERATOR = 40;
const BRACKET = 30;
const LITERAL = 15;

/**
 * The engine's words and signs. A text ends with its line, because in the tag `liquid` each line is a tag of its own,
 * and otherwise it may only count as more.
 */
const LEXEME =
  /\{[{%]|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[.|]\s*[^\s"'.|:,()[\]{}=<>!%]+|[=<>!]+|[([]|[^\s"'.|:,()[\]{}=<>!%]+/g;

/**
 * Returns the steps that a template takes besides its values. There are no loops, so each part is filled once.
 *
 * @param parts The outputs and tags of the template, with their braces.
 */
export function stepsToFill(parts: readonly string[]): number {
  return parts
    .flatMap((part) => [...part.matchAll(LEXEME)])
    .reduce((sum, [lexeme]) => sum + stepsOf(lexeme), STEPS_A_TEMPLATE);
}

function stepsOf(lexeme: string): number {
  switch (lexeme.charAt(0)) {
    case '{':
      return lexeme === '{%' ? TAG : OUTPUT;
    case '"':
    case "'":
      return LITERAL;
    case '.':
      return FIELD;
    case '|':
      return FILTER;
    case '(':
    case '[':
      return BRACKET;
    case '=':
    case '<':
    case '>':
    case '!':
      return OPERATOR;
    default:
      return /^\d/.test(lexeme) ? LITERAL : WORD;
  }
}
