import { parseTime } from '../../time/parse-time.ts';
import { currencyOf } from '../../value/currency.ts';
import { columnWords, comparedHeader } from './column-words.ts';

/** The CRM's object that a column belongs to: `Deal - Value`, `Person - Email`, `Contact: Created Date`. */
export type CrmObject = 'deal' | 'person' | 'lead' | 'company';

/** What a name says beside the name itself: `(EUR)`, `in cents`, `[UTC+2]`. */
export type Aside =
  | { kind: 'currency'; code: string }
  /** A sign that several currencies have, such as `$`. */
  | { kind: 'currency_unclear'; sign: string }
  | { kind: 'cents'; code: string | undefined }
  /** `zone`: as it may stand after a time. */
  | { kind: 'zone'; zone: string }
  | { kind: 'zone_unknown' }
  | { kind: 'date_form' }
  | { kind: 'other' };

/** The name of a column, taken apart. */
export type ColumnName = {
  words: string;
  /** The whole name, as it is compared. */
  whole: string;
  object: CrmObject | undefined;
  /** The name without the object in front. */
  own: string;
  asides: readonly Aside[];
  /** The whole name, and the name without the object, both without what is said beside it. */
  bare: { whole: string; own: string };
};

/** The names of the objects in HubSpot, Salesforce, Pipedrive, Zoho and Dynamics, also in other languages. */
const OBJECTS: Readonly<Record<CrmObject, string>> = {
  deal: 'deals?|opportunit(?:y|ies)|geschafte?|verkaufschancen?|affaires?|negocios?|oportunidad(?:es)?|trattative?',
  person: 'persons?|people|contacts?|customers?|clients?|kontakte?|kunden?|personne|persona|contactos?|contatt[oi]',
  lead: 'leads?',
  company: 'organi[sz]ations?|compan(?:y|ies)|accounts?|firma|unternehmen|entreprises?|empresas?|aziende?',
};

const PREFIXES = Object.entries(OBJECTS).map(
  ([object, names]) =>
    // `isObject` checks the keys' type.
    [
      isObject(object) ? object : 'deal',
      new RegExp(`^(?:${names})\\s*(?:[-–—:|/>→»]|\\.(?=\\S))\\s*(?=[\\p{L}\\p{N}])`, 'u'),
    ] as const,
);

function isObject(name: string): name is CrmObject {
  return Object.hasOwn(OBJECTS, name);
}

/** Takes the name of a column apart: `Deal - Value (EUR)` is the value of a deal, in euros. */
export function columnName(header: string): ColumnName {
  const { object, own } = withoutObject(header.trim());
  const { rest, asides } = withoutAsides(own);
  const bare = withoutAsides(header.trim()).rest;
  return {
    words: columnWords(header),
    whole: comparedHeader(header),
    object,
    own: comparedHeader(own),
    asides,
    bare: { whole: comparedHeader(bare), own: comparedHeader(rest) },
  };
}

function withoutObject(header: string): { object: CrmObject | undefined; own: string } {
  const plain = header.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  // Accents are the only marks that are lost, so a prefix without them has the same length when composed.
  for (const [object, prefix] of PREFIXES) {
    const [found] = prefix.exec(plain) ?? [];
    if (found !== undefined) return { object, own: header.normalize('NFC').slice(found.length) };
  }
  return { object: undefined, own: header };
}

const BRACKETS = /\(([^()]*)\)|\[([^[\]]*)\]|\{([^{}]*)\}/gu;

