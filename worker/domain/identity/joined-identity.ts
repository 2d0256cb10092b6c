import type { Identity } from './identity.ts';
import { withoutUndefined } from './identity.ts';
import { areNamesDifferent } from './same-person.ts';
import type { Likeness } from './same-person.ts';

/** What is sent of a person beside ids. */
const SAID = ['emailSha256', 'firstName', 'lastName', 'companyName', 'title', 'countryCode'] as const;

/**
 * Joins what is known of somebody with what an event says, so that no field of one person goes with another's.
 *
 * - The same person, by an e-mail or an id: all of it, and the newer word counts. Other names beside the same id are
 *   somebody's who stands in a form, and only an `identify` changes a name.
 * - Somebody else: the event's own.
 * - Nothing says whether they are the same: an `identify` adds to whoever uses the browser. Any other event brings an
 *   e-mail or a name that nobody said to be of one person, so one of the two goes alone: what has an e-mail, if the event
 *   has no user id of its own.
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

/** This is true when each of the two says of a person what the other does not. */
function isSayingMore(known: Identity, own: Identity): boolean {
  const adds = (one: Identity, other: Identity): boolean =>
    SAID.some((name) => one[name] !== undefined && one[name] !== other[name]);
  return adds(known, own) && adds(own, known);
}

/** LinkedIn finds nobody by less than an e-mail or both names. */
function isFindable({ emailSha256, firstName, lastName }: Identity): boolean {
  return emailSha256 !== undefined || (firstName !== undefined && lastName !== undefined);
}
