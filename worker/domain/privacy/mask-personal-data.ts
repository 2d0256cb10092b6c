import { isUnguessable } from '../identity/unguessable-id.ts';
import { inPlainLetters } from './in-plain-letters.ts';
import { withoutAddresses } from './without-addresses.ts';
import { withoutNumbers } from './without-numbers.ts';

const TOKENS: readonly RegExp[] = [
  /(?<![\w-])eyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?/g,
  /(?<![A-Za-z0-9])(?:[srp]k_(?:live|test)_|sk_|sk-|gh[opsur]_|github_pat_|glpat-|shp(?:at|ss)_|xox[abeprs]-|ya29\.|SG\.)[\w.-]{12,}/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![A-Za-z0-9])/g,
  /(?<![\w-])AIza[\w-]{30,}/g,
  /(?<![\w-])AQ[\w-]{40,}/g,
  /(?<=\bBearer(?:\s|%20|\+)+)[^\s"]{8,}/gi,
  // A hash, perhaps of an address.
  /(?<![\da-z])[\da-f]{40,}(?![\da-z])/gi,
];

/** Letters in both cases mixed with digits, as in no real name. */
const LONG_WORD = /(?<![\w+-])[\w+-]{32,}={0,2}(?![\w+-])/g;
/** A UUID or a ULID. */
const ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?<![A-Za-z\d])[\dA-HJKMNP-TV-Z]{26}(?![A-Za-z\d])/gi;

/**
 * Masks personal data in a name: `Lead of <e-mail>`. Names of events and fields are stored, shown and counted, and
 * people put personal data into them by mistake. Most names are returned unchanged.
 */
export function masked(text: string): string {
  const plain = inPlainLetters(text);
  const found = withoutTokens(withoutPerson(plain));
  if (found !== plain) return found;
  // A token is recognised by its original letters, not by the simplified ones.
  return plain === text ? text : withoutTokens(text);
}

/**
 * Checks for an e-mail address, telephone number, bank account or payment card. A random UUID is excepted, because it
 * may contain as many digits in a row as a telephone number.
 */
export function holdsPerson(text: string): boolean {
  if (isUnguessable(text)) return false;
  const plain = inPlainLetters(text);
  return withoutPerson(plain) !== plain;
}

function withoutPerson(plain: string): string {
  return withoutNumbers(withoutAddresses(plain));
}

function withoutTokens(text: string): string {
  if (text.length < 16) return text;
  const token = '<token>';
  return TOKENS.reduce((left, pattern) => left.replaceAll(pattern, token), text).replaceAll(LONG_WORD, (word) =>
    isRandom(word) ? token : word,
  );
}

function isRandom(text: string): boolean {
  const word = text.replaceAll(ID, '');
  const runs = word.match(/\d+/g)?.length ?? 0;
  return runs >= 3 && /[a-z].*[a-z]/.test(word) && /[A-Z].*[A-Z]/.test(word);
}
