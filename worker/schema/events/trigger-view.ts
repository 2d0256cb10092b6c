/** What a mapping's trigger made of an event: each of its conditions, and what that saw. */
import * as v from 'valibot';

/**
 * What became of a trigger when an event came: it held and the event went on to its rule; it held, but a mapping before it
 * had the rule already, which gets an event once; it did not hold; it was too costly for this event and was given up; or
 * nobody asked it, since it was made or switched on later, or the event is a robot's or internal traffic.
 */
export const TriggerOutcome = v.picklist(['fired', 'rule_taken', 'not_fired', 'too_costly', 'not_asked']);
export type TriggerOutcome = v.InferOutput<typeof TriggerOutcome>;

/**
 * What a condition saw in one field: its type, and its value only where the trigger itself knows it, where it is true or
 * false, or where it is an amount (a number of `properties`, below a million, that is compared by size).
 */
export const SeenValue = v.object({
  type: v.picklist(['string', 'number', 'boolean', 'null', 'array', 'object']),
  value: v.exactOptional(v.union([v.string(), v.number(), v.boolean()])),
  /** The trigger's own text that it differs from by nothing but upper and lower case or spaces around it. */
  almost: v.exactOptional(v.string()),
});
export type SeenValue = v.InferOutput<typeof SeenValue>;

/** By the field's path, as triggers write it: `properties.total`. */
export const SeenValues = v.record(v.string(), SeenValue);
export type SeenValues = v.InferOutput<typeof SeenValues>;

export const ConditionView = v.object({
  /** As it counts: with the `!` that stands before it or before the brackets around it. */
  text: v.string(),
  held: v.boolean(),
  /** The fields that it looked at; empty where they are not kept, as for whoever did not agree to it. */
  saw: v.array(v.object({ field: v.string(), ...SeenValue.entries })),
});
export type ConditionView = v.InferOutput<typeof ConditionView>;

/** A mapping, or an entry of `conversion_rule_id`, and what it made of an event. */
export const TriggerView = v.object({
  integration_id: v.string(),
  /** Null for an entry of `conversion_rule_id`. */
  mapping_id: v.nullable(v.string()),
  /** Null for a mapping that has been deleted since. */
  name: v.nullable(v.string()),
  conversion_rule_id: v.nullable(v.string()),
  /** As it was when the event came. */
  trigger: v.string(),
  /** The mapping's trigger is another one by now, or it has been deleted. */
  changed_since: v.boolean(),
  outcome: TriggerOutcome,
  conditions: v.array(ConditionView),
});
export type TriggerView = v.InferOutput<typeof TriggerView>;
