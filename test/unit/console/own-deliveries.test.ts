/** The page Mappings counts the deliveries of each mapping, although the ledger counts those of conversion rules. */
import { describe, expect, it } from 'vitest';

import { ownDeliveries } from '../../../client/console/mapping/own-deliveries.ts';

const ROWS = [
  { event: 'Lead Generated', conversion_rule_id: '1', deliveries: 5 },
  { event: 'Lead Generated', conversion_rule_id: '1', deliveries: 2 },
  { event: 'Demo Requested', conversion_rule_id: '1', deliveries: 3 },
  { event: 'page', conversion_rule_id: '1', deliveries: 11 },
  { event: 'Lead Generated', conversion_rule_id: '2', deliveries: 100 },
];

/** Counts the deliveries of triggers that have the same rule. */
function counted(...triggers: string[]): unknown[] {
  const mapped = triggers.map((trigger, index) => ({ id: String(index), trigger, ruleId: '1' }));
  return [...ownDeliveries(mapped, ROWS).values()].map(({ least, most }) => [least, most]);
}

describe('a mapping counts as its own', () => {
  it.each([
    ['the events of its name, of its rule alone', 'event = "Lead Generated"', 7],
    ['all its names', 'event in ["Lead Generated", "Demo Requested"]', 10],
    ['its names under other conditions', 'event = "Lead Generated" and properties.value > 100', 7],
    ['its names in any case', 'lowercase(event) = "lead generated"', 7],
    ['page views by their type', 'type = "page"', 11],
    ['no page views by another type', 'type = "track"', 10],
    ['what it does not exclude', '!(event = "Lead Generated")', 14],
    ['every event that one of two conditions may accept', 'event = "Demo Requested" or traits.vip = true', 21],
    ['nothing of other names', 'event = "lead generated"', 0],
  ])('%s', (_what, trigger, count) => {
    expect(counted(trigger)).toEqual([[count, count]]);
  });

  it('the events that no other mapping of its rule accepts', () => {
    expect(counted('event = "Lead Generated"', 'event = "Demo Requested"')).toEqual([
      [7, 7],
      [3, 3],
    ]);
  });
});

it('events that two mappings of a rule accept may be of either one', () => {
  expect(counted('event = "Lead Generated" and properties.vip = true', 'type = "track"')).toEqual([
    [0, 7],
    [3, 10],
  ]);
});

it('events with rare names, which the ledger counts together, may be of each mapping of the rule', () => {
  const rows = [{ event: '(other)', conversion_rule_id: '1', deliveries: 4 }];
  const mapped = ['event = "A"', 'event = "B"'].map((trigger) => ({ id: trigger, trigger, ruleId: '1' }));

  expect([...ownDeliveries(mapped, rows).values()]).toEqual([
    { least: 0, most: 4 },
    { least: 0, most: 4 },
  ]);
  expect([...ownDeliveries(mapped.slice(1), rows).values()]).toEqual([{ least: 4, most: 4 }]);
});
