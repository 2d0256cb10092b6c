/**
 * What somebody may have put into a name by mistake: an address, a telephone number, a key. Names of events and fields are
 * kept, shown and counted, so what is found in one is masked before it is.
 */
type Kind = '<e-mail>' | '<phone>' | '<token>';

/** An at sign, as programs and people write it. */
const AT = /[@＠﹫]|%(?:25)*40|&#0*64;|&#x0*40;|&commat;|\s?[([{]at[)\]}]\s?/giu;

/** Longer parts of an address are nobody's, and are not looked for. */
const MAX_PART_CHARS = 128;

const LOCAL = /[^\s"'<>()[\]{},;:/?&=|\\@＠﹫]+$/u;
const DOMAIN = /^(?:[\p{L}\p{N}_-]+(?:\.|%(?:25)*2e|\s?[([{]dot[)\]}]\s?))+[\p{L}][\p{L}\p{N}-]+/iu;

/** The name of a picture for fine screens, and the version of a package. */
const NO_DOMAIN = /^\d+x\.(?:png|jpe?g|webp|gif|svg|avif)$/i;

/** A plus, or what begins a number abroad. */
const ABROAD = /(?<![\p{L}\p{N}])(?:\+|＋|%(?:25)*2b)[\s(]*[1-9](?:[\s().\-/]*\d){7,14}(?!\d)/giu;
const DIALLED = /(?<![\p{L}\p{N}.-])00[1-9]\d{0,2}[\s/.-](?:[\s().\-/]*\d){6,13}(?![\p{L}\p{N}])/gu;
/** (212) 555-0123, 212-555-0123. */
const AMERICAN = /(?<![\p{L}\p{N}.-])(?:\(\d{3}\)\s?|\d{3}[\s.-])\d{3}[\s.-]\d{4}(?![\p{L}\p{N}-])/gu;
/** 0170 1234567, 089/123 456 78. */
const NATIONAL = /(?<![\p{L}\p{N}.-])\(?0\d{1,4}\)?[\s/-](?:[\s-]?\d){6,10}(?![\p{L}\p{N}-])/gu;
const SAID_TO_BE =
  /(?<=(?<![\p{L}])(?:tel|telephone|phone|mobile|msisdn|whatsapp|handy)(?:[:=_\s-]|%3a|%3d)+)\d(?:[\s().\-/]*\d){6,14}(?!\d)/giu;

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

/** Letters in both cases with digits among them, which no name has. */
const LONG_WORD = /(?<![\w+-])[\w+-]{32,}={0,2}(?![\w+-])/g;
/** A UUID, a ULID. */
const ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|(?<![A-Za-z\d])[\dA-HJKMNP-TV-Z]{26}(?![A-Za-z\d])/gi;

/** Gives a name with what is somebody's masked: `Lead of <e-mail>`. Most names are given back as they are. */
export function masked(text: string): string {
  return withoutTokens(withoutPerson(text));
}

/** This is true for a text that holds an e-mail address or a telephone number. */
export function holdsPerson(text: string): boolean {
  return withoutPerson(text) !== text;
}

function withoutPerson(text: string): string {
  // Most names have neither an at sign nor a few digits in a row.
  const rest = withoutAddresses(text);
  if (!/\d[^\p{L}]*\d[^\p{L}]*\d/u.test(rest)) return rest;
  const phone: Kind = '<phone>';
  return [ABROAD, DIALLED, AMERICAN, NATIONAL, SAID_TO_BE].reduce(
    (left, pattern) => left.replaceAll(pattern, (found) => (isDate(found) ? found : phone)),
    rest,
  );
}

function withoutAddresses(text: string): string {
  let rest = '';
  let at = 0;
  for (const sign of text.matchAll(AT)) {
    const end = sign.index + sign[0].length;
    const before = text.slice(Math.max(at, sign.index - MAX_PART_CHARS), sign.index);
    const local = LOCAL.exec(before.trimEnd())?.[0];
    const after = text.slice(end, end + 2 * MAX_PART_CHARS);
    const domain = DOMAIN.exec(after.trimStart())?.[0];
    if (local === undefined || domain === undefined || NO_DOMAIN.test(domain)) continue;
    const start = sign.index - (before.length - before.trimEnd().length) - local.length;
    rest += `${text.slice(at, start)}<e-mail>`;
    at = end + (after.length - after.trimStart().length) + domain.length;
  }
  return rest + text.slice(at);
}

function withoutTokens(text: string): string {
  if (text.length < 16) return text;
  const token: Kind = '<token>';
  return TOKENS.reduce((left, pattern) => left.replaceAll(pattern, token), text).replaceAll(LONG_WORD, (word) =>
    isRandom(word) ? token : word,
  );
}

function isRandom(text: string): boolean {
  const word = text.replaceAll(ID, '');
  const runs = word.match(/\d+/g)?.length ?? 0;
  return runs >= 3 && /[a-z].*[a-z]/.test(word) && /[A-Z].*[A-Z]/.test(word);
}

/** 2026-11-28 has as many digits as a number that is dialled at home. */
function isDate(text: string): boolean {
  return /^\(?\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}$/.test(text);
}
