import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { consentMeaning, isStatus } from '../imports/columns/consent-columns.ts';
import { memoized } from '../memoize.ts';

/** A property of a change that is about consent, and what its answer means. */
export type ConsentProperty = { means: 'consent' | 'opt_out' | 'permission' | 'status'; text: string };

/** A body of a CRM has far fewer properties. */
const MAX_PROPERTIES = 2_000;
const MAX_DEPTH = 8;

/** What was true before the change: Pipedrive has `previous`. */
const BEFORE = /^(?:previous|prev|old|before)(?:$|[^a-z])/i;

const meaningOf = memoized((name) => consentMeaning(name) ?? (isStatus(name) ? 'status' : ''), {
  maxTexts: 1_000,
  maxChars: 200,
});

/**
 * Finds the properties of a change that are about consent, wherever in the body they are and whatever the hook's fields
 * say, by the names by which an import finds columns. So a refusal counts in the CRM's own words.
 *
 * A change of one property, as HubSpot reports it, has the name in `propertyName` and the answer in `propertyValue`.
 */
export function consentProperties(item: Fields): ConsentProperty[] {
  const found: ConsentProperty[] = [];
  let left = MAX_PROPERTIES;
  const note = (name: string, value: unknown): void => {
    const means = meaningOf(name);
    // HubSpot's objects have an answer as `{ "value": "true" }`.
    const answer = isFields(value) ? (value['value'] ?? value['status']) : value;
    if (means !== '' && (typeof answer !== 'object' || (answer === null && !isFields(value))))
      found.push({ means, text: textOf(answer) });
  };
  const walk = (fields: Fields, depth: number): void => {
    const { propertyName, propertyValue } = fields;
    if (typeof propertyName === 'string') note(propertyName, propertyValue);
    for (const [name, value] of Object.entries(fields)) {
      left -= 1;
      if (left < 0) return;
      note(name, value);
      if (depth < MAX_DEPTH && !BEFORE.test(name))
        for (const each of Array.isArray(value) ? value : [value]) if (isFields(each)) walk(each, depth + 1);
    }
  };
  walk(item, 1);
  return found;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}
