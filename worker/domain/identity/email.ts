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
 * A hash is recognised and lower-cased, never hashed again. LinkedIn doesn't check the value. So a text that isn't
 * clearly one address returns undefined instead of a hash that matches nobody, or somebody else.
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
  const text = given.trim();
  if (text === '') return leaveOut('email_empty', note);
  if (HASH.test(text)) return knownHash(text, note);
  if (PLAIN.test(text)) return addressSha256(text, note);
  // Most events don't need it.
  const { emailInText } = await import('./email/email-text.ts');
  const found = emailInText(text, note, { inPlainLetters, isMacro, isPlaceholderWord });
  if (found === undefined) return undefined;
  return found.kind === 'hash' ? knownHash(found.digits, note) : addressSha256(found.email, note);
}

const HASH = /^[\da-f]{64}$/;

/** An address that is alone and in plain letters, as nearly all are. */
const PLAIN = /^[\w.+-]+@(?:[a-z\d](?:[\w-]*[a-z\d])?\.)+[a-z]{2,}$/i;

async function addressSha256(text: string, note: Note): Promise<string | undefined> {
  const email = normaliseEmail(text);
  if (email.length > MAX_EMAIL_CHARS) return leaveOut('email_too_long', note);
  if (/\.(?:invalid|localhost|local)$/.test(email)) return leaveOut('email_domain_reserved', note);
  const local = email.slice(0, email.indexOf('@'));
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
