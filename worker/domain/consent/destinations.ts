import { isNo, isYes } from '../../schema/events/consent-value.ts';
import { isFields } from '../../schema/fields.ts';
import { comparedName } from '../privacy/compared-name.ts';

/**
 * The answers about destinations in one object, sorted by kind of name. It is Segment's and RudderStack's
 * `integrations`, or `destinationPreferences`. It is read once, however many events and integrations need it.
 */
export type DestinationMap = {
  /** The answers under names of LinkedIn's Conversions API, which apply to every integration. */
  ours: readonly unknown[];
  /** The answers under names of LinkedIn's other products. A no to one of them applies to us too, but a yes doesn't. */
  related: readonly unknown[];
  /** The answers for every destination: `All`, `*`, or one value in place of the object. */
  all: readonly unknown[];
  /** The answers under all other names that an integration may have, by `comparedName`. */
  others: ReadonlyMap<string, readonly unknown[]>;
};

/**
 * The letters and digits of `LinkedIn`, `LinkedIn Ads`, `linkedin_capi`, `LinkedIn Conversions API`,
 * `actions-linkedin-conversions`, …
 */
const OUR_NAME =
  /^(?:actions|destination|ads|capi)?linkedin(?:ads?|conversions?|api|capi|events?|offline|online|server|serverside|cloud|web|actions|destination)*$/;

/** The letters and digits of `LinkedIn Insight Tag`, `LinkedIn Matched Audiences`, `LinkedIn Marketing Solutions`, … */
const RELATED_NAME =
  /^(?:actions|destination)?linkedin(?:ads?|actions|insights?|tags?|pixel|tracking|matched|audiences?|marketing|solutions|partner|leads?|gen|forms?|remarketing|retargeting|analytics|tv|ctv)+$/;

const EVERYBODY: ReadonlySet<string> = new Set(['all', '*']);

/** Longer than an integration's name, even with invisible characters. */
const MAX_NAME_CHARS = 1_000;

export function readDestinations(said: unknown): DestinationMap {
  if (!isFields(said)) return { ours: [], related: [], all: [said], others: new Map() };
  const ours: unknown[] = [];
  const related: unknown[] = [];
  const all: unknown[] = [];
  const others = new Map<string, unknown[]>();
  for (const [key, value] of Object.entries(said)) {
    const name = comparedName(key.slice(0, MAX_NAME_CHARS));
    const letters = name.replaceAll(/[^\p{L}\p{N}]/gu, '');
    if (OUR_NAME.test(letters)) ours.push(value);
    else if (RELATED_NAME.test(letters)) related.push(value);
    else if (EVERYBODY.has(name)) all.push(value);
    // An integration may have any name, including one of the above.
    const same = others.get(name);
    if (same === undefined) others.set(name, [value]);
    else same.push(value);
  }
  return { ours, related, all, others };
}

export type Verdict = {
  isMeant: boolean;
  /** The answer is about us, not about every destination. */
  isNamed: boolean;
};

type ReadValue = (value: unknown) => boolean;

/**
 * Combines the answers of several objects for one integration. A no wins. Undefined when no answer applies to it.
 *
 * @param names The integration's names, by `comparedName`.
 */
export function verdictOf(
  maps: readonly DestinationMap[],
  names: readonly string[],
  read: ReadValue,
): Verdict | undefined {
  const verdicts = maps.map((map) => verdictIn(map, names, read)).filter((verdict) => verdict !== undefined);
  if (verdicts.length === 0) return undefined;
  return {
    isMeant: verdicts.every(({ isMeant }) => isMeant),
    isNamed: verdicts.some(({ isNamed }) => isNamed),
  };
}

function verdictIn(
  { ours, related, all, others }: DestinationMap,
  names: readonly string[],
  read: ReadValue,
): Verdict | undefined {
  const own = [...ours, ...names.flatMap((name) => others.get(name) ?? [])];
  if (own.length > 0) return { isMeant: own.every(read), isNamed: true };
  if (!related.every(read)) return { isMeant: false, isNamed: true };
  return all.length === 0 ? undefined : { isMeant: all.every(isYes), isNamed: false };
}

/** In an object under our name, a no in one of these fields is a no. */
const ON: ReadonlySet<string> = new Set([
  'enabled',
  'enable',
  'isenabled',
  'active',
  'isactive',
  'on',
  'allowed',
  'allow',
  'isallowed',
  'send',
  'value',
  'consent',
  'consented',
  'hasconsent',
  'granted',
  'isgranted',
  'optin',
  'optedin',
  'status',
  'state',
]);

/** In an object under our name, any value except a no in one of these fields is a no. */
const OFF: ReadonlySet<string> = new Set([
  'disabled',
  'disable',
  'isdisabled',
  'inactive',
  'off',
  'denied',
  'deny',
  'isdenied',
  'blocked',
  'block',
  'optout',
  'optedout',
  'refused',
  'revoked',
  'withdrawn',
  'rejected',
  'skip',
  'excluded',
]);

/** Words for "off" that `isNo` doesn't know. */
const OFF_WORD =
  /^\s*(?:disabled?|inactive|deny|block(?:ed)?|refused|revoked|withdrawn|rejected|opt(?:ed)?[ _-]?out)\s*$/i;

/**
 * Checks whether a value under our name in `integrations` means yes. An object is a yes with settings, unless one of
 * its fields turns us off.
 */
export function isMeaning(value: unknown): boolean {
  if (!isFields(value)) return isYes(value);
  return !Object.entries(value).some(([key, said]) => {
    const name = key.length > MAX_NAME_CHARS ? '' : comparedName(key);
    if (ON.has(name)) return isNo(said) || (typeof said === 'string' && OFF_WORD.test(said));
    return OFF.has(name) && !isNo(said);
  });
}
