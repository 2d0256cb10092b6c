import { isFields } from '../../schema/fields.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';

/** A template with one placeholder, such as `order-{{properties.order_id}}`. */
const ONE_PLACEHOLDER = /^([^{}]*)\{\{[^{}|]*\}\}([^{}]*)$/;

/** The most event IDs that are tried for one search. */
const MOST_TEMPLATES = 5;

/**
 * Returns the event IDs that a person may be looking for: the text itself, and the IDs that the mappings' templates
 * make from it. With the template `order-{{properties.order_id}}`, the order `A-17` has the event ID `order-A-17`.
 */
export function wantedEventIds(text: string, mappings: readonly Pick<Mapping, 'fields'>[]): string[] {
  const filled = mappings.flatMap(({ fields }) => {
    const field: unknown = fields.eventId;
    const template = isFields(field) ? field['@template'] : undefined;
    const [, before, after] = (typeof template === 'string' && ONE_PLACEHOLDER.exec(template)) || [];
    return before === undefined || after === undefined || before + after === '' ? [] : [{ before, after }];
  });
  const templates = [...new Map(filled.map((one) => [`${one.before} ${one.after}`, one])).values()];
  return [...new Set([text, ...templates.slice(0, MOST_TEMPLATES).map(({ before, after }) => before + text + after)])];
}
