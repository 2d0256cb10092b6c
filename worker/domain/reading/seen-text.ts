import { decodeHTMLStrict } from 'entities/decode';

import type { LintCode } from '../../schema/events/lint-rules.ts';
import type { Note } from '../lint/note.ts';

/** The most times that a text is unescaped. No program escapes a text more often. */
const MAX_ROUNDS = 3;

/** Invisible characters: soft hyphens, zero-width and direction marks, variation selectors. */
export const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * Returns a text as a reader sees it: `AT&amp;T` becomes AT&T, and invisible characters are removed.
 *
 * @param codes The lint codes to note for each change.
 */
export function seenText(text: string, codes: { escaped: LintCode; unseen: LintCode }, note: Note): string {
  const decoded = withoutEscapes(text);
  if (decoded !== text) note(codes.escaped);
  const seen = decoded.replaceAll(UNSEEN, '');
  if (seen !== decoded) note(codes.unseen);
  return seen;
}

/**
 * Decodes HTML entities, even when they were escaped several times. An entity must end in a semicolon: `AT&region` has
 * none.
 */
export function withoutEscapes(text: string): string {
  let plain = text;
  for (let round = 0; round < MAX_ROUNDS && plain.includes('&'); round += 1) {
    const next = decodeHTMLStrict(plain);
    if (next === plain) break;
    plain = next;
  }
  return plain.toWellFormed();
}
