import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { isMacro, isPlaceholderWord, PLACEHOLDER_WORDS } from '../lint/placeholder-values.ts';
import { inPlainLetters } from '../privacy/in-plain-letters.ts';
import { onlyItem } from '../reading/only-item.ts';
import { sha256Hex } from './sha256.ts';

const MAX_EMAIL_CHARS = 254;

/** Longer than an address with a display name in front. Longer texts are refused unread. */
const MAX_TEXT_CHARS = 512;

/** Addresses that people type instead of their own, and the examples in forms and documents. */
const PLACEHOLDERS: readonly string[] = [
  ...['test.com', 'example.com', 'gmail.com', 'domain.com', 'mail.com', 'email.com', 'yahoo.com', 'hotmail.com'].map(
    (domain) => `test@${domain}`,
  ),
  ...['a', 'abc', 'admin', 'anonymous', 'asdf', 'email', 'mail', 'na', 'no', 'none', 'qwerty', 'user', '123'].map(
    (word) => `${word}@${word}.com`,
  ),
  ...['aaa', 'xxx', 'x'].map((word) => `${word}@${word}.com`),
  ...['email', 'example', 'name', 'you', 'your', 'youremail', 'sample', 'noreply'].map((word) => `${word}@example.com`),
  ...['email', 'name', 'user', 'you'].map((word) => `${word}@domain.com`),
  'your@email.com',
  'name@email.com',
  'foo@bar.com',
];

const PLACEHOLDER_SET = new Set(PLACEHOLDERS);

/**
 * Lower-cases an address and removes all white space, as LinkedIn requires before hashing.
 *
 * https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api-schema (read 2026-09)
 */
export function normaliseEmail(email: string): string {
  return email.toLowerCase().replaceAll(/\s+/g, '');
}

/**
 * Returns LinkedIn's `SHA256_EMAIL` for an address, or for a hash of one that was made elsewhere.
 *
 * A hash is recognised and lower-cased, never hashed again. LinkedIn doesn't check the value. So a text that can't be
 * an address returns undefined instead of a hash that matches nobody.
 *
 * @param note Called with each oddity of the value.
 *
 * @example
 * await emailSha256(' John.Doe@Example.com ') // '836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f'
 */
export async function emailSha256(value: unknown, note: Note = unnoted): Promise<string | undefined> {
  const given = onlyItem(value);
  if (given === undefined || given === null) return undefined;
  if (Array.isArray(given)) return leaveOut('email_several', note);
  if (typeof given !== 'string') return leaveOut('email_not_text', note);
  if (given.length > MAX_TEXT_CHARS) return leaveOut('email_too_long', note);
  const text = plainAddress(given, note).trim();
  if (text === '') return leaveOut('email_empty', note);
  if (!text.includes('@')) return withoutAt(text, note);
  return addressSha256(unwrapped(text, note), note);
}

/** The characters `+`, `-` and `.` by the last digit of their percent code. Addresses often contain them. */
const SIGNS: Readonly<Record<string, string>> = { b: '+', d: '-', e: '.' };

/** Returns the text as a reader sees it, without the escapes of URLs, HTML and programs. */
function plainAddress(text: string, note: Note): string {
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
async function withoutAt(text: string, note: Note): Promise<string | undefined> {
  const digits = normaliseEmail(text).replace(/^(?:sha-?256[:=]|0x)/, '');
  if (/^[\da-f]{64}$/.test(digits)) {
    if (digits.length < normaliseEmail(text).length) note('email_hash_prefix');
    if (/[A-F]/.test(text)) note('email_hash_upper_case');
    return knownHash(digits, note);
  }
  if (/^[\da-f]{32,}$/.test(digits)) return leaveOut(HASH_LENGTHS[digits.length] ?? 'email_hash_length', note);
  if (/^[\w+/-]{43}=?=?$/.test(text)) return leaveOut('email_hash_base64', note);
  if (isPlaceholderWord(text) || isPlaceholderWord(text.toLowerCase())) return leaveOut('email_nothing', note);
  return leaveOut(isMacro(text) ? 'email_macro' : 'email_no_address', note);
}

const HASH_LENGTHS: Readonly<Record<number, 'email_hash_md5' | 'email_hash_sha1'>> = {
  32: 'email_hash_md5',
  40: 'email_hash_sha1',
};

/** Removes a display name, `mailto:` and trailing punctuation from around an address. */
function unwrapped(text: string, note: Note): string {
  const steps = [
    ['email_display_name', /^[^<>]*<([^<>]+)>$/, '$1'],
    ['email_mailto', /^mailto:/i, ''],
    ['email_end', /[.,;]+$/, ''],
  ] as const;
  const fixed = steps.reduce((given, [code, pattern, replacement]) => {
    const next = given.replace(pattern, replacement).trim();
    if (next !== given) note(code);
    return next;
  }, text);
  return fixed;
}

async function addressSha256(text: string, note: Note): Promise<string | undefined> {
  if (isMacro(text)) return leaveOut('email_macro', note);
  if (/@[^@]*[,;\s][^@]*@/.test(text)) return leaveOut('email_several', note);
  const email = normaliseEmail(text);
  if (email.length < text.length) note('email_white_space');
  if (email.length > MAX_EMAIL_CHARS) return leaveOut('email_too_long', note);
  const [, local = '', domain = ''] = /^([^@]+)@([^@]+)$/.exec(email) ?? [];
  if (local === '' || domain.split('.').includes('')) return leaveOut('email_malformed', note);
  if (!domain.includes('.')) return leaveOut('email_domain', note);
  if (/\.(?:invalid|localhost|local)$/.test(domain)) return leaveOut('email_domain_reserved', note);
  if (/^(?:no-?reply|do-?not-?reply)$/.test(local)) return leaveOut('email_no_reply', note);
  if (isPlaceholder(email, local)) return leaveOut('email_placeholder', note);
  return sha256Hex(email);
}

function isPlaceholder(email: string, local: string): boolean {
  return PLACEHOLDER_SET.has(email) || local === 'test' || /^(.)\1{2,}$/u.test(local);
}

async function knownHash(hash: string, note: Note): Promise<string | undefined> {
  const known = await emptyHashes();
  if (known.nothing.has(hash)) return leaveOut('email_hash_of_nothing', note);
  return known.placeholders.has(hash) ? leaveOut('email_hash_of_placeholder', note) : hash;
}

type EmptyHashes = { nothing: ReadonlySet<string>; placeholders: ReadonlySet<string> };

let hashes: EmptyHashes | undefined;

/**
 * Returns the hashes of empty values and placeholders, computed once at the first hash. The result is cached, not the
 * promise, because a promise belongs to one request.
 */
async function emptyHashes(): Promise<EmptyHashes> {
  hashes ??= {
    nothing: new Set(await Promise.all(['', ' ', ...PLACEHOLDER_WORDS].map(sha256Hex))),
    placeholders: new Set(await Promise.all(PLACEHOLDERS.map(sha256Hex))),
  };
  return hashes;
}
