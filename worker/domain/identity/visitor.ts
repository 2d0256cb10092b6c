import type { Event } from '../../schema/events/event.ts';
import { clickIdOfVisit } from './click-id.ts';
import type { Click } from './click-id.ts';
import { identityOf, mergeIdentity } from './identity.ts';
import type { Identity } from './identity.ts';
import type { PersonIds } from './same-person.ts';
import { sensibleId } from './sensible-id.ts';

/**
 * The data about a visitor from their own browser's cookies, which the collector sealed or wrote. The server has no
 * table of people.
 */
export type Visitor = {
  identity: Identity;
  click: Click | undefined;
  /** The click ID that LinkedIn's own tag wrote. Ours wins over it. */
  liFatId: string | undefined;
  /** The smaller identity for some integrations, when a part of the data came without consent for them. */
  limited?: Limited | undefined;
};

/** A visitor without any known data. */
export const STRANGER: Visitor = { identity: {}, click: undefined, liFatId: undefined };

/** The identity and click for integrations that may not use everything. */
export type Limited = {
  /** The IDs of the integrations that may use only this. */
  notFor: readonly string[];
  identity: Identity;
  click: Click | undefined;
};

/**
 * Updates the visitor after an event: the identity from an `identify`, and the click that brought them.
 *
 * The newest click wins. The same click seen again keeps its first time.
 */
export async function visitorAfter(visitor: Visitor, event: Event, happenedAtMs: number): Promise<Visitor> {
  const identity =
    event.type === 'identify' ? mergeIdentity(visitor.identity, await identityOf(event)) : visitor.identity;
  const id = clickIdOfVisit(event) ?? (visitor.click === undefined ? visitor.liFatId : undefined);
  const isNewer = id !== undefined && id !== visitor.click?.id && happenedAtMs >= (visitor.click?.atMs ?? 0);
  return { ...visitor, identity, click: isNewer ? { id, atMs: happenedAtMs } : visitor.click };
}

/** Returns the person that an event names by IDs. Placeholder IDs are ignored. */
export function personOf(event: Event): PersonIds {
  const userId = sensibleId(event.userId);
  const anonymousId = sensibleId(event.anonymousId);
  return { ...(userId !== undefined && { userId }), ...(anonymousId !== undefined && { anonymousId }) };
}

/** Returns the visitor without their identity. */
export function forgotten(visitor: Visitor): Visitor {
  const { limited } = visitor;
  return { ...visitor, identity: {}, ...(limited && { limited: { ...limited, identity: {} } }) };
}

/** How long a click ID is stored: LinkedIn's longest usual attribution window. */
export const CLICK_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;

export const IDENTITY_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;
