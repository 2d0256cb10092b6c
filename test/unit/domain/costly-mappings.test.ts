// oxlint-disable unicorn/no-thenable -- "then" is Segment's name for it, and nothing here is awaited.
/** T6: mappings that an editor can save and a viewer can preview. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { mappingProblems } from '../../../worker/domain/rules/mapping-problems.ts';
import { aTrack } from '../support/an-event.ts';
import { aMapping, at, HALF, lists, LONG, MOST_CHARS, MOST_STEPS, received, zeros } from '../support/costly.ts';

describe('a mapping', () => {
  it.each([
    ['four nested lists', 220, 4],
    ['two lists of a thousand items', 1_000, 2],
  ])('is refused when its own lists exceed the budget: %s', (_, count, depth) => {
    const email = Array.from({ length: depth }).reduce<unknown>(
      (shape) => ({ '@arrayPath': [zeros(count), shape] }),
      at('x'),
    );

    expect(mappingProblems({ trigger: 'type = "track"', fields: { email: Object(email) } }, '')).toEqual([
      { pointer: '/fields/email', detail: expect.stringContaining('more work') },
    ]);
  });

  it("is accepted when it applies a shape to each item of an event's list", () => {
    const shape = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`f${index}`, { '@path': `$.f${index}` }]),
    );
    const fields = { externalIds: { '@arrayPath': ['$.properties.products', shape] } };

    expect(mappingProblems({ trigger: 'type = "track"', fields }, '')).toEqual([]);
  });

  it('never exceeds the budget and never throws, whatever is saved and sent', async () => {
    const path = fc.constantFrom(
      '$.properties.a',
      '$.properties.l',
      '$.l',
      '$.a',
      '$',
      '$.properties',
      '$.properties.l[0].a',
    );
    const { field } = fc.letrec<{ field: unknown }>((tie) => ({
      field: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('x', 1, null),
        path.map((found) => ({ '@path': found })),
        fc.integer({ min: 1, max: 300 }).map(zeros),
        fc
          .array(fc.constantFrom('{{properties.a}}', '-', '{{properties.l}}'), { maxLength: 300 })
          .map((parts) => ({ '@template': parts.join('') })),
        fc.tuple(fc.oneof(path, tie('field')), tie('field')).map((both) => ({ '@arrayPath': both })),
        tie('field').map((value) => ({ '@case': { operator: 'upper', value } })),
        fc
          .record({
            pattern: fc.constantFrom('a', 'aa', 'b'),
            replacement: fc.constantFrom('', 'x'.repeat(300)),
            ignorecase: fc.boolean(),
            value: tie('field'),
          })
          .map((argument) => ({ '@replace': argument })),
        fc
          .record({ exists: tie('field'), then: tie('field'), else: tie('field') })
          .map((argument) => ({ '@if': argument })),
        fc.array(tie('field'), { maxLength: 4 }),
        fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('field')),
      ),
    }));
    const condition = fc.constantFrom(
      'match(properties.a, "*a?b*")',
      'match(properties.a, "*aaaaaaaaaaaaaaaaaaaaaaab*")',
      'contains(properties.l, 5)',
      'contains(properties.a, properties.b)',
      'lowercase(properties.a) in ["a", "b", "c"]',
      '!(length(properties.l) > 3)',
      'properties.a = properties.b',
    );
    const trigger = fc.array(condition, { minLength: 1, maxLength: 60 }).map((parts) => parts.join(' or '));
    const names = ['email', 'eventId', 'userInfo', 'externalIds', 'conversionValue', 'leadId'] as const;
    const mapping = fc
      .record({ trigger, name: fc.constantFrom(...names), value: field, count: fc.integer({ min: 1, max: 50 }) })
      .filter(
        ({ trigger: text, name, value }) =>
          mappingProblems({ trigger: text, fields: { [name]: Object(value) } }, '').length === 0,
      );
    const properties = fc.record({
      a: fc.constantFrom(LONG, HALF, 'ab', 'ß'.repeat(9_000), 5),
      b: fc.constantFrom(HALF, `b${HALF}`, 'ab'),
      l: fc.constantFrom<unknown>(
        lists(60),
        [1, 2],
        Array.from({ length: 9_000 }, () => 7),
        'x',
        null,
      ),
    });

    await fc.assert(
      fc.asyncProperty(mapping, properties, async ({ trigger: text, name, value, count }, given) => {
        const mappings = Array.from({ length: count }, (_, index) =>
          aMapping({
            id: `map_${index}`,
            conversion_rule_id: String(3_000 + index),
            trigger: text,
            fields: { [name]: Object(value) },
          }),
        );
        const { work } = await received(aTrack({ properties: given }), mappings);

        expect(work.stepsDone).toBeLessThanOrEqual(MOST_STEPS);
        expect(work.charsDone).toBeLessThanOrEqual(MOST_CHARS);
      }),
      { numRuns: 150 },
    );
  });
});
