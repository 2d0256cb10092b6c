import { isNo, isYes } from '../../schema/events/consent-value.ts';
import { CONSENT_HOLDERS, CONSENT_METADATA, EVERY_CATEGORY } from '../../schema/events/event.ts';
import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';

type Holder = (typeof CONSENT_HOLDERS)[number];

/** Names that count as a category only when their value is a boolean or a word for yes or no. */
const METADATA: ReadonlySet<string> = new Set(CONSENT_METADATA.map(plain));

const HOLDERS: ReadonlyMap<string, Holder> = new Map(CONSENT_HOLDERS.map((name) => [plain(name), name]));

/** Fields that hold categories when their value is an object or a list. Otherwise they are categories themselves. */
const WRAPPERS: ReadonlySet<string> = new Set(
  ['categories', 'category', 'purposes', 'preferences', 'choices', 'consents', 'consent', 'groups'].map(plain),
);

/** More levels and entries than any consent platform sends. */
const MAX_NESTED_DEPTH = 6;
const MAX_NESTED = 32;
const MAX_NESTED_NAME_CHARS = 64;

/** Returns the known field for a name, in any case and with `_` or `-` between its words. */
export function holderOf(name: string): Holder | undefined {
  return name.length > 40 ? undefined : HOLDERS.get(plain(name));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, '');
}

/** Returns the values by category in one place, in any of the supported formats. */
export function valuesIn(said: unknown): Fields[] {
  if (!isFields(said)) return [whole(said)];
  const own: [string, unknown][] = [];
  const held: Fields[] = [];
  const allowed: Fields[] = [];
  let isDenying = false;
  for (const [name, value] of Object.entries(said)) {
    const holder = holderOf(name);
    if (holder === 'categoryPreferences') held.push(...wrapped(value));
    else if (holder === 'deniedConsentIds') {
      const denied = deniedIn(value);
      isDenying = isDenying || Object.keys(denied).length > 0;
      held.push(denied);
    } else if (holder === 'allowedConsentIds') allowed.push(allowedIn(value));
    else if (holder === undefined && isWrapper(name, value)) held.push(...wrapped(value));
    else if (holder === undefined && !isMetadata(name, value)) own.push([name, value]);
  }
  const isDeniedSaid = Object.keys(said).some((name) => holderOf(name) === 'deniedConsentIds');
  // RudderStack's SDKs send two empty lists until the visitor has been asked.
  const isUnasked = isDeniedSaid && !isDenying && allowed.every((ids) => Object.keys(ids).length <= 1);
  return [...entriesSaid(own), ...held, ...(isUnasked ? [] : allowed)];
}

function isWrapper(name: string, value: unknown): boolean {
  return typeof value === 'object' && value !== null && WRAPPERS.has(plain(name));
}

function wrapped(value: unknown): Fields[] {
  if (value === undefined) return [];
  if (!isFields(value)) return [whole(value)];
  return entriesSaid(Object.entries(value));
}

/**
 * Reads categories and their values. A value that might refuse any category applies to all categories without their own
 * answer.
 */
function entriesSaid(entries: readonly (readonly [string, unknown])[]): Fields[] {
  const { [EVERY_CATEGORY]: toAll, ...noes } = nestedNoes(entries);
  // A list may name what was denied.
  const isListed = entries.some(([, value]) => Array.isArray(value) && value.length > 0);
  const others = toAll !== undefined || isListed ? whole(toAll ?? 'unclear') : {};
  return [{ ...others, ...Object.fromEntries(entries) }, ...(Object.keys(noes).length > 0 ? [noes] : [])];
}

function isMetadata(name: string, value: unknown): boolean {
  if (!METADATA.has(plain(name))) return false;
  const isWord = typeof value === 'string' && value.trim() !== '' && (isYes(value) || isNo(value));
  return typeof value !== 'boolean' && !isWord;
}

/** Applies one value to every category. A list is not a yes, because it may name granted or denied categories. */
function whole(value: unknown): Fields {
  return { [EVERY_CATEGORY]: value };
}

/**
 * Returns the refusals in nested objects, such as `{ "gdpr": { "advertising": false } }`. A nested yes is ignored. An
 * object that is too large to read counts as a refusal of all categories.
 */
function nestedNoes(entries: readonly (readonly [string, unknown])[]): Fields {
  const noes = new Map<string, unknown>();
  const isAllRead = entries.every(([, value]) => collectNoes(value, 1, noes));
  return isAllRead ? Object.fromEntries(noes) : whole(false);
}

/**
 * Collects the refusals in a nested value.
 *
 * @returns False when it is too large.
 */
function collectNoes(value: unknown, depth: number, noes: Map<string, unknown>): boolean {
  if (!isFields(value)) return true;
  if (depth > MAX_NESTED_DEPTH) return false;
  for (const [name, said] of Object.entries(value)) {
    const isNoOne = isFields(said) || isNo(said);
    if (!isNoOne || METADATA.has(plain(name.slice(0, MAX_NESTED_NAME_CHARS)))) continue;
    if (noes.size >= MAX_NESTED || name.length > MAX_NESTED_NAME_CHARS) return false;
    noes.set(name, isFields(said) ? false : said);
    if (!collectNoes(said, depth + 1, noes)) return false;
  }
  return true;
}

/**
 * Reads a list of IDs, or RudderStack's older object of names by ID. IDs that are missing, or whose value is a no, are
 * not allowed.
 */
function allowedIn(allowed: unknown): Fields {
  if (allowed === undefined || allowed === null || allowed === '') return {};
  if (isFields(allowed))
    return {
      ...whole(false),
      ...Object.fromEntries(
        Object.entries(allowed).map(([id, name]) => [id, typeof name === 'string' && !isNo(name) ? true : name]),
      ),
    };
  return { ...whole(false), ...Object.fromEntries(idsIn(allowed).map((id) => [id, true])) };
}

/**
 * Reads a list of denied IDs. If it can't be read as a list of IDs, it refuses all categories, because it may contain
 * any of them.
 */
function deniedIn(denied: unknown): Fields {
  if (isFields(denied)) return Object.fromEntries(Object.keys(denied).map((id) => [id, false]));
  const isEmpty = denied === null || denied === '' || (Array.isArray(denied) && denied.length === 0);
  const ids = idsIn(denied);
  if (!isEmpty && (ids.length === 0 || (Array.isArray(denied) && ids.length < denied.length))) return whole('unclear');
  return Object.fromEntries(ids.map((id) => [id, false]));
}

function idsIn(list: unknown): string[] {
  const items: readonly unknown[] = Array.isArray(list) ? list : [list];
  return items.flatMap((id) => (typeof id === 'number' || (typeof id === 'string' && id !== '') ? [String(id)] : []));
}
