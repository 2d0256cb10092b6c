import type { ApiProblem } from '../app/api.ts';
import { texts } from '../texts.ts';

const t = texts.imports;

/** The end of the API's sentence about missing columns, when it also misses the event. */
const ASKS_FOR_EVENT = /(?:; )?for event \(or choose an event[^)]*\)|event \(or choose an event[^)]*\)/;

/**
 * Says what is wrong with a file, in words about the page. Undefined if the problem is another one, such as a lost
 * connection.
 *
 * @param event The event that the person has entered.
 */
export function fileProblem(
  { fields }: ApiProblem,
  event: string,
): { isEventMissing: boolean; text: string | undefined } | undefined {
  const columns = fields.find(({ pointer }) => pointer === '/columns');
  if (columns === undefined) return undefined;
  const isEventMissing = event === '' && ASKS_FOR_EVENT.test(columns.detail);
  const missing = columns.detail
    .replace(ASKS_FOR_EVENT, '')
    .replace(/^expected a column (?:for )?/, '')
    .split('; for ')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (isEventMissing && missing.length === 0) return { isEventMissing, text: undefined };
  const isAboutColumns = columns.detail.startsWith('expected a column');
  return { isEventMissing, text: isAboutColumns ? t.columnsMissing(missing) : texts.form.problem(columns.detail) };
}
