/**
 * Returns an address with its domain in its own letters, and in ASCII: `j@müller.de` and `j@xn--mller-kva.de` are one
 * mailbox. Forms and programs send either. Each is hashed as it is sent, so an erasure looks for both.
 *
 * @param text May also be a hash, or have a name around the address.
 */
export function withDomainSpellings(text: string): string[] {
  const withDomains = (spell: (domain: string) => string): string =>
    text.replaceAll(/(?<=@)[\p{L}\p{M}\p{N}.-]+/gu, spell);
  return [...new Set([text, withDomains(inAscii), withDomains(inOwnLetters)])];
}

function inAscii(domain: string): string {
  return URL.parse(`http://${domain}`)?.hostname ?? domain;
}

function inOwnLetters(domain: string): string {
  const ascii = domain.toLowerCase();
  const own = ascii
    .split('.')
    .map((label) => (label.startsWith('xn--') ? (decoded(label.slice(4)) ?? label) : label))
    .join('.');
  return inAscii(own) === ascii ? own : domain;
}

/** The parameters of RFC 3492, section 5. */
const BASE = 36;
const T_MIN = 1;
const T_MAX = 26;

/** Decodes Punycode (RFC 3492, section 6.2). @returns Undefined if the text isn't Punycode. */
function decoded(text: string): string | undefined {
  const basic = text.lastIndexOf('-');
  const letters = Array.from(text.slice(0, Math.max(basic, 0)), (letter) => letter.codePointAt(0) ?? 0);
  let code = 128;
  let bias = 72;
  let place = 0;
  for (let at = basic + 1; at < text.length;) {
    const before = place;
    let weight = 1;
    for (let k = BASE; ; k += BASE) {
      const digit = digitOf(text[at]);
      at += 1;
      if (digit === undefined) return undefined;
      place += digit * weight;
      const threshold = Math.min(Math.max(k - bias, T_MIN), T_MAX);
      if (digit < threshold) break;
      weight *= BASE - threshold;
    }
    const length = letters.length + 1;
    bias = adapted(place - before, length, before === 0);
    code += Math.floor(place / length);
    if (code > 0x10_ff_ff) return undefined;
    place %= length;
    letters.splice(place, 0, code);
    place += 1;
  }
  return String.fromCodePoint(...letters);
}

function digitOf(sign = ''): number | undefined {
  const digit = /^[a-z\d]$/.test(sign) ? Number.parseInt(sign, BASE) : Number.NaN;
  // The letters come first: a is 0, z is 25, 0 is 26.
  return Number.isNaN(digit) ? undefined : (digit + 26) % BASE;
}

function adapted(delta: number, length: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / length);
  let k = 0;
  for (; rest > ((BASE - T_MIN) * T_MAX) / 2; k += BASE) rest = Math.floor(rest / (BASE - T_MIN));
  return k + Math.floor(((BASE - T_MIN + 1) * rest) / (rest + 38));
}
