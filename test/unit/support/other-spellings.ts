import { array, constantFrom, string } from 'fast-check';
import type { Arbitrary } from 'fast-check';

type Spelled = (text: string) => string;

const UNSEEN = ['\u200b', '\u00ad', '\u2060', '\ufeff'];

/** What keyboards, macOS, spreadsheets, PDFs and printers make of an ID that is otherwise the same. */
export const SPELLED: Readonly<Record<string, Spelled>> = {
  'in small letters': (text) => text.toLowerCase(),
  'in capitals': (text) => text.toUpperCase(),
  'in alternating letters': (text) =>
    Array.from(text)
      .map((one, place) => (place % 2 === 0 ? one.toUpperCase() : one.toLowerCase()))
      .join(''),
  'with accents of their own': (text) => text.normalize('NFD'),
  'with accents in their letters': (text) => text.normalize('NFC'),
  'with no-break spaces': (text) => text.replaceAll(' ', '\u00a0'),
  'with no-break hyphens': (text) => text.replaceAll('-', '\u2011'),
};

/** Also what only names and the numbers of orders may have. */
export const WIDER: Readonly<Record<string, Spelled>> = {
  ...SPELLED,
  'in full width': (text) =>
    text.replaceAll(/[!-~]/g, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) + 0xfee0)),
  'with invisible characters': (text) =>
    Array.from(text)
      .map((one, place) => one + (UNSEEN[place % 9] ?? ''))
      .join(''),
  'with two spaces': (text) => text.replaceAll(' ', '  '),
  'with spaces around it': (text) => `\u3000${text} `,
};

/** IDs such as shops, CRMs and programs make, in several scripts. */
export const anId: Arbitrary<string> = string({
  unit: constantFrom(...Array.from('aBcXyZ019-_. /ÄÖüßéÑñŁΣςЖйЁ한日'), 'ss', 'SS'),
  minLength: 2,
  maxLength: 12,
})
  .map((text) => text.trim())
  .filter((text) => /[\p{L}\p{N}].*[\p{L}\p{N}]/u.test(text));

/** One spelling after the other. */
export function respelled(spelled: Readonly<Record<string, Spelled>>): Arbitrary<Spelled> {
  return array(constantFrom(...Object.values(spelled)), { minLength: 1, maxLength: 3 }).map(
    (all) => (text) => all.reduce((soFar, one) => one(soFar), text),
  );
}
