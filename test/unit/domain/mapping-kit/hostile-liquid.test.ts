/** Liquid templates that loop, nest or grow, and the values that a stranger can send to a harmless template. */
import fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { beforeAll, describe, expect, it } from 'vitest';

import { EventWork, TooCostly, WORK_LIMITS } from '../../../../worker/domain/fql/work-budget.ts';
import { resolve } from '../../../../worker/domain/mapping-kit/resolve.ts';
import { valueProblems } from '../../../../worker/domain/mapping-kit/value-problems.ts';
import { withLiquid } from '../../support/with-liquid.ts';

beforeAll(withLiquid);

const LONG = 'a'.repeat(30_000);
const EVENT = {
  type: 'track',
  properties: {
    long: LONG,
    tags: '<'.repeat(30_000),
    blanks: `${' '.repeat(29_999)}x`,
    many: 1e12,
    width: '%99999999d'.repeat(3),
    objects: Array.from({ length: 3_000 }, (_, n) => ({ n })),
    numbers: Array.from({ length: 1_400 }, () => -1.234567890123456e-300),
    letters: Array.from({ length: 5_000 }, () => 'a'),
    few: ['a'],
    path: 'a.'.repeat(15_000),
    digits: '9'.repeat(30_000),
  },
};

const MOST_STEPS = WORK_LIMITS.eventSteps + WORK_LIMITS.mappingSteps;
const MOST_CHARS = WORK_LIMITS.eventChars + WORK_LIMITS.mappingChars;

/** Returns a template's result, and the work that was counted for it. */
function filled(template: string): { text: string | undefined; work: EventWork } {
  const work = new EventWork({ mappings: 1 });
  try {
    const text = resolve({ '@liquid': template }, EVENT, work.budget());
    return { text: typeof text === 'string' ? text : undefined, work };
  } catch (error) {
    if (!(error instanceof TooCostly)) throw error;
    return { text: 'too costly', work };
  }
}

const KNOWN_FILTERS = `
  abs append array_to_sentence_string at_least at_most base64_decode base64_encode capitalize ceil cgi_escape
  compact concat date date_to_long_string date_to_rfc822 date_to_string date_to_xmlschema default divided_by downcase
  escape escape_once find find_exp find_index find_index_exp first floor group_by group_by_exp
  has has_exp hmac_sha256 inspect join json jsonify last lstrip map
  minus modulo newline_to_br normalize_whitespace number_of_words plus pop prepend push raw
  reject reject_exp remove remove_first remove_last replace replace_first replace_last reverse round
  rstrip sample sha256 shift size slice slugify sort sort_natural split
  squish strip strip_html strip_newlines sum times to_integer truncate truncatewords uniq
  unshift upcase uri_escape url_decode url_encode where where_exp xml_escape`
  .trim()
  .split(/\s+/);

const times = (count: number, text: string) => text.repeat(count);

