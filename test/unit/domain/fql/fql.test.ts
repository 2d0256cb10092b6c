import {
  array,
  assert,
  boolean,
  constant,
  constantFrom,
  double,
  integer,
  letrec,
  oneof,
  property,
  record,
  string,
  tuple,
} from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { compile } from '../../../../worker/domain/fql/compile.ts';
import { FUNCTIONS } from '../../../../worker/domain/fql/syntax/expression.ts';
import type { Expression, Literal, Operand } from '../../../../worker/domain/fql/syntax/expression.ts';
import { parse } from '../../../../worker/domain/fql/syntax/parse.ts';
import { print } from '../../../../worker/domain/fql/syntax/print.ts';
import { warnings } from '../../../../worker/domain/fql/warnings.ts';
import { ownBudget } from '../../../../worker/domain/fql/work-budget.ts';
import { referenceHolds } from './reference.ts';

const holds = (source: string, event: Record<string, unknown>) => compile(parse(source))(event, ownBudget());

const order = (properties: Record<string, unknown>, over: Record<string, unknown> = {}) => ({
  type: 'track',
  event: 'Order Completed',
  properties,
  traits: {},
  context: {},
  ...over,
});

/** Events that triggers can tell apart: missing fields, other types, nested objects. */
const EVENTS: readonly Record<string, unknown>[] = [
  order({ total: 150, plan: 'pro', tags: ['a', 'b'], products: [{ price: 5, sku: 'x-1' }] }),
  order({ total: '150', plan: 'PRO', note: 'He said "yes"' }),
  order({ total: '5.0', plan: '', nested: { deep: { list: [1, '2', null] } } }),
  order({ total: null, plan: 'free', 'utm.source': 'linkedin', 'order id': 'A*1', pattern: 'Order*' }),
  order({
    enabled: true,
    utm: { source: 'linkedin' },
    sku: 'A-2024',
    subscribed: 'false',
    allowed: ['A', 'Order Completed'],
  }),
  order({ enabled: 'true', name: 'größe', subscribed: 'yes', count: 0, words: 'the order is done' }),
  order({}, { event: 'A', userId: 'user-1' }),
  order({ total: 5 }),
  order({ total: 0, plan: true, path: 'a\\b' }, { event: 'B' }),
  order({ total: -3.5, plan: ['pro'], tags: [] }, { event: 'C' }),
  order({ total: 'many', plan: { name: 'pro' }, tags: 'a,b' }, { event: 'Lead 😀' }),
  {
    type: 'page',
    name: 'Pricing',
    properties: { url: 'https://www.example.com/pricing?x=1' },
    traits: {},
    context: { page: { path: '/pricing' } },
  },
  {
    type: 'identify',
    userId: '42',
    properties: {},
    traits: { order_completed_last_30days: true, age: '42' },
    context: {},
  },
  {
    type: 'identify',
    userId: 'u',
    properties: {},
    traits: { order_completed_last_30days: false },
    context: { traits: { email: 'a@b.c' } },
  },
];

