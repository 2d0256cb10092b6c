/** A mark that is seen nowhere: a zero-width space, a soft hyphen, a byte order mark. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** The dot that Turkish `İ` leaves behind its `i` when it is lower-cased. */
const DOT_ABOVE = /\u0307/g;

/**
 * How the names of consent categories and of integrations are compared: two that look the same are the same, in any case
 * and width, with spaces around them or characters that nobody sees, and with a Turkish keyboard's `İ` and `ı` for `i`.
 */
export function comparedName(name: string): string {
  return (
    name
      .replaceAll(INVISIBLE, '')
      .normalize('NFKC')
      .replaceAll(INVISIBLE, '')
      .toLowerCase()
      .replaceAll(DOT_ABOVE, '')
      .replaceAll('ı', 'i')
      // Without the dot, what stood around it may join.
      .normalize('NFKC')
      .trim()
  );
}
