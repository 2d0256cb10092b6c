import { isFields } from '../../schema/fields.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';
import { checkTrigger } from '../fql/check-trigger.ts';
import { directiveOf } from '../mapping-kit/directives.ts';
import { FIELD_DIFFERENCES, fieldDifferences } from '../mapping-kit/segment-differences.ts';

/**
 * Returns warnings about a valid mapping: conditions that can never hold, texts with spaces at their ends, differences
 * from Segment, and an event ID
 * that is the same for all events.
 */
export function mappingWarnings({ trigger, fields }: Pick<Mapping, 'trigger' | 'fields'>): string[] {
  const check = checkTrigger(trigger);
  return [
    ...(check.kind === 'ok' ? [...check.warnings, ...check.differences] : [check.detail]),
    ...Object.entries(fields).flatMap(([name, value]) =>
      fieldDifferences(value).map((code) => `${name}: differs from Segment: ${FIELD_DIFFERENCES[code]}`),
    ),
    ...(isSameForAll(fields.eventId)
      ? ['eventId: every event gets the same ID, so that all but the first count as duplicates.']
      : []),
  ];
}

/** Checks for a constant text or number, which is the same for every event. */
function isSameForAll(eventId: unknown): boolean {
  if (isFields(eventId)) return directiveOf(eventId) === '@literal' && isSameForAll(eventId['@literal']);
  return (typeof eventId === 'string' && eventId !== '') || typeof eventId === 'number';
}
