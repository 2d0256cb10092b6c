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
  // Upper case is needed because only it folds `ß` and `ı`, and `ẞ` must first become `ß`. It can add accents again, so
  // they are removed twice.
  const bare = withoutDecoration(withoutDecoration(name).toLowerCase().toUpperCase().toLowerCase());
  return bare.replaceAll('ς', 'σ').normalize('NFKC');
}

function withoutDecoration(name: string): string {
  return name.normalize('NFKD').replaceAll(DECORATION, '').replaceAll(BETWEEN_WORDS, '');
}
