/** The result of a mapping's trigger for an event: each condition, and the values it read. */
import * as v from 'valibot';

/**
 * The result of a trigger for an event.
 *
 * - `fired`: it held, and the event was sent to its rule.
 * - `rule_taken`: it held, but an earlier mapping had already sent the event to the same rule.
 * - `not_fired`: it didn't hold.
 * - `too_costly`: it exceeded the limits for this event.
 * - `not_asked`: it was created or enabled later, or the event came from a bot or internal traffic.
 */
export const TriggerOutcome = v.picklist(['fired', 'rule_taken', 'not_fired', 'too_costly', 'not_asked']);
export type TriggerOutcome = v.InferOutput<typeof TriggerOutcome>;

/**
 * The value that a condition read in a field: always its type. The value itself is included only if the trigger
 * contains it, if it is a boolean, or if it is an amount. An amount is a number in `properties` below a million that is
 * compared by size.
 */
export const SeenValue = v.object({
  type: v.picklist(['string', 'number', 'boolean', 'null', 'array', 'object']),
  value: v.exactOptional(v.union([v.string(), v.number(), v.boolean()])),
  /** The text in the condition that differs from the value only in case or surrounding spaces. */
  almost: v.exactOptional(v.string()),
});
export type SeenValue = v.InferOutput<typeof SeenValue>;

/** The values by field path, as triggers write it: `properties.total`. */
export const SeenValues = v.record(v.string(), SeenValue);
export type SeenValues = v.InferOutput<typeof SeenValues>;

export const ConditionView = v.object({
  /** The condition, including the `!` before it or before the brackets around it. */
  text: v.string(),
  held: v.boolean(),
  /** The fields that it read. Empty when they are not stored, for example without the visitor's consent. */
  saw: v.array(v.object({ field: v.string(), ...SeenValue.entries })),
});
export type ConditionView = v.InferOutput<typeof ConditionView>;

/** A mapping, or an entry of `conversion_rule_id`, and its result for an event. */
export const TriggerView = v.object({
  integration_id: v.string(),
  /** Null for an entry of `conversion_rule_id`. */
  mapping_id: v.nullable(v.string()),
  /** Null for a mapping that has since been deleted. */
  name: v.nullable(v.string()),
  conversion_rule_id: v.nullable(v.string()),
  /** The trigger at the time of the event. */
  trigger: v.string(),
  /** The mapping's trigger has since changed, or the mapping was deleted. */
  changed_since: v.boolean(),
  outcome: TriggerOutcome,
  conditions: v.array(ConditionView),
});
export type TriggerView = v.InferOutput<typeof TriggerView>;
