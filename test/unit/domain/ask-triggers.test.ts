import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { compile } from '../../../worker/domain/fql/compile.ts';
import { conditionsOf } from '../../../worker/domain/fql/conditions.ts';
import { parse } from '../../../worker/domain/fql/syntax/parse.ts';
import type { Telling } from '../../../worker/domain/fql/values-seen.ts';
import { EventWork, ownBudget } from '../../../worker/domain/fql/work-budget.ts';
import { askTriggers } from '../../../worker/domain/rules/ask-triggers.ts';
import { readTrace } from '../../../worker/domain/rules/read-trace.ts';
import type { TracedTrigger } from '../../../worker/domain/rules/read-trace.ts';
import { triggerSetOf } from '../../../worker/domain/rules/ready-mappings.ts';
import type { Event } from '../../../worker/schema/events/event.ts';
import type { Mapping } from '../../../worker/schema/settings/mapping.ts';
import { aPage, aTrack, anIdentify } from '../support/an-event.ts';

const aMapping = (trigger: string, over: Partial<Mapping> = {}): Mapping => ({
  id: 'map_1',
  name: 'A mapping',
  enabled: true,
  trigger,
  conversion_rule_id: '1001',
  fields: {},
  default_value: null,
  ...over,
});

function traced(event: Event, mappings: readonly Mapping[], telling: Telling = 'what_is_known'): TracedTrigger[] {
  const trace = askTriggers(
    event,
    { mappings: [...mappings] },
    telling,
    new EventWork({ mappings: mappings.length }),
  ).trace;
  return trace === undefined ? [] : readTrace(JSON.parse(JSON.stringify(trace)), triggerSetOf(mappings).body);
}

/** Returns what the only condition of a trigger saw. */
const sawOf = (trigger: string, event: Event, telling?: Telling) =>
  traced(event, [aMapping(trigger)], telling)[0]?.conditions[0]?.saw;

describe('a trigger split into its conditions', () => {
  it.each([
    ['type = "track" and properties.total > 100', ['type = "track"', 'properties.total > 100']],
    ['!(event = "A" or properties.total > 100)', ['!(event = "A")', '!(properties.total > 100)']],
    ['!(!contains(event, "A"))', ['contains(event, "A")']],
  ])('has these conditions: %s', (trigger, expected) => {
    expect(conditionsOf(parse(trigger)).map(({ text }) => text)).toEqual(expected);
  });

  it('reports for each condition whether it held, with a leading "!" applied', () => {
    const [trigger] = traced(aTrack({ event: 'Order Completed', properties: { total: 50 } }), [
      aMapping('event = "Order Completed" and properties.total > 100 and !contains(event, "Test")'),
    ]);

    expect(trigger).toMatchObject({ mappingId: 'map_1', outcome: 'not_fired' });
    expect(trigger?.conditions).toEqual([
      {
        text: 'event = "Order Completed"',
        held: true,
        saw: [{ field: 'event', type: 'string', value: 'Order Completed' }],
      },
      {
        text: 'properties.total > 100',
        held: false,
        saw: [{ field: 'properties.total', type: 'number', value: 50 }],
      },
      {
        text: '!contains(event, "Test")',
        held: true,
        saw: [{ field: 'event', type: 'string', value: 'Order Completed' }],
      },
    ]);
  });

  it('reports which earlier mapping took the rule, and leaves out a disabled one', () => {
    const mappings = [
      aMapping('type = "track"', { id: 'map_off', enabled: false }),
      aMapping('type = "page"', { id: 'map_page' }),
      aMapping('type = "track"', { id: 'map_first' }),
      aMapping('event = "Order Completed"', { id: 'map_second' }),
      aMapping('event = "Order Completed"', { id: 'map_other', conversion_rule_id: '1002' }),
    ];

    expect(traced(aTrack(), mappings).map(({ mappingId, outcome }) => [mappingId, outcome])).toEqual([
      ['map_page', 'not_fired'],
      ['map_first', 'fired'],
      ['map_second', 'rule_taken'],
      ['map_other', 'fired'],
    ]);
  });

  it('is empty for an event type that no mapping uses', () => {
    const group: Event = { ...aPage(), type: 'group' };
    expect(traced(group, [aMapping('type = "track"')])).toEqual([]);
    expect(traced(aTrack(), [])).toEqual([]);
  });

  it('is correct for property names that every JavaScript object has', () => {
    const event = aTrack({ properties: JSON.parse('{"constructor":true,"__proto__":true}') });
    expect(sawOf('properties.constructor = true', event)).toEqual([
      { field: 'properties.constructor', type: 'boolean', value: true },
    ]);
  });
});

