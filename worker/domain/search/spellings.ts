import { inPlainLetters } from '../privacy/in-plain-letters.ts';

/**
 * A character with the marks on it, such as an accent of its own. Also `ss`, which capitals have for `ß`, and a Korean
 * syllable that is written as its letters.
 */
const CHARACTER = /ss|[\u1100-\u115f][\u1160-\u11a7][\u11a8-\u11ff]?|\P{M}\p{M}*|\p{M}+/giu;

/** Characters that people and programs write for each other. */
const ALIKE = [
  [' ', '\u00a0'],
  ['-', '\u2010', '\u2011', '\u2013'],
  ['ss', 'SS', 'Ss', 'sS', 'ß', 'ẞ'],
  ['σ', 'ς', 'Σ'],
];

/** The most spellings that a piece has. */
const MOST_OF_A_PIECE = 4;

/**
 * Returns the spellings of each character of a text under which an ID may be stored, the typed one first: in small
 * letters and capitals, with an accent as a part of its letter or as a character of its own, and with another space or
 * dash. An invisible character may also be missing, which is the empty text.
 *
 * With these, an index finds a text in any spelling, one character after the other.
 */
export function spellingsByCharacter(text: string): string[][] {
  return charactersOf(text).map((character) => {
    const plain = inPlainLetters(character);
    return [...new Set([character, ...(alike(character) ?? [plain])].flatMap(wholeSpellings))];
  });
}

/** Returns a text in the spellings that people and programs give a whole text. */
export function wholeSpellings(text: string): string[] {
  const cased = [text, text.toLowerCase(), text.toUpperCase()];
  return [...new Set(cased.flatMap((one) => [one, one.normalize('NFC'), one.normalize('NFD')]))];
}

/**
 * Returns the pieces that each spelling of a text contains, each with its spellings; the first is its beginning. The
 * letters from A to Z are small in them, as `lower` of SQLite makes them. A character that others are written for, such
 * as a dash, is between two pieces.
 */
export function piecesOf(text: string): string[][] {
  const pieces = [['']];
  for (const character of charactersOf(text)) {
    const last = pieces.at(-1) ?? [''];
    const spellings = [...new Set(wholeSpellings(character).map(inSmallAscii))];
    if (alike(character) !== undefined || inPlainLetters(character) !== character.normalize('NFC')) pieces.push(['']);
    else if (spellings.length * last.length > MOST_OF_A_PIECE) pieces.push(spellings);
    else
      pieces.splice(
        -1,
        1,
        last.flatMap((beginning) => spellings.map((one) => beginning + one)),
      );
  }
  return pieces;
}

function charactersOf(text: string): readonly string[] {
  return text.match(CHARACTER) ?? [];
}

function alike(character: string): readonly string[] | undefined {
  const plain = inPlainLetters(character);
  return ALIKE.find((all) => all.includes(character) || all.includes(plain));
}

/** Returns a text as `lower` of SQLite does, which knows no other letters than those from A to Z. */
function inSmallAscii(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
