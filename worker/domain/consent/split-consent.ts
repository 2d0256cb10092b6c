import type { ConsentCategories } from '../../schema/events/event.ts';
import type { ConsentFacts } from './consent.ts';

/** The part of a consent that the events of a batch have in common. It is stored once for all of them. */
export type CommonConsent = Pick<ConsentFacts, 'categories' | 'policy' | 'country'>;

/** What an event adds to the common part. */
export type OwnConsent = { own?: ConsentCategories; from?: string; said_at?: string };

/** Splits an event's consent, so that a long consent beside a batch is not stored with each of its events. */
export function splitConsent(
  { categories, policy, country, source, said_at }: ConsentFacts,
  besideBatch: ConsentCategories,
): { common: CommonConsent; own: OwnConsent } {
  const isAllSaid = Object.keys(besideBatch).every((name) => Object.hasOwn(categories, name));
  const base = isAllSaid ? besideBatch : {};
  const own = Object.fromEntries(
    Object.entries(categories).filter(([name, isGiven]) => !Object.hasOwn(base, name) || base[name] !== isGiven),
  );
  return {
    common: { categories: base, policy, country },
    own: {
      ...(Object.keys(own).length > 0 && { own }),
      ...(source !== undefined && { from: source }),
      ...(said_at !== undefined && { said_at }),
    },
  };
}

/** Puts the parts of a consent together again. */
export function wholeConsent(common: CommonConsent, { own, from, said_at }: OwnConsent): ConsentFacts {
  // Many events have the same object, so it is created only when it differs.
  if (own === undefined && from === undefined && said_at === undefined) return common;
  return {
    ...common,
    categories: own === undefined ? common.categories : { ...common.categories, ...own },
    source: from,
    said_at,
  };
}
