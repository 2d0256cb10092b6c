import { isFields } from '../../schema/fields.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';
import { checkTrigger } from '../fql/trigger.ts';
import { directiveOf } from '../mapping-kit/directives.ts';
import { FIELD_DIFFERENCES, fieldDifferences } from '../mapping-kit/segment-differences.ts';

/**
 * Says what is odd about a mapping that can be saved: what can never hold, what means something else than it would at
 * Segment, and an event id that every event would have.
 */
export function mappingWarnings({ trigger, fields }: Pick<Mapping, 'trigger' | 'fields'>): string[] {
  const check = checkTrigger(trigger);
  return [
    ...(check.kind === 'ok' ? [...check.warnings, ...check.differences] : [check.detail]),
    ...Object.entries(fields).flatMap(([name, value]) =>
      fieldDifferences(value).map((code) => `${name}: differs from Segment: ${FIELD_DIFFERENCES[code]}`),
    ),
    ...(isSameForAll(fields.eventId)
      ? ['eventId: every event gets the same id, so that all but the first count as duplicates.']
      : []),
  ];
}

/** This is true of a text or a number, which no event has a part in. */
function isSameForAll(eventId: unknown): boolean {
  if (isFields(eventId)) return directiveOf(eventId) === '@literal' && isSameForAll(eventId['@literal']);
  return (typeof eventId === 'string' && eventId !== '') || typeof eventId === 'number';
}
