import { fieldsIn, isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import type { CallLinkedIn, Outcome } from './rest-call.ts';

/** LinkedIn's own default for cursor pages, and the maximum for pages of conversion rules. */
const PAGE_SIZE = 100;

/** With the page size, 20,000 objects. Nobody looks through a longer list. */
const MAX_PAGES = 200;

/**
 * Reads all pages of a finder with `start` and `count`. Its `total` may be -1, so a page that is not full is the last.
 *
 * @param path With its `?` and the finder's own parameters.
 */
export async function allIndexPages(call: CallLinkedIn, path: string): Promise<Outcome<Fields[]>> {
  const found: Fields[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await call({ method: 'GET', path: `${path}&start=${found.length}&count=${PAGE_SIZE}` });
    if (answer.kind === 'refused') return answer;
    const { fields } = answer.value;
    const elements = elementsOf(fields);
    found.push(...elements);
    // A server that returns smaller pages than requested says so in `count`. Such a page is full at that size.
    const { count } = fieldsIn(fields, 'paging');
    const size = typeof count === 'number' && count > 0 ? Math.min(count, PAGE_SIZE) : PAGE_SIZE;
    if (elements.length < size) break;
  }
  return { kind: 'ok', value: found };
}

/**
 * Reads all pages of a search with `pageSize` and `pageToken`, which accounts and campaigns use since 202401.
 *
 * https://learn.microsoft.com/linkedin/marketing/integrations/ads/cursor-based-pagination (read 2026-09)
 */
export async function allCursorPages(call: CallLinkedIn, path: string): Promise<Outcome<Fields[]>> {
  const found: Fields[] = [];
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const cursor: string = token === undefined ? '' : `&pageToken=${encodeURIComponent(token)}`;
    const answer = await call({ method: 'GET', path: `${path}&pageSize=${PAGE_SIZE}${cursor}` });
    if (answer.kind === 'refused') return answer;
    found.push(...elementsOf(answer.value.fields));
    const next = fieldsIn(answer.value.fields, 'metadata')['nextPageToken'];
    if (typeof next !== 'string' || next === '' || next === token) break;
    token = next;
  }
  return { kind: 'ok', value: found };
}

function elementsOf({ elements }: Fields): Fields[] {
  return Array.isArray(elements) ? elements.filter(isFields) : [];
}
