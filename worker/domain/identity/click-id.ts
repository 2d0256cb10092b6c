import { fieldsIn } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { isMacro, isWordForNothing } from '../lint/telling-nothing.ts';
import { onlyItem } from '../reading/only-item.ts';
import { UNSEEN } from '../reading/seen-text.ts';

/**
 * `li_fat_id`: what LinkedIn appends to the address of an ad's landing page.
 *
 * It is opaque; its format is documented nowhere and the samples differ, so only alphabet and length are looked at.
 */
const CLICK_ID = /^[A-Za-z0-9._~-]{1,200}$/;
const MAX_CLICK_ID_CHARS = 200;

const PARAMETER = 'li_fat_id';

/** With what stands around it. To look at more of it would take long. */
const MAX_TEXT_CHARS = 240;

/** What a link in a text, a redirect or a form puts around an id: spaces, brackets, quotes, and a slash or a dot behind it. */
const AROUND = /^[\s"'`(]*(.*?)[\s"'`)>\]/+.,;:!?*}]*$/su;

/** An address in a parameter of an address in a parameter is encoded as often. */
const MAX_ROUNDS = 3;

/** A click: the id and when it was made, epoch milliseconds. */
export type Click = { id: string; atMs: number };

export function validClickId(value: unknown, note: Note = unnoted): string | undefined {
  const given = onlyItem(value);
  if (given === undefined || given === null || given === '') return undefined;
  if (typeof given !== 'string') return leaveOut('click_id_not_text', note);
  const within = /li_fat_id=/i.test(given) ? clickIdInUrl(given) : undefined;
  if (within === undefined) return clickIdOfText(given, note);
  note('click_id_in_url');
  return within;
}

/** The same of a text that is no address. */
function clickIdOfText(text: string, note: Note): string | undefined {
  if (text === '') return undefined;
  if (isWordForNothing(text) || text === PARAMETER) return leaveOut('click_id_nothing', note);
  if (CLICK_ID.test(text) && !text.endsWith('.')) return text;
  if (isMacro(text)) return leaveOut('click_id_macro', note);
  if (text.length > MAX_TEXT_CHARS) return leaveOut('click_id_too_long', note);
  const bare = text.replaceAll(UNSEEN, '').replace(AROUND, '$1');
  if (CLICK_ID.test(bare) && !isWordForNothing(bare)) {
    note('click_id_end');
    return bare;
  }
  return leaveOut(text.length > MAX_CLICK_ID_CHARS ? 'click_id_too_long' : 'click_id_malformed', note);
}

/**
 * This finds the click id in an address, in the query or in the fragment, whatever the case of the parameter's name, also
 * where the address was escaped for HTML, or stands encoded in another one. Where there are several the last one counts.
 */
export function clickIdInUrl(url: unknown, note: Note = unnoted): string | undefined {
  const given = onlyItem(url);
  if (typeof given !== 'string') return undefined;
  let address = given;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const id = lastClickId(address, round === 0 ? note : unnoted);
    const next = /li_fat_id/i.test(address) ? decoded(address) : address;
    if (id !== undefined || next === address) return id;
    address = next;
  }
  return undefined;
}

/** `&amp;` stands for the `&` that parts parameters. */
function lastClickId(address: string, note: Note): string | undefined {
  for (const pair of address
    .replaceAll(/&(?:amp|#38|#x26);/gi, '&')
    .split(/[?#&;]/)
    .slice(1)
    .toReversed()) {
    const at = pair.indexOf('=');
    if (at < 0 || pair.slice(0, at).toLowerCase() !== PARAMETER) continue;
    const id = clickIdOfText(decoded(pair.slice(at + 1)), note);
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
  const [, atMs, id = ''] = /^(\d{13})\.(.+)$/.exec(text ?? '') ?? [];
  // We have written it, so nothing stands around it.
  return validClickId(id) === id ? { id, atMs: Number(atMs) } : undefined;
}

/** The visitor's click id as the browser's cookies have it: ours first, then the one that LinkedIn's own tag writes. */
export type ClickCookies = { click: Click | undefined; liFatId: string | undefined };

/** Which click id goes with an event, in the order of docs/reference/http-api.md. */
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
