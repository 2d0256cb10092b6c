/** International numbers, which begin with a plus. */
const ABROAD = /(?<![\p{L}\p{N}])\+[\s(]*[1-9](?:[\s().\-/]*\d){7,14}(?!\d)/gu;
const DIALLED = /(?<![\p{L}\p{N}.-])00[1-9]\d{0,2}[\s/.-](?:[\s().\-/]*\d){6,13}(?![\p{L}\p{N}])/gu;
/** (212) 555-0123, 212-555-0123. */
const AMERICAN = /(?<![\p{L}\p{N}.-])(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?![\p{L}\p{N}-])/gu;
/** 0170 1234567, 089/123 456 78. */
const NATIONAL = /(?<![\p{L}\p{N}.-])\(?0\d{1,4}\)?[\s/-](?:[\s-]?\d){6,10}(?![\p{L}\p{N}-])/gu;
/** 01.23.45.67.89 */
const FRENCH = /(?<![\p{L}\p{N}.-])0[1-9](?:\.\d\d){4}(?![\p{L}\p{N}.-])/gu;
const SAID_TO_BE =
  /(?<=(?<![\p{L}])(?:tel|telephone|phone|mobile|msisdn|whatsapp|handy)[:=_.\s-]+)\d(?:[\s().\-/]*\d){6,14}(?!\d)/giu;
const PHONES = [ABROAD, DIALLED, AMERICAN, NATIONAL, FRENCH, SAID_TO_BE];

const UUID = String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}`;
const CARD = new RegExp(String.raw`${UUID}|(?<![\d.])\d(?:[ -]?\d){13,18}(?![\d.]\d|\d)`, 'giu');
const IBAN = /(?<![\p{L}\p{N}])[A-Z][ -]?[A-Z](?:[ -]?\d){2}(?:[ -]?[A-Z\d]){11,30}/giu;

/** The length of an account number by country. https://www.swift.com/standards/data-standards/iban (read 2026-11) */
const IBAN_CHARS =
  'AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20';
const IBAN_LENGTHS = new Map(
  [...IBAN_CHARS.matchAll(/([A-Z]{2})(\d{2})/g)].map(([, country = '', chars]) => [country, Number(chars)]),
);

/** Replaces telephone numbers, bank accounts and payment cards in a text of plain letters with marks. */
export function withoutNumbers(text: string): string {
  // A quick check: most names don't have even a few digits in a row.
  if (!/\d[^\p{L}]*\d[^\p{L}]*\d|[a-z][ -]?\d[ -]?\d[ -]?[a-z\d]/iu.test(text)) return text;
  const known = text.replaceAll(IBAN, withoutAccount).replaceAll(CARD, (found) => (isCard(found) ? '<card>' : found));
  return PHONES.reduce(
    (left, pattern) => left.replaceAll(pattern, (found) => (isDate(found) ? found : '<phone>')),
    known,
  );
}

/** Replaces an account number of its country's length, if its check digits are right. */
function withoutAccount(found: string): string {
  const chars = IBAN_LENGTHS.get(found.replaceAll(/[ -]/g, '').slice(0, 2).toUpperCase());
  if (chars === undefined) return found;
  const [account, rest] = cutAfter(found, chars);
  return isAccount(account.replaceAll(/[ -]/g, ''), chars) && !/^[\p{L}\p{N}]/u.test(rest) ? `<iban>${rest}` : found;
}

function cutAfter(text: string, signs: number): [string, string] {
  const [start = ''] = new RegExp(String.raw`^(?:[ -]?[A-Z\d]){1,${signs}}`, 'i').exec(text) ?? [];
  return [start, text.slice(start.length)];
}

/**
 * Checks an IBAN (ISO 13616): with the first four characters at the end and letters as 10 to 35, the remainder by 97 is
 * 1.
 */
function isAccount(account: string, chars: number): boolean {
  if (account.length !== chars) return false;
  let rest = 0;
  for (const sign of account.slice(4) + account.slice(0, 4))
    for (const digit of String(Number.parseInt(sign, 36))) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
}

/** The lengths and first digits of the large brands. */
const BRANDS = /^(?:3(?:0[0-5]|[68]\d)\d{11}|3[47]\d{13}|(?:4|5[1-5]|2[2-7]|35|6[0245])\d+)$/;

/** Checks a card number (ISO 7812, Luhn): with every second digit doubled, the sum ends in 0. */
function isCard(found: string): boolean {
  const digits = found.replaceAll(/[ -]/g, '');
  if (/\D/.test(digits) || !BRANDS.test(digits)) return false;
  if (/^[^3]/.test(digits) && digits.length !== 16 && digits.length !== 19) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const twice = Number(digits.at(-1 - index)) * (1 + (index % 2));
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0 && new Set(digits).size > 1;
}

/** Checks for a date, such as 2026-11-28. It has as many digits as a national telephone number. */
function isDate(text: string): boolean {
  return /^\(?\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}$/.test(text);
}
