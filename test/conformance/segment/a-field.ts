// oxlint-disable unicorn/no-thenable -- "then" is Segment's name for it, and nothing here is awaited.
import type { Chance } from './random.ts';
import type { Fields } from './segment.ts';

/**
 * The fields that mappings read. Each name has values of one kind, or none. `deviations.ts` lists the differences for
 * other kinds.
 */
export function aPayload(chance: Chance): Fields {
  const maybe = (make: () => unknown): Fields =>
    chance.is(0.75) ? { it: make() } : chance.is(0.4) ? { it: null } : {};
  const fields = (makers: Record<string, () => unknown>): Fields =>
    Object.fromEntries(
      Object.entries(makers).flatMap(([name, make]) => {
        const { it } = maybe(make);
        return it === undefined ? [] : [[name, it]];
      }),
    );
  const text = () =>
    chance.of(['pro', 'A-1', '', ' ', 'é', 'a.b.c', '1$2', 'x{y}', '{"a":[1,null]}', '[]', '5', 'null']);
  const number = () => chance.of([0, 1, 5, -3.5, 99.5]);
  return {
    type: 'track',
    event: 'Order Completed',
    messageId: 'm-1',
    userId: chance.of(['u-1', null]),
    properties: fields({
      text,
      number,
      flag: () => chance.is(0.5),
      list: () => chance.list(3, text),
      numbers: () => chance.list(3, number),
      object: () => fields({ a: text, b: number, deep: () => fields({ c: number, d: text }) }),
      products: () => chance.list(3, () => fields({ sku: text, price: number })),
      'order id': text,
    }),
    traits: fields({ email: () => 'Jane@Example.com', name: text }),
    context: fields({ page: () => fields({ path: text }) }),
  };
}

const TEXT_PATHS = [
  'properties.text',
  'properties.order id',
  'traits.email',
  'traits.name',
  'context.page.path',
  'event',
];
const OTHER_PATHS = [
  'properties.number',
  'properties.flag',
  'properties.list',
  'properties.numbers',
  'properties.object',
  'properties.products',
  'properties.missing',
  'properties.object.a',
  'properties.object.deep.c',
  'properties.object.deep',
  'properties.products[0].sku',
  'properties.products.[1].price',
  "properties['text']",
  'properties["order id"]',
  'properties.list[0]',
  'properties.list.1',
  'properties.products.length',
  'userId',
];
/** Segment turns an object into "[object Object]", which is in the list of deviations. */
const TEMPLATE_PATHS = [
  ...TEXT_PATHS,
  'properties.number',
  'properties.flag',
  'properties.list',
  'properties.numbers',
  'properties.missing',
  'properties.object.deep.c',
  'properties.products[0].price',
  'properties.products.length',
  'userId',
];
const ITEM_PATHS = ['sku', 'price', '$.sku', 'missing', '.', '$.', 'a', 'deep.c'];

/** Where a directive is used: paths start at the event, or at an item or object that another directive made. */
type Place = 'event' | 'inside';

/** A directive of any kind, or a plain value, as a Segment mapping may contain it. */
export function aField(chance: Chance, depth = 3, place: Place = 'event'): unknown {
  const inner = (): unknown => (depth > 0 ? aField(chance, depth - 1, place) : aLeaf(chance, place));
  const below = (): unknown => (depth > 0 ? aField(chance, depth - 1, 'inside') : aLeaf(chance, 'inside'));
  if (depth === 0 || chance.is(0.25)) return aLeaf(chance, place);
  const value = chance.of<() => unknown>([
    () => ({
      '@if': { [chance.of(['exists', 'blank'])]: truthy(inner()), ...anyOf(chance, { then: inner, else: inner }) },
    }),
    () => ({ '@if': { exists: truthy(inner()), blank: truthy(inner()), then: inner(), else: inner() } }),
    () => ({ '@case': { operator: chance.of(['lower', 'upper']), value: textual(chance, place, inner) } }),
    () => ({ '@replace': aReplace(chance, place, inner) }),
    () => ({ '@arrayPath': [aPath(chance, place), aShape(chance, below)] }),
    () => ({ '@arrayPath': [{ '@path': aPath(chance, place) }, aShape(chance, below)] }),
    () => ({ '@arrayPath': [aPath(chance, place)] }),
    () => ({
      '@merge': {
        direction: chance.of(['left', 'right']),
        objects: chance.list(3, () =>
          chance.of([
            () => ({ '@path': aPath(chance, place) }),
            () => ({ a: inner() }),
            () => ({ a: inner(), b: inner() }),
          ])(),
        ),
      },
    }),
    () => ({
      '@flatten': {
        separator: chance.of(['.', '_', '->']),
        value: inner(),
        ...(chance.is(0.4) && { omitArrays: chance.is(0.7) }),
      },
    }),
    () => ({ '@json': { mode: chance.of(['encode', 'decode']), value: truthy(inner()) } }),
    () => ({
      '@transform': {
        apply: aShape(chance, inner),
        mapping: chance.is(0.5) ? aShape(chance, below) : { '@path': chance.of(['$.a', 'b', 'a.b', '$.']) },
      },
    }),
    () => ({ '@excludeWhenNull': chance.is(0.5) ? inner() : aShape(chance, inner) }),
    () => ({ '@liquid': aLiquid(chance) }),
    () => ({ '@path': { '@template': `$.properties.{{${chance.of(['event', 'properties.text'])}}}` } }),
    () => ({
      '@template': chance.is(0.5)
        ? { '@path': place === 'inside' ? 'price' : `$.${chance.of(TEXT_PATHS)}` }
        : { '@literal': aTemplate(chance, place) },
    }),
    () => aShape(chance, inner),
    () => chance.list(2, inner),
  ])();
  return withMetadata(value, chance);
}