/** Cuts off what stands in brackets, after `in`, or as a last or first word: `Amount (EUR)`, `Betrag in €`, `amount_cents`. */
function withoutAsides(name: string): { rest: string; asides: Aside[] } {
  const spaced = name.replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2');
  const texts: string[] = [];
  const rest = spaced
    .replaceAll(BRACKETS, (_, ...parts: readonly unknown[]) => {
      texts.push(
        parts
          .slice(0, 3)
          .map((part) => (typeof part === 'string' ? part.trim() : ''))
          .join(''),
      );
      return ' ';
    })
    .trim();
  const asides = texts.map((text) => asideIn(text));
  for (const form of [
    /^(?<rest>.*\S)\s+(?:in|en|em|i|w)\s+(?<aside>\S.*)$/iu,
    /^(?<rest>.*[^\s_-])[\s_-]+(?<aside>(?:utc|gmt) ?[+-]\d{1,2}(?::?\d{2})?)$/iu,
    /^(?<rest>.*[^\s_-])[\s_-]+(?<aside>[^\s_-]+)$/u,
    /^(?<aside>eur|usd|gbp|chf|\p{Sc})[\s_-]+(?<rest>\p{L}.*)$/iu,
  ]) {
    const { rest: before = '', aside: text = '' } = form.exec(rest)?.groups ?? {};
    const aside = text === '' ? undefined : asideIn(text, before);
    const isSure = aside !== undefined && ['currency', 'currency_unclear', 'cents', 'zone'].includes(aside.kind);
    if (isSure) return { rest: before, asides: [...asides, aside] };
  }
  return { rest, asides };
}

const CENTS =
  /^(?<code>eur|euro|usd|us)?[ -]?(?:cents?|centimes?|centavos?|centesimi|centimos?|ct|ore|groszy?|pence|pennies|rappen|minor(?: units?)?|subunits?)$/;
const CODES: Readonly<Record<string, string>> = { eur: 'EUR', euro: 'EUR', usd: 'USD', us: 'USD' };

/** Currencies whose codes are also written in small letters. Other codes may be words, such as `all`. */
const COMMON_CODES = /^(?:eur|usd|gbp|chf|sek|nok|dkk|pln|czk|huf|ron|cad|aud|nzd|jpy|inr|brl|mxn|sgd|hkd|zar)$/;

/** @param before The text before it, if it isn't in brackets. */
function asideIn(text: string, before = ''): Aside {
  const words = columnWords(text);
  const cents = CENTS.exec(words);
  if (cents !== null) return { kind: 'cents', code: CODES[cents.groups?.['code'] ?? ''] };
  const notes: string[] = [];
  const code = currencyOf(text, (note) => notes.push(note));
  const isShouted = before !== '' && before === before.toUpperCase();
  const isCode = COMMON_CODES.test(text.toLowerCase()) || (/^[A-Z]{3}\W*\p{Sc}?\W*$/u.test(text) && !isShouted);
  const isSign = notes.includes('currency_sign');
  const isWord = notes.includes('currency_name') && words !== 'real' && !/[A-Z]{3}|\d/.test(text);
  if (code !== undefined && (isCode || isSign || isWord)) return { kind: 'currency', code };
  if (notes.includes('currency_ambiguous')) return { kind: 'currency_unclear', sign: text };
  if (isZone(text, before))
    return { kind: 'zone', zone: text.replace(/^(?:utc|gmt)(?=[+-])/iu, (name) => name.toUpperCase()) };
  if (/^(?:[dmyhs]{1,4}[-/.: ]?){2,6}$/iu.test(text)) return { kind: 'date_form' };
  return /^[A-Z]{2,5}$/.test(text) ||
    /\b(?:time|timezone|zone|zeit|ortszeit|heure|hora|ora|tijd|local|lokal)\b/.test(words)
    ? { kind: 'zone_unknown' }
    : { kind: 'other' };
}

/** `EST` is a zone, `Est.` and `close_date_est` are estimates. */
function isZone(text: string, before: string): boolean {
  const isWritten = /[/+-]|^(?:utc|gmt|z)$/iu.test(text);
  const isShouted = text === text.toUpperCase() && (before === '' || before !== before.toUpperCase());
  if (!(isWritten || isShouted) || !/^\p{L}/u.test(text)) return false;
  const notes: string[] = [];
  const ms = parseTime(`2026-01-01 00:00:00 ${text}`, (note) => notes.push(note));
  return ms !== undefined && !notes.includes('time_zone_unknown') && !notes.includes('time_without_zone');
}
