import { decodeHTMLStrict } from 'entities/decode';

import type { LintCode } from '../../schema/events/lint-rules.ts';
import type { Note } from '../lint/note.ts';

/** Text that was escaped for HTML more often than this is nobody's habit. */
const MAX_ROUNDS = 3;

/** What nobody sees: soft hyphens, zero-width and direction marks, variation selectors. */
export const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * Gives a text as a reader sees it: `AT&amp;T` as AT&T, without the marks of direction that are pasted along.
 *
 * @param codes What to note of each.
 */
export function seenText(text: string, codes: { escaped: LintCode; unseen: LintCode }, note: Note): string {
  const decoded = withoutEscapes(text);
  if (decoded !== text) note(codes.escaped);
  const seen = decoded.replaceAll(UNSEEN, '');
  if (seen !== decoded) note(codes.unseen);
  return seen;
}

/** Decodes what was written for HTML, however often that was done to it. Only what ends in a semicolon: `AT&region` is none. */
export function withoutEscapes(text: string): string {
  let plain = text;
  for (let round = 0; round < MAX_ROUNDS && plain.includes('&'); round += 1) {
    const next = decodeHTMLStrict(plain);
    if (next === plain) break;
    plain = next;
  }
  return plain.toWellFormed();
}
