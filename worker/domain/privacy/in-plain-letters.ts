/** How often a text is decoded: what was encoded more often than this is nobody's habit. */
const MAX_ROUNDS = 6;

const BYTES = /(?:%[\da-f]{2})+/giu;
const ENTITY = /&#0*(\d{1,7});?|&#x0*([\da-f]{1,6});?|\\u(?:([\da-f]{4})|\{0*([\da-f]{1,6})\})|\\x([\da-f]{2})/giu;
/** The named ones of which addresses and numbers are made, and those that nobody sees. */
const NAMED: Readonly<Record<string, string>> = {
  commat: '@',
  period: '.',
  plus: '+',
  hyphen: '-',
  lowbar: '_',
  quot: '"',
  lpar: '(',
  rpar: ')',
  nbsp: ' ',
  shy: '',
  zwj: '',
  zwnj: '',
  amp: '&',
};
const NAMED_ENTITY = new RegExp(`&(${Object.keys(NAMED).join('|')});`, 'giu');

/** What nobody sees: soft hyphens, zero-width and direction marks, control characters but spaces; and what strikes letters out. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}|(?!\s)\p{Cc}|[\u0334-\u0338\u20d2-\u20f0]/gu;

/**
 * Writes a text in the letters that a reader sees: full-width and styled letters as plain ones, digits of every script as
 * 0 to 9, every dash as "-", without what nobody sees, and with escapes of URLs, HTML and JavaScript decoded.
 */
export function inPlainLetters(text: string): string {
  let plain = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    // Most names are of ASCII letters alone.
    const next = /[^ -~]|[%&\\]/u.test(plain) ? simplified(decoded(plain)) : plain;
    if (next === plain) break;
    plain = next;
  }
  return plain;
}

function simplified(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(UNSEEN, '')
    .replaceAll(/\p{Pd}|\u2212/gu, '-')
    .replaceAll(/[。\u06d4]/gu, '.')
    .replaceAll(/(?!\d)\p{Nd}/gu, digitOf);
}

function decoded(text: string): string {
  return text
    .replaceAll(BYTES, fromBytes)
    .replaceAll(NAMED_ENTITY, (_, name: string) => NAMED[name.toLowerCase()] ?? '')
    .replaceAll(ENTITY, (found, decimal?: string, ...hex: (string | undefined)[]) => {
      const code = decimal === undefined ? Number.parseInt(hex.slice(0, 4).join(''), 16) : Number(decimal);
      return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code).toWellFormed() : found;
    });
}

function fromBytes(bytes: string): string {
  try {
    return decodeURIComponent(bytes);
  } catch {
    // Of another encoding than UTF-8, or cut.
    return bytes.replaceAll(/%(..)/gu, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
  }
}

/** Unicode has the digits of each script in a row, from 0 to 9. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}
