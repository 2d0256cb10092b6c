// oxlint-disable unicorn/no-thenable -- "then" is Segment's name for it, and nothing here is awaited.
import { anything, assert, constantFrom, dictionary, property } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';

import { ownBudget } from '../../../../worker/domain/fql/work-budget.ts';
import { DIRECTIVES } from '../../../../worker/domain/mapping-kit/directives.ts';
import { resolve } from '../../../../worker/domain/mapping-kit/resolve.ts';
import { valueProblems } from '../../../../worker/domain/mapping-kit/value-problems.ts';
import { withLiquid } from '../../support/with-liquid.ts';

const EVENT = {
  type: 'track',
  event: 'Order Completed',
  messageId: 'm-1',
  properties: {
    total: 99.5,
    which: 'total',
    tags: ['a', 'b'],
    plan: 'Pro',
    blank: '',
    nothing: null,
    yes: true,
    'order id': 'A-1',
    utm: { source: 'linkedin' },
    products: [{ sku: 's-1', price: 5 }, { sku: 's-2' }, 'x'],
    phone: '+49 (30) 12-34',
    money: '1$2$3',
  },
  traits: { email: 'John@Example.com' },
  context: {},
};

beforeAll(withLiquid);

describe('a field of a mapping', () => {
  it.each([
    ['a text stays itself', 'USD', 'USD'],
    ['a number stays itself', 5, 5],
    ['null stays null', null, null],
    ['an object keeps its fields', { a: { '@path': '$.event' }, b: 1 }, { a: 'Order Completed', b: 1 }],
    ['a list keeps its items', [{ '@path': '$.event' }, 2], ['Order Completed', 2]],
    ["@literal isn't evaluated", { '@literal': { '@path': '$.event' } }, { '@path': '$.event' }],
    ['@path', { '@path': '$.properties.total' }, 99.5],
    ['@path without $.', { '@path': 'properties.total' }, 99.5],
    ['@path of an item', { '@path': '$.properties.products[0].sku' }, 's-1'],
    ['@path in quotes', { '@path': '$.properties["order id"]' }, 'A-1'],
    ['@path in single quotes, as in Segment', { '@path': "$.properties['order id']" }, 'A-1'],
    ['@path with a space, as Segment allows', { '@path': '$.properties.order id' }, 'A-1'],
    ['@path of a count', { '@path': '$.properties.products.length' }, 3],
    ['@path from a directive', { '@path': { '@template': '$.properties.{{properties.which}}' } }, 99.5],
    ['@path with an escaped dot', { '@path': String.raw`$.properties.utm\.source` }, 'linkedin'],
    ['@path of a missing field', { '@path': '$.properties.missing.deep' }, undefined],
    ['@path of a property that every object has', { '@path': '$.properties.constructor' }, undefined],
    ['@path of the whole event', { '@path': '$' }, EVENT],
    ['@template', { '@template': '{{event}}: {{ properties.plan }}' }, 'Order Completed: Pro'],
    ['@template in three braces', { '@template': '{{{$.properties.total}}} EUR' }, '99.5 EUR'],
    ['@template with a missing field', { '@template': '{{properties.missing}}-{{properties.utm}}' }, '-'],
    ['@template with a list', { '@template': '{{properties.tags}}' }, 'a,b'],
    ['@template with empty braces', { '@template': '{{}}' }, '{{}}'],
    ['@template from a directive', { '@template': { '@path': '$.properties.plan' } }, 'Pro'],
    ['@if exists', { '@if': { exists: { '@path': '$.properties.plan' }, then: 'a', else: 'b' } }, 'a'],
    ['@if exists, null', { '@if': { exists: { '@path': '$.properties.nothing' }, then: 'a', else: 'b' } }, 'b'],
    ['@if exists, a blank text', { '@if': { exists: { '@path': '$.properties.blank' }, then: 'a', else: 'b' } }, 'a'],
    ['@if blank, a blank text', { '@if': { blank: { '@path': '$.properties.blank' }, then: 'a', else: 'b' } }, 'b'],
    ['@if blank, a missing field', { '@if': { blank: { '@path': '$.properties.no' }, then: 'a', else: 'b' } }, 'b'],
    [
      '@if blank, a value',
      { '@if': { blank: { '@path': '$.event' }, then: { '@path': '$.event' }, else: 'b' } },
      'Order Completed',
    ],
    ['@if without else', { '@if': { exists: { '@path': '$.no' }, then: 'a' } }, undefined],
    [
      'nested @if',
      { '@if': { exists: { '@path': '$.properties.no' }, then: 1, else: { '@if': { exists: 1, then: 2 } } } },
      2,
    ],
    ['@case lower', { '@case': { operator: 'lower', value: { '@path': '$.traits.email' } } }, 'john@example.com'],
    ['@case upper', { '@case': { operator: 'upper', value: 'eur' } }, 'EUR'],
    ['@case of a number', { '@case': { operator: 'lower', value: 5 } }, 5],
    [
      '@replace',
      { '@replace': { pattern: ' ', replacement: '', value: { '@path': '$.properties.phone' } } },
      '+49(30)12-34',
    ],
    [
      '@replace with two replacements',
      { '@replace': { pattern: '(', pattern2: ')', value: { '@path': '$.properties.phone' } } },
      '+49 30 12-34',
    ],
    [
      '@replace, first match only',
      { '@replace': { pattern: '$', replacement: '€', global: false, value: { '@path': '$.properties.money' } } },
      '1€2$3',
    ],
    [
      '@replace, ignoring case',
      { '@replace': { pattern: 'PRO', replacement: 'x', ignorecase: true, value: 'Pro pro' } },
      'x x',
    ],
    ['@replace, respecting case', { '@replace': { pattern: 'PRO', replacement: 'x', value: 'Pro PRO' } }, 'Pro x'],
    [
      '@replace with a replacement that looks like a group',
      { '@replace': { pattern: 'a', replacement: '$&$1', value: 'a' } },
      'a$1',
    ],
    [
      '@replace with a replacement that looks like its surroundings',
      { '@replace': { pattern: 'b', replacement: "$'$`$$", value: 'abc' } },
      'aca$c',
    ],
    [
      '@replace in a number',
      { '@replace': { pattern: '.', replacement: ',', value: { '@path': '$.properties.total' } } },
      '99,5',
    ],
    ['@replace in a missing field', { '@replace': { pattern: 'a', value: { '@path': '$.properties.no' } } }, ''],
    ['@arrayPath', { '@arrayPath': ['$.properties.products'] }, EVENT.properties.products],
    [
      '@arrayPath with a shape',
      { '@arrayPath': ['$.properties.products', { id: { '@path': '$.sku' }, n: 1 }] },
      [
        { id: 's-1', n: 1 },
        { id: 's-2', n: 1 },
        { id: undefined, n: 1 },
      ],
    ],
    [
      '@arrayPath with a directive',
      { '@arrayPath': [{ '@path': '$.properties.products' }, { '@path': '$.sku' }], _metadata: { label: 'SKU' } },
      ['s-1', 's-2', undefined],
    ],
    ['@arrayPath of a single value', { '@arrayPath': ['$.properties', { '@path': '$.plan' }] }, ['Pro']],
    ['@arrayPath of a missing field', { '@arrayPath': ['$.properties.no', { '@path': '$.plan' }] }, undefined],
  ])('%s', (_, value, expected) => {
    expect(resolve(value, EVENT, ownBudget())).toEqual(expected);
  });

  it('never throws, whatever is saved and sent', () => {
    assert(
      property(
        constantFrom(...DIRECTIVES),
        anything(),
        dictionary(constantFrom('properties', 'traits', 'x'), anything()),
        (directive, argument, event) => {
          resolve({ [directive]: argument }, event, ownBudget());
          resolve(
            { [directive]: { value: argument, pattern: 'x', exists: argument, then: argument } },
            event,
            ownBudget(),
          );
        },
      ),
    );
  });
});