const ATOMS = [
  'type = "track"',
  "type != 'track'",
  'event = "Order Completed"',
  'event in ["A", "B", \'C\']',
  'event = "Lead 😀"',
  'name = "Pricing"',
  'name = null',
  'userId = 42',
  'userId != "user-1"',
  'properties.total > 100',
  'properties.total >= "150"',
  'properties.total < 5.5',
  'properties.total <= -3.5',
  'properties.total = 5',
  'properties.total = "5"',
  'properties.total != 150',
  'properties.total = null',
  'properties.total != null',
  'properties.total in [0, 150, null]',
  '100 < properties.total',
  'properties.plan = "pro"',
  'properties.plan = true',
  'properties.plan = ""',
  'lowercase(properties.plan) = "pro"',
  'lowercase(properties.missing) = null',
  'contains(properties.plan, "r")',
  'contains(properties.tags, "a")',
  'contains(properties.missing, "a")',
  'contains(lowercase(event), "order")',
  'match(event, "Order*")',
  'match(event, "*ed")',
  'match(event, "?")',
  'match(event, "Lead ?")',
  'match(properties.url, "https://*.example.com/*\\?x=1")',
  'match(properties["order id"], "A\\*1")',
  'match(properties.missing, "*")',
  'typeof(properties.total) = "number"',
  'typeof(properties.tags) = "list"',
  'typeof(properties.plan) = "bool"',
  '"list" = typeof(properties.tags)',
  'uppercase(properties.plan) = "PRO"',
  'snakecase(event) = "Order_Completed"',
  'kebabcase(event) = "Order-Completed"',
  'titlecase(properties.words) = "The Order Is Done"',
  'bool(properties.subscribed)',
  '!bool(properties.subscribed)',
  'bool(properties.count) = false',
  'bool(properties.tags)',
  'string(properties.total) = "150"',
  'string(properties.tags) = "[\\"a\\",\\"b\\"]"',
  'string(properties.missing) = ""',
  'number(properties.total) >= 5',
  'number(properties.plan) = null',
  'properties.enabled',
  '!properties.enabled',
  "'a' in properties.tags",
  'event in properties.allowed',
  'lowercase("A") in properties.tags',
  'match(event, properties.pattern)',
  'match("Order Completed", properties.pattern)',
  'contains(properties.sku, 2024)',
  'contains(event, properties.missing)',
  'contains(event, properties.plan)',
  'properties.total > +100',
  'properties.products\\[0\\].price >= 5',
  'typeof(properties.nested) = "object"',
  'typeof(properties.missing) = "null"',
  'length(properties.tags) > 1',
  'length(properties.plan) = 3',
  'length(properties.missing) = 0',
  'length(properties.name) = 7',
  'properties.products[0].price = 5',
  'properties.products[1].price = null',
  'properties.nested.deep.list[1] = 2',
  'properties.nested.deep.list[2] = null',
  'properties.tags.length = 2',
  'properties.plan.length = 3',
  'properties.utm\\.source = "linkedin"',
  'properties["utm.source"] = "linkedin"',
  'properties.note = "He said \\"yes\\""',
  'properties.note = \'He said "yes"\'',
  'properties.path = "a\\\\b"',
  'traits.order_completed_last_30days = true',
  'traits.order_completed_last_30days != true',
  'traits.age >= 42',
  'context.page.path = "/pricing"',
  'context.traits.email = "a@b.c"',
  'properties.constructor = null',
  'properties.total = properties.total',
];

const pairs = ATOMS.flatMap((atom, index) => {
  const next = ATOMS[(index * 7 + 3) % ATOMS.length] ?? atom;
  const third = ATOMS[(index * 11 + 5) % ATOMS.length] ?? atom;
  return [
    `!${atom}`,
    `${atom} or ${next} and ${third}`,
    `${atom} and ${next} or ${third}`,
    `(${atom} or ${next}) and ${third}`,
    `${atom} and !(${next} and (${third} or !${atom}))`,
    `!!(${atom}) or !${next} and !(${third})`,
  ];
});
const EXPRESSIONS = [...ATOMS, ...pairs];

describe('a trigger', () => {
  it('is compared with the reference in at least 200 cases', () => {
    expect(new Set(EXPRESSIONS).size).toBeGreaterThanOrEqual(200);
  });

  it.each(EXPRESSIONS)('means the same here as in the reference parser: %s', (source) => {
    const test = compile(parse(source));

    expect(EVENTS.map((event) => test(event, ownBudget()))).toEqual(
      EVENTS.map((event) => referenceHolds(source, event)),
    );
  });

  it('holds for some of these events and not for others, if it is a single condition', () => {
    const never = ATOMS.filter((source) => !EVENTS.some((event) => holds(source, event)));

    expect(never).toEqual([
      'contains(properties.missing, "a")',
      'match(properties.missing, "*")',
      'contains(event, properties.missing)',
    ]);
  });
});

