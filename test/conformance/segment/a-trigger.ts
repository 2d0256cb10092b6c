import { generateFql } from '@segment/destination-subscriptions';

import type { Chance } from './random.ts';

const TEXTS = [
  'pro',
  'A',
  'B',
  'Order Completed',
  'track',
  'page',
  '5',
  'true',
  'linkedin',
  'a b',
  '',
  'x',
  'C:\\new',
  'é',
];
const NUMBERS = [0, 1, 5, 150, -3.5, 2024];
const TYPES = ['track', 'page', 'identify', 'group', 'alias'];

/** Paths as people type them into Segment's builder. */
const TYPED_PATHS = [
  'plan',
  'total',
  'tags',
  'enabled',
  'n',
  'x',
  'missing',
  'order id',
  'utm.source',
  'utm.a b',
  'products[0].price',
  'products[0].sku',
  'products[1].price',
  'products.0.sku',
  'products.length',
];

/** A trigger that Segment's builder writes, with its own `generateFql`. */
export function builtTrigger(chance: Chance): string {
  // Its types require literal texts, which random values aren't.
  return generateFql(JSON.parse(JSON.stringify(group(chance, 2))));
}

function group(chance: Chance, depth: number): unknown {
  const children = Array.from({ length: 1 + chance.below(4) }, () =>
    depth > 1 && chance.is(0.25) ? group(chance, depth - 1) : condition(chance),
  );
  return { type: 'group', operator: chance.of(['and', 'or']), children };
}

function condition(chance: Chance): unknown {
  if (chance.is(0.25)) return { type: 'event-type', operator: chance.of(['=', '!=']), value: chance.of(TYPES) };
  if (chance.is(0.3)) {
    const type = chance.of(['event', 'name', 'userId']);
    const asked = chance.of(['=', '!=', 'contains', 'not_contains', 'starts_with', 'not_starts_with', 'ends_with']);
    return { type, operator: asked, value: chance.of(TEXTS) };
  }
  return {
    type: chance.of(['event-property', 'event-trait', 'event-context']),
    name: chance.of(TYPED_PATHS),
    ...chance.of([
      () => ({ operator: chance.of(['=', '!=', 'contains', 'not_contains']), value: chance.of(TEXTS) }),
      () => ({
        operator: chance.of(['starts_with', 'not_starts_with', 'ends_with', 'not_ends_with']),
        value: chance.of(TEXTS),
      }),
      () => ({
        operator: chance.of(['<', '<=', '>', '>=', 'number_equals', 'number_not_equals']),
        value: chance.of(NUMBERS),
      }),
      () => ({ operator: chance.of(['exists', 'not_exists', 'is_true', 'is_false']) }),
      () => ({ operator: chance.of(['contains', 'not_contains']), value: chance.of(NUMBERS) }),
    ])(),
  };
}

/** A trigger as people write it by hand, with everything that it may contain. */
export function writtenTrigger(chance: Chance, depth = 3): string {
  const joint = () => chance.of([' and ', ' or ', ' and ', ' or ', ' AND ', ' Or ', '\nand ', '\tor ']);
  const parts = Array.from({ length: 1 + chance.below(3) }, () => writtenPart(chance, depth));
  const [first = ''] = parts;
  return parts.slice(1).reduce((text, part) => text + joint() + part, first);
}

function writtenPart(chance: Chance, depth: number): string {
  if (depth > 0 && chance.is(0.25)) return `(${writtenTrigger(chance, depth - 1)})`;
  if (depth > 0 && chance.is(0.12)) return `!${chance.is(0.2) ? ' ' : ''}${writtenPart(chance, depth - 1)}`;
  return chance.of([
    () => `${field(chance)}${operator(chance)}${value(chance)}`,
    () => `${field(chance)}${operator(chance)}${value(chance)}`,
    () => `contains(${field(chance)}, ${value(chance)})`,
    () => `match(${field(chance)}, ${pattern(chance)})`,
    () => `${field(chance)} in [${value(chance)}, ${value(chance)}]`,
    () => `${value(chance)} in ${path(chance)}`,
    () => path(chance),
    () => `${chance.of(['lowercase', 'length', 'typeof', 'string', 'bool'])}(${field(chance)}) = ${value(chance)}`,
    () => `${value(chance)}${operator(chance)}${field(chance)}`,
  ])();
}

function operator(chance: Chance): string {
  const sign = chance.of(['=', '=', '=', '!=', '!=', '>', '>=', '<', '<=']);
  return chance.of([` ${sign} `, ` ${sign} `, ` ${sign} `, `${sign} `, ` ${sign}`, sign]);
}

function field(chance: Chance): string {
  return chance.is(0.35) ? chance.of(['type', 'event', 'name', 'userId', 'anonymousId', 'messageId']) : path(chance);
}

function path(chance: Chance): string {
  const holder = chance.of(['properties', 'properties', 'traits', 'context']);
  return `${holder}.${chance.of([
    'plan',
    'total',
    'tags',
    'enabled',
    'n',
    'x',
    'utm.source',
    String.raw`utm\.source`,
    String.raw`order\ id`,
    '["order id"]',
    'products[0].price',
    String.raw`products\[0\].price`,
    'products.0.sku',
    'total.deeper',
    'gr\\öße',
    'größe',
    'null',
    'constructor',
  ])}`.replace('.[', '[');
}

function value(chance: Chance): string {
  return chance.of([
    () => `"${chance.of(TEXTS).replaceAll('\\', chance.of(['\\', '\\\\']))}"`,
    () => `"${chance.of(TEXTS)}"`,
    () => `'${chance.of(TEXTS)}'`,
    () => String(chance.of(NUMBERS)),
    () => chance.of(['+5', '1e2', '1.50', '150']),
    () => chance.of(['true', 'false', 'null', 'TRUE', 'Null']),
    () => path(chance),
    () => String.raw`"say \"hi\""`,
  ])();
}

function pattern(chance: Chance): string {
  return chance.of([
    '"p*"',
    '"*ed"',
    '"*"',
    '"pro"',
    '"p?o"',
    '"*r*"',
    String.raw`"A\*1"`,
    "'p*'",
    '"**"',
    '""',
    '"[A]*"',
    'event',
  ]);
}
