/** More layers than any program adds by accident. */
const MAX_WRAPS = 3;

/**
 * Unwraps a value from lists of one item, as PHP forms and CRMs send them. An empty list returns undefined. Every field
 * reader starts with this.
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
