// oxlint-disable unicorn/no-thenable -- "then" is Segment's name for it, and nothing here is awaited.
import type { TriggerDifference } from '../../../worker/domain/fql/segment/differences.ts';
import type { FieldDifference } from '../../../worker/domain/mapping-kit/segment-differences.ts';
import type { Fields } from './segment.ts';

/** Differences that depend only on an event's values, so they can't be reported when a mapping is saved. */
export type ValueDeviation = 'number_as_text' | 'list_contains' | 'path_through_value';

/** A trigger with another meaning, an event that shows it, and the reason. */
export type TriggerDeviation = {
  example: string;
  event: Fields;
  /** Whether it holds at Segment, and here. */
  holds: { there: boolean; here: boolean };
  reason: string;
};

const A = { type: 'track', event: 'A', properties: {}, traits: {}, context: {} };
const of = (properties: Fields, over: Fields = {}): Fields => ({ ...A, properties, ...over });

const HERE = { there: false, here: true };
const THERE = { there: true, here: false };

/** Deviations that are reported when a trigger is saved. Each has its row in docs/how-to/move-from-segment.md. */
export const TRIGGER_DEVIATIONS: Readonly<Record<TriggerDifference, TriggerDeviation>> = {
  and_or: {
    example: 'type = "page" and event = "B" or event = "A"',
    event: of({}, { event: 'C', type: 'page' }),
    holds: THERE,
    reason: 'Everybody who has written a condition reads "and" first.',
  },
  brackets: {
    example: 'type = "track" and (contains(event, "B") or event = "C")',
    event: of({}),
    holds: THERE,
    reason: 'A bracket that does not bracket fires for events that nobody asked for.',
  },
  not: { example: '!(event = "A")', event: of({}), holds: THERE, reason: 'A "!" that is ignored says the opposite.' },
  not_contains: {
    example: '!contains(properties.plan, "free")',
    event: of({}),
    holds: HERE,
    reason: '"Not" turns round whatever follows; what is not there does not contain anything.',
  },
  not_number: {
    example: 'properties.total != 5',
    event: of({}),
    holds: HERE,
    reason: 'What is missing is not 5, as it is not "x".',
  },
  not_boolean: {
    example: 'properties.enabled != true',
    event: of({ enabled: true }),
    holds: THERE,
    reason: 'True is true.',
  },
  null_name: {
    example: 'type = "track" and event = null',
    event: of({}, { event: 'null' }),
    holds: THERE,
    reason: 'Null is what is missing, in every field.',
  },
  boolean_text: {
    example: 'event = true',
    event: of({}, { event: 'true' }),
    holds: THERE,
    reason: 'True is no text.',
  },
  order_value: {
    example: 'properties.total > ""',
    event: of({ total: 5 }),
    holds: THERE,
    reason: 'An empty text is no amount.',
  },
  sides: { example: '"A" = event', event: of({}), holds: HERE, reason: 'An equation has two sides.' },
  field_value: {
    example: 'properties.a = properties.b',
    event: of({ a: 'x', b: 'x' }),
    holds: HERE,
    reason: 'Two fields can be compared.',
  },
  pattern: {
    example: 'match(event, "A*Z*")',
    event: of({}, { event: 'ABZ' }),
    holds: HERE,
    reason: "A star is a star everywhere, as in Segment's own FQL reference.",
  },
  single_quotes: {
    example: "event = 'A'",
    event: of({}),
    holds: HERE,
    reason: "Segment's own FQL reference writes its texts so.",
  },
  backslash: {
    example: String.raw`event = "A\\B"`,
    event: of({}, { event: String.raw`A\B` }),
    holds: HERE,
    reason: 'Without it no text could have a quote.',
  },
  capitals: {
    example: 'event = "A" OR event = "B"',
    event: of({}),
    holds: HERE,
    reason: 'Nobody means anything else by capitals.',
  },
  function: {
    example: 'lowercase(event) = "a"',
    event: of({}),
    holds: HERE,
    reason: "The functions of Segment's FQL reference are all here.",
  },
  in: { example: 'event in ["A", "B"]', event: of({}), holds: HERE, reason: 'It is in the FQL reference.' },
  bare: {
    example: 'properties.enabled',
    event: of({ enabled: true }),
    holds: HERE,
    reason: 'It is in the FQL reference.',
  },
  unknown_field: {
    example: 'type = "track" and anonymousId = "a"',
    event: of({}, { anonymousId: 'b' }),
    holds: THERE,
    reason: 'A condition that is left out fires for everybody.',
  },
  spelling: {
    example: 'properties.products[0].price = 5',
    event: of({ products: [{ price: 5 }] }),
    holds: HERE,
    reason: 'What can be read is read.',
  },
};

/** Deviations that depend on an event's values. */
export const VALUE_DEVIATIONS: Readonly<Record<ValueDeviation, TriggerDeviation>> = {
  number_as_text: {
    example: 'properties.total > 100',
    event: of({ total: '150' }),
    holds: HERE,
    reason: 'Forms and data layers send "150" for 150.',
  },
  list_contains: {
    example: 'contains(properties.tags, "vip")',
    event: of({ tags: ['vip'] }),
    holds: HERE,
    reason: 'A list contains its items.',
  },
  path_through_value: {
    example: 'properties.coupon.code != null',
    event: of({ coupon: '' }),
    holds: THERE,
    reason: 'Below an empty text there is no field.',
  },
};

/** A mapping field with another result, the event, and both results. */
export type FieldDeviation = {
  example: unknown;
  event: Fields;
  /** Undefined when Segment's code throws, and the event is lost there. */
  gives: { there: unknown; here: unknown };
  reason: string;
};

/** Deviations that are reported when a mapping is saved. */
export const FIELD_DEVIATIONS: Readonly<Record<FieldDifference, FieldDeviation>> = {
  literal: {
    example: { '@literal': { '@path': '$.event' } },
    event: of({}),
    gives: { there: 'A', here: { '@path': '$.event' } },
    reason: 'A literal is what it says, so that a value may begin with @.',
  },
  path: {
    example: { '@path': '$.properties["utm.source"]' },
    event: of({ 'utm.source': 'linkedin' }),
    gives: { there: undefined, here: 'linkedin' },
    reason: 'A name may have a dot.',
  },
  replace: {
    example: { '@replace': { pattern: 'wholesale order', value: { '@path': '$.event' } } },
    event: of({}),
    gives: { there: undefined, here: 'A' },
    reason: 'A long text costs no more than its work, which is bounded.',
  },
};

/** Deviations that depend on an event's values. */
export const FIELD_VALUE_DEVIATIONS: Readonly<Record<string, FieldDeviation>> = {
  object_in_template: {
    example: { '@template': 'order-{{properties.order}}' },
    event: of({ order: { id: 1 } }),
    gives: { there: 'order-[object Object]', here: 'order-' },
    reason: 'It would be the same text for every event; an id with such a gap is not sent.',
  },
  braces_in_value: {
    example: { '@template': '{{{properties.note}}}' },
    event: of({ note: '{{event}}' }),
    gives: { there: 'A', here: '{{event}}' },
    reason: 'What a visitor types is no template.',
  },
  thrown: {
    example: { a: { '@merge': { objects: [{ b: { '@path': { '@path': '$.properties.no' } } }], direction: 'left' } } },
    event: of({}),
    gives: { there: undefined, here: { a: {} } },
    reason: 'What one field lacks costs that field, and not the conversion.',
  },
};