describe('a known trap of other systems', () => {
  const A = order({}, { event: 'A' });
  const B = order({}, { event: 'B' });
  const C = order({}, { event: 'C' });

  it.each([
    ['mixed and/or uses only the last operator', 'type = "track" and event = "A" or event = "B"', C, false],
    ['and binds before or, on the left', 'type = "track" and event = "A" or event = "B"', A, true],
    ['and binds before or, on the right', 'event = "A" or event = "B" and type = "page"', A, true],
    ['and binds before or, and the other half', 'event = "A" or event = "B" and type = "page"', B, false],
    ['nested brackets never match', 'type = "track" and (event = "A" or (event = "B" and (userId = null)))', B, true],
    [
      "nested brackets, when the trigger doesn't match",
      'type = "track" and (event = "A" or (event = "B" and !(userId = null)))',
      B,
      false,
    ],
    ['an escaped quote breaks', 'event = "say \\"hi\\""', order({}, { event: 'say "hi"' }), true],
    ['an escaped single quote breaks', "event = 'it\\'s'", order({}, { event: "it's" }), true],
    ['a bracket inside a text ends a group', '(event = "a) or (b")', order({}, { event: 'a) or (b' }), true],
    [
      'an operator inside a text counts as an operator',
      'event = "A and B or C"',
      order({}, { event: 'A and B or C' }),
      true,
    ],
    ['!contains of a missing field is false', '!contains(properties.plan, "x")', A, true],
    ['!= of a missing field is true', 'properties.plan != "x"', A, true],
    ['contains of a missing field', 'contains(properties.plan, "x")', A, false],
    ["a numeric text isn't a number", 'properties.total = 5', order({ total: '5' }), true],
    ["a number isn't a numeric text", 'properties.total = "5"', order({ total: 5 }), true],
    ["a numeric text can't be compared as a number", 'properties.total > 100', order({ total: '150' }), true],
    ['a text is compared as 1', 'properties.total > 9', order({ total: '10' }), true],
    ['a text without a number counts as more', 'properties.total > 0', order({ total: 'abc' }), false],
    ['an empty text is 0', 'properties.total = 0', order({ total: '' }), false],
    ['true is 1', 'properties.total = 1', order({ total: true }), false],
    ['null is 0', 'properties.total <= 0', order({ total: null }), false],
    ['a property that every object has', 'properties.toString != null', A, false],
    ['a dot in a name', 'properties["utm.source"] = "x"', order({ 'utm.source': 'x' }), true],
    ['a star in an event name', 'match(event, "100\\*")', order({}, { event: '100*' }), true],
    ['a star in an event name, with another name', 'match(event, "100\\*")', order({}, { event: '1000' }), false],
    ['a dot in a pattern', 'match(event, "a.c")', order({}, { event: 'abc' }), false],
  ])("doesn't affect us: %s", (_, source, event, expected) => {
    expect(holds(source, event)).toBe(expected);
  });
});

describe("a trigger that can't be read", () => {
  it.each([
    ['', 1, 'expected a field or a value, but found the end'],
    ['type', 5, 'expected a comparison (=, !=, >, >=, <, <= or "in"), but found the end'],
    ['properties.a "x"', 14, 'expected a comparison (=, !=, >, >=, <, <= or "in"), but found a text'],
    ['type = ', 8, 'expected a field or a value, but found the end'],
    ['type = "track', 8, 'this text has no end: expected a closing "'],
    ['type = "track" event = "A"', 16, 'expected "and", "or" or the end, but found "event"'],
    ['type == "track"', 6, 'expected "=" in place of "=="'],
    ['type = "a" && event = "b"', 12, 'expected "and" in place of "&&"'],
    ['type = "a" || event = "b"', 12, 'expected "or" in place of "||"'],
    [
      'type = track',
      8,
      '"track" isn\'t a field of an event: expected type, event, name, userId, anonymousId, messageId, properties.…, traits.…, context.…; put a text in quotes',
    ],
    ['(type = "a"', 12, 'expected ")", but found the end'],
    ['type = "a")', 11, 'expected "and", "or" or the end, but found ")"'],
    ['event in "A"', 10, 'expected a list such as ["A", "B"], or a field that is one, but found a text'],
    ['event in true', 10, 'expected a list such as ["A", "B"], or a field that is one, but found "true"'],
    ['event in ["A", type]', 16, 'expected a value, but found "type"'],
    ['event in []', 11, 'expected a value, but found "]"'],
    ['match(event, 5)', 14, 'expected a pattern in quotes, or a field, but found a number'],
    ['match(event, null)', 14, 'expected a pattern in quotes, or a field, but found "null"'],
    ['contains(event)', 15, 'expected ",", but found ")"'],
    [
      'upper(event) = "A"',
      1,
      'expected one of lowercase, uppercase, snakecase, kebabcase, titlecase, typeof, length, bool, string, number, contains, match',
    ],
    ['type.x = 1', 1, '"type" is a value and has no fields'],
    ['properties = 1', 1, 'expected a field of properties, such as properties.plan'],
    ['properties. = 1', 12, 'expected the name of a field'],
    ['properties.a[x] = 1', 14, 'expected an index such as [0], or a name in quotes'],
    ['properties.a[0 = 1', 15, 'expected "]"'],
    ['properties.a = 1e999', 16, 'expected a smaller number'],
    ['event = "A" # now', 13, '"#" means nothing here'],
    [`${'('.repeat(51)}type = 1${')'.repeat(51)}`, 51, 'expected at most 50 levels'],
    ['!'.repeat(3_000), 51, 'expected at most 50 levels'],
    [`event = "${'x'.repeat(4_000)}"`, 4_001, 'expected at most 4000 characters'],
  ])('reports the position of the error: %.60s', (source, column, problem) => {
    expect(() => parse(source)).toThrow(expect.objectContaining({ name: 'FqlError', column, problem }));
  });
});

