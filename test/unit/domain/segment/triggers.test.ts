import { describe, expect, it } from 'vitest';

import { compile } from '../../../../worker/domain/fql/compile.ts';
import { parse } from '../../../../worker/domain/fql/syntax/parse.ts';
import { print } from '../../../../worker/domain/fql/syntax/print.ts';
import { ownBudget } from '../../../../worker/domain/fql/work-budget.ts';

/** A trigger copied from Segment, and whether it holds for an order with these properties. */
type Row = readonly [trigger: string, properties: Record<string, unknown>, holds: boolean];

const order = (properties: Record<string, unknown>) => ({
  type: 'track',
  event: 'Order Completed',
  userId: 'user-1',
  properties,
  traits: properties,
  context: properties,
});

const holds = (trigger: string, properties: Record<string, unknown>) =>
  compile(parse(trigger))(order(properties), ownBudget());

const BASKET = { products: [{ price: 5, sku: 'x-1', 'unit price': 7 }, { price: 1 }], utm: { source: 'linkedin' } };
const TREE = { a: { b: { c: [{ d: 1 }, [2, 3]] } }, 'order id': 'A-1', 'a/b': 1, größe: 2, 'a:b': 3, 'x"y': 4 };

/** M2: Segment's builder escapes every character of a path except letters, digits, `.`, `_` and `-`. */
const PATHS: readonly Row[] = [
  [String.raw`properties.products\[0\].price >= 5`, BASKET, true],
  [String.raw`properties.products\[1\].price >= 5`, BASKET, false],
  [String.raw`properties.products\[0\].price != 5`, BASKET, false],
  [String.raw`properties.products\[0\].price = 5`, BASKET, true],
  [String.raw`properties.products\[1\].price = 1`, BASKET, true],
  [String.raw`properties.products\[2\].price = null`, BASKET, true],
  [String.raw`properties.products\[0\].sku = "x-1"`, BASKET, true],
  [String.raw`contains(properties.products\[0\].sku, "x")`, BASKET, true],
  [String.raw`match(properties.products\[0\].sku, "x*")`, BASKET, true],
  [String.raw`!contains(properties.products\[0\].sku, "y")`, BASKET, true],
  [String.raw`properties.products\[0\].unit\ price = 7`, BASKET, true],
  [String.raw`properties.products\[0\]\.price = 5`, BASKET, true],
  [String.raw`properties.products\.0\.price = 5`, BASKET, true],
  ['properties.products.0.price = 5', BASKET, true],
  ['properties.products[0].price = 5', BASKET, true],
  [String.raw`properties.products\[0\] != null`, BASKET, true],
  ['properties.products.length = 2', BASKET, true],
  [String.raw`properties.products\.length >= 2`, BASKET, true],
  [String.raw`traits.products\[0\].price = 5`, BASKET, true],
  [String.raw`context.products\[0\].price = 5`, BASKET, true],
  [String.raw`properties.utm\.source = "linkedin"`, BASKET, true],
  [String.raw`properties.utm\.source != null`, BASKET, true],
  [String.raw`traits.utm\.source = "linkedin"`, BASKET, true],
  [String.raw`properties\.utm\.source = "linkedin"`, BASKET, true],
  ['properties["utm.source"] = "linkedin"', { 'utm.source': 'linkedin' }, true],
  [String.raw`properties.utm\.source = "linkedin"`, { 'utm.source': 'linkedin' }, false],
  [String.raw`properties.a.b.c\[0\].d = 1`, TREE, true],
  [String.raw`properties.a.b.c\[1\]\[1\] = 3`, TREE, true],
  [String.raw`properties.a\.b\.c\[0\]\.d = 1`, TREE, true],
  [String.raw`properties.order\ id = "A-1"`, TREE, true],
  [String.raw`properties.a\/b = 1`, TREE, true],
  [String.raw`properties.gr\öße = 2`, TREE, true],
  [String.raw`properties.a\:b = 3`, TREE, true],
  [String.raw`properties.x\"y = 4`, TREE, true],
  [String.raw`\properties.a.b.c\[0\].d = 1`, TREE, true],
];

/** M4: a text is searched for a text. */
const PARTS: readonly Row[] = [
  ['contains(properties.sku, 2024)', { sku: 'A-2024' }, true],
  ['contains(properties.sku, 2024)', { sku: 'A-2025' }, false],
  ['contains(properties.sku, 2024)', { sku: 2024 }, false],
  ['!contains(properties.sku, 2024)', { sku: 'A-2024' }, false],
  ['!contains(properties.sku, 2024)', { sku: 'A-1' }, true],
  ['contains(properties.sku, 2024)', {}, false],
  ['contains(properties.sku, 0)', { sku: 'A0' }, true],
  ['contains(properties.sku, 1.5)', { sku: 'v1.5' }, true],
  ['contains(properties.sku, 1.50)', { sku: 'v1.5' }, true],
  ['contains(properties.sku, 01)', { sku: 'v1' }, true],
  ['contains(properties.sku, -5)', { sku: 'A-5' }, true],
  ['contains(properties.sku, +5)', { sku: 'A5' }, true],
  ['contains(properties.sku, true)', { sku: 'is_true' }, true],
  ['contains(properties.sku, false)', { sku: 'is_true' }, false],
  ['contains(properties.sku, null)', { sku: 'nullable' }, true],
  ['contains(properties.sku, "2024")', { sku: 'A-2024' }, true],
  ['contains(properties.sku, 2024)', { sku: ['2024'] }, true],
  ['contains(properties.sku, 2024)', { sku: [2024] }, true],
  ['contains(properties.sku, 2024)', { sku: ['A-2024'] }, false],
  ['contains(properties.sku, 2024)', { sku: true }, false],
  ['contains(properties.sku, 2024)', { sku: { a: '2024' } }, false],
  ['contains(event, 404)', {}, false],
  ['contains(userId, 1)', {}, true],
  ['contains(traits.sku, 2024)', { sku: 'A-2024' }, true],
  ['contains(context.sku, 2024)', { sku: 'A-2024' }, true],
  ['contains("A-2024", 2024)', {}, true],
  ['contains(properties.sku, properties.year)', { sku: 'A-2024', year: 2024 }, true],
  ['contains(properties.sku, properties.year)', { sku: 'A-2024', year: '24' }, true],
  ['contains(properties.sku, properties.year)', { sku: 'A-2024' }, false],
  ['contains(lowercase(properties.sku), 2024)', { sku: 'A-2024' }, true],
  ['contains(properties.sku, 1000000)', { sku: '1000000' }, true],
];