function aLeaf(chance: Chance, place: Place): unknown {
  return chance.of<() => unknown>([
    () => withMetadata({ '@path': aPath(chance, place) }, chance),
    () => withMetadata({ '@path': aPath(chance, place) }, chance),
    () => ({ '@template': aTemplate(chance, place) }),
    () => ({ '@literal': chance.of(['x', 5, true, null, '']) }),
    () => chance.of(['x', '', 0, 5, false, true, null]),
  ])();
}

function aPath(chance: Chance, place: Place): string {
  if (place === 'inside') return chance.of(ITEM_PATHS);
  const path = chance.of(chance.is(0.5) ? TEXT_PATHS : OTHER_PATHS);
  return chance.is(0.6) ? `$.${path}` : path;
}

function aTemplate(chance: Chance, place: Place): string {
  const hole = () => {
    const path = chance.of(place === 'inside' ? ['price', 'missing', 'c'] : TEMPLATE_PATHS);
    return chance.of([`{{${path}}}`, `{{ ${path} }}`, `{{{${path}}}}`]);
  };
  return chance.list(3, () => chance.of([hole, hole, () => chance.of(['order-', ' ', '{{}}', '}', '$'])])()).join('');
}

function aReplace(chance: Chance, place: Place, inner: () => unknown): Fields {
  return {
    pattern: chance.of(['-', 'a', '.', '$', '{', ' ', 'A-', 'PRO', 'é']),
    value: textual(chance, place, inner),
    ...anyOf(chance, {
      replacement: () => chance.of(['', '_', '$', '$&', '$$', "$'", '$`', '$1', 'xx']),
      pattern2: () => chance.of(['1', '', '_']),
      replacement2: () => chance.of(['', '2']),
      ignorecase: () => chance.is(0.5),
      global: () => chance.is(0.5),
    }),
  };
}

/** A text or a directive, for `@case` and `@replace`. */
function textual(chance: Chance, place: Place, inner: () => unknown): unknown {
  const value = inner();
  const isDirective =
    typeof value === 'object' && value !== null && Object.keys(value).some((key) => key.startsWith('@'));
  return isDirective || typeof value === 'string' ? value : { '@path': aPath(chance, place) };
}

function aShape(chance: Chance, make: () => unknown): Fields {
  return Object.fromEntries(['a', 'b', 'sku'].filter(() => chance.is(0.6)).map((name) => [name, make()]));
}

function aLiquid(chance: Chance): string {
  return chance.of([
    '{{ properties.text | upcase }}',
    '{{ properties.number | plus: 2 | round: 1 }}',
    '{{ properties.text | default: "none" | append: "-x" }}',
    '{% if properties.flag %}yes{% elsif properties.number > 1 %}more{% else %}no{% endif %}',
    '{% assign t = properties.text | split: "." %}{{ t | first }}/{{ t | size }}',
    '{% capture c %}{{ traits.email | downcase }}{% endcapture %}{{ c }}{{ c }}',
    '{{ properties.list | join: "," }}',
    '{{ properties.products | size }}{{ properties.products[0].sku }}',
    '{{ properties["order id"] | escape }}',
    '{% unless properties.text contains "o" %}{{ properties.object.deep.d }}{% endunless %}',
    '{{ properties.text | replace: "a", "bb" | slice: 0, 2 }}',
    '{{ properties }}{{ properties.object | json }}',
    'plain',
    '',
  ]);
}

function anyOf(chance: Chance, makers: Record<string, () => unknown>): Fields {
  return Object.fromEntries(
    Object.entries(makers)
      .filter(() => chance.is(0.6))
      .map(([name, make]) => [name, make()]),
  );
}

/** Segment requires a value that JavaScript treats as true. */
function truthy(value: unknown): unknown {
  return value === '' || value === 0 || value === false || value === null ? 'x' : value;
}

function withMetadata(value: unknown, chance: Chance): unknown {
  const isDirective =
    typeof value === 'object' && value !== null && Object.keys(value).some((key) => key.startsWith('@'));
  return isDirective && chance.is(0.1) ? { ...value, _metadata: { label: 'Field' } } : value;
}
