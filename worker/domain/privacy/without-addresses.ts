import { mayBeListed } from '../site/suffix-names.ts';

/** An at sign, also as people hide it from programs: `jane (at) example.com`, or `jane at example dot com`. */
const HIDDEN_AT = String.raw`\s?[([{<|*«]\s?(?:at|a|ät|arroba|chez|@)\s?[)\]}>|*»]\s?|[\s_-](?:at|ät|arroba)[\s_-]`;
const AT = new RegExp(`${HIDDEN_AT}|@`, 'giu');

/** Longer than any part of a real address. */
const MAX_PART_CHARS = 128;

const PLAIN_LOCAL = /[^\s"'<>()[\]{},;:/?&=|\\@«»]+(?:'[^\s"'<>()[\]{},;:/?&=|\\@«»]+)*$/u;
/** `"jane doe"@example.com`. The opening quote may be outside the part that is read. */
const QUOTED_LOCAL = /(?:"(?:[^"\\]|\\.)*|^(?:[^"\\]|\\.)*)"$/u;
/** `jane(work)@example.com` */
const COMMENT = /(?<=[^\s()])\([^()]*\)$/u;

const HIDDEN_DOT = String.raw`\s?[([{<|*]\s?(?:dot|punkt|point|punto|\.)\s?[)\]}>|*]\s?`;
const DOT_IN_WORDS = String.raw`[\s_-](?:dot|punkt|punto)[\s_-]`;
const LABEL = String.raw`[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}]|[_-](?!(?:dot|punkt|punto)[_-]))*`;
const NAMED_HOST = new RegExp(
  String.raw`^(?:\([^()]*\))?[\p{L}\p{M}\p{N}_-]+(?:(?:\.|\s\.\s|${HIDDEN_DOT})[\p{L}\p{M}\p{N}_-]+)*(?:\.|\s\.\s|${HIDDEN_DOT})\p{L}[\p{L}\p{M}\p{N}-]+`,
  'iu',
);
const HOST_IN_WORDS = new RegExp(
  String.raw`^${LABEL}(?:(?:\.|${HIDDEN_DOT}|${DOT_IN_WORDS})${LABEL})*${DOT_IN_WORDS}\p{L}+`,
  'iu',
);
/** `jane@[192.0.2.1]`, `jane@[IPv6:2001:db8::1]`, `jane@192.0.2.1` */
const NUMBERED_HOST = /^\[(?:IPv6:)?[\da-f.:]{2,45}\]|^\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/iu;

/** Not a domain: the file name of a high-resolution image, as in `logo@2x.png`. */
const NO_DOMAIN = /^\d+x\.(?:png|jpe?g|webp|gif|svg|avif)$/i;

/** `j a n e @ e x a m p l e . c o m` */
const SPACED_OUT = /(?<!\S)\S(?: \S){6,}(?!\S)/gu;

/** Replaces each e-mail address in a text of plain letters with a mark. */
export function withoutAddresses(given: string): string {
  const text = given.includes(' @ ')
    ? given.replaceAll(SPACED_OUT, (run) => (run.includes('@') ? run.replaceAll(' ', '') : run))
    : given;
  let rest = '';
  let at = 0;
  for (const sign of text.matchAll(AT)) {
    if (sign.index < at) continue;
    const end = sign.index + sign[0].length;
    const before = text.slice(Math.max(at, sign.index - MAX_PART_CHARS), sign.index);
    const after = text.slice(end, end + 2 * MAX_PART_CHARS);
    const local = localBefore(before.trimEnd());
    const domain = domainAfter(after.trimStart(), sign[0]);
    if (local === undefined || domain === undefined) continue;
    const start = sign.index - (before.length - before.trimEnd().length) - local.length;
    rest += `${text.slice(at, start)}<e-mail>`;
    at = end + (after.length - after.trimStart().length) + domain.length;
  }
  return rest + text.slice(at);
}

function localBefore(before: string): string | undefined {
  const comment = COMMENT.exec(before)?.[0] ?? '';
  const bare = before.slice(0, before.length - comment.length);
  const local = (bare.endsWith('"') ? QUOTED_LOCAL : PLAIN_LOCAL).exec(bare)?.[0];
  return local === undefined ? undefined : local + comment;
}

/**
 * Returns the domain after an at sign. After a written-out at sign, only a domain below a known top-level domain counts, because
 * ordinary names contain such words too.
 */
function domainAfter(after: string, sign: string): string | undefined {
  const isPlain = sign === '@';
  const numbered = isPlain ? NUMBERED_HOST.exec(after)?.[0] : undefined;
  if (numbered !== undefined) return numbered;
  const inWords = HOST_IN_WORDS.exec(after)?.[0];
  if (inWords !== undefined && isOnTheInternet(inWords)) return inWords;
  // "Signed up at example.com" is an ordinary name.
  if (!isPlain && /^[\s_-]/u.test(sign) && /^[\s_-]\p{L}/u.test(sign)) return undefined;
  const named = NAMED_HOST.exec(after)?.[0];
  if (named === undefined || NO_DOMAIN.test(named)) return undefined;
  return isPlain || isOnTheInternet(named) ? named : undefined;
}

const ANY_DOT = new RegExp(`${HIDDEN_DOT}|${DOT_IN_WORDS}|\\s\\.\\s`, 'giu');

/** Checks for a top-level domain that exists. About one in 50 other words is mistaken for one. */
function isOnTheInternet(domain: string): boolean {
  const name = domain.replaceAll(ANY_DOT, '.').toLowerCase();
  return mayBeListed(name.slice(name.lastIndexOf('.') + 1));
}
