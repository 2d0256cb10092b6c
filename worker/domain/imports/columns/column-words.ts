/** Letters that Unicode doesn't take apart into a plain letter and an accent. */
const WHOLE_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ı: 'i',
};

function inPlainLetters(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßæœøłđı]/gu, (letter) => WHOLE_LETTERS[letter] ?? letter);
}

/** Returns the form in which names are compared: `Conversion time (UTC)` becomes `conversiontimeutc`. */
export function comparedHeader(name: string): string {
  return inPlainLetters(name).replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** Longer names are questions of forms; what they ask is at their beginning. */
const MAX_CHARS = 200;

/** `HasOptedOutOfEmail`, `has_opted_out_of_email__c` and `Has opted-out of e-mail?` become the same words. */
export function columnWords(name: string): string {
  return inPlainLetters(
    name
      .slice(0, MAX_CHARS)
      .replace(/__c$/, '')
      .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2'),
  )
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .replaceAll(/\be (?=mail|post)/g, 'e')
    .trim();
}
