import * as v from 'valibot';

import { EVERY_CATEGORY, Identify } from '../../../schema/events/event.ts';
import type { ConsentCategories, Event } from '../../../schema/events/event.ts';
import { isFields } from '../../../schema/fields.ts';
import type { Fields } from '../../../schema/fields.ts';
import type { SourceConfig } from '../../../schema/settings/source-config.ts';
import { NOTHING_SAID, readConsent } from '../../consent/read-consent.ts';
import type { SaidConsent } from '../../consent/read-consent.ts';
import { comparedName } from '../../privacy/compared-name.ts';
import { plainEvent } from './plain-event.ts';

/** The consent answers of one event, and the person it is about. */
export type ConsentStatement = { event: Event; consent: SaidConsent };

/** The fields that identify a person. In a refused event, each readable one counts. */
const WHO = ['userId', 'anonymousId', 'properties', 'traits', 'context'] as const;

/**
 * Reads the consent refusals in an invalid event, as far as possible. The event is not stored, but its refusals count.
 * A yes in it is ignored, so it can't replace an earlier no.
 */
export function denialsInInvalidEvent(raw: unknown): ConsentStatement[] {
  if (!isFields(raw)) return [];
  const plain = plainEvent(raw);
  return denialsOf(plain, readConsent(plain));
}

/** Returns the refusals of an event whose consent has been read. */
export function denialsOf(plain: Fields, consent: SaidConsent): ConsentStatement[] {
  const noes = Object.entries(consent.categories).filter(([, isGranted]) => !isGranted);
  if (noes.length === 0 && consent.destinationPreferences.length === 0) return [];
  return [{ event: v.parse(Identify, whoIn(plain)), consent: { ...consent, categories: Object.fromEntries(noes) } }];
}

function whoIn(raw: Fields): Fields {
  const type = 'identify';
  const readable = WHO.filter((name) => v.is(Identify, { type, [name]: raw[name] }));
  return { type, ...Object.fromEntries(readable.map((name) => [name, raw[name]])) };
}

/**
 * Returns the last answer for each category. An event without an answer changes nothing.
 *
 * Only required categories are included, so that thousands of events can't produce a huge result.
 */
export function latestConsent(
  statements: readonly ConsentStatement[],
  { integrations }: Pick<SourceConfig, 'integrations'>,
): SaidConsent {
  const asked = new Set(
    ['advertising', ...integrations.flatMap(({ consent_categories: names }) => names)].map(comparedName),
  );
  const categories: Map<string, boolean> = new Map();
  for (const { consent } of statements.toReversed()) {
    for (const [name, isGranted] of namesIn(consent.categories))
      if ((name === EVERY_CATEGORY || asked.has(name)) && !categories.has(name)) categories.set(name, isGranted);
    if (categories.has(EVERY_CATEGORY)) break;
  }
  const preferring = statements.findLast(({ consent }) => consent.destinationPreferences.length > 0);
  return {
    ...NOTHING_SAID,
    categories: Object.fromEntries(categories),
    destinationPreferences: preferring?.consent.destinationPreferences ?? [],
  };
}

function namesIn(categories: ConsentCategories): [name: string, isGranted: boolean][] {
  return Object.entries(categories).map(([name, isGranted]) => [comparedName(name), isGranted]);
}
