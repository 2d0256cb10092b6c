/** How often a text is decoded. No program encodes a text more often. */
const MAX_ROUNDS = 6;

const BYTES = /(?:%[\da-f]{2})+/giu;
const ENTITY = /&#0*(\d{1,7});?|&#x0*([\da-f]{1,6});?|\\u(?:([\da-f]{4})|\{0*([\da-f]{1,6})\})|\\x([\da-f]{2})/giu;
/** Named entities for the characters of addresses and numbers, and for invisible ones. */
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

/**
 * Invisible characters: soft hyphens, zero-width and direction marks, control characters except spaces. Also marks that
 * strike letters out.
 */
const UNSEEN = /\p{Default_Ignorable_Code_Point}|(?!\s)\p{Cc}|[\u0334-\u0338\u20d2-\u20f0]/gu;

/**
 * Rewrites a text in the letters that a reader sees. Full-width and styled letters become plain, digits of every script
 * become 0 to 9, and every dash becomes "-". Invisible characters are removed, and escapes of URLs, HTML and JavaScript
 * are decoded.
 */
export function inPlainLetters(text: string): string {
  let plain = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    // Most names contain only ASCII letters.
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
    // Another encoding than UTF-8, or a cut character.
    return bytes.replaceAll(/%(..)/gu, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)));
  }
}

/** Converts a digit of any script. Unicode lists each script's digits in a row from 0 to 9. */
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (/\p{Nd}/u.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}
