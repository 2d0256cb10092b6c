/** Segment's own packages, unchanged from npm: how they handle a trigger, a mapping and an event. */
import { transform } from '@segment/actions-core/mapping-kit';
import { parseFql, validate } from '@segment/destination-subscriptions';

export type Fields = Record<string, unknown>;

/** Returns whether a trigger holds at Segment. Its evaluator throws for a few paths, and then nothing fires. */
export function holdsAtSegment(trigger: string, event: Fields): boolean {
  try {
    return validate(parseFql(trigger), event);
  } catch {
    return false;
  }
}

/** Returns a mapping field's result at Segment, or that Segment's code throws and the event is lost there. */
export function atSegment(field: unknown, payload: Fields): { kind: 'given'; value: unknown } | { kind: 'thrown' } {
  try {
    // Works on copies, because Segment's code writes defaults into its input.
    const given: Fields = transform(copyOf({ field }), copyOf(payload));
    return { kind: 'given', value: given['field'] };
  } catch {
    return { kind: 'thrown' };
  }
}

/** Removes undefined fields, as Segment does before it sends. */
export function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, withoutNothing(field)]])),
  );
}

/** Copies a JSON value. */
function copyOf(value: Fields) {
  return JSON.parse(JSON.stringify(value));
}
