import { MAX_NAME_CHARS } from '../../schema/events/event.ts';
import type { Event } from '../../schema/events/event.ts';
import type { ConsentFacts } from '../consent/consent.ts';
import { sha256Hex } from '../identity/sha256.ts';
import { holdsPerson, masked } from './mask-personal-data.ts';

/**
 * The part of a longer text that is read. It is longer than a stored name, because an address cut in half would not be
 * recognised.
 */
const MAX_READ_CHARS = 1_024;

/** Matches a category that an integration may require. A text in this form can't contain an e-mail address. */
const ASKED_CATEGORY = /^[\w.-]{1,64}$/;

/**
 * Returns the name under which an event is stored, shown and counted: a track event's or page's own, with personal data
 * masked.
 */
export function keptName(event: Event): string | undefined {
  const name = event.type === 'track' ? event.event : event.type === 'page' ? (event.name ?? undefined) : undefined;
  return name === undefined ? undefined : withoutPeople(name);
}

/** Masks personal data in a name, and cuts it to the stored length. */
export function withoutPeople(name: string): string {
  return masked(name.slice(0, MAX_READ_CHARS)).slice(0, MAX_NAME_CHARS).toWellFormed();
}

/**
 * Returns the ID under which an event is stored. An ID with an address or number in it is hashed, so that the same
 * message always has the same ID.
 */
export async function keptMessageId(messageId: string): Promise<string> {
  return holdsPerson(messageId) ? sha256Hex(messageId) : messageId;
}

/**
 * Masks personal data in the category names of stored consent. The names come from the client, so they can't be
 * trusted.
 */
export function keptConsent(consent: ConsentFacts): ConsentFacts {
  const entries = Object.entries(consent.categories);
  if (entries.every(([name]) => ASKED_CATEGORY.test(name))) return consent;
  return {
    ...consent,
    categories: Object.fromEntries(
      entries.map(([name, isYes]) => [ASKED_CATEGORY.test(name) ? name : masked(name), isYes]),
    ),
  };
}
