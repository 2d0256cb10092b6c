// oxlint-disable unicorn/no-thenable -- "then" is Segment's name for it, and nothing here is awaited.
/** Every directive that Segment's own mapping-kit registers is accepted here, and gives the same result. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { beforeAll, expect, it } from 'vitest';

import { ownBudget } from '../../../worker/domain/fql/work-budget.ts';
import { DIRECTIVES } from '../../../worker/domain/mapping-kit/directives.ts';
import { resolve } from '../../../worker/domain/mapping-kit/resolve.ts';
import { fieldDifferences } from '../../../worker/domain/mapping-kit/segment-differences.ts';
import { valueProblems } from '../../../worker/domain/mapping-kit/value-problems.ts';
import { withLiquid } from '../../unit/support/with-liquid.ts';
import { aField } from './a-field.ts';
import { Chance, SEED } from './random.ts';
import { atSegment, withoutNothing } from './segment.ts';

const kit = fileURLToPath(import.meta.resolve('@segment/actions-core/mapping-kit'));
const [running, validating] = await Promise.all([
  readFile(kit, 'utf8'),
  readFile(kit.replace('index.js', 'validate.js'), 'utf8'),
]);

const namesIn = (source: string, call: RegExp): string[] =>
  inOrder([...source.matchAll(call)].map(([, name = '']) => name));
const inOrder = (names: readonly string[]) => [...new Set(names)].toSorted((a, b) => a.localeCompare(b));

const EVENT = {
  type: 'track',
  event: 'Order Completed',
  properties: {
    order_id: 'A-1',
    total: 99.5,
    note: null,
    json: '{"a":1}',
    products: [{ sku: 'x-1', price: 5 }, { sku: 'x-2' }],
    billing: { city: 'Graz', zip: null, geo: { lat: 47 } },
  },
  traits: { email: 'Jane@Example.com' },
};

const ORDER = { '@path': '$.properties.order_id' };

/** Each use of a directive that Segment's editor, its presets or its docs write. */
const USES: Readonly<Record<string, readonly unknown[]>> = {
  '@path': [
    '$.properties.order_id',
    'properties.order_id',
    '$.properties.products[1].sku',
    '$.properties.missing',
    { '@template': '$.properties.{{event}}' },
  ],
  '@template': ['order-{{properties.order_id}}', '{{event}} {{properties.total}}', 'plain', ORDER],
  '@literal': ['x', 0, false, null, ['a'], { a: 1 }],
  '@if': [
    { exists: ORDER, then: ORDER, else: 'none' },
    { exists: { '@path': '$.properties.missing' }, then: 'some', else: 'none' },
    { blank: { '@path': '$.properties.note' }, then: 'some', else: 'none' },
    { blank: ORDER, then: 'some', else: 'none' },
  ],
  '@case': [
    { operator: 'lower', value: { '@path': '$.traits.email' } },
    { operator: 'upper', value: { '@path': '$.traits.email' } },
  ],
  '@replace': [
    { pattern: '-', replacement: '_', value: ORDER },
    { pattern: 'a', replacement: '', value: ORDER, ignorecase: true, global: false },
    { pattern: 'A', replacement: 'B', pattern2: '1', replacement2: '2', value: ORDER },
  ],
  '@arrayPath': [
    ['$.properties.products', { id: { '@path': '$.sku' }, value: { '@path': '$.price' } }],
    ['$.properties.products'],
    [{ '@path': '$.properties.billing' }, { city: { '@path': '$.city' } }],
  ],
  '@merge': [
    { objects: [{ '@path': '$.properties.billing' }, { city: 'Linz' }], direction: 'right' },
    { objects: [{ '@path': '$.properties.billing' }, { city: 'Linz' }], direction: 'left' },
  ],
  '@flatten': [
    { value: { '@path': '$.properties.billing' }, separator: '.' },
    { value: { '@path': '$.properties' }, separator: '_', omitArrays: true },
  ],
  '@json': [
    { value: { '@path': '$.properties.billing' }, mode: 'encode' },
    { value: { '@path': '$.properties.json' }, mode: 'decode' },
  ],
  '@transform': [
    { apply: { id: ORDER }, mapping: { order: { '@path': '$.id' } } },
    { apply: { id: ORDER, n: { '@path': '$.properties.total' } }, mapping: { '@template': '{{id}}/{{n}}' } },
  ],
  '@excludeWhenNull': [{ '@path': '$.properties.note' }, { '@path': '$.properties.billing' }, ORDER],
  '@liquid': [
    '{{ properties.order_id | downcase }}',
    '{% if properties.total > 50 %}large{% else %}small{% endif %}',
    '{% assign first = properties.products | first %}{{ first.sku | append: "-" | upcase }}',
  ],
};
const FIELDS = Object.entries(USES).flatMap(([name, uses]) => uses.map((value) => ({ [name]: value })));

beforeAll(withLiquid);

it('we know every directive that Segment runs and validates, and no other', () => {
  expect(namesIn(running, /register(?:String)?Directive\('(@\w+)'/g)).toEqual(inOrder(DIRECTIVES));
  expect(namesIn(validating, /^directive\('(@\w+)'/gm)).toEqual(inOrder(DIRECTIVES));
  expect(inOrder(Object.keys(USES))).toEqual(inOrder(DIRECTIVES));
});

it.each(FIELDS)('%j is accepted as it is at Segment, with the same result', (field) => {
  const there = atSegment(field, EVENT);

  expect(valueProblems(field, '/f')).toEqual([]);
  expect(fieldDifferences(field)).toEqual([]);
  expect(there).toEqual({ kind: 'given', value: withoutNothing(resolve(field, EVENT, ownBudget())) });
});

it('every directive is among the random fields of fields.test.ts', () => {
  const chance = new Chance(SEED);
  const text = JSON.stringify(Array.from({ length: 2_000 }, () => aField(chance)));

  expect(DIRECTIVES.filter((name) => !text.includes(`"${name}":`))).toEqual([]);
});
