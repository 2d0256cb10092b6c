/**
 * Finds LinkedIn's click ID in the query or fragment of an address.
 *
 * The last one counts, without a slash or dot after it, as links in text have. Nothing is decoded: an ID needs no escapes,
 * so another parameter's broken escapes cannot hide it.
 *
 * @example
 * clickIdIn('https://example.com/landing?li_fat_id=abc123-def456-ghi789') // 'abc123-def456-ghi789'
 */
export function clickIdIn(url: string): string | undefined {
  return /.*[?&#;]li_fat_id=([\w.~-]{0,199}[\w~-])[^\w&#;~-]*(?![^&#;])/i.exec(url)?.[1];
}
