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

/** Segment's limits. The meter counts the actual work, because a Worker's clock stands still during computation. */
const PARSE_LIMIT = 1_000;
const RENDER_LIMIT_MS = 500;

/** The characters that a text comparison processes at a time. */
const COMPARED_AT_ONCE = 64;

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
for (const name of SEARCHES) {
  const known = engine.filters[name];
  if (typeof known !== 'function') throw new Error(`liquidjs has no filter "${name}"`);
  engine.registerFilter(name, function search(text: unknown, ...parts: unknown[]): unknown {
    this.context.memoryLimit.use(Math.ceil((sizeOf(text) * sizeOf(parts[0])) / COMPARED_AT_ONCE));
    return known.call(this, text, ...parts);
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

/** Converts an output value of a template to text. Counts the text's size, and reports a gap when it is empty. */
function written(this: { context: Context }, value: unknown): string {
  const { context } = this;
  const plain: unknown = toValue(value);
  context.memoryLimit.use(sizeOf(plain));
  const text = textIn(plain);
  if (text === '') {
    const meter: Meter | undefined = context.getRegister(METER);
    meter?.gap();
  }
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
    context.memoryLimit.use(1 + Math.ceil((sizeOf(left) + sizeOf(right)) / COMPARED_AT_ONCE));
    if (name !== 'contains' || typeof left !== 'string' || typeof right !== 'string')
      // The operator takes two arguments, although its type has more.
      return Reflect.apply(operator, undefined, [left, right, context]);
    context.memoryLimit.use(left.length + right.length);
    return textSearch(right)(left, 0) >= 0;
  };
}

/** Returns the amount of text that a value produces or that must be searched. */
function sizeOf(value: unknown, depth = 0): number {
  if (!Array.isArray(value)) return Math.max(textIn(value).length, 1);
  // Nobody writes deeper lists, and the engine itself would overflow its stack.
  if (depth > 64) throw new Error('a list is nested too deeply');
  return value.reduce<number>((sum, item) => sum + sizeOf(item, depth + 1), 1);
}
