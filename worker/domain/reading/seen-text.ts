import type { LintCode } from '../../schema/events/lint-rules.ts';
import type { Note } from '../lint/note.ts';
import { rareWords } from './rare-words.ts';

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
    const next = decodeOnce(plain);
    if (next === plain) break;
    plain = next;
  }
  return plain.toWellFormed();
}

/** The names that nearly every escaped text is limited to: programs escape what HTML and XML reserve. */
const RESERVED: ReadonlyMap<string, string> = new Map(
  Object.entries({ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }),
);

const ENTITY = /&(?:#[xX]([\da-fA-F]+)|#(\d+)|([A-Za-z][A-Za-z\d]*));/g;

function decodeOnce(text: string): string {
  const found = { isRare: false };
  const decoded = text.replaceAll(ENTITY, (whole, hex?: string, digits?: string, name?: string) => {
    const character = name === undefined ? characterOf(hex, digits) : RESERVED.get(name);
    if (character === undefined) found.isRare = true;
    return character ?? whole;
  });
  return found.isRare ? (rareWords()?.decodeAllNames(text) ?? text) : decoded;
}

/** Returns the character of a number, or undefined if HTML gives the number another meaning. */
function characterOf(hex: string | undefined, digits: string | undefined): string | undefined {
  const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
  const isPlain = (code > 0 && code < 0x80) || (code >= 0xa0 && code < 0xd800) || (code >= 0xe000 && code <= 0x10ffff);
  return isPlain ? String.fromCodePoint(code) : undefined;
}
