import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { columnName } from '../imports/columns/column-name.ts';
import { comparedHeader } from '../imports/columns/column-words.ts';
import { outcomeColumns } from '../imports/columns/outcome-columns.ts';
import type { OutcomeColumn } from '../imports/columns/outcome-columns.ts';
import { memoized } from '../memoize.ts';

/** A body of a CRM has far fewer properties. */
const MAX_PROPERTIES = 2_000;
const MAX_NAME_CHARS = 200;
const MAX_DEPTH = 4;

/** The objects that are the deal, or only hold its properties. Others may be what was true before, or another deal. */
const OF_DEAL = /^(?:data|properties|attributes|fields|payload|record|object|body|event|deal|opportunity)$/;

const askedBy = memoized((name) => outcomeColumns([columnName(name)], undefined)[0]?.asks ?? '', {
  maxTexts: 1_000,
  maxChars: MAX_NAME_CHARS,
});

/** A property that says what became of the deal. */
export type OutcomeProperty = { asks: OutcomeColumn['asks']; text: string };

/**
 * Finds the properties of a change that say what became of its deal, by the names by which an import finds columns. A
 * change of one property, as HubSpot reports it, has the name in `propertyName` and the answer in `propertyValue`.
 */
export function outcomeProperties(item: Fields): OutcomeProperty[] {
  const found: OutcomeProperty[] = [];
  let left = MAX_PROPERTIES;
  const note = (name: string, value: unknown): void => {
    if (!['string', 'number', 'boolean'].includes(typeof value) || name.length > MAX_NAME_CHARS) return;
    const asks = askedBy(name);
    if (asks !== '') found.push({ asks, text: String(value) });
  };
  const walk = (fields: Fields, depth: number): void => {
    const { propertyName, propertyValue } = fields;
    if (typeof propertyName === 'string') note(propertyName, propertyValue);
    for (const [name, value] of Object.entries(fields)) {
      left -= 1;
      if (left < 0) return;
      // HubSpot's objects have `value`.
      const answer = isFields(value) ? value['value'] : value;
      note(name, answer);
      if (depth < MAX_DEPTH && isFields(value) && OF_DEAL.test(comparedHeader(name))) walk(value, depth + 1);
    }
  };
  walk(item, 1);
  return found;
}
