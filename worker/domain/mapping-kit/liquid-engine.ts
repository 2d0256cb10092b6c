/**
 * Liquid as in Segment's `@liquid`. It is a module of its own, loaded only when a mapping needs it.
 */
import { Context, defaultOperators, Liquid, toValue } from 'liquidjs';
import type { Operators } from 'liquidjs';

import { textSearch } from '../fql/text-search.ts';
import type { LiquidEngine, Meter } from './liquid.ts';

/** The tags and filters that Segment disables: loops, other files, and filters over lists. */
const NO_TAGS = ['case', 'for', 'include', 'layout', 'render', 'tablerow'];
const NO_FILTERS = [
  'array_to_sentence_string',
  'concat',
  'find',
  'find_exp',
  'find_index',
  'find_index_exp',
  'group_by',
  'group_by_exp',
  'has',
  'has_exp',
  'map',
  'newline_to_br',
  'reject',
  'reject_exp',
  'reverse',
  'sort',
  'sort_natural',
  'uniq',
  'where_exp',
  'type',
];

/** Filters that search for a text in a text. In the worst case the work is the product of both lengths. */
const SEARCHES = ['remove', 'remove_first', 'remove_last', 'replace', 'replace_first', 'replace_last', 'split'];

/** Filters that convert their arguments to numbers anew for each character. */
const COUNT_LETTERS = ['slice'];

/** Filters that read the path in their first argument anew for each item of a list. */
const READ_EACH_ITEM = ['sum', 'where'];

/** Filters whose argument is a format. Each of its letters may be a date in words, which takes a few microseconds. */
const FORMATS = ['date', 'date_to_long_string', 'date_to_rfc822', 'date_to_string', 'date_to_xmlschema'];

/** Segment's limits. The meter counts the actual work, because a Worker's clock stands still during computation. */
const PARSE_LIMIT = 1_000;
const RENDER_LIMIT_MS = 500;

/** The characters that a text comparison processes at a time. */
const COMPARED_AT_ONCE = 64;

/** The characters read in the time that a filter takes for one letter of a path, and one of a date's format. */
const CHARS_A_PATH_LETTER = 160;
const CHARS_A_FORMAT_LETTER = 160;

type Operator = Operators[string];

const engine = new Liquid({
  // Templates can't load any files.
  templates: {},
  parseLimit: PARSE_LIMIT,
  renderLimit: RENDER_LIMIT_MS,
  ownPropertyOnly: true,
  operators: Object.fromEntries(
    Object.entries(defaultOperators).map(([name, operator]) => [
      name,
      name === 'not' ? operator : paid(name, operator),
    ]),
  ),
  outputEscape: written,
});

for (const tag of NO_TAGS) {
  const refuse = (): never => {
    throw new Error(`the tag "${tag}" is disabled`);
  };
  engine.registerTag(tag, { parse: refuse, render: refuse });
}
for (const name of NO_FILTERS)
  engine.registerFilter(name, () => {
    throw new Error(`the filter "${name}" is disabled`);
  });
for (const [name, filter] of Object.entries(engine.filters)) {
  if (NO_FILTERS.includes(name)) continue;
  // Only `raw` is not a function, and it has no work to do.
  if (typeof filter !== 'function') continue;
  engine.registerFilter(name, function payFirst(input: unknown, ...args: unknown[]): unknown {
    const meter = meterOf(this.context);
    for (const value of [input, ...args]) read(value, meter);
    meter.read(extraWork(name, input, args));
    return filter.call(this, input, ...args);
  });
}
engine.registerFilter('raw', {
  raw: true,
  handler(value: unknown) {
    return written.call(this, value);
  },
});

export const liquidEngine: LiquidEngine = {
  parse(template) {
    const parsed = engine.parse(template);
    return (event, meter) => {
      // A copy, because `increment` writes into it.
      const scope = typeof event === 'object' && event !== null ? { ...event } : {};
      const context = new Context(
        scope,
        engine.options,
        { sync: true, renderLimit: RENDER_LIMIT_MS },
        { liquid: engine },
      );
      context.memoryLimit.use = (count) => meter.use(count);
      context.setRegister(METER, meter);
      return String(engine.renderSync(parsed, context));
    };
  },
};

const METER = 'directflight';

function meterOf(context: Context): Meter {
  const meter: Meter | undefined = context.getRegister(METER);
  if (meter === undefined) throw new Error('A template is filled without a meter');
  return meter;
}

/** Counts the text in a value before a filter or a comparison reads it: that of its items, and of its fields. */
function read(value: unknown, meter: Meter, depth = 0): void {
  refuseDeep(depth);
  if (typeof value !== 'object' || value === null) {
    meter.read(textIn(value).length);
    return;
  }
  meter.read(1);
  for (const [key, field] of Object.entries(value)) {
    if (!Array.isArray(value)) meter.read(key.length);
    read(field, meter, depth + 1);
  }
}

/** Counts the text that a value becomes in an output, item by item: a list may contain itself many times. */
function write(value: unknown, meter: Meter, depth = 0): void {
  refuseDeep(depth);
  if (Array.isArray(value)) for (const item of value) write(item, meter, depth + 1);
  meter.use(Array.isArray(value) ? 1 : Math.max(textIn(value).length, 1));
}

/** Nobody writes deeper lists, and the engine itself would overflow its stack. */
function refuseDeep(depth: number): void {
  if (depth > 64) throw new Error('a list is nested too deeply');
}

/** Returns the characters that count for a filter in addition to its values, which are counted already. */
function extraWork(name: string, input: unknown, [argument, second]: unknown[]): number {
  if (SEARCHES.includes(name)) return Math.ceil((sizeOf(input) * sizeOf(argument)) / COMPARED_AT_ONCE);
  if (COUNT_LETTERS.includes(name))
    return Math.ceil((sizeOf(input) * (sizeOf(argument) + sizeOf(second))) / COMPARED_AT_ONCE);
  if (READ_EACH_ITEM.includes(name))
    return (Array.isArray(input) ? input.length : 1) * (sizeOf(argument) + 2) * CHARS_A_PATH_LETTER;
  if (FORMATS.includes(name)) return sizeOf(argument) * CHARS_A_FORMAT_LETTER;
  return 0;
}

/** Converts an output value of a template to text. Counts the text's size, and reports a gap when it is empty. */
function written(this: { context: Context }, value: unknown): string {
  const { context } = this;
  const plain: unknown = toValue(value);
  const meter = meterOf(context);
  write(plain, meter);
  const text = textIn(plain);
  if (text === '') meter.gap();
  return text;
}

function textIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.map(textIn).join('') : '[object Object]';
}

function paid(name: string, operator: Operator): Operator {
  return (left: unknown, right: unknown, context: Context) => {
    const meter = meterOf(context);
    read(left, meter);
    read(right, meter);
    if (name !== 'contains' || typeof left !== 'string' || typeof right !== 'string')
      // The operator takes two arguments, although its type has more.
      return Reflect.apply(operator, undefined, [left, right, context]);
    return textSearch(right)(left, 0) >= 0;
  };
}

/** Returns the length of a value as text, which must have been counted: a list may contain itself many times. */
function sizeOf(value: unknown): number {
  if (!Array.isArray(value)) return Math.max(textIn(value).length, 1);
  return value.reduce<number>((sum, item) => sum + sizeOf(item), 1);
}