const LISTED = { features: ['discounts', 'dark-mode'], ids: [1, 2], none: [], one: 'dark-mode', enabled: true };
const TEXTS = {
  name: 'test string',
  upper: 'ABC',
  mixed: 'Ab c',
  price: '19.90',
  small: 'a',
  kana: 'ア',
  pattern: 'Order*',
};

/** M5: the examples of Segment's FQL reference (twilio.com/docs/segment/api/public-api/fql, read 2026-11). */
const REFERENCE: readonly Row[] = [
  ["'dark-mode' in properties.features", LISTED, true],
  ["'blink' in properties.features", LISTED, false],
  ['1 in properties.ids', LISTED, true],
  ['"x" in properties.none', LISTED, false],
  ['"dark-mode" in properties.one', LISTED, false],
  ['"x" in properties.missing', LISTED, false],
  ['properties.one in properties.features', LISTED, true],
  ['!("blink" in properties.features)', LISTED, true],
  ["!( type in ['track', 'identify'] )", {}, false],
  ['properties.enabled', LISTED, true],
  ['properties.enabled', { enabled: 'true' }, false],
  ['properties.enabled', { enabled: 1 }, false],
  ['properties.enabled', {}, false],
  ['!properties.enabled', {}, true],
  [
    "( type = 'track' or type = 'identify' ) and ( properties.enabled or match( traits.email, '*@company.com' ) )",
    LISTED,
    true,
  ],
  ['properties.enabled and event = "Order Completed"', LISTED, true],
  ['event = "Order Completed" or properties.enabled', {}, true],
  ['match(event, properties.pattern)', TEXTS, true],
  ["match( 'Order Completed', properties.pattern )", TEXTS, true],
  ['match(event, properties.missing)', TEXTS, false],
  ["match( 'ab*d', 'ab\\*d' )", {}, true],
  ["match( 'abcd', 'a??d' )", {}, true],
  ['uppercase(properties.mixed) = "AB C"', TEXTS, true],
  ['uppercase(properties.missing) = null', TEXTS, true],
  ['lowercase(properties.upper) = "abc"', TEXTS, true],
  ['snakecase(properties.name) = "test_string"', TEXTS, true],
  ['kebabcase(properties.name) = "test-string"', TEXTS, true],
  ['titlecase(properties.name) = "Test String"', TEXTS, true],
  ['snakecase(event) = "Order_Completed"', {}, true],
  ['bool(properties.enabled)', LISTED, true],
  ['bool(properties.ids)', LISTED, true],
  ['bool(properties.none)', LISTED, false],
  ['bool(properties.missing)', {}, false],
  ['bool(properties.x)', { x: 'false' }, false],
  ['bool(properties.x)', { x: 'yes' }, true],
  ['bool(properties.x) = false', { x: 0 }, true],
  ['string(properties.x) = "5"', { x: 5 }, true],
  ['string(properties.x) = "true"', { x: true }, true],
  ['string(properties.missing) = ""', {}, true],
  ['contains(string(properties.x), "02")', { x: 2024 }, true],
  ['number(properties.price) = 19.9', TEXTS, true],
  ['number(properties.price) > 19', TEXTS, true],
  ['number(properties.name) = null', TEXTS, true],
  ['length(properties.missing) = 0', {}, true],
  ['length(properties.missing) > 0', {}, false],
  ['length(userId) > 0', {}, true],
  ['length(properties.small) = 1', TEXTS, true],
  ['length(properties.kana) = 3', TEXTS, true],
  ['length(properties.x) = 4', { x: '😀' }, true],
  ['length(properties.features) = 2', LISTED, true],
  ['typeof(properties.features) = "list"', LISTED, true],
  ['typeof(properties.enabled) = "bool"', LISTED, true],
  ['typeof(properties.features) = "array"', LISTED, true],
  ['typeof(properties.enabled) = "boolean"', LISTED, true],
  ['typeof(properties.enabled) != "boolean"', LISTED, false],
  ['typeof(properties.enabled) in ["bool", "null"]', LISTED, true],
  ['typeof(properties.price) = "string"', TEXTS, true],
  ['typeof(properties.missing) = "null"', TEXTS, true],
  ['typeof(properties.x) = "number"', { x: 1 }, true],
];

describe.each([
  ['M2: an escaped index or dot', PATHS],
  ['M4: a search in a text', PARTS],
  ['M5: the FQL reference', REFERENCE],
])('%s', (_, rows) => {
  it('is tested in at least 30 spellings', () => {
    expect(rows.length).toBeGreaterThanOrEqual(30);
  });

  it.each(rows)('gives the expected result: %s of %j: %s', (trigger, properties, expected) => {
    expect(holds(trigger, properties)).toBe(expected);
  });

  it.each(rows)('means the same in our own syntax: %s', (trigger) => {
    expect(parse(print(parse(trigger)))).toEqual(parse(trigger));
  });
});
