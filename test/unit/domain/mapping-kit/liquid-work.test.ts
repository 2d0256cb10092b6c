/**
 * What Liquid does for a stranger's values, compared with what is charged for it. The work is counted, not timed: calls
 * of the engine's generators, reads of lists and objects, and calls of JavaScript's own functions with the sizes of
 * what they are given.
 */
import { defaultOperators, Liquid } from 'liquidjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { TooCostly } from '../../../../worker/domain/fql/work-budget.ts';
import { DISABLED_FILTERS } from '../../../../worker/domain/mapping-kit/liquid-filters.ts';
import { fillLiquid } from '../../../../worker/domain/mapping-kit/liquid.ts';
import { counting, startCounting, watched } from '../../support/counted-work.ts';
import { withLiquid } from '../../support/with-liquid.ts';

const counted = { stop() {} };

beforeAll(async () => {
  await withLiquid();
  counted.stop = startCounting();
});
afterAll(() => counted.stop());

const many = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const deep = (levels: number): unknown => (levels === 0 ? 'x' : { d: deep(levels - 1) });
const within = (levels: number): unknown => (levels === 0 ? 'x' : [within(levels - 1)]);

const VALUES: Readonly<Record<string, unknown>> = {
  ones: many(200, 1),
  letters: many(200, 'a'),
  nulls: many(200, null),
  numbers: many(100, -1.234567890123456e-300),
  objects: Array.from({ length: 100 }, (_, n) => ({ n })),
  empties: many(100, {}),
  lists: many(100, [1]),
  text: 'a'.repeat(600),
  punctuation: `'<&"`.repeat(150),
  foreign: 'é漢😀'.repeat(150),
  digits: '0'.repeat(599),
  deep: deep(60),
  nested: within(60),
  wide: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`k${n}`, n])),
  small: 'abc',
  names: '%B%Z%a%A%h'.repeat(20),
  numerals: '%j%U%c%x%N%d%%'.repeat(15),
};

const EVENT = { properties: watched(VALUES) };

/** Fills a template, and returns the work that was done, and the steps that were charged, in total and for values. */
function workOf(template: string): { done: number; charged: number; forValues: number; most: string } {
  const fill = fillLiquid(template);
  const filled = (spend: (count: number) => void): void => {
    try {
      // @ts-expect-error -- A budget that counts everything.
      fill(EVENT, { gaps: 0, failures: 0, unknownFilters: 0, budget: { spend, write() {} } });
    } catch (error) {
      if (!(error instanceof TooCostly)) throw error;
    }
  };
  // A template is parsed only once.
  filled(() => {
    throw new TooCostly();
  });
  const steps = { charged: 0, first: 0 };
  const { done, most } = counting(() =>
    filled((count) => {
      // The template itself is paid first.
      if (steps.charged === 0) steps.first = count;
      steps.charged += count;
      if (steps.charged > 255_000) throw new TooCostly();
    }),
  );
  return { done, charged: steps.charged, forValues: steps.charged - steps.first, most };
}

/** Values whose work is higher than what is charged for them. */
function tooCheap(templates: readonly string[]): string[] {
  return templates.flatMap((template) => {
    const { done, charged, forValues, most } = workOf(template);
    // The calls of the template itself are in its own price, which is at least twice as high.
    return done > forValues + (charged - forValues) / 2
      ? [`${template}: ${Math.round(done)} for ${Math.round(forValues)}, mostly ${most}`]
      : [];
  });
}

const names = Object.keys(VALUES).map((name) => `properties.${name}`);

const ARGUMENTS: readonly string[] = [
  '',
  ': 3',
  ': ""',
  ': "n"',
  ': 0, properties.digits',
  ': properties.digits',
  ': properties.text',
  ': properties.ones',
  ': properties.names',
  ': properties.numerals, "Europe/Berlin"',
];

const WITH_ARGUMENTS = new Set(['objects', 'text'].map((name) => `properties.${name}`));

const FILTERS = Object.keys(new Liquid().filters)
  .filter((name) => !DISABLED_FILTERS.includes(name))
  .toSorted();

const OPERATORS = Object.keys(defaultOperators).toSorted();

