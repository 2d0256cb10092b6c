import { fieldsIn } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import { leaveOut, unnoted } from './lint/note.ts';
import type { Note } from './lint/note.ts';
import { isMacro, isWordForNothing } from './lint/telling-nothing.ts';

/**
 * `li_fat_id`: what LinkedIn appends to the address of an ad's landing page.
 *
 * It is opaque; its format is documented nowhere and the samples differ, so only alphabet and length are looked at.
 */
const CLICK_ID = /^[A-Za-z0-9._~-]{1,200}$/;
const MAX_CLICK_ID_CHARS = 200;

const PARAMETER = 'li_fat_id';

/** A click: the id and when it was made, epoch milliseconds. */
export type Click = { id: string; atMs: number };

export function validClickId(value: unknown, note: Note = unnoted): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return leaveOut('click_id_not_text', note);
  if (isWordForNothing(value) || value === PARAMETER) return leaveOut('click_id_nothing', note);
  if (CLICK_ID.test(value)) return value;
  if (isMacro(value)) return leaveOut('click_id_macro', note);
  const within = clickIdInUrl(value);
  if (within !== undefined) {
    note('click_id_in_url');
    return within;
  }
  return leaveOut(value.length > MAX_CLICK_ID_CHARS ? 'click_id_too_long' : 'click_id_malformed', note);
}

/** This finds the click id in an address, in the query or in the fragment, whatever the case of the parameter's name. */
export function clickIdInUrl(url: unknown, note: Note = unnoted): string | undefined {
  if (typeof url !== 'string') return undefined;
  for (const pair of url.split(/[?#&]/).slice(1)) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).toLowerCase() !== PARAMETER) continue;
    const id = validClickId(decoded(pair.slice(at + 1)), note);
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
export function clickIdOf(
  event: { properties: Fields; context: Fields },
  cookies: ClickCookies,
  note: Note = unnoted,
): string | undefined {
  return (
    validClickId(event.properties[PARAMETER], note) ??
    clickIdOfVisit(event, note) ??
    cookies.click?.id ??
    cookies.liFatId
  );
}

/** The click id that this page view brought along, which is newer than any cookie. */
export function clickIdOfVisit(event: { context: Fields }, note: Note = unnoted): string | undefined {
  return clickIdInUrl(pageUrl(event.context), note) ?? validClickId(event.context[PARAMETER], note);
}

function pageUrl(context: Fields): unknown {
  return fieldsIn(context, 'page')['url'];
}
