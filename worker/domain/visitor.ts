import type { Event } from '../schema/event.ts';
import { clickIdOfVisit } from './click-id.ts';
import type { Click } from './click-id.ts';
import { identityOf, mergeIdentity } from './identity.ts';
import type { Identity } from './identity.ts';

/** What the visitor's own browser knows of him, in cookies that the collector sealed or wrote. The server has no table of people. */
export type Visitor = {
  identity: Identity;
  click: Click | undefined;
  /** As LinkedIn's own tag wrote it; ours wins over it. */
  liFatId: string | undefined;
};

/**
 * What is known of the visitor after an event: who an `identify` says he is, and the click that brought him.
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

/** Whom the events of a request name, as far as they do. */
export type Person = { userId?: string; anonymousId?: string };

/**
 * This is true when an event is of another person than those before it, so that nothing of theirs may go with it: a
 * server sends events of many people in one request, and a browser those of before and after a log-out.
 */
export function isSomebodyElse(person: Person, event: Person): boolean {
  if (differ(person.userId, event.userId) || differ(person.anonymousId, event.anonymousId)) return true;
  const isNamed = ({ userId, anonymousId }: Person): boolean => userId !== undefined || anonymousId !== undefined;
  const isShared =
    (person.userId !== undefined && person.userId === event.userId) ||
    (person.anonymousId !== undefined && person.anonymousId === event.anonymousId);
  return isNamed(person) && isNamed(event) && !isShared;
}

/** Whom an event names. An empty id names nobody. */
export function personOf({ userId, anonymousId }: Event): Person {
  return { ...(userId && { userId }), ...(anonymousId && { anonymousId }) };
}

function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

/** How long the click id is kept: LinkedIn's longest usual attribution window. */
export const CLICK_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;

export const IDENTITY_LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;