/** The tags with a value, by name. Others have none, or are disabled. */
const TAGS: Readonly<Record<string, (value: string) => string>> = {
  assign: (value) => `{% assign a = ${value} %}`,
  capture: (value) => `{% capture a %}{{ ${value} }}{% endcapture %}{{ a }}`,
  cycle: (value) => `{% cycle ${value}: ${value}, "b" %}{% cycle ${value}, "b" %}`,
  decrement: () => '{% decrement n %}',
  echo: (value) => `{% echo ${value} %}`,
  if: (value) => `{% if ${value} %}x{% elsif ${value} %}y{% endif %}`,
  increment: () => '{% increment n %}',
  liquid: (value) => `{% liquid\necho ${value}\necho ${value}\n%}`,
  raw: (value) => `{% raw %}{{ ${value} }}{% endraw %}`,
  unless: (value) => `{% unless ${value} %}x{% endunless %}`,
  block: (value) => `{% block x %}{{ ${value} }}{% endblock %}`,
  comment: (value) => `{% comment %}{{ ${value} }}{% endcomment %}`,
  '#': (value) => `{% # ${value} %}`,
  break: () => '{% break %}',
  continue: () => '{% continue %}',
};
const NO_TAGS = ['case', 'for', 'include', 'layout', 'render', 'tablerow'];

describe("a template's work costs what it takes", () => {
  it.each(FILTERS)('in the filter %s, with any value and argument', (filter) => {
    const templates = names.flatMap((name) =>
      (WITH_ARGUMENTS.has(name) ? ARGUMENTS : ['']).map(
        (argument) => `{% assign a = ${name} | ${filter}${argument} %}`,
      ),
    );

    expect(tooCheap(templates)).toEqual([]);
  });

  it.each(OPERATORS)('in the operator %s, with any value on both sides', (operator) => {
    const others = ['"x"', 'empty', 'nil', 'properties.ones', 'properties.text'];
    const templates = names.flatMap((name) =>
      [...others, name].map((other) =>
        operator === 'not' ? `{% if not ${name} %}{% endif %}` : `{% if ${name} ${operator} ${other} %}{% endif %}`,
      ),
    );

    expect(tooCheap([...new Set(templates)])).toEqual([]);
  });

  it.each(Object.keys(TAGS))('in the tag %s, with any value', (tag) => {
    expect(tooCheap(names.map((name) => TAGS[tag]?.(name) ?? ''))).toEqual([]);
  });

  it.each([
    ['an output', '{{a}}', 190],
    ['a number', '{{1}}', 190],
    ['a filter', '|abs', 200, '{{1', '}}'],
    ['an argument', 'a,', 480, '{{a|abs:', 'a}}'],
    ['a field', '.a', 480, '{{a', '}}'],
    ['a field in brackets', '[a]', 320, '{{a', '}}'],
    ['a comparison', '==a', 310, '{%if a', '%}{%endif%}'],
    ['a condition', ' or a', 180, '{%if a', '%}{%endif%}'],
    ['a branch', '{%if a%}{%endif%}', 55],
    ['a line', 'echo a\n', 130, '{%liquid\n', '%}'],
    ['an assignment', '{%assign a=1%}', 70],
    ['a block', '{%block%}{%endblock%}', 40],
    ['a cycle', '{%cycle a,b%}', 70],
    ['a range', '(1..2),', 130, '{{a|abs:', 'a}}'],
    ['a text with quotes', String.raw`"\"",`, 150, '{{a|abs:', 'a}}'],
    ['a quote that ends with its line', 'echo "\necho a\n', 60, '{%liquid\n', '%}'],
  ])('in the template itself, which repeats %s', (_, unit, count, before = '', after = '') => {
    const { done, charged } = workOf(`${before}${unit.repeat(count)}${after}`);

    expect(charged).toBeGreaterThan(done);
    // The engine takes about a microsecond for each of its smallest parts.
    expect(charged).toBeGreaterThan(count * 10);
  });

  it.each([
    ['size', '{{ properties.wide.size }}'],
    ['a list as the name of a field', '{{ properties[properties.ones] }}{{ [properties.ones] }}'],
    ['a range of lists', '{% assign a = (properties.ones..3) %}'],
    ['a path in each item', '{{ properties.objects | where: properties.text }}'],
    ['an unknown filter', '{{ properties.ones | nosuch: properties.ones }}'],
    ['a disabled filter', '{{ properties.ones | sort }}'],
    ['an error', '{{ properties.punctuation | base64_decode }}'],
  ])('in %s', (_, template) => {
    expect(tooCheap([template])).toEqual([]);
  });

  // When liquidjs gets a new tag or operator, somebody has to see what it costs.
  it('in each tag and operator that liquidjs has', () => {
    expect([...Object.keys(TAGS), ...NO_TAGS].toSorted()).toEqual(Object.keys(new Liquid().tags).toSorted());
    expect(OPERATORS).toEqual(['!=', '<', '<=', '==', '>', '>=', 'and', 'contains', 'not', 'or']);
  });

  it('and the work is really counted: the engine’s own filter where is found, at the price of reading a list', () => {
    const { done } = workOf('{% assign a = properties.objects | where: "n" %}');

    expect(done).toBeGreaterThan(100 * 20);
  });
});
