/** Deeper than any program wraps a value by accident. */
const MAX_WRAPS = 3;

/**
 * Takes a value out of the lists of one around it, as PHP's forms and CRMs send them; an empty list says nothing. Every
 * reader of a field begins here.
 *
 * @example
 * onlyItem(['jane@example.com']) // 'jane@example.com'
 */
export function onlyItem(value: unknown): unknown {
  let item = value;
  for (let wrap = 0; wrap < MAX_WRAPS && Array.isArray(item) && item.length <= 1; wrap += 1) {
    const [only]: unknown[] = item;
    item = only;
  }
  return item;
}
