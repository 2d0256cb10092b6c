/** Words that programs send for a missing value. Case matters: Null, None and Na are real names. */
export const PLACEHOLDER_WORDS: readonly string[] = [
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

const WORDS = new Set(PLACEHOLDER_WORDS);

export function isPlaceholderWord(text: string): boolean {
  return WORDS.has(text);
}

/**
 * Checks for a template that was sent unfilled: `{{email}}`, `{li_fat_id}`, `${name}`, `*|FNAME|*`, `%%email%%`, `<%= x
 * %>`, `[name]`.
 */
export function isMacro(text: string): boolean {
  return /^(?:\$?\{.*\}|\[[^\]]*\]|\*\|.*\|\*|%%.*%%|<%.*%>|%7B.*%7D)$/iu.test(text);
}

/** Checks for an e-mail address in a field for something else. LinkedIn must not receive it in clear text. */
export function holdsAddress(text: string): boolean {
  // Splits into words first. A single regular expression would be slow on thousands of "@".
  return text.split(/\s+/u).some((word) => {
    const at = word.indexOf('@', 1);
    return at > 0 && word.lastIndexOf('.', word.length - 2) > at + 1;
  });
}
