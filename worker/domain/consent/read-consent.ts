import { isNo, isYes } from '../../schema/events/consent-value.ts';
import { EVERY_CATEGORY } from '../../schema/events/event.ts';
import type { ConsentCategories } from '../../schema/events/event.ts';
import { fieldsIn, isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import type { FieldProblem } from '../../schema/problem.ts';
import { comparedName } from '../privacy/compared-name.ts';
import { valuesIn, holderOf } from './category-values.ts';
import { readDestinations } from './destinations.ts';
import type { DestinationMap } from './destinations.ts';

/** More than any consent banner asks. All answers are stored, so they need a limit. */
export const MAX_CATEGORIES = 64;
const MAX_CATEGORY_CHARS = 64;

/** The consent answers of an event, or of the envelope around a batch. */
export type SaidConsent = {
  categories: ConsentCategories;
  /** An answer was neither a clear yes nor a clear no, and was read as a no. */
  isUnclear: boolean;
  /** Each `destinationPreferences`, evaluated in `sender-veto.ts`. */
  destinationPreferences: readonly DestinationMap[];
  /** The objects that may have the consent platform (`source`) and the time (`at`). */
  places: readonly Fields[];
  /** There are more or longer categories than allowed. */
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
 * Reads the consent answers of an event, or of the envelope around a batch. Both may have them in the same places.
 *
 * The places are the event itself and its `context`. There it reads `consent`, RudderStack's `consentManagement`, and
 * the fields that these may hold (`categoryPreferences`, `allowedConsentIds`, …), in any case. Each may hold
 * categories, or one value for all of them. When a category gets two answers, a no wins.
 */
export function readConsent(sender: Fields): SaidConsent {
  const found = [...placesIn(sender, ''), ...placesIn(fieldsIn(sender, 'context'), '/context')];
  if (found.length === 0) return NOTHING_SAID;
  const answers = found.flatMap(({ pointer, said }) => valuesIn(said).map((values) => ({ pointer, values })));
  const problem = problemOf(answers);
  const places = found.flatMap(({ said }) => (isFields(said) ? [said] : []));
  const destinationPreferences = places.flatMap((place) =>
    Object.entries(place).flatMap(([name, value]) =>
      holderOf(name) === 'destinationPreferences' && value !== undefined ? [readDestinations(value)] : [],
    ),
  );
  // An answer that is too long is refused. It must not count as no answer.
  if (problem !== undefined)
    return { ...NOTHING_SAID, categories: { [EVERY_CATEGORY]: false }, destinationPreferences, problem };
  return {
    categories: strictest(answers.map(({ values }) => values)),
    isUnclear: answers.some(({ values }) => Object.values(values).some((value) => !isYes(value) && !isNo(value))),
    destinationPreferences,
    places,
  };
}

/** Checks whether a field of an event or its context may hold consent answers. */
export function holdsConsent(name: string): boolean {
  return CONSENT_FIELD.test(name) || holderOf(name) !== undefined;
}

function placesIn(sender: Fields, pointer: string): { pointer: string; said: unknown }[] {
  return Object.keys(sender).flatMap((name) => {
    const said = sender[name];
    if (said === undefined || !holdsConsent(name)) return [];
    return [{ pointer: `${pointer}/${name}`, said: CONSENT_FIELD.test(name) ? said : { [name]: said } }];
  });
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

/** Combines the answers of several places: a category is a yes when none of them says no. */
function strictest(answers: readonly Fields[]): ConsentCategories {
  const said = answers.map(read);
  const names = new Map(
    said.flatMap((categories) => Object.keys(categories)).map((name) => [comparedName(name), name]),
  );
  return Object.fromEntries(
    [...names.values()].map((name) => [name, said.every((categories) => consentTo(name, categories) !== false)]),
  );
}

/** Names that mean every category. */
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
 * Returns the answer about a category: its own, or else the one for every category. Undefined without an answer.
 *
 * Names are compared by `comparedName`: a banner may say `Advertising` where a source requires `advertising`.
 */
export function consentTo(category: string, categories: ConsentCategories): boolean | undefined {
  const wanted = comparedName(category);
  const own = Object.entries(categories).filter(([name]) => comparedName(name) === wanted);
  if (own.length > 0) return own.every(([, isGranted]) => isGranted);
  return Object.hasOwn(categories, EVERY_CATEGORY) ? categories[EVERY_CATEGORY] : undefined;
}

/**
 * Merges the answers of an event and its batch. The event's own answers win, and its answer for every category replaces
 * all of the batch's.
 */
export function joined(ofEvent: ConsentCategories, besideBatch: ConsentCategories): ConsentCategories {
  if (Object.hasOwn(ofEvent, EVERY_CATEGORY)) return ofEvent;
  if (Object.keys(ofEvent).length === 0) return besideBatch;
  const named = new Set(Object.keys(ofEvent).map(comparedName));
  const kept = Object.entries(besideBatch).filter(([name]) => !named.has(comparedName(name)));
  return { ...Object.fromEntries(kept), ...ofEvent };
}
