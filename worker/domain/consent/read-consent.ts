import { isNo, isYes } from '../../schema/events/consent-value.ts';
import { EVERY_CATEGORY } from '../../schema/events/event.ts';
import type { ConsentCategories } from '../../schema/events/event.ts';
import { fieldsIn, isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import type { FieldProblem } from '../../schema/problem.ts';
import { comparedName } from '../privacy/compared-name.ts';
import { answersIn, holderOf } from './consent-answers.ts';
import { readDestinations } from './destinations.ts';
import type { DestinationMap } from './destinations.ts';

/** No consent banner asks for more, and everything that is said is kept. */
export const MAX_CATEGORIES = 64;
export const MAX_CATEGORY_CHARS = 64;

/** What an event, or the envelope around a batch, says about consent. */
export type SaidConsent = {
  categories: ConsentCategories;
  /** Something was neither a clear yes nor a clear no, and was read as a no. */
  isUnclear: boolean;
  /** Each `destinationPreferences`; `sender-veto.ts` asks them. */
  destinationPreferences: readonly DestinationMap[];
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

/** `consent`, `consentManagement`, `consent_management`. */
const CONSENT_FIELD = /^consent(?:[_-]?management)?$/i;

/**
 * Reads what an event says about consent, or the envelope around a batch: both may say it in the same places.
 *
 * The places are the event itself and its `context`; there `consent`, RudderStack's `consentManagement`, and the fields
 * that these may hold (`categoryPreferences`, `allowedConsentIds`, …), in any case. Each may hold categories, or one value
 * for all of them. Where one category gets two answers, a no wins.
 */
export function readConsent(sender: Fields): SaidConsent {
  const found = [...placesIn(sender, ''), ...placesIn(fieldsIn(sender, 'context'), '/context')];
  if (found.length === 0) return NOTHING_SAID;
  const answers = found.flatMap(({ pointer, said }) => answersIn(said).map((values) => ({ pointer, values })));
  const problem = problemOf(answers);
  const places = found.flatMap(({ said }) => (isFields(said) ? [said] : []));
  const destinationPreferences = places.flatMap((place) =>
    Object.entries(place).flatMap(([name, value]) =>
      holderOf(name) === 'destinationPreferences' && value !== undefined ? [readDestinations(value)] : [],
    ),
  );
  // What is too long to be read is refused, and must not count as silence.
  if (problem !== undefined)
    return { ...NOTHING_SAID, categories: { [EVERY_CATEGORY]: false }, destinationPreferences, problem };
  return {
    categories: strictest(answers.map(({ values }) => values)),
    isUnclear: answers.some(({ values }) => Object.values(values).some((value) => !isYes(value) && !isNo(value))),
    destinationPreferences,
    places,
  };
}

function placesIn(sender: Fields, pointer: string): { pointer: string; said: unknown }[] {
  return Object.keys(sender).flatMap((name) => {
    const said = sender[name];
    if (said === undefined) return [];
    if (CONSENT_FIELD.test(name)) return [{ pointer: `${pointer}/${name}`, said }];
    return holderOf(name) === undefined ? [] : [{ pointer: `${pointer}/${name}`, said: { [name]: said } }];
  });
}

/** This is true when something was said about a category. */
export function isSaid({ categories }: SaidConsent): boolean {
  return Object.keys(categories).length > 0;
}

function problemOf(answers: readonly { pointer: string; values: Fields }[]): FieldProblem | undefined {
  const names = new Set<string>();
  for (const { pointer, values } of answers) {
    for (const name of Object.keys(values)) {
      if (name.length > MAX_CATEGORY_CHARS)
        return { pointer, detail: `expected consent categories of at most ${MAX_CATEGORY_CHARS} characters` };
      if (name !== EVERY_CATEGORY) names.add(name);
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

/** Names that stand for every category. */
const EVERYTHING: ReadonlySet<string> = new Set([EVERY_CATEGORY, 'all']);

function read(values: Fields): ConsentCategories {
  const categories: ConsentCategories = Object.create(null);
  for (const [name, value] of Object.entries(values)) {
    const own = EVERYTHING.has(comparedName(name)) ? EVERY_CATEGORY : name;
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
