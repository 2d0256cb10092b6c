/** Dates and comparisons of our own, compared with liquidjs. */
import fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { beforeAll, expect, it } from 'vitest';

import { ownBudget, TooCostly } from '../../../../worker/domain/fql/work-budget.ts';
import { resolve } from '../../../../worker/domain/mapping-kit/resolve.ts';
import { withLiquid } from '../../support/with-liquid.ts';

beforeAll(withLiquid);

const theirs = new Liquid({ locale: 'en-US' });

/** The results here and in liquidjs. Undefined if the template fails. */
function both(template: string, properties: object): { here: unknown; there: unknown } {
  const parsed = theirs.parse(template);
  const there = () => {
    try {
      return String(theirs.renderSync(parsed, { properties }));
    } catch {
      return undefined;
    }
  };
  return { here: resolve({ '@liquid': template }, { properties }, ownBudget()), there: there() };
}

const letters = 'a A b B c C d e H I j k l L m M N p P q s S u U w W x X y Y z Z t n % h Q'.split(' ');
const part = fc
  .tuple(
    fc.constantFrom('', '', '-', '_', '0', '^', '#', ':', '^_', '#0', '-^'),
    fc.constantFrom('', '', '1', '12', '05'),
    fc.constantFrom('', '', 'E', 'O'),
    fc.constantFrom(...letters),
  )
  .map((parts) => `%${parts.join('')}`);
const format = fc
  .array(fc.oneof({ weight: 3, arbitrary: part }, fc.constantFrom('-', '%', '%\n', 'B', ' %', '$&', '%5')), {
    maxLength: 8,
  })
  .map((parts) => parts.join(''));
const date = fc.constantFrom<unknown>(
  '2026-11-30T12:34:56.789Z',
  '2026-03-29T01:30:00+01:00',
  '1969-12-31T23:59:59.500Z',
  'Mon Nov 30 2026 12:00:00 GMT+0100',
  '1796000000',
  1_796_000_000.5,
  -1,
  'no date',
  '1 1',
  '',
  null,
  true,
  [2026],
  {},
);
const zone = fc.constantFrom<unknown>(
  undefined,
  'Europe/Berlin',
  'america/new_york',
  'Asia/Kolkata',
  'UTC',
  'Nowhere/x',
  '',
  -120,
  0,
  null,
  true,
);

it('a date is formatted as liquidjs does it, with any format and zone', () => {
  fc.assert(
    fc.property(date, format, zone, (when, wanted, where) => {
      const { here, there } = both('{{ properties.when | date: properties.wanted, properties.where }}', {
        when,
        wanted,
        where,
      });

      expect(here).toBe(there);
    }),
    { numRuns: 150 },
  );
});

it.each([
  'date',
  'date: nil',
  'date_to_string',
  'date_to_string: "ordinal"',
  'date_to_string: "ordinal", "US"',
  'date_to_long_string',
  'date_to_long_string: "ordinal"',
  'date_to_rfc822',
  'date_to_xmlschema',
])('a date is as in liquidjs: %s', (filter) => {
  for (const when of ['2026-09-02T12:34:56Z', '1796000000', 'no date', 12])
    expect(both(`{{ properties.when | ${filter} }}`, { when })).toEqual({
      here: theirs.renderSync(theirs.parse(`{{ when | ${filter} }}`), { when }),
      there: expect.any(String),
    });
});

it.each([
  ['a name', '%B', 1_000],
  ['a zone', '%Z', 1_500],
])('a format that repeats %s costs less than an event may', (_, text, count) => {
  const wanted = text.repeat(count);
  const { here } = both('{{ "now" | date: properties.wanted | size }}', { wanted });

  expect(Number(here)).toBeGreaterThanOrEqual(3 * count);
});

it('a format of ten thousand names is stopped', () => {
  const event = { properties: { wanted: '%Z'.repeat(10_000) } };

  expect(() => resolve({ '@liquid': '{{ "now" | date: properties.wanted }}' }, event, ownBudget())).toThrow(TooCostly);
});

it('values are compared as liquidjs does it', () => {
  const leaf = fc.constantFrom<unknown>('', 'a', 'ab', ' ', '1', 0, 1, true, false, null, undefined);
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2 },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('a', 'size'), tie('value'), { maxKeys: 2 }),
    ),
  }));
  const name = fc.constantFrom('properties.a', 'properties.b', 'l', 'nil', 'empty', 'blank', '"a"', '1');

  fc.assert(
    fc.property(
      value,
      value,
      name,
      name,
      fc.constantFrom('==', '!=', '<', '>=', 'contains'),
      (a, b, x, y, operator) => {
        const template = `{% assign l = properties.a | push: nil %}{% if ${x} ${operator} ${y} %}yes{% else %}no{% endif %}`;
        const { here, there } = both(template, { a, b });

        expect(here).toBe(there);
      },
    ),
    { numRuns: 200 },
  );
});
