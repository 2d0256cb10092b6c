/**
 * Finds the click id that LinkedIn put into an address, in the query or in the fragment.
 *
 * Nothing is decoded: an id needs no escapes, so another parameter's broken ones cannot hide it.
 *
 * @example
 * clickIdIn('https://example.com/landing?li_fat_id=abc123-def456-ghi789') // 'abc123-def456-ghi789'
 */
export function clickIdIn(url: string): string | undefined {
  return /[?&#;]li_fat_id=([\w.~-]{1,200})(?![^&#;])/i.exec(url)?.[1];
}
