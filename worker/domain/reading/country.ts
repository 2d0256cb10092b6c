import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { onlyItem } from './only-item.ts';
import { rareWords } from './rare-words.ts';
import { UNSEEN, withoutEscapes } from './seen-text.ts';

/** The codes of ISO 3166-1, those of `iso-countries.ts`. */
export const CODES: ReadonlySet<string> = new Set(
  `AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO
FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE
JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO
MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW
PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM
TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW`.split(/\s/),
);

/** Codes that the EU uses instead of the ISO ones. */
const CUSTOMARY: Readonly<Record<string, string>> = { UK: 'GB', EL: 'GR' };

/**
 * Reads a country as two capital letters (ISO 3166-1), the form that LinkedIn uses. Forms and CRMs also send three
 * letters, the number, the English name, `US-CA` or `de-AT`.
 *
 * @param note Called with each oddity of the value.
 *
 * @example
 * countryIn('Germany') // 'DE'
 */
export function countryIn(value: unknown, note: Note = unnoted): string | undefined {
  const given = onlyItem(value);
  if (given === undefined || given === null || given === '') return undefined;
  if (typeof given !== 'string' && typeof given !== 'number') return leaveOut('country_not_text', note);
  const text = withoutEscapes(String(given)).replaceAll(UNSEEN, '').trim();
  const code = text.toUpperCase();
  if (CODES.has(code)) return text === code ? code : fixed('country_lower_case', code, note);
  return fixed('country_customary', CUSTOMARY[code], note) ?? otherwiseWritten(text, note);
}

function otherwiseWritten(text: string, note: Note): string | undefined {
  return (
    // A language is in small letters and a country in capitals: de-AT is Austria, DE-BY is Germany.
    fixed('country_locale', known(/^[a-z]{2}[-_]([A-Z]{2})$/.exec(text)?.[1]), note) ??
    fixed('country_subdivision', known(/^([A-Z]{2})-[A-Z\d]{1,3}$/.exec(text)?.[1]), note) ??
    inOtherWords(text, note) ??
    leaveOut('country_unknown', note)
  );
}

function inOtherWords(text: string, note: Note): string | undefined {
  const words = rareWords();
  return (
    fixed('country_alpha3', words?.countryOfThreeLetters(text.toUpperCase()), note) ??
    fixed('country_numeric', words?.countryOfNumber(text), note) ??
    fixed('country_name', words?.countryCalled(text), note)
  );
}

function fixed(code: Parameters<Note>[0], country: string | undefined, note: Note): string | undefined {
  if (country !== undefined) note(code);
  return country;
}

function known(code: string | undefined): string | undefined {
  return code !== undefined && CODES.has(code) ? code : undefined;
}
