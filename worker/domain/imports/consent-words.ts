import { isNo, isYes } from '../../schema/events/consent-value.ts';
import { comparedHeader } from './suggest-columns.ts';

/**
 * Words that CRMs and people use, in addition to those that the collector knows. Without accents, spaces and
 * punctuation.
 */
const YES: ReadonlySet<string> = new Set([
  'y',
  'j',
  'ja',
  'oui',
  'si',
  'sim',
  'wahr',
  'vrai',
  'vero',
  'verdadero',
  'optin',
  'optedin',
  'subscribed',
  'agreed',
  'accepted',
  'allowed',
  'consented',
  'given',
  'erteilt',
  'zugestimmt',
  'eingewilligt',
]);
const NO: ReadonlySet<string> = new Set([
  'n',
  'nein',
  'non',
  'nao',
  'falsch',
  'faux',
  'falso',
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
  return YES.has(word) || (NO.has(word) ? false : 'unclear');
}
