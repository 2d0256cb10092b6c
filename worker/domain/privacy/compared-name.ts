/**
 * What is not a name's own: control, format, private and unassigned characters and lone surrogates (all of `\p{C}`), what
 * Unicode calls ignorable (variation selectors, tags, fillers), and accents; but the voice marks of kana make other words.
 */
const DECORATION =
  /[\p{C}\p{Default_Ignorable_Code_Point}\p{Me}]|(?![\u3099\u309a])\p{Script=Inherited}|(?<![\p{Script=Hiragana}\p{Script=Katakana}])[\u3099\u309a]/gu;

/** Spaces of any width, the blank pattern of Braille, and what joins words instead of a space. */
const BETWEEN_WORDS = /[\s\p{Z}\u2800_\p{Dash}]/gu;

/** Most names are like this, and are compared thousands of times in a request. */
const PLAIN = /^[\w *+.:/-]*$/;

/**
 * How the names of consent categories and of integrations are compared. Two that look the same are the same: in any case
 * and width, however their words are joined, with accents or without, with characters that nobody sees, and with a
 * Turkish keyboard's `İ` and `ı` for `i`.
 */
export function comparedName(name: string): string {
  if (PLAIN.test(name)) return name.toLowerCase().replaceAll(/[ _-]/g, '');
  // By way of upper case, since `ß` and `ı` are folded only on that way, and `ẞ` has to be `ß` before. It can bring accents back.
  const bare = withoutDecoration(withoutDecoration(name).toLowerCase().toUpperCase().toLowerCase());
  return bare.replaceAll('ς', 'σ').normalize('NFKC');
}

function withoutDecoration(name: string): string {
  return name.normalize('NFKD').replaceAll(DECORATION, '').replaceAll(BETWEEN_WORDS, '');
}
