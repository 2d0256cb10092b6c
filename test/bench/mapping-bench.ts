import * as v from 'valibot';

import { EventWork } from '../../worker/domain/fql/work-budget.ts';
import { askTriggers } from '../../worker/domain/rules/ask-triggers.ts';
import { membershipsLeft } from '../../worker/domain/rules/rules-fired.ts';
import { Event } from '../../worker/schema/events/event.ts';
import { MAX_MAPPINGS } from '../../worker/schema/settings/mapping.ts';
import type { Mapping } from '../../worker/schema/settings/mapping.ts';
import type { Measured } from './bench.ts';
import { median, rounded } from './statistics.ts';

const ROUNDS = 31;
const EVENTS = 20_000;

/** An order as the tag sends it: 360 bytes. */
const JSON_TEXT = JSON.stringify({
  type: 'track',
  event: 'Order Completed',
  properties: { order_id: '1042', total: 149.99, currency: 'EUR', plan: 'free', tags: ['new', 'tea'] },
  userId: 'user-1',
  messageId: '1b6d0c2e-6f0e-4a57-9c5f-2f6f3a1d7b11',
  timestamp: '2026-11-21T10:00:00.100Z',
  context: { page: { url: 'https://www.example.com/checkout/thanks', path: '/checkout/thanks' } },
});

/** Fifty triggers of each kind. The event fires none of them. */
const TRIGGERS: Readonly<Record<string, (index: number) => string>> = {
  'another event name': (index) => `type = "track" and event = "Event ${index}"`,
  'the same name, another amount': (index) => `event = "Order Completed" and properties.total > ${1_000 + index}`,
  'a deep path, a list and a text with *': (index) =>
    `match(context.page.path, "/lead/${index}*") or contains(properties.tags, "t${index}") or properties.plan in ["p${index}", "team"]`,
};

/**
 * Measures the cost of 50 mappings for an event that fires none of them, compared with parsing and checking the event's
 * JSON, which every event needs anyway. It runs in Node, whose V8 is workerd's engine too.
 */
export async function benchMapping(): Promise<Measured> {
  const event = v.parse(Event, JSON.parse(JSON_TEXT));
  const steps: Record<string, () => unknown> = {
    'JSON.parse': () => JSON.parse(JSON_TEXT),
    'validate (worker/schema)': () => v.parse(Event, event),
  };
  for (const [what, triggerOf] of Object.entries(TRIGGERS)) {
    const mappings = Array.from({ length: MAX_MAPPINGS }, (_, index) => aMapping(index, triggerOf(index)));
    const ask = (): ReturnType<typeof askTriggers> => askTriggers(event, { mappings }, 'what_is_known', work());
    if (ask().fired.length > 0) throw new Error(`Cannot measure "${what}": a mapping fires`);
    steps[`${MAX_MAPPINGS} mappings: ${what}`] = ask;
  }
  const identify = v.parse(Event, {
    type: 'identify',
    userId: 'user-1',
    traits: { email: 'a@example.com', plan: 'free' },
  });
  const audiences = Array.from({ length: MAX_MAPPINGS }, (_, index) =>
    aMapping(index, `type = "identify" and traits.audience_${index} = true`),
  );
  steps[`${MAX_MAPPINGS} audiences that an identify neither joins nor leaves`] = () => [
    askTriggers(identify, { mappings: audiences }, 'what_is_known', work()),
    membershipsLeft(identify, { mappings: audiences }, work()),
  ];
  const taken = Object.fromEntries(Object.keys(steps).map((name): [string, number[]] => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, step] of Object.entries(steps)) taken[name]?.push(cpuMicroseconds(step));
  }
  const baseline = median(taken['JSON.parse'] ?? []);
  const rows = Object.entries(taken).map(([step, values]) => ({
    step,
    'µs an event': rounded(median(values)),
    'at best': rounded(Math.min(...values)),
    '× JSON.parse': rounded(median(values) / baseline),
  }));
  return {
    title: `CPU per event (${JSON_TEXT.length} bytes of JSON), median of ${ROUNDS} rounds of ${EVENTS}; at most 20 µs is asked for`,
    rows,
  };
}

/** Measures this process only, so that other load on the machine matters less. */
function cpuMicroseconds(step: () => unknown): number {
  const before = process.cpuUsage();
  for (let index = 0; index < EVENTS; index += 1) step();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / EVENTS;
}

const work = (): EventWork => new EventWork({ mappings: MAX_MAPPINGS });

const aMapping = (index: number, trigger: string): Mapping => ({
  id: `map_${index}`,
  name: `Mapping ${index}`,
  enabled: true,
  trigger,
  conversion_rule_id: String(1_000 + index),
  fields: {},
  default_value: null,
});
