/**
 * Liquid as in Segment's `@liquid`. It is a module of its own, loaded only when a mapping needs it.
 */
import { defaultOperators, Drop, Liquid, Tokenizer, TokenKind } from 'liquidjs';
import type { Context, Operators } from 'liquidjs';

import { textSearch } from '../fql/text-search.ts';
import { meterOf, PaidContext, writtenIn } from './liquid-context.ts';
import { dateFilters } from './liquid-dates.ts';
import { DISABLED_FILTERS, filterProblem, filtersIn } from './liquid-filters.ts';
import { COMPARED_IN_ENGINE, CONTAINED, operatorPrice, payFor, payForFilter, stepsToFill } from './liquid-prices.ts';
import type { Price } from './liquid-prices.ts';
import { filledFrom } from './liquid-resolver.ts';
import type { ParsedLiquid } from './liquid-resolver.ts';
import type { LiquidEngine } from './liquid.ts';

/** The tags that Segment disables: loops and other files. */
const NO_TAGS = ['case', 'for', 'include', 'layout', 'render', 'tablerow'];

/** Segment's limits. The meter counts the actual work, because a Worker's clock stands still during computation. */
const PARSE_LIMIT = 1_000;
const RENDER_LIMIT_MS = 500;

type Operator = Operators[string];

const engine = new Liquid({
  // Templates can't load any files.
  templates: {},
  // As in a Worker, also in tests.
  locale: 'en-US',
  parseLimit: PARSE_LIMIT,
  renderLimit: RENDER_LIMIT_MS,
  ownPropertyOnly: true,
  operators: Object.fromEntries(
    Object.entries(defaultOperators).map(([name, operator]) => {
      const price = operatorPrice(name);
      return [name, price === undefined ? operator : paid(name, operator, price)];
    }),
  ),
  outputEscape: written,
});

for (const tag of NO_TAGS) {
  const refuse = (): never => {
    throw new Error(`the tag "${tag}" is disabled`);
  };
  engine.registerTag(tag, { parse: refuse, render: refuse });
}
const { date } = engine.filters;
const dates = typeof date === 'function' ? dateFilters(date) : {};
for (const name of DISABLED_FILTERS)
  engine.registerFilter(name, () => {
    throw new Error(`the filter "${name}" is disabled`);
  });
for (const [name, filter] of Object.entries(engine.filters)) {
  // Only `raw` is not a function, and it has no work to do.
  if (DISABLED_FILTERS.includes(name) || typeof filter !== 'function') continue;
  engine.registerFilter(
    name,
    dates[name] ??
      function payFirst(...values) {
        payForFilter(name, values, meterOf(this.context));
        return filter.call(this, ...values);
      },
  );
}
engine.registerFilter('raw', {
  raw: true,
  handler(value: unknown) {
    return written.call(this, value);
  },
});

export const liquidEngine: LiquidEngine = {
  resolver(template) {
    try {
      return filledFrom(parsedFrom(template));
    } catch {
      return filledFrom('invalid');
    }
  },
  problem(template) {
    try {
      return filterProblem(filtersIn(engine.parse(template)), Object.keys(engine.filters));
    } catch (error) {
      return error instanceof Error ? firstLine(error.message) : 'cannot be read';
    }
  },
  steps(template) {
    return stepsToFill(codeIn(template));
  },
};

/** @throws Error when the template is invalid. */
function parsedFrom(template: string): ParsedLiquid {
  const parsed = engine.parse(template);
  return {
    steps: stepsToFill(codeIn(template)),
    hasUnknownFilter: filtersIn(parsed).some((name) => engine.filters[name] === undefined),
    fill(event, meter) {
      // A copy, because `increment` writes into it.
      const scope = typeof event === 'object' && event !== null ? { ...event } : {};
      const context = new PaidContext(
        meter,
        scope,
        engine.options,
        { sync: true, renderLimit: RENDER_LIMIT_MS },
        { liquid: engine },
      );
      return withoutStacks(() => String(engine.renderSync(parsed, context)));
    },
  };
}

function written(this: { context: Context }, value: unknown): string {
  return writtenIn(this.context, value);
}

/** Returns the outputs and tags of a template, without the text between them. */
function codeIn(template: string): string[] {
  return new Tokenizer(template)
    .readTopLevelTokens(engine.options)
    .filter(({ kind }) => kind !== TokenKind.HTML)
    .map((token) => token.getText());
}

/** Nobody reads the stacks of a template's errors, and writing one down takes as long as the rest of the error. */
function withoutStacks<T>(fill: () => T): T {
  const limit: unknown = Reflect.get(Error, 'stackTraceLimit');
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return fill();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

function paid(name: string, operator: Operator, price: Price): Operator {
  return (left: unknown, right: unknown, context: Context) => {
    const meter = meterOf(context);
    const pay = (one: Price) => {
      for (const value of [left, right]) payFor(value, one, meter);
    };
    pay(price);
    const compare = isPlain(left) && isPlain(right) ? COMPARE[name] : undefined;
    if (compare === undefined) {
      pay(COMPARED_IN_ENGINE);
      // The operator takes two arguments, although its type has more.
      return Reflect.apply(operator, undefined, [left, right, context]);
    }
    if (typeof left === 'string' && typeof right === 'string' && name === 'contains') pay(CONTAINED);
    return compare(left, right);
  };
}

/** What the engine does for values without `empty`, `blank` and `nil`, but with a generator for each item. */
const COMPARE: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '==': isSame,
  '!=': (left, right) => !isSame(left, right),
  contains(left, right) {
    if (Array.isArray(left)) return left.some((item) => isSame(item, right));
    if (typeof left !== 'string') return false;
    return typeof right === 'string' ? textSearch(right)(left, 0) >= 0 : left.includes(String(right));
  },
};

function isSame(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left)) return left === right;
  return (
    Array.isArray(right) && left.length === right.length && left.every((item, index) => isSame(item, right[index]))
  );
}

/** Checks that a value is none of `empty`, `blank` and `nil`, and contains none. */
function isPlain(value: unknown): boolean {
  return Array.isArray(value) ? value.every(isPlain) : !(value instanceof Drop);
}

/** Returns the first line of a message. The other lines repeat the template. */
function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/, (?:file:.*, )?line:\d+, col:\d+$/, '') ?? message;
}
