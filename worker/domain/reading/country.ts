import { iso31661, iso31661Alpha3ToAlpha2, iso31661NumericToAlpha2 } from 'iso-3166';

import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { countryCalled } from './country-names.ts';
import { onlyItem } from './only-item.ts';
import { UNSEEN, withoutEscapes } from './seen-text.ts';

const CODES: ReadonlySet<string> = new Set(iso31661.map(({ alpha2 }) => alpha2));

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
  const code = text.toUpperCase();
  return (
    fixed('country_alpha3', own(iso31661Alpha3ToAlpha2, code), note) ??
    fixed('country_numeric', own(iso31661NumericToAlpha2, code.padStart(3, '0')), note) ??
    // A language is in small letters and a country in capitals: de-AT is Austria, DE-BY is Germany.
    fixed('country_locale', known(/^[a-z]{2}[-_]([A-Z]{2})$/.exec(text)?.[1]), note) ??
    fixed('country_subdivision', known(/^([A-Z]{2})-[A-Z\d]{1,3}$/.exec(text)?.[1]), note) ??
    fixed('country_name', countryCalled(text), note) ??
    leaveOut('country_unknown', note)
  );
}

function fixed(code: Parameters<Note>[0], country: string | undefined, note: Note): string | undefined {
  if (country !== undefined) note(code);
  return country;
}

function known(code: string | undefined): string | undefined {
  return code !== undefined && CODES.has(code) ? code : undefined;
}

/** Reads own keys only: a country may be called "constructor". */
function own(table: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
