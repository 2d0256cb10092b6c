import { fieldsIn } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';

/**
 * `li_fat_id`: what LinkedIn appends to the address of an ad's landing page.
 *
 * It is opaque; its format is documented nowhere and the samples differ, so only alphabet and length are looked at.
 */
const CLICK_ID = /^[A-Za-z0-9._~-]{1,200}$/;

const PARAMETER = 'li_fat_id';

/** A click: the id and when it was made, epoch milliseconds. */
export type Click = { id: string; atMs: number };

export function validClickId(value: unknown): string | undefined {
  return typeof value === 'string' && CLICK_ID.test(value) ? value : undefined;
}

/** This finds the click id in an address, in the query or in the fragment, whatever the case of the parameter's name. */
export function clickIdInUrl(url: unknown): string | undefined {
  if (typeof url !== 'string') return undefined;
  for (const pair of url.split(/[?#&]/).slice(1)) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).toLowerCase() !== PARAMETER) continue;
    const id = validClickId(decoded(pair.slice(at + 1)));
    if (id !== undefined) return id;
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A malformed escape: the value is taken as it stands, and the alphabet decides.
    return text;
  }
}

/**
 * The text of the cookie `_df_click`: when the click was made, and its id. The time is first, since an id may contain any separator.
 *
 * @example
 * clickCookie({ id: 'abc123-def456', atMs: 1795255200000 }) // '1795255200000.abc123-def456'
 */
export function clickCookie({ id, atMs }: Click): string {
  return `${atMs}.${id}`;
}

export function parseClickCookie(text: string | undefined): Click | undefined {
  const match = /^(\d{13})\.(.+)$/.exec(text ?? '');
  const id = validClickId(match?.[2]);
  return id === undefined ? undefined : { id, atMs: Number(match?.[1]) };
}

/** The visitor's click id as the browser's cookies have it: ours first, then the one that LinkedIn's own tag writes. */
export type ClickCookies = { click: Click | undefined; liFatId: string | undefined };

/** Which click id goes with an event, in the order of interfaces.md section 3. */
export function clickIdOf(event: { properties: Fields; context: Fields }, cookies: ClickCookies): string | undefined {
  return validClickId(event.properties['li_fat_id']) ?? clickIdOfVisit(event) ?? cookies.click?.id ?? cookies.liFatId;
}

/** The click id that this page view brought along, which is newer than any cookie. */
export function clickIdOfVisit(event: { context: Fields }): string | undefined {
  return clickIdInUrl(pageUrl(event.context)) ?? validClickId(event.context['li_fat_id']);
}

function pageUrl(context: Fields): unknown {
  return fieldsIn(context, 'page')['url'];
}
