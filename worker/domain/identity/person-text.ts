import { isFields } from '../../schema/fields.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { holdsAddress, isMacro, isPlaceholderWord } from '../lint/placeholder-values.ts';
import { onlyItem } from '../reading/only-item.ts';
import { seenText } from '../reading/seen-text.ts';

/** LinkedIn's limit for a first and a last name (Salesforce's connector documents it, read 2026-11). */
const MAX_NAME_CHARS = 35;
const MAX_TEXT_CHARS = 255;

/**
 * Reads a first or last name. A text that can't be a name is left out, because LinkedIn would accept it as one.
 *
 * @param note Called with each oddity of the value.
 */
export function nameIn(value: unknown, note: Note = unnoted): string | undefined {
  const given = onlyItem(value);
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'string') return leaveOut('name_not_text', note);
  if (!given.isWellFormed()) return leaveOut('name_broken', note);
  const seen = seenText(given, { escaped: 'name_escaped', unseen: 'name_control' }, note).trim();
  const clean = seen.replaceAll(/\p{Cc}+/gu, ' ').trim();
  if (clean === '') return leaveOut('name_empty', note);
  if (isPlaceholderWord(clean)) return leaveOut('name_nothing', note);
  if (isMacro(clean)) return leaveOut('name_macro', note);
  if (holdsAddress(clean)) return leaveOut('name_email', note);
  if (/^[\da-f]{64}$/i.test(clean)) return leaveOut('name_hash', note);
  if (!/\p{L}/u.test(clean)) return leaveOut('name_no_letters', note);
  if (clean !== seen) note('name_control');
  return cut(clean, MAX_NAME_CHARS, () => note('name_too_long'));
}

/** Reads a company name. Segment's spec has an object with a `name`. */
export function companyIn(value: unknown, note: Note = unnoted): string | undefined {
  const given = onlyItem(value);
  return textOf(isFields(given) && 'name' in given ? given['name'] : given, 'company', note);
}

/** Reads a job title. */
export function titleIn(value: unknown, note: Note = unnoted): string | undefined {
  return textOf(value, 'title', note);
}

function textOf(value: unknown, what: 'company' | 'title', note: Note): string | undefined {
  const given = onlyItem(value);
  if (given === undefined || given === null) return undefined;
  if (typeof given !== 'string' || !given.isWellFormed()) return leaveOut(`${what}_not_text`, note);
  const text = seenText(given, { escaped: `${what}_escaped`, unseen: `${what}_invisible` }, note).trim();
  // An empty form field has no information, so it isn't noted.
  if (text === '') return undefined;
  if (isPlaceholderWord(text)) return leaveOut(`${what}_nothing`, note);
  if (isMacro(text)) return leaveOut(`${what}_macro`, note);
  if (holdsAddress(text)) return leaveOut(`${what}_email`, note);
  return cut(text, MAX_TEXT_CHARS, () => note(`${what}_too_long`));
}

/** Cuts a text without splitting a surrogate pair. Half a pair would arrive as another character. */
function cut(text: string, maxChars: number, tell: () => void): string {
  if (text.length <= maxChars) return text;
  tell();
  const short = text.slice(0, maxChars);
  return short.isWellFormed() ? short : short.slice(0, -1);
}
