/**
 * Liquid as Segment's `@liquid` has it. It is a chunk of its own (`worker/liquid.mjs`), loaded by whoever has a mapping that
 * needs it.
 */
import { Context, defaultOperators, Liquid, toValue } from 'liquidjs';
import type { Operators } from 'liquidjs';

import { textSearch } from '../fql/text-search.ts';
import type { LiquidEngine, Meter } from './liquid.ts';

/** Tags and filters that Segment switches off: loops, other files, and what goes through lists. */
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

/** These look for a text in a text, which costs both lengths multiplied at worst. */
const SEARCHES = ['remove', 'remove_first', 'remove_last', 'replace', 'replace_first', 'replace_last', 'split'];

/** Segment's limits. The work itself is counted by the meter: in a Worker no time passes while something is computed. */
const PARSE_LIMIT = 1_000;
const RENDER_LIMIT_MS = 500;

/** A comparison of texts looks at many characters at a time. */
const COMPARED_AT_ONCE = 64;

type Operator = Operators[string];

const engine = new Liquid({
  // No file of any name is there, and none is looked for.
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
    throw new Error(`the tag "${tag}" is switched off`);
  };
  engine.registerTag(tag, { parse: refuse, render: refuse });
}
for (const name of NO_FILTERS)
  engine.registerFilter(name, () => {
    throw new Error(`the filter "${name}" is switched off`);
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
      // A copy: `increment` writes into it.
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

/** What stands between the braces of a template, as text: paid for, and noted where it is nothing. */
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
      // One with two sides, whatever its type says.
      return Reflect.apply(operator, undefined, [left, right, context]);
    context.memoryLimit.use(left.length + right.length);
    return textSearch(right)(left, 0) >= 0;
  };
}

/** How much text a value makes, or how much is gone through. */
function sizeOf(value: unknown, depth = 0): number {
  if (typeof value === 'string') return value.length;
  if (!Array.isArray(value)) return 1;
  // Deeper is written by nobody; the engine itself would not come back from it.
  if (depth > 64) throw new Error('a list is nested too deeply');
  return value.reduce<number>((sum, item) => sum + sizeOf(item, depth + 1), 1);
}
