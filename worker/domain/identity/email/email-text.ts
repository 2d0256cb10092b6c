import type { Note } from '../../lint/note.ts';

/** What the reader needs of other modules. It imports none, so that they stay in the module that every request loads. */
export type TextReaders = {
  inPlainLetters: (text: string) => string;
  isMacro: (text: string) => boolean;
  isPlaceholderWord: (text: string) => boolean;
};

/** The address or the hash in a text, or nothing: then the reason was noted. */
export type EmailInText = { kind: 'address'; email: string } | { kind: 'hash'; digits: string } | undefined;

/**
 * Reads an e-mail address that isn't alone in its text, or not in plain letters: with a name or brackets around it, with
 * escapes, spaced out. An address is never made up: if a text may be read as two addresses, it is none.
 */
export function emailInText(given: string, note: Note, readers: TextReaders): EmailInText {
  const text = plainAddress(given, note, readers).trim();
  if (text === '') return left('email_empty', note);
  return text.includes('@') ? addressIn(text, note, readers) : hashIn(text, note, readers);
}

function left(code: Parameters<Note>[0], note: Note): undefined {
  note(code);
  return undefined;
}

/** The characters `+`, `-` and `.` by the last digit of their percent code. Addresses often contain them. */
const SIGNS: Readonly<Record<string, string>> = { b: '+', d: '-', e: '.' };

/** Returns the text as a reader sees it, without the escapes of URLs, HTML and programs. */
function plainAddress(text: string, note: Note, { inPlainLetters }: TextReaders): string {
  // After an @, a percent sign may belong to the address, so only codes of common address characters are decoded.
  const partly = text.includes('@')
    ? text.replaceAll(/%(?:25)*2(?:b|d|e)/giu, (code) => SIGNS[code.slice(-1).toLowerCase()] ?? code)
    : text;
  if (partly !== text) note('email_url_encoded');
  const plain = partly.includes('@') && partly.includes('%') ? partly : inPlainLetters(partly);
  // Decoding didn't produce an address, so the percent sign was not an escape.
  if (plain === text || plain === partly || !plain.includes('@')) {
    const visible = partly.replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '');
    if (visible !== partly) note('email_invisible');
    return visible;
  }
  if (!text.includes('@') && /%[\da-f]{2}/iu.test(text)) note('email_url_encoded');
  if (/[&\\]/u.test(text) && !/[&\\]/u.test(plain)) note('email_escaped');
  if (/[^ -~\s]/u.test(text)) note('email_invisible');
  return plain;
}

/** Reads a text without an @: it is a hash, or no e-mail. */
function hashIn(text: string, note: Note, { isMacro, isPlaceholderWord }: TextReaders): EmailInText {
  const bare = text.toLowerCase().replaceAll(/\s+/g, '');
  const digits = bare.replace(/^(?:sha-?256[:=]|0x)/, '');
  if (/^[\da-f]{64}$/.test(digits)) {
    if (digits.length < bare.length) note('email_hash_prefix');
    if (/[A-F]/.test(text)) note('email_hash_upper_case');
    return { kind: 'hash', digits };
  }
  if (/^[\da-f]{32,}$/.test(digits)) return left(HASH_LENGTHS[digits.length] ?? 'email_hash_length', note);
  if (/^[\w+/-]{43}=?=?$/.test(text)) return left('email_hash_base64', note);
  if (isPlaceholderWord(text) || isPlaceholderWord(text.toLowerCase())) return left('email_nothing', note);
  return left(isMacro(text) ? 'email_macro' : 'email_no_address', note);
}

const HASH_LENGTHS: Readonly<Record<number, 'email_hash_md5' | 'email_hash_sha1'>> = {
  32: 'email_hash_md5',
  40: 'email_hash_sha1',
};