describe('a hostile Liquid template', () => {
  it.each([
    ['for', '{% for a in (1..9) %}{% endfor %}'],
    ['tablerow', '{% tablerow a in (1..9) %}{% endtablerow %}'],
    ['case', '{% case a %}{% when 1 %}{% endcase %}'],
    ['include', '{% include "x" %}'],
    ['render', '{% render "x" %}'],
    ['layout', '{% layout "x" %}'],
    ['for', '{% liquid\nfor a in (1..9)\nendfor %}'],
    ['for', '{% if a %}{% capture b %}{% for a in b %}{% endfor %}{% endcapture %}{% endif %}'],
  ])('is refused when it is saved, and the problem names the tag: %s', (tag, template) => {
    expect(valueProblems({ '@liquid': template }, '/f')).toEqual([
      { pointer: '/f/@liquid', detail: `isn't valid Liquid: the tag "${tag}" is disabled` },
    ]);
  });

  it.each([
    ['over 1,000 characters', times(334, '{%%'), 'expected at most 1000 characters'],
    ['unclosed', times(60, '{% if a %}'), "isn't valid Liquid"],
    ['only braces', times(500, '{{'), "isn't valid Liquid"],
    ['an unknown tag', '{% loop 9 %}', 'tag "loop" not found'],
  ])('is refused when it is saved, with the reason: %s', (_, template, detail) => {
    expect(valueProblems({ '@liquid': template }, '/f')).toEqual([
      { pointer: '/f/@liquid', detail: expect.stringContaining(detail) },
    ]);
  });

  it.each([
    ['doubles by append', `{% assign a = "xxxxxxxxxx" %}${times(33, '{% assign a = a|append:a %}')}{{ a }}`],
    [
      'doubles by capture',
      `{% capture a %}xxxxx{% endcapture %}${times(22, '{% capture a %}{{a}}{{a}}{% endcapture %}')}`,
    ],
    ['makes a range', '{{ (1..100000000) | join }}'],
    ['makes a range and counts it', '{% assign r = (1..999999999) %}{{ r | size }}'],
    ['makes a range of what was sent', '{% echo (0..properties.many) | join %}'],
    ['pads a date', `{{ 'now' | date: '%100000000d' }}`],
    ['pads a date as was sent', `{{ 'now' | date: properties.width }}`],
    ['puts a text between all letters', '{{ properties.long | split: "" | join: properties.long }}'],
    ['replaces each letter by a text', '{{ properties.long | replace: "a", properties.long }}'],
    ['looks for a text in a text', '{{ properties.long | split: properties.long | join: properties.long }}'],
    ['writes a text again and again', times(40, '{{ properties.long }}')],
    ['writes objects', times(40, '{{ properties.objects }}')],
    ['writes numbers', times(40, '{{ properties.numbers }}')],
    ['repeats itself on lines', `{% liquid\n${times(40, 'echo properties.long\n')}%}`],
    [
      'pushes a list into itself',
      `{% assign a = properties.letters %}${times(20, '{% assign a = a | push: a %}')}{{ a }}`,
    ],
    [
      'pushes a short list into itself',
      `{% assign a = properties.few %}${times(33, '{% assign a = a | push: a %}')}{{ a }}`,
    ],
    [
      'compares a list that is in itself',
      `{% assign a = properties.few %}${times(33, '{% assign a = a | push: a %}')}{% if a == a %}{% endif %}`,
    ],
    ['reads a path in each item', '{{ properties.objects | where: properties.path | size }}'],
    ['reads a list as a path in each item', '{{ properties.letters | where: properties.numbers | size }}'],
    ['adds up a path in each item', '{{ properties.letters | sum: properties.path }}'],
    ['compares each letter’s place with a long number', '{{ properties.long | slice: 1, properties.digits }}'],
    ['writes dates in words', "{{ 'now' | date: properties.path }}"],
  ])('is given up before its work is done, when it %s', (_, template) => {
    expect(template.length).toBeLessThanOrEqual(1_000);

    const { text, work } = filled(template);

    expect(text).toBe('too costly');
    expect(work.stepsDone).toBeLessThanOrEqual(MOST_STEPS);
    expect(work.charsDone).toBeLessThanOrEqual(MOST_CHARS);
  });

  // When liquidjs gets a new filter, somebody has to see what work it does for a stranger's values.
  it('uses only filters whose work is known', () => {
    expect(Object.keys(new Liquid().filters).toSorted()).toEqual(KNOWN_FILTERS);
  });

  it('counts what a filter reads, also when it writes little', () => {
    const once = filled('{{ properties.long | size }}').work.stepsDone;
    const again = filled(times(9, '{{ properties.long | size }}')).work.stepsDone;

    expect(once).toBeGreaterThan(LONG.length / 32);
    expect(again).toBeGreaterThan(8 * once);
  });

  it("writes nothing that wasn't counted, whatever it contains", () => {
    const value = fc.constantFrom(
      ...Object.keys(EVENT.properties).map((name) => `properties.${name}`),
      'a',
      '"x"',
      '(1..properties.many)',
      'properties.missing',
      '7',
    );
    const filter = fc.oneof(
      fc.constantFrom(
        'strip_html',
        'escape',
        'upcase',
        'join',
        'first',
        'size',
        'sum',
        'strip',
        'url_encode',
        'json',
        'compact',
      ),
      fc
        .tuple(
          fc.constantFrom('append', 'prepend', 'split', 'join', 'push', 'remove', 'date', 'where', 'sum', 'slice'),
          value,
        )
        .map((parts) => parts.join(': ')),
      fc
        .tuple(fc.constantFrom('replace', 'truncate', 'slice'), value, value)
        .map(([name, one, two]) => `${name}: ${one}, ${two}`),
    );
    const expression = fc
      .tuple(value, fc.array(filter, { maxLength: 4 }))
      .map(([first, filters]) => [first, ...filters].join(' | '));
    const part = fc.oneof(
      expression.map((text) => `{{ ${text} }}`),
      expression.map((text) => `{% assign a = ${text} %}`),
      expression.map((text) => `{% capture a %}{{ a }}{{ ${text} }}{% endcapture %}`),
      value.map((text) => `{% if ${text} contains a %}{{ a }}{% else %}x{% endif %}`),
    );

    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 12 }), (parts) => {
        const { text, work } = filled(parts.join('').slice(0, 1_000));

        expect(work.stepsDone).toBeLessThanOrEqual(MOST_STEPS);
        expect(text?.length ?? 0).toBeLessThanOrEqual(work.charsDone + 1_000);
      }),
      { numRuns: 300 },
    );
  });
});
