import { fieldsIn } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { isMacro, isPlaceholderWord } from '../lint/placeholder-values.ts';
import { onlyItem } from '../reading/only-item.ts';
import { UNSEEN, withoutEscapes } from '../reading/seen-text.ts';
import { isSenselessId } from './sensible-id.ts';

/**
 * The name of LinkedIn's click ID, `li_fat_id`: LinkedIn adds it to the URL of an ad's landing page.
 *
 * The format isn't documented and samples differ, so the code checks only the alphabet and the length.
 */
const CLICK_ID = /^[A-Za-z0-9._~-]{1,200}$/;
const MAX_CLICK_ID_CHARS = 200;

const PARAMETER = 'li_fat_id';

/**
 * The longest text that is searched for a click ID, with spaces and quotes around it. A longer search would be slow.
 */
const MAX_TEXT_CHARS = 240;

/**
 * Characters that a text, a redirect or a form leaves around an ID: spaces, brackets, quotes, and a trailing slash or
 * dot.
 */
const AROUND = /^[\s"'`(]*(.*?)[\s"'`)>\]/+.,;:!?*}]*$/su;

/** A URL in a parameter of a URL in a parameter is encoded this many times. */
const MAX_ROUNDS = 3;

/** A URL's parameter. In an encoded or escaped URL, the equals sign is encoded or escaped too. */
const NAMED = /li_fat_id[=%&]/i;

/** An ID in brackets, as GUIDs are written. A template such as {li_fat_id} has no digit. */
const BRACKETED = /^\s*[[{<](?=.*\d)([\w-]{6,})[\]}>]\s*$/;

/** A click: its ID and its time in epoch milliseconds. */
export type Click = { id: string; atMs: number };

export function validClickId(value: unknown, note: Note = unnoted): string | undefined {
  const given = onlyItem(value);
  if (given === undefined || given === null || given === '') return undefined;
  if (typeof given !== 'string') return leaveOut('click_id_not_text', note);
  const within = NAMED.test(given) ? clickIdInUrl(given) : undefined;
  if (within === undefined) return clickIdOfText(given, note);
  note('click_id_in_url');
  return within;
}

/** Reads a click ID from a text that isn't a URL. */
function clickIdOfText(text: string, note: Note): string | undefined {
  if (text === '') return undefined;
  if (isPlaceholderWord(text) || text === PARAMETER) return leaveOut('click_id_nothing', note);
  if (CLICK_ID.test(text) && !text.endsWith('.')) return sensible(text, note);
  const inner = BRACKETED.exec(text)?.[1] ?? text;
  if (isMacro(inner)) return leaveOut('click_id_macro', note);
  if (text.length > MAX_TEXT_CHARS) return leaveOut('click_id_too_long', note);
  const bare = inner.replaceAll(UNSEEN, '').replace(AROUND, '$1');
  if (CLICK_ID.test(bare)) {
    note('click_id_end');
    return sensible(bare, note);
  }
  return leaveOut(text.length > MAX_CLICK_ID_CHARS ? 'click_id_too_long' : 'click_id_malformed', note);
}

/** Everybody without a click would share a placeholder such as 0, - or unknown. */
function sensible(id: string, note: Note): string | undefined {
  return isSenselessId(id) ? leaveOut('click_id_nothing', note) : id;
}

/**
 * Finds the click ID in the query or fragment of a URL. When there are several, the last one wins.
 *
 * The parameter name may be in any case. The URL may be escaped for HTML, or encoded inside another URL.
 */
export function clickIdInUrl(url: unknown, note: Note = unnoted): string | undefined {
  const given = onlyItem(url);
  if (typeof given !== 'string') return undefined;
  let address = given;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    if (!/li_fat_id/i.test(address)) return undefined;
    const id = lastClickId(address, round === 0 ? note : unnoted);
    const next = decoded(address);
    if (id !== undefined || next === address) return id;
    address = next;
  }
  return undefined;
}

/** Returns the last usable click ID among a URL's parameters. In HTML, `&amp;` separates parameters like `&`. */
function lastClickId(address: string, note: Note): string | undefined {
  for (const pair of withoutEscapes(address)
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
    // The escape is malformed, so the raw text is used. The alphabet check then accepts or refuses it.
    return text;
  }
}

/**
 * Returns the text of the cookie `_df_click`: the click's time, then its ID. The time comes first because an ID may
 * contain any separator.
 *
 * @example
 * clickCookie({ id: 'abc123-def456', atMs: 1795255200000 }) // '1795255200000.abc123-def456'
 */
export function clickCookie({ id, atMs }: Click): string {
  return `${atMs}.${id}`;
}

export function parseClickCookie(text: string | undefined): Click | undefined {
  const [, atMs, id = ''] = /^(\d{13})\.(.+)$/.exec(text ?? '') ?? [];
  // We wrote this cookie, so an ID that needs cleaning is not ours.
  return validClickId(id) === id ? { id, atMs: Number(atMs) } : undefined;
}

/** The click IDs in the visitor's cookies: our own, and the one that LinkedIn's tag writes. */
export type ClickCookies = { click: Click | undefined; liFatId: string | undefined };

/** Chooses the click ID to send with an event, in the order of docs/reference/http-api.md. */
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

/** Returns the click ID that came with this page view. It is newer than any cookie. */
export function clickIdOfVisit(event: { context: Fields }, note: Note = unnoted): string | undefined {
  return clickIdInUrl(pageUrl(event.context), note) ?? validClickId(event.context[PARAMETER], note);
}

function pageUrl(context: Fields): unknown {
  return fieldsIn(context, 'page')['url'];
}
