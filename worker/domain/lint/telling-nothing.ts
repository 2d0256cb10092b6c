/**
 * What programs send in place of nothing. The spelling counts: Null, None and Na are people's names.
 */
export const WORDS_FOR_NOTHING: readonly string[] = [
  'undefined',
  'null',
  'NULL',
  'nil',
  'none',
  'NaN',
  'nan',
  'n/a',
  'N/A',
  '(none)',
  'not set',
  '(not set)',
  '[object Object]',
];

const WORDS = new Set(WORDS_FOR_NOTHING);

export function isWordForNothing(text: string): boolean {
  return WORDS.has(text);
}

/** A template that was sent before it was filled in: `{{email}}`, `{li_fat_id}`, `${name}`, `*|FNAME|*`, `%%email%%`, `<%= x %>`, `[name]`. */
export function isMacro(text: string): boolean {
  return /^(?:\$?\{.*\}|\[[^\]]*\]|\*\|.*\|\*|%%.*%%|<%.*%>|%7B.*%7D)$/iu.test(text);
}

/** An e-mail address where another thing was asked for: LinkedIn must not get it in clear. */
export function holdsAddress(text: string): boolean {
  // Not one expression for all of it: of thousands of "@" each would be followed to the end of the text.
  return text.split(/\s+/u).some((word) => {
    const at = word.indexOf('@', 1);
    return at > 0 && word.lastIndexOf('.', word.length - 2) > at + 1;
  });
}
