import { MAX_NAME_CHARS } from '../../schema/events/event.ts';
import type { Event } from '../../schema/events/event.ts';
import type { ConsentFacts } from '../consent/consent.ts';
import { sha256Hex } from '../identity/sha256.ts';
import { holdsPerson, masked } from './personal-text.ts';

/** What is looked at of a longer text: an address that the cut goes through would not be known for one. */
const MAX_READ_CHARS = 1_024;

/** A category that an integration may ask for, in which there is no room for an address. */
const ASKED_CATEGORY = /^[\w.-]{1,64}$/;

/** The name under which an event is kept, shown and counted: a track event's own, or a page's, without anybody in it. */
export function keptName(event: Event): string | undefined {
  const name = event.type === 'track' ? event.event : event.type === 'page' ? (event.name ?? undefined) : undefined;
  return name === undefined ? undefined : withoutPeople(name);
}

/** A name as it may be kept, cut where names end. */
export function withoutPeople(name: string): string {
  return masked(name.slice(0, MAX_READ_CHARS)).slice(0, MAX_NAME_CHARS).toWellFormed();
}

/**
 * The id under which an event is kept: its hash where it holds somebody's address or number, so that the same message has
 * the same id for ever.
 */
export async function keptMessageId(messageId: string): Promise<string> {
  return holdsPerson(messageId) ? sha256Hex(messageId) : messageId;
}

/** What was said about consent as it is kept: whoever has the write key chooses the names of categories. */
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
