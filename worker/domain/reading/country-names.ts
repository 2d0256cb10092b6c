import { ISO_COUNTRIES } from './iso-countries.ts';

// Loaded when a country is not written as two letters; see rare-words.ts.

/**
 * The languages in which sites and CRMs write country names. When a name means different countries in two languages,
 * the first language wins.
 */
const LANGUAGES = [
  'en',
  'de',
  'fr',
  'es',
  'it',
  'pt',
  'nl',
  'pl',
  'sv',
  'da',
  'nb',
  'fi',
  'cs',
  'tr',
  'ja',
  'zh',
  'ko',
  'ru',
  'ar',
];

/** Common and former English names that neither ISO nor Intl has, in the form of `countryKey`. */
const EVERYDAY: Readonly<Record<string, string>> = {
  america: 'US',
  'u s': 'US',
  'u s a': 'US',
  us: 'US',
  usa: 'US',
  'united states': 'US',
  'united states of america': 'US',
  'u s of a': 'US',
  'great britain': 'GB',
  britain: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  'u k': 'GB',
  'united kingdom of great britain': 'GB',
  uae: 'AE',
  'u a e': 'AE',
  emirates: 'AE',
  'the emirates': 'AE',
  dubai: 'AE',
  'abu dhabi': 'AE',
  holland: 'NL',
  turkey: 'TR',
  turkiye: 'TR',
  'republic of turkey': 'TR',
  czechia: 'CZ',
  'czech republic': 'CZ',
  czech: 'CZ',
  slovakia: 'SK',
  'slovak republic': 'SK',
  macedonia: 'MK',
  fyrom: 'MK',
  'former yugoslav republic of macedonia': 'MK',
  russia: 'RU',
  korea: 'KR',
  'south korea': 'KR',
  'north korea': 'KP',
  'republic of korea': 'KR',
  vietnam: 'VN',
  'viet nam': 'VN',
  burma: 'MM',
  swaziland: 'SZ',
  'ivory coast': 'CI',
  'cote divoire': 'CI',
  'cape verde': 'CV',
  zaire: 'CD',
  'dr congo': 'CD',
  drc: 'CD',
  'democratic republic of congo': 'CD',
  'democratic republic of the congo': 'CD',
  'congo kinshasa': 'CD',
  'congo brazzaville': 'CG',
  'republic of congo': 'CG',
  'republic of the congo': 'CG',
  'east timor': 'TL',
  ceylon: 'LK',
  siam: 'TH',
  persia: 'IR',
  rhodesia: 'ZW',
  bolivia: 'BO',
  venezuela: 'VE',
  tanzania: 'TZ',
  syria: 'SY',
  laos: 'LA',
  brunei: 'BN',
  moldova: 'MD',
  'hong kong': 'HK',
  'hong kong sar': 'HK',
  macau: 'MO',
  macao: 'MO',
  taiwan: 'TW',
  'republic of china': 'TW',
  china: 'CN',
  prc: 'CN',
  'peoples republic of china': 'CN',
  'mainland china': 'CN',
  vatican: 'VA',
  'vatican city': 'VA',
  'holy see': 'VA',
  palestine: 'PS',
  gambia: 'GM',
  bahamas: 'BS',
  ireland: 'IE',
  'republic of ireland': 'IE',
  eire: 'IE',
  'saint vincent': 'VC',
  'st vincent': 'VC',
  'st lucia': 'LC',
  'st kitts': 'KN',
  'st kitts and nevis': 'KN',
  'saint kitts': 'KN',
  trinidad: 'TT',
  antigua: 'AG',
  bosnia: 'BA',
  'bosnia herzegovina': 'BA',
  ksa: 'SA',
  saudi: 'SA',
  'kingdom of saudi arabia': 'SA',
  nz: 'NZ',
  'federal republic of germany': 'DE',
  'west germany': 'DE',
  brd: 'DE',
  'republic of india': 'IN',
  bharat: 'IN',
  kampuchea: 'KH',
  'upper volta': 'BF',
  dahomey: 'BJ',
  'british guiana': 'GY',
  micronesia: 'FM',
  'reunion island': 'RE',
  curacao: 'CW',
  faroes: 'FO',
  falklands: 'FK',
  'kyrgyz republic': 'KG',
  belorussia: 'BY',
  byelorussia: 'BY',
};

let names: ReadonlyMap<string, string> | undefined;

const ofThreeLetters: ReadonlyMap<string, string> = new Map(
  ISO_COUNTRIES.map(({ alpha3, alpha2 }) => [alpha3, alpha2]),
);
const ofNumber: ReadonlyMap<string, string> = new Map(ISO_COUNTRIES.map(({ numeric, alpha2 }) => [numeric, alpha2]));

/** Finds the country with three letters (ISO 3166-1 alpha-3), in capitals. */
export function countryOfThreeLetters(code: string): string | undefined {
  return ofThreeLetters.get(code);
}

/** Finds the country with a number (ISO 3166-1 numeric). Leading zeros may be missing. */
export function countryOfNumber(text: string): string | undefined {
  return ofNumber.get(text.padStart(3, '0'));
}

/** Finds the country of a flag or of a name: official, common or former, in English or another language. */
export function countryCalled(text: string): string | undefined {
  if (text.length > 80) return undefined;
  const flag = /^[\u{1f1e6}-\u{1f1ff}]{2}$/u.test(text) ? flagLetters(text) : undefined;
  const key = countryKey(text);
  const known = EVERYDAY[Object.hasOwn(EVERYDAY, key) ? key : ''];
  if (known !== undefined) return known;
  names ??= namesIn(LANGUAGES);
  return flag === undefined ? names.get(key) : names.get(flag);
}

function namesIn(languages: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, code: string): void => {
    const key = countryKey(name);
    if (!found.has(key)) found.set(key, code);
  };
  for (const { alpha2, name } of ISO_COUNTRIES) {
    add(name, alpha2);
    found.set(alpha2, alpha2);
  }
  for (const language of languages) {
    const display = new Intl.DisplayNames(language, { type: 'region' });
    for (const { alpha2 } of ISO_COUNTRIES) add(display.of(alpha2) ?? alpha2, alpha2);
  }
  return found;
}

/** Normalises a name for comparison: no case, accents, leading "the" or punctuation, and "and" for "&". */
function countryKey(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/(?<=[\p{Script=Latin}])\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ı', 'i')
    .replaceAll('&', ' and ')
    .replaceAll(/['’`]/gu, '')
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
    .trim()
    .replace(/^the /u, '');
}

/**
 * Converts a flag to the two letters of its country code. A flag consists of two special characters, one for each
 * letter.
 */
function flagLetters(flag: string): string {
  return Array.from(flag, (letter) => String.fromCodePoint((letter.codePointAt(0) ?? 0) - 0x1f1e6 + 0x41)).join('');
}