/** The marks that programs and people put around an address. A backtick and a brace may belong to one. */
const BEFORE = /^[\s"“”„‘’‚'´«»‹›]+/u;
const AFTER = /[\s"“”„‘’‚'´«»‹›.,;:!?]+$/u;

/** The rest of a `mailto:` address, such as `?subject=Hello`, with the domain before it. */
const TAIL = /(@[^\s?@<>()[\]]+)\?(?:[\w-]+=[^<>()[\]]*|(?=\s*$))/gu;

function addressIn(text: string, note: Note, { isMacro }: TextReaders): EmailInText {
  const bare = text.replaceAll(/\bmailto:\s*/giu, '').replaceAll(TAIL, '$1');
  if (bare !== text) note('email_mailto');
  const braced = /^([{`]+)(.*?)[}`]+$/su.exec(bare)?.[2] ?? bare;
  // A name, a comment or the same address again may be outside of brackets.
  const parts = braced
    .split(/[<>()[\]]+/u)
    .map((part) => part.replace(BEFORE, '').replace(AFTER, ''))
    .filter((part) => part !== '');
  const addresses = new Set(parts.filter((part) => part.includes('@')).flatMap(listed));
  const [only = ''] = addresses;
  const email = addresses.size === 1 ? withoutSpaces(only) : undefined;
  if (email === undefined || !isAddress(email)) return left(whyNone(bare, addresses, isMacro), note);
  if (parts.length > 1) note('email_display_name');
  else if (braced !== bare || braced.trim().replace(/[.,;:!?\s]+$/u, '') !== only) note('email_around');
  else if (/[.,;:!?]\s*$/u.test(braced)) note('email_end');
  if (email.length < only.length) note('email_white_space');
  return { kind: 'address', email };
}

/** Returns the addresses of a list. If something else is between them, the text is no list. */
function listed(part: string): string[] {
  const items = part.split(/[,;|\s]+/u).filter((item) => item !== '');
  return items.length > 1 && items.every((item) => item.includes('@')) ? items : [part];
}

function whyNone(
  text: string,
  addresses: ReadonlySet<string>,
  isMacro: TextReaders['isMacro'],
): 'email_macro' | 'email_several' | 'email_domain' | 'email_malformed' {
  if (isMacro(text)) return 'email_macro';
  const several = [...addresses].filter((address) => isAddress(address));
  if (several.length > 1 || /@[^@]*[,;\s][^@]*@/u.test(text)) return 'email_several';
  return /^[^\s@]+@[\p{L}\p{N}-]+$/u.test(text) ? 'email_domain' : 'email_malformed';
}

/** Titles before a name. Other words with a dot may be the first part of a spaced-out address: `john. doe@…`. */
const TITLE =
  /^(?:dr|prof|mr|mrs|ms|mx|sr|jr|st|ing|dipl|hr|fr|herr|frau|mme|mlle|sra|sig|no|nr|tel|inc|ltd|co|e|re)\.\s/iu;

/**
 * Removes white space from a spaced-out address. A space that may separate words makes the text two things.
 *
 * @returns Undefined if it isn't one address.
 */
function withoutSpaces(text: string): string | undefined {
  const words = text.split(/\s+/u);
  if (words.length === 1) return text;
  // Every character is on its own.
  if (words.every(({ length }) => length === 1)) return words.join('');
  const [local = '', domain = ''] = text.split('@');
  // A domain is complete before a space if it has a dot before: `corp.de. Old`.
  const isBetween = [...text.trim().matchAll(/(\S)\s+(?=(\S))/gu)].some(
    ([, one = '', next = '']) => !/[.@]/.test(one + next),
  );
  const isAfter = /\.[^\s.]+\s*\.?\s/u.test(domain.trim());
  return isBetween || isAfter || TITLE.test(local) ? undefined : words.join('');
}

/** RFC 5322's dot-atom, in all scripts, and a domain that ends in letters. Some Japanese addresses have two dots. */
const LOCAL = /^[\p{L}\p{M}\p{N}.!#$%&'*+/=?^_`{|}~-]+$/u;
const LABEL = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}_-]*[\p{L}\p{M}\p{N}])?$/u;
const TOP = /^(?:[\p{L}\p{M}]{2,}|xn--[\da-z-]+)$/iu;

function isAddress(text: string): boolean {
  const [local = '', domain = '', more] = text.split('@');
  const labels = domain.split('.');
  const top = labels.at(-1) ?? '';
  return (
    more === undefined &&
    LOCAL.test(local) &&
    labels.length > 1 &&
    labels.every((each) => LABEL.test(each)) &&
    TOP.test(top)
  );
}
