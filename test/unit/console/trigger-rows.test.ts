import { describe, expect, it } from 'vitest';

import { evaluateTrigger } from '../../../client/console/mapping/evaluate-trigger.ts';
import { rowsOf, triggerOf } from '../../../client/console/mapping/trigger-rows.ts';
import { parse } from '../../../worker/domain/fql/syntax/parse.ts';
import { print } from '../../../worker/domain/fql/syntax/print.ts';

describe('the rows of a trigger', () => {
  it.each([
    'type = "track"',
    'event = "Order Completed" and properties.total > 100',
    'event != "A" or properties.plan = null or traits.email != null',
    'contains(properties.name, "x\\"y") and !contains(properties.name, "z")',
    'match(event, "Order*")',
    'event in ["A", "B, C", "2", 3, true]',
    'properties.count = "5" and properties.flag = true and properties.n = -3.5',
    'properties["order id"] = "true" and properties.products[0].price >= 10',
    'event = "she said \\"no\\", then left"',
    'event = " padded "',
  ])("mean the same as the trigger's text: %s", (trigger) => {
    const rows = rowsOf(trigger) ?? { join: 'and', rows: [] };

    expect(print(parse(triggerOf(rows)))).toBe(print(parse(trigger)));
  });

  it.each([
    'event = "A" and (properties.a = 1 or properties.b = 2)',
    '!(event = "A")',
    'lowercase(event) = "a"',
    'properties.a = properties.b',
    'event = ',
  ])("aren't offered when rows can't express the trigger: %s", (trigger) => {
    expect(rowsOf(trigger)).toBeUndefined();
  });

  it('accept a path as mappings write it, a name with a space, and a value that looks like code', () => {
    const trigger = triggerOf({
      join: 'and',
      rows: [
        { field: '$.properties.total', asked: '>', value: ' 100 ' },
        { field: 'properties.order id', asked: '=', value: 'a" or type = "page' },
        { field: '', asked: '=', value: 'not there yet' },
      ],
    });

    expect(trigger).toBe('properties.total > 100 and properties["order id"] = "a\\" or type = \\"page"');
    expect(parse(trigger).kind).toBe('and');
  });
});

describe("a trigger's answer for an event", () => {
  it('lists each condition, with the value that it saw', () => {
    const answer = evaluateTrigger('event = "Order Completed" and properties.total > 100 and properties.vip = true', {
      type: 'track',
      event: 'Order Completed',
      properties: { total: 42 },
    });

    expect(answer).toEqual({
      holds: false,
      join: 'and',
      parts: [
        {
          text: 'event = "Order Completed"',
          holds: true,
          saw: [{ field: 'event', value: 'Order Completed' }],
        },
        { text: 'properties.total > 100', holds: false, saw: [{ field: 'properties.total', value: 42 }] },
        { text: 'properties.vip = true', holds: false, saw: [{ field: 'properties.vip', value: undefined }] },
      ],
    });
  });
});
