import type { Identity } from './identity.ts';
import { withoutUndefined } from './identity.ts';
import { areNamesDifferent } from './same-person.ts';
import type { Likeness } from './same-person.ts';

/** The fields that describe a person, besides IDs. */
const SAID = ['emailSha256', 'firstName', 'lastName', 'companyName', 'title', 'countryCode'] as const;

/**
 * Merges the known identity with the event's own, and never mixes fields of two people.
 *
 * - Same person, by e-mail or ID: all fields, and newer values win. Only an `identify` changes a name. Another name
 *   beside the same ID is probably a form that was filled in for somebody else.
 * - Somebody else: only the event's own fields.
 * - Unknown: an `identify` adds to the browser's current user. Any other event may bring another person's e-mail or
 *   name, so only one of the two identities is sent. That is the one with an e-mail, unless the event has its own user
 *   ID.
 */
export function joinedIdentity(
  known: Identity,
  own: Identity,
  { likeness, isIdentify }: { likeness: Likeness; isIdentify: boolean },
): Identity {
  if (likeness === 'somebody_else') return own;
  const isRenamed = areNamesDifferent(known, own) && own.emailSha256 === undefined;
  if (likeness === 'same' && isRenamed && !isIdentify) return isFindable(known) ? known : own;
  if (likeness === 'same' || isIdentify || !isSayingMore(known, own)) return { ...known, ...own };
  if (own.emailSha256 !== undefined) return { ...withoutUndefined({ userId: known.userId }), ...own };
  if (own.userId !== undefined || !isFindable(known)) return own;
  return known;
}

/** Checks whether each identity has a field that the other lacks or contradicts. */
function isSayingMore(known: Identity, own: Identity): boolean {
  const adds = (one: Identity, other: Identity): boolean =>
    SAID.some((name) => one[name] !== undefined && one[name] !== other[name]);
  return adds(known, own) && adds(own, known);
}

/** Checks whether LinkedIn could match the person: it needs an e-mail or both names. */
function isFindable({ emailSha256, firstName, lastName }: Identity): boolean {
  return emailSha256 !== undefined || (firstName !== undefined && lastName !== undefined);
}
