import type { Event } from '../../schema/events/event.ts';
import { clickIdOfVisit } from './click-id.ts';
import type { Click } from './click-id.ts';
import { identityOf, mergeIdentity } from './identity.ts';
import type { Identity } from './identity.ts';
import type { PersonIds } from './same-person.ts';
import { sensibleId } from './sensible-id.ts';

/** What the visitor's own browser knows of them, in cookies that the collector sealed or wrote. The server has no table of people. */
export type Visitor = {
  identity: Identity;
  click: Click | undefined;
  /** As LinkedIn's own tag wrote it; ours wins over it. */
  liFatId: string | undefined;
  /** What some integrations may know, where a part of it came without consent to them. */
  limited?: Limited | undefined;
};

/** The less that is known where not every integration may know everything. */
export type Limited = {
  /** The ids of integrations that may know no more than this. */
  notFor: readonly string[];
  identity: Identity;
  click: Click | undefined;
};

/**
 * What is known of the visitor after an event: who an `identify` says they are, and the click that brought them.
 *
 * The newest click wins; the same click seen again keeps its time.
 */
export async function visitorAfter(visitor: Visitor, event: Event, happenedAtMs: number): Promise<Visitor> {
  const identity =
    event.type === 'identify' ? mergeIdentity(visitor.identity, await identityOf(event)) : visitor.identity;
  const id = clickIdOfVisit(event) ?? (visitor.click === undefined ? visitor.liFatId : undefined);
  const isNewer = id !== undefined && id !== visitor.click?.id && happenedAtMs >= (visitor.click?.atMs ?? 0);
  return { ...visitor, identity, click: isNewer ? { id, atMs: happenedAtMs } : visitor.click };
}

/** The person an event names by IDs. A senseless ID names nobody. */
export function personOf(event: Event): PersonIds {
  const userId = sensibleId(event.userId);
  const anonymousId = sensibleId(event.anonymousId);
  return { ...(userId !== undefined && { userId }), ...(anonymousId !== undefined && { anonymousId }) };
}

/** A visitor whose identity is no longer known. */
export function forgotten(visitor: Visitor): Visitor {
  const { limited } = visitor;
  return { ...visitor, identity: {}, ...(limited && { limited: { ...limited, identity: {} } }) };
}

/** How long the click id is kept: LinkedIn's longest usual attribution window. */
export const CLICK_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;

export const IDENTITY_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;
