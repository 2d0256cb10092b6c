import { describe, expect, it } from 'vitest';

import { checkTrigger } from '../../../../worker/domain/fql/check-trigger.ts';
import { compile } from '../../../../worker/domain/fql/compile.ts';
import { parse } from '../../../../worker/domain/fql/syntax/parse.ts';
import { ownBudget } from '../../../../worker/domain/fql/work-budget.ts';

const warningsOf = (trigger: string) => {
  const check = checkTrigger(trigger);
  return check.kind === 'ok' ? check.warnings : [check.detail];
};

describe('a trigger that can never hold', () => {
  it.each([
    ['type = "track" and type = "page"', 'the events are track, page, identify'],
    ['type = "trakc"', 'the events are track, page, identify'],
    ['type = "screen"', 'the events are track, page, identify'],
    ['!type in ["track", "page", "identify", "group", "alias"]', 'the events are track, page, identify'],
    ['type = "page" and event = "Order Completed"', 'only track events have "event"'],
    ['type = "identify" and match(event, "Order*")', 'only track events have "event"'],
    ['type = "track" and name = "Pricing"', 'only page events have "name"'],
    ['event = "A" and event = "B"', 'no value of event meets all these conditions'],
    ['event in ["A", "B"] and event in ["C"]', 'no value of event meets all these conditions'],
    ['event = "A" and event != "A"', 'no value of event meets all these conditions'],
    ['event = "A" and !contains(event, "A")', 'no value of event meets all these conditions'],
    ['properties.total = 5 and properties.total > 10', 'no value of properties.total meets all these conditions'],
    ['properties.total = null and properties.total > 0', 'no value of properties.total meets all these conditions'],
    ['properties.total > 100 and properties.total < 50', 'no number in properties.total meets all these conditions'],
    ['properties.total > 100 and properties.total <= 100', 'no number in properties.total meets all these conditions'],
    ['properties.total > "many"', "greater and less than compare numbers, and this value isn't a number"],
    ['properties.total >= "2026-01-01"', "greater and less than compare numbers, and this value isn't a number"],
    ['typeof(properties.total) = "float"', 'the types are string, number, bool, null, list, object'],
    ['lowercase(event) = "Order Completed"', 'a text in lower case has no capital letters'],
    ['length(properties.plan) = -1', 'a length is a whole number from 0'],
    ['1 = 2', 'it contains no field, and it is never true for its values'],
    ['!(1 = 1)', 'it contains no field, and it is never true for its values'],
    ['!(event != "A" or type = "track")', 'only track events have "event"'],
  ])('gets a warning: %s', (trigger, reason) => {
    const [warning] = warningsOf(trigger);

    expect(warning).toContain('can never hold');
    expect(warning).toContain(reason);
  });

  it.each([
    [
      'event = "A" or type = "page" and event = "B"',
      'type = "page" and event = "B" can never hold: only track events have "event"',
    ],
    [
      '(event = "A" or event = "B") and !(event = "B")',
      'event = "B" and !(event = "B") can never hold: no value of event meets all these conditions',
    ],
  ])("gets a warning for the half that can't hold, and only for that: %s", (trigger, warning) => {
    expect(warningsOf(trigger)).toEqual([warning]);
  });

  it("doesn't fire", () => {
    expect(compile(parse('type = "track" and type = "page"'))({ type: 'track' }, ownBudget())).toBe(false);
  });
});

describe('a text with a space at an end', () => {
  it.each([
    ['event = "Demo Booked "', ['Demo Booked␣']],
    ['type = "track" and (event in [" A", "B"] or "C " = properties.plan)', ['␣A', 'C␣']],
  ])('gets a warning, if a field must equal it: %s', (trigger, texts) => {
    expect(warningsOf(trigger)).toEqual(
      texts.map((text) => `"${text}" has a space (␣) at its beginning or end. Only values with that space match.`),
    );
  });

  it.each([
    'event = "Demo Booked"',
    'event in ["Demo Booked", "demo booked "]',
    'event != "Demo Booked "',
    'contains(event, "Demo ")',
    '!(event = "Demo ")',
  ])('gets none: %s', (trigger) => {
    expect(warningsOf(trigger)).toEqual([]);
  });

  it('gets no more than five warnings', () => {
    expect(warningsOf(Array.from({ length: 9 }, (_, at) => `event = "${at} "`).join(' or '))).toHaveLength(5);
  });
});

it.each([
  'type = "track"',
  'type != "track"',
  'type = "track" and event = "A" or type = "page" and name = "B"',
  'type = "track" and event != null',
  'type = "page" and event = null',
  'properties.total = 5 and properties.total = "5"',
  'properties.total = 5 and match(properties.total, "5.?")',
  'properties.total >= 5 and properties.total <= 5',
  'properties.total > 5 and properties.plan < 3',
  'properties.total = "5.0" and properties.total = 5',
  'properties.total = 5 and properties.total != "5"',
  'event in ["A", "B"] and event = "B"',
  'lowercase(event) = "order completed"',
  'length(event) = "3"',
  'type = "identify" and traits.order_completed_last_30days = true',
  'properties.a = properties.b and properties.a = 1',
])("isn't reported for %s", (trigger) => {
  expect(warningsOf(trigger)).toEqual([]);
});