describe('a trigger that is written back as text', () => {
  const literal: Arbitrary<Literal> = oneof(
    string(),
    string({ unit: 'binary' }),
    double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    integer(),
    boolean(),
    constant(null),
  );
  const name = oneof(constantFrom('plan', 'a-b', 'é', '_x', '0'), string({ minLength: 1 }));
  const path = oneof(
    constantFrom('type', 'event', 'name', 'userId').map((root) => [root]),
    tuple(
      constantFrom('properties', 'traits', 'context'),
      oneof(name, integer({ min: 0, max: 99 })),
      array(oneof(name, integer({ min: 0, max: 99 })), { maxLength: 2 }),
    ).map(([root, first, rest]) => [root, first, ...rest]),
  ).map((found) => ({ kind: 'path' as const, path: found }));
  const operand: Arbitrary<Operand> = oneof(
    path,
    literal.map((value) => ({ kind: 'literal' as const, value })),
    record({
      kind: constant('call' as const),
      name: constantFrom(...FUNCTIONS),
      of: path,
    }),
  );
  const { expression } = letrec<{ expression: Expression }>((tie) => ({
    expression: oneof(
      { maxDepth: 4 },
      record({
        kind: constant('compare' as const),
        operator: constantFrom('=' as const, '!=' as const, '>' as const, '>=' as const, '<' as const, '<=' as const),
        left: operand,
        right: operand,
      }),
      record({ kind: constant('in' as const), left: operand, list: array(literal, { minLength: 1, maxLength: 3 }) }),
      record({ kind: constant('contains' as const), whole: operand, part: operand }),
      record({
        kind: constant('match' as const),
        text: operand,
        pattern: oneof(
          path,
          string().map((value) => ({ kind: 'literal' as const, value })),
        ),
      }),
      record({ kind: constant('member' as const), item: operand, of: path }),
      record({ kind: constant('not' as const), of: tie('expression') }),
      record({
        kind: constantFrom('and' as const, 'or' as const),
        parts: array(tie('expression'), { minLength: 2, maxLength: 3 }),
      }),
    ),
  }));

  it('is read again unchanged', () => {
    assert(
      property(expression, (written) => {
        const text = print(written);
        if (text.length > 4_000) return;

        expect(parse(text)).toEqual(written);
        expect(print(parse(text))).toBe(text);
      }),
      { numRuns: 1_000 },
    );
  });

  it('gives the same result as before', () => {
    for (const source of EXPRESSIONS) {
      const again = print(parse(source));

      expect(EVENTS.map((event) => holds(again, event))).toEqual(EVENTS.map((event) => holds(source, event)));
    }
  });

  it('binds "and" tighter than "or", and "!" tighter than "and"', () => {
    const atom = constantFrom(...ATOMS);
    assert(
      property(atom, atom, atom, (a, b, c) => {
        expect(parse(`${a} or ${b} and ${c}`)).toEqual(parse(`(${a}) or ((${b}) and (${c}))`));
        expect(parse(`${a} and ${b} or ${c}`)).toEqual(parse(`((${a}) and (${b})) or (${c})`));
        expect(parse(`!${a} and ${b}`)).toEqual(parse(`(!(${a})) and (${b})`));
      }),
    );
  });
});

describe('a warning', () => {
  it('is never given for a condition that can hold', () => {
    const parts = ATOMS.flatMap((atom) => [atom, `!${atom}`]);
    const warned = parts.flatMap((first) =>
      parts.map((second) => parse(`${first} and ${second}`)).filter((both) => warnings(both).length > 0),
    );

    const wrong = warned.filter((both) => EVENTS.some((event) => compile(both)(event, ownBudget())));
    expect(warned.length).toBeGreaterThan(100);
    expect(wrong.map(print)).toEqual([]);
  });
});