describe('a field that can never work', () => {
  it.each([
    [
      { '@pth': '$.event' },
      '/f/@pth',
      "isn't a known directive: expected one of @path, @template, @literal, @if, @case, @replace, @arrayPath, @merge",
    ],
    [{ '@liquid': 5 }, '/f/@liquid', 'expected a text'],
    [{ '@liquid': '{{ x' }, '/f/@liquid', "isn't valid Liquid"],
    [{ '@liquid': '{% for a in b %}{% endfor %}' }, '/f/@liquid', 'the tag "for" is disabled'],
    [{ '@liquid': '{{ x | sort }}' }, '/f/@liquid', 'isn\'t valid Liquid: the filter "sort" is disabled'],
    [{ '@liquid': '{{ x | upcas }}' }, '/f/@liquid', 'there is no filter "upcas". Did you mean "upcase"?'],
    [{ '@liquid': '{{ x | reverze }}' }, '/f/@liquid', 'there is no filter "reverze"'],
    [{ '@liquid': 'x'.repeat(1_001) }, '/f/@liquid', 'expected at most 1000 characters'],
    [{ '@merge': { objects: 5, direction: 'left' } }, '/f/@merge/objects', 'expected a list'],
    [
      { '@merge': { objects: [{ '@no': 1 }], direction: 'left' } },
      '/f/@merge/objects/0/@no',
      "isn't a known directive",
    ],
    [{ '@merge': { objects: [] } }, '/f/@merge/direction', 'expected "left" or "right"'],
    [{ '@flatten': { value: 1 } }, '/f/@flatten/separator', 'expected a text'],
    [{ '@json': { value: 1, mode: 'Encode' } }, '/f/@json/mode', 'expected "encode" or "decode"'],
    [{ '@json': { mode: 'encode' } }, '/f/@json/value', 'expected a value'],
    [{ '@transform': { apply: 5, mapping: {} } }, '/f/@transform/apply', 'expected an object'],
    [{ '@transform': { apply: {} } }, '/f/@transform/mapping', 'expected a directive'],
    [{ '@excludeWhenNull': { '@path': '$.x' } }, '/f/@excludeWhenNull/@path', 'expected a path that starts with'],
    [
      { '@replace': { pattern: 'a', ignorecase: 'yes', value: 'a' } },
      '/f/@replace/ignorecase',
      'expected true or false',
    ],
    [{ '@path': '$.event', other: 1 }, '/f', 'expected nothing else next to @path'],
    [{ '@path': 5 }, '/f/@path', 'expected a path such as'],
    [{ '@path': '' }, '/f/@path', 'expected a path such as'],
    [{ '@path': '$.properites.total' }, '/f/@path', 'expected a path that starts with $.type'],
    [{ '@template': 5 }, '/f/@template', 'expected a text'],
    [{ '@template': 'x {{properites.x}}' }, '/f/@template', 'expected a path that starts with'],
    [{ '@if': 'x' }, '/f/@if', 'expected an object'],
    [{ '@if': { then: 1 } }, '/f/@if', 'expected one of exists and blank'],
    [{ '@if': { exists: 1, the: 1 } }, '/f/@if/the', "isn't known"],
    [{ '@if': { exists: { '@x': 1 }, then: 1 } }, '/f/@if/exists/@x', "isn't a known directive"],
    [{ '@case': { operator: 'title', value: 'x' } }, '/f/@case/operator', 'expected "lower" or "upper"'],
    [{ '@replace': { value: 'x' } }, '/f/@replace/pattern', 'expected a text'],
    [{ '@replace': { pattern: 'x', value: { '@no': 1 } } }, '/f/@replace/value/@no', "isn't a known directive"],
    [{ '@arrayPath': '$.x' }, '/f/@arrayPath', 'expected a list'],
    [{ '@arrayPath': [] }, '/f/@arrayPath', 'expected a path, and what to make of each item'],
    [{ '@arrayPath': ['$.x'] }, '/f/@arrayPath/0', 'expected a path that starts with'],
    [{ '@arrayPath': ['$.properties.a', { b: { '@path': 5 } }] }, '/f/@arrayPath/1/b/@path', 'expected a path such as'],
    [{ a: [{ b: { '@no': 1 } }] }, '/f/a/0/b/@no', "isn't a known directive"],
  ])('%j is refused', (value, pointer, detail) => {
    const [first] = valueProblems(value, '/f');

    expect(first?.pointer).toBe(pointer);
    expect(first?.detail).toContain(detail);
  });

  it("isn't confused with one that works", () => {
    const fine = {
      a: { '@path': '$.timestamp' },
      b: { '@arrayPath': ['$.properties.products', { '@path': '$.anything' }] },
      c: { '@literal': { '@what': 'ever' } },
      d: null,
    };

    expect(valueProblems(fine, '/f')).toEqual([]);
  });

  it('may not be nested without end', () => {
    let value: unknown = 'x';
    for (let level = 0; level < 30; level += 1) value = { a: value };

    expect(valueProblems(value, '')[0]?.detail).toBe('expected at most 24 levels');
  });
});
