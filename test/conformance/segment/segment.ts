/** Segment's own packages, as they come from npm: what they make of a trigger, a mapping and an event. */
import { transform } from '@segment/actions-core/mapping-kit';
import { parseFql, validate } from '@segment/destination-subscriptions';

export type Fields = Record<string, unknown>;

/** Whether a trigger holds at Segment. Its evaluator throws for a few paths, which fires nothing. */
export function holdsAtSegment(trigger: string, event: Fields): boolean {
  try {
    return validate(parseFql(trigger), event);
  } catch {
    return false;
  }
}

/** What a field of a mapping gives at Segment; or that Segment's code throws, and the event is lost there. */
export function atSegment(field: unknown, payload: Fields): { kind: 'given'; value: unknown } | { kind: 'thrown' } {
  try {
    // Of its own copies: it writes defaults into what it is given.
    const given: Fields = transform(copyOf({ field }), copyOf(payload));
    return { kind: 'given', value: given['field'] };
  } catch {
    return { kind: 'thrown' };
  }
}

/** A value without what is undefined in its objects, as Segment takes it out in the end. */
export function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]) => (field === undefined ? [] : [[name, withoutNothing(field)]])),
  );
}

/** A copy of what JSON can hold. */
function copyOf(value: Fields) {
  return JSON.parse(JSON.stringify(value));
}
