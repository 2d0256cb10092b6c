import type { Chance } from './random.ts';
import type { Fields } from './segment.ts';

const TEXTS = [
  'pro',
  'Pro',
  '',
  '5',
  '150',
  'x-1',
  'A*1',
  'true',
  'null',
  'linkedin',
  'a b',
  'é',
  'C:\\new',
  'say "hi"',
];
const NUMBERS = [0, 1, 5, 150, -3.5, 0.1];

/** A random event with fields of every type in every place, for testing triggers. */
export function anyEvent(chance: Chance): Fields {
  const type = chance.of(['track', 'track', 'track', 'page', 'identify', 'group', 'alias']);
  return {
    type,
    ...(type === 'track' && { event: chance.of(['A', 'B', 'Order Completed', '5', 'true', 'null', 'a b', 'C:\\new']) }),
    ...(type === 'page' && chance.is(0.8) && { name: chance.of(['Pricing', 'A', 'true']) }),
    ...(chance.is(0.6) && { userId: chance.of(['u-1', '5', 'true', 'A']) }),
    ...(chance.is(0.5) && { anonymousId: 'anon-1' }),
    messageId: 'm-1',
    properties: someFields(chance),
    traits: someFields(chance),
    context: { ...someFields(chance), ...(chance.is(0.5) && { page: { path: '/pricing' } }) },
  };
}

/** The names that these tests' triggers and mappings use. */
const NAMES = ['plan', 'total', 'tags', 'products', 'utm', 'order id', 'enabled', 'n', 'x'];

function someFields(chance: Chance): Fields {
  return Object.fromEntries(
    NAMES.filter(() => chance.is(0.55)).map((name) => [name, chance.is(0.75) ? usual(name, chance) : anyValue(chance)]),
  );
}

function usual(name: string, chance: Chance): unknown {
  switch (name) {
    case 'total':
    case 'n':
      return chance.of(NUMBERS);
    case 'tags':
      return chance.list(3, () => chance.of(['a', 'b', 'pro', 5]));
    case 'products':
      return chance.list(2, () => ({ price: chance.of(NUMBERS), sku: chance.of(TEXTS) }));
    case 'utm':
      return { source: chance.of(TEXTS), 'a b': chance.of(NUMBERS) };
    case 'enabled':
      return chance.is(0.5);
    default:
      return chance.of(TEXTS);
  }
}

function anyValue(chance: Chance): unknown {
  return chance.of<() => unknown>([
    () => chance.of(TEXTS),
    () => chance.of(NUMBERS),
    () => chance.is(0.5),
    () => null,
    () => [],
    () => ({}),
    () => ({ source: chance.of(TEXTS) }),
    () => [chance.of(TEXTS), chance.of(NUMBERS)],
  ])();
}
