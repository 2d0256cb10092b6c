/**
 * Characters that don't change a name's meaning: control, format, private and unassigned characters and lone surrogates
 * (all of `\p{C}`), characters that Unicode calls ignorable (variation selectors, tags, fillers), and accents. The
 * voice marks of kana are excluded, because they make other words.
 */
const DECORATION =
  /[\p{C}\p{Default_Ignorable_Code_Point}\p{Me}]|(?![\u3099\u309a])\p{Script=Inherited}|(?<![\p{Script=Hiragana}\p{Script=Katakana}])[\u3099\u309a]/gu;

/** Spaces of any width, Braille's blank pattern, and characters that join words. */
const BETWEEN_WORDS = /[\s\p{Z}\u2800_\p{Dash}]/gu;

/** The form of most names. It is a fast path, since thousands of names are compared in a request. */
const PLAIN = /^[\w *+.:/-]*$/;

/**
 * Returns the form in which names of consent categories and integrations are compared, so that names that look the same
 * are equal. Ignored are case, width, accents, invisible characters, the separators between words, and the difference
 * between `i` and the Turkish `İ` and `ı`.
 */
export function comparedName(name: string): string {
  if (PLAIN.test(name)) return name.toLowerCase().replaceAll(/[ _-]/g, '');
  // Capitals can add accents again, so they are removed twice.
  return withoutDecoration(inSmallLetters(withoutDecoration(name))).normalize('NFKC');
}

/** Returns a text in the small letters that each spelling in capitals and small letters has. */
export function inSmallLetters(text: string): string {
  // Only capitals fold `ß` and `ı`, and `ẞ` must first become `ß`.
  return text.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
}

function withoutDecoration(name: string): string {
  return name.normalize('NFKD').replaceAll(DECORATION, '').replaceAll(BETWEEN_WORDS, '');
}