describe('the value that a condition saw', () => {
  it.each([
    ['a text that the trigger names', 'properties.plan = "pro"', { plan: 'pro' }, { type: 'string', value: 'pro' }],
    ["a text from the trigger's list", 'properties.plan in ["a", "b"]', { plan: 'b' }, { type: 'string', value: 'b' }],
    ['one that differs only in case', 'lowercase(properties.plan) = "pro"', { plan: 'Pro' }, { value: 'Pro' }],
    ['an amount', 'properties.total > 100', { total: '99.5' }, { type: 'string', value: '99.5' }],
    ['true or false', 'properties.is_new = true', { is_new: false }, { type: 'boolean', value: false }],
  ])('is recorded: %s', (_, trigger, properties, expected) => {
    expect(sawOf(trigger, aTrack({ properties }))).toMatchObject([expected]);
  });

  it.each([
    [
      "a text that the trigger doesn't name",
      'properties.plan = "pro"',
      { plan: 'jane@example.com' },
      { type: 'string' },
    ],
    [
      'a text that the trigger searches in',
      'contains(properties.plan, "@")',
      { plan: 'jane@example.com' },
      { type: 'string' },
    ],
    ['another number', 'properties.phone = 1', { phone: 491_511_234_567 }, { type: 'number' }],
    ['a text compared as a number', 'properties.total > 100', { total: 'jane@example.com' }, { type: 'string' }],
    ['a phone number', 'properties.phone > 0', { phone: '+4915112345678' }, { type: 'string' }],
    ['a text that starts like a phone number', 'properties.phone > 0', { phone: '030123' }, { type: 'string' }],
    ['a number larger than any price', 'properties.account > 0', { account: 4_711_000_815 }, { type: 'number' }],
    ['a list', 'contains(properties.tags, "x")', { tags: ['jane'] }, { type: 'array' }],
    ['an object', 'properties.a = 1', { a: { b: 'jane' } }, { type: 'object' }],
    ['nothing', 'properties.plan = "pro"', {}, { type: 'null' }],
  ])('is recorded as a type only: %s', (_, trigger, properties, expected) => {
    expect(sawOf(trigger, aTrack({ properties }))).toEqual([{ field: expect.any(String), ...expected }]);
  });

  it.each([
    ['a trait compared by size', anIdentify({ age: 34 }), 'traits.age > 18', { type: 'number' }],
    ['the user ID', aTrack({ userId: 'u-1' }), 'userId != null', { type: 'string' }],
    [
      'the length of a text',
      aTrack({ properties: { name: 'Jane' } }),
      'length(properties.name) > 2',
      { type: 'string' },
    ],
  ])("never includes a person's data: %s", (_, event, trigger, expected) => {
    expect(sawOf(trigger, event)).toEqual([{ field: expect.any(String), ...expected }]);
  });

  it('is marked when it differs from the wanted text only in case or spaces', () => {
    expect(sawOf('properties.plan = "Pro"', aTrack({ properties: { plan: ' pro ' } }))).toEqual([
      { field: 'properties.plan', type: 'string', almost: 'Pro' },
    ]);
    expect(sawOf('event = "Order Completed"', aTrack({ event: 'order completed' }))).toEqual([
      { field: 'event', type: 'string', value: 'order completed', almost: 'Order Completed' },
    ]);
  });

  it('is almost met only by the condition that asks for a similar text, whatever the other mappings ask for', () => {
    const answers = traced(aTrack({ event: 'lead generated ', properties: { plan: 'PRO' } }), [
      aMapping('event = "Lead Generated" and properties.plan = "Pro"'),
      aMapping('event = "Other" and properties.plan = "pro "', { id: 'map_2' }),
      aMapping('event = "lead generated "', { id: 'map_3' }),
    ]);
    const event = { field: 'event', type: 'string', value: 'lead generated ' };
    expect(answers.map(({ conditions }) => conditions.flatMap(({ saw }) => saw))).toEqual([
      [
        { ...event, almost: 'Lead Generated' },
        { field: 'properties.plan', type: 'string', almost: 'Pro' },
      ],
      [event, { field: 'properties.plan', type: 'string', almost: 'pro ' }],
      [event],
    ]);
  });

  it("isn't recorded without consent, and is complete in a preview", () => {
    const event = aTrack({ properties: { plan: 'free' } });
    const [trigger] = traced(event, [aMapping('properties.plan = "pro"')], 'nothing');
    expect(trigger?.conditions).toEqual([{ text: 'properties.plan = "pro"', held: false, saw: [] }]);
    expect(sawOf('properties.plan = "pro"', event, 'all')).toEqual([
      { field: 'properties.plan', type: 'string', value: 'free' },
    ]);
  });

  it("never contains text from the event that isn't in the trigger too", () => {
    const secret = 'jane.doe@example.com';
    const operands = ['properties.a', 'traits.a', 'context.a', 'userId', 'lowercase(traits.a)', 'length(properties.a)'];
    const conditions = fc.oneof(
      fc
        .tuple(
          fc.constantFrom(...operands),
          fc.constantFrom('=', '!=', '>', '<='),
          fc.constantFrom('"x"', '1', 'true', 'null', ...operands),
        )
        .map((parts) => parts.join(' ')),
      fc.constantFrom(...operands).map((operand) => `contains(${operand}, "@")`),
      fc.constantFrom(...operands).map((operand) => `${operand} in ["x", 1]`),
      fc.constantFrom(...operands).map((operand) => `match(${operand}, "*@*")`),
    );
    fc.assert(
      fc.property(
        fc.array(conditions, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(' and ', ' or '),
        (parts, join) => {
          const event = aTrack({
            userId: secret,
            properties: { a: secret },
            traits: { a: secret },
            context: { a: secret },
          });
          const { trace } = askTriggers(
            event,
            { mappings: [aMapping(parts.join(join))] },
            'what_is_known',
            new EventWork({ mappings: 1 }),
          );
          expect(JSON.stringify(trace)).not.toContain('jane');
        },
      ),
    );
  });

  it('gives the same result as the trigger', () => {
    const leaf = fc.constantFrom(
      'event = "A"',
      'properties.n > 3',
      'contains(properties.s, "x")',
      'properties.b = true',
    );
    const { trigger } = fc.letrec<{ trigger: string }>((tie) => ({
      trigger: fc.oneof(
        { maxDepth: 3 },
        leaf,
        tie('trigger').map((one) => `!(${one})`),
        fc
          .tuple(tie('trigger'), fc.constantFrom('and', 'or'), tie('trigger'))
          .map(([a, join, b]) => `(${a}) ${join} (${b})`),
      ),
    }));
    const properties = fc.record({ n: fc.integer({ min: 0, max: 6 }), s: fc.constantFrom('x', 'y'), b: fc.boolean() });
    fc.assert(
      fc.property(trigger, properties, (text, given) => {
        const event = aTrack({ event: 'A', properties: given });

        expect(traced(event, [aMapping(text)])[0]?.outcome).toBe(
          compile(parse(text))(event, ownBudget()) ? 'fired' : 'not_fired',
        );
      }),
    );
  });
});
