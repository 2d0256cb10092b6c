import { isNo, isYes } from '../../schema/events/consent-value.ts';
import { columnWords, comparedHeader } from './columns/column-words.ts';
import {
  CONSENT_ANSWER,
  NOT_OPTED_OUT,
  NOT_REFUSING,
  OPT_OUT,
  REFUSING_CELL,
  REFUSING_STATUS,
  SOUNDS_LIKE_NO,
} from './columns/consent-patterns.ts';
import { readTime } from './read-time.ts';

/**
 * Words that CRMs and people use, in addition to those that the collector knows. Without accents, spaces and
 * punctuation.
 */
const IS_SO: ReadonlySet<string> = new Set(
  'y j ja oui si sim tak ano kylla wahr vrai vero verdadero verdadeiro waar sant sand prawda'.split(' '),
);
const IS_NOT_SO: ReadonlySet<string> = new Set(
  'n nein non nao nee nej nei nie ne ei falsch faux falso onwaar falskt falsk falsz'.split(' '),
);

/** Further words that give or refuse consent. */
const YES: ReadonlySet<string> = new Set([
  'optin',
  'optedin',
  'subscribed',
  'agreed',
  'accepted',
  'allowed',
  'confirmed',
  'consented',
  'given',
  'erteilt',
  'zugestimmt',
  'eingewilligt',
]);
const NO: ReadonlySet<string> = new Set([
  'optout',
  'optedout',
  'unsubscribed',
  'notsubscribed',
  'declined',
  'refused',
  'rejected',
  'withdrawn',
  'revoked',
  'notgiven',
  'abgelehnt',
  'widerrufen',
]);

/** Reads a consent cell. `unclear`: the row is not sent. But only a clear no withdraws consent. */
export function consentIn(cell: string): boolean | 'unclear' {
  if (isYes(cell)) return true;
  if (cell.trim() !== '' && isNo(cell)) return false;
  const word = comparedHeader(cell);
  if (IS_NOT_SO.has(word) || NO.has(word)) return false;
  if (IS_SO.has(word) || YES.has(word)) return true;
  return refuses(cell, [...OPT_OUT, ...REFUSING_CELL]) ? false : 'unclear';
}

/** Longer cells are notes, and may quote anything. */
const MAX_CHARS = 80;

/**
 * Reads a cell that says who may be contacted. A yes, and any word that isn't about refusing, says nothing. `unclear`:
 * it may be a no, so the row is not sent.
 */
export function hasForbidden(cell: string): boolean | 'unclear' {
  const answer = consentIn(cell);
  if (answer !== 'unclear') return !answer;
  return SOUNDS_LIKE_NO.test(columnWords(cell.slice(0, MAX_CHARS))) && !says(cell, NOT_REFUSING) ? 'unclear' : false;
}

/**
 * Reads a status, such as that of a lead, which may say that the person opted out. `unclear`: it may mean that, so the
 * row is not sent.
 */
export function isOutStatus(cell: string): boolean | 'unclear' {
  if (refuses(cell, [REFUSING_STATUS])) return true;
  return refuses(cell, [...OPT_OUT, NO_CONSENT]) ? 'unclear' : false;
}

const NO_CONSENT =
  /\b(?:no|without|keine|ohne|sin|sans|senza|sem|pas de|geen|brak|inget|ingen|not|nicht) (?:consent|einwilligung|zustimmung|consentimiento|consentement|consenso|consentimento|toestemming|zgody|samtycke|samtykke|opted in)\b/;

/** Returns whether a cell can only be an answer about consent. */
export function isConsentAnswer(cell: string): boolean {
  return cell.length <= MAX_CHARS && CONSENT_ANSWER.test(columnWords(cell));
}

function says(cell: string, pattern: RegExp): boolean {
  return pattern.test(columnWords(cell.slice(0, MAX_CHARS)));
}

function refuses(cell: string, patterns: readonly RegExp[]): boolean {
  if (cell.length > MAX_CHARS) return false;
  const words = columnWords(cell);
  return !NOT_OPTED_OUT.test(words) && !NOT_REFUSING.test(words) && patterns.some((each) => each.test(words));
}

/** Further words that say that somebody opted out. Dynamics has `Allow` and `Do Not Allow`. */
const OUT: ReadonlySet<string> = new Set([
  'optout',
  'optedout',
  'unsubscribed',
  'withdrawn',
  'revoked',
  'declined',
  'refused',
  'rejected',
  'x',
  'checked',
  'donotallow',
  'donotsend',
  'donotcontact',
  'notallowed',
  'abgelehnt',
  'widerrufen',
]);
const NOT_OUT: ReadonlySet<string> = new Set([
  'optin',
  'optedin',
  'subscribed',
  'notoptedout',
  'notspecified',
  'unchecked',
  'allow',
  'allowed',
  'send',
]);

/**
 * Reads a cell of a column that says who opted out. `unclear`: the row is not sent. A date says when they did.
 *
 * @param cell Not empty.
 */
export function hasOptedOut(cell: string): boolean | 'unclear' {
  if (isYes(cell)) return true;
  const word = comparedHeader(cell);
  if (/^(?:false|no|off|0)$/.test(word) || IS_NOT_SO.has(word) || NOT_OUT.has(word)) return false;
  const isDate = /\d{4}/.test(cell) && /[-/.: ]/.test(cell) && readTime(cell, {}).kind !== 'unreadable';
  return isDate || IS_SO.has(word) || OUT.has(word) || refuses(cell, OPT_OUT) ? true : 'unclear';
}
