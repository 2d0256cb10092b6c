import { columnWords } from './column-words.ts';
import {
  ABOUT,
  AGREED,
  NEGATED,
  NOT_OPTED_OUT,
  OF_SOMETHING,
  OPT_OUT,
  PERMITTED,
  REFUSED,
  WHEN,
} from './consent-patterns.ts';

/**
 * What a column says about consent. In an `opt_out` column, a yes refuses consent. In a `permission` column, a no
 * refuses it, and a yes says nothing.
 */
export type ConsentMeaning = 'consent' | 'opt_out' | 'permission';

/** Returns what a column says about consent, by its name. Undefined when it says nothing. */
export function consentMeaning(name: string): ConsentMeaning | undefined {
  // The Dutch law is written in capitals. `Avg` is an average.
  if (/^avg$/i.test(name.trim()) && name.trim() !== 'AVG') return undefined;
  const words = columnWords(name).replace(
    / (?:yes no|y n|true false|ja nein|ja nee|ja nej|ja nei|oui non|si non?|sim nao|tak nie)(?: (?:unknown|unbekannt|inconnue?|onbekend|maybe|n a))?$/,
    '',
  );
  const isAbout = ABOUT.test(words) && !OF_SOMETHING.test(words);
  if (isAbout) return undefined;
  const agrees = AGREED.some((each) => each.test(words));
  const ofYes: ConsentMeaning | undefined = WHEN.test(words) ? undefined : agrees ? 'consent' : 'permission';
  if (NOT_OPTED_OUT.test(words)) return ofYes === undefined ? undefined : 'consent';
  if (OPT_OUT.some((each) => each.test(words))) return 'opt_out';
  if (agrees) return REFUSED.test(words) ? 'opt_out' : ofYes;
  if (!PERMITTED.some((each) => each.test(words))) return undefined;
  return NEGATED.test(words) ? 'opt_out' : ofYes;
}

/** Returns whether a column has statuses: one of them may say that the person opted out. */
export function isStatus(name: string): boolean {
  return (
    /\b(?:status|state|flags?|tags?|labels?|segments?|lists?|statut|estado|stato)$/.test(columnWords(name)) &&
    consentMeaning(name) === undefined
  );
}
