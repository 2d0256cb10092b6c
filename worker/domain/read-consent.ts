import { isNo, isYes } from '../schema/consent-value.ts';
import { CONSENT_HOLDERS, CONSENT_METADATA, EVERY_CATEGORY } from '../schema/event.ts';
import type { ConsentCategories } from '../schema/event.ts';
import { fieldsIn, isFields } from '../schema/fields.ts';
import type { Fields } from '../schema/fields.ts';
import type { FieldProblem } from '../schema/problem.ts';
import { comparedName } from './compared-name.ts';

/** No consent banner asks for more, and everything that is said is kept. */
export const MAX_CATEGORIES = 64;
export const MAX_CATEGORY_CHARS = 64;

/** What an event, or the envelope around a batch, says about consent. */
export type SaidConsent = {
  categories: ConsentCategories;
  /** Something was neither a clear yes nor a clear no, and was read as a no. */
  isUnclear: boolean;
  /** Each `destinationPreferences`, as it came; `sender-veto.ts` reads them. */
  destinationPreferences: readonly unknown[];
  /** The objects that may name the consent platform (`source`) and the time (`at`). */
  places: readonly Fields[];
  /** It says more than is taken. */
  problem?: FieldProblem;
};

export const NOTHING_SAID: SaidConsent = {
  categories: {},
  isUnclear: false,
  destinationPreferences: [],
  places: [],
};

/** One is a category only where its value is a boolean or a word for yes or no. */
const METADATA: ReadonlySet<string> = new Set(CONSENT_METADATA);
const HOLDERS: ReadonlySet<string> = new Set(CONSENT_HOLDERS);

/**
 * Reads what an event says about consent, or the envelope around a batch: both may say it in the same places.
 *
 * The places are `consent`, `context.consent` (Segment's, with `categoryPreferences`) and `context.consentManagement`
 * (RudderStack's, with `allowedConsentIds` and `deniedConsentIds`). Each may hold categories, or one value for all of
 * them. Where one category gets two answers, a no wins.
 */
export function readConsent(sender: Fields): SaidConsent {
  const context = fieldsIn(sender, 'context');
  const found = [
    { pointer: '/consent', said: sender['consent'] },
    { pointer: '/context/consent', said: context['consent'] },
    { pointer: '/context/consentManagement', said: context['consentManagement'] },
  ].filter(({ said }) => said !== undefined);
  if (found.length === 0) return NOTHING_SAID;
  const answers = found.flatMap(({ pointer, said }) => answersIn(said).map((values) => ({ pointer, values })));
  const problem = problemOf(answers);
  // What is too long to be read is refused, and must not count as silence.
  if (problem !== undefined) return { ...NOTHING_SAID, categories: { [EVERY_CATEGORY]: false }, problem };
  const places = found.flatMap(({ said }) => (isFields(said) ? [said] : []));
  return {
    categories: strictest(answers.map(({ values }) => values)),
    isUnclear: answers.some(({ values }) => Object.values(values).some((value) => !isYes(value) && !isNo(value))),
    destinationPreferences: places.flatMap((place) =>
      Object.hasOwn(place, 'destinationPreferences') ? [place['destinationPreferences']] : [],
    ),
    places,
  };
}

/** This is true when something was said about a category. */
export function isSaid({ categories }: SaidConsent): boolean {
  return Object.keys(categories).length > 0;
}

/** Values by category, as each place has them. */
function answersIn(said: unknown): Fields[] {
  if (!isFields(said)) return [whole(said)];
  const own = Object.entries(said).filter(([name, value]) => !HOLDERS.has(name) && !isMetadata(name, value));
  const { categoryPreferences: preferences, allowedConsentIds: allowed, deniedConsentIds: denied } = said;
  return [
    Object.fromEntries(own),
    ...(preferences === undefined ? [] : [isFields(preferences) ? preferences : whole(preferences)]),
    ...(allowed === undefined ? [] : [allowedIn(allowed)]),
    ...(denied === undefined ? [] : [deniedIn(denied)]),
  ];
}

function isMetadata(name: string, value: unknown): boolean {
  if (!METADATA.has(name)) return false;
  const isWord = typeof value === 'string' && value.trim() !== '' && (isYes(value) || isNo(value));
  return typeof value !== 'boolean' && !isWord;
}

/** One value for every category. A list is none: it may name what was granted, or what was denied. */
function whole(value: unknown): Fields {
  return { [EVERY_CATEGORY]: value };
}

/** A list of ids, or RudderStack's older object of names by id. An id whose own value is a no is not allowed. */
function allowedIn(allowed: unknown): Fields {
  if (isFields(allowed))
    return Object.fromEntries(
      Object.entries(allowed).map(([id, name]) => [id, typeof name === 'string' && !isNo(name) ? true : name]),
    );
  return Object.fromEntries(idsIn(allowed).map((id) => [id, true]));
}

/** What cannot be read as a list of ids may name any of them, so it is a no to all. */
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

function problemOf(answers: readonly { pointer: string; values: Fields }[]): FieldProblem | undefined {
  const names = new Set<string>();
  for (const { pointer, values } of answers) {
    for (const name of Object.keys(values)) {
      if (name.length > MAX_CATEGORY_CHARS)
        return { pointer, detail: `expected consent categories of at most ${MAX_CATEGORY_CHARS} characters` };
      names.add(name);
      if (names.size > MAX_CATEGORIES)
        return { pointer, detail: `expected at most ${MAX_CATEGORIES} consent categories` };
    }
  }
  return undefined;
}

/** Joins what several places say: a category is a yes where none of them says no. */
function strictest(answers: readonly Fields[]): ConsentCategories {
  const said = answers.map(read);
  const names = new Map(
    said.flatMap((categories) => Object.keys(categories)).map((name) => [comparedName(name), name]),
  );
  return Object.fromEntries(
    [...names.values()].map((name) => [name, said.every((categories) => answerTo(name, categories) !== false)]),
  );
}

function read(values: Fields): ConsentCategories {
  const categories: ConsentCategories = Object.create(null);
  for (const [name, value] of Object.entries(values)) {
    const own = comparedName(name) === EVERY_CATEGORY ? EVERY_CATEGORY : name;
    categories[own] = isYes(value) && categories[own] !== false;
  }
  return categories;
}

/**
 * What was said about one category: under its own name, else about every category; undefined where nothing was.
 *
 * Names are compared by `comparedName`: banners say `Advertising` where a source asks for `advertising`.
 */
export function answerTo(category: string, categories: ConsentCategories): boolean | undefined {
  const wanted = comparedName(category);
  const own = Object.entries(categories).filter(([name]) => comparedName(name) === wanted);
  if (own.length > 0) return own.every(([, isGranted]) => isGranted);
  return Object.hasOwn(categories, EVERY_CATEGORY) ? categories[EVERY_CATEGORY] : undefined;
}

/** What an event says counts before what stands beside its batch; its word for every category covers all of that. */
export function joined(ofEvent: ConsentCategories, besideBatch: ConsentCategories): ConsentCategories {
  if (Object.hasOwn(ofEvent, EVERY_CATEGORY)) return ofEvent;
  if (Object.keys(ofEvent).length === 0) return besideBatch;
  const named = new Set(Object.keys(ofEvent).map(comparedName));
  const kept = Object.entries(besideBatch).filter(([name]) => !named.has(comparedName(name)));
  return { ...Object.fromEntries(kept), ...ofEvent };
}
