/**
 * Finds the click id that LinkedIn put into an address, in the query or in the fragment.
 *
 * The last one counts, without the slash or dot of a link in a text behind it. Nothing is decoded: an id needs no escapes, so another parameter's broken ones cannot hide it.
 *
 * @example
 * clickIdIn('https://example.com/landing?li_fat_id=abc123-def456-ghi789') // 'abc123-def456-ghi789'
 */
export function clickIdIn(url: string): string | undefined {
  return /.*[?&#;]li_fat_id=([\w.~-]{0,199}[\w~-])[^\w&#;~-]*(?![^&#;])/i.exec(url)?.[1];
}
