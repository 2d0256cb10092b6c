/** By what a person is named: an e-mail as its hash, an id of the site's own, an id of the browser. */
export type PersonIds = {
  emailSha256?: string | undefined;
  userId?: string | undefined;
  anonymousId?: string | undefined;
};

/** `unknown`: nothing says that they are the same person, and nothing says that they are not. */
export type Likeness = 'same' | 'somebody_else' | 'unknown';

const KINDS = ['emailSha256', 'userId', 'anonymousId'] as const;

/**
 * Says whether two names are of one person. Everything that joins what is known of people asks here: the sealed cookie,
 * the events of a request, and conversions that wait for an e-mail.
 *
 * One difference is enough: another e-mail is another person, whatever else is the same. So are two ids that nothing
 * connects, a user id here and an anonymous id there. An e-mail that joins a user id contradicts nothing: a person logs in
 * first and fills in a form later.
 */
export function likeness(one: PersonIds, other: PersonIds): Likeness {
  const both = KINDS.filter((kind) => one[kind] !== undefined && other[kind] !== undefined);
  if (both.some((kind) => one[kind] !== other[kind])) return 'somebody_else';
  if (both.length > 0) return 'same';
  return hasId(one) && hasId(other) ? 'somebody_else' : 'unknown';
}

/** What several comparisons of the same two people come to: one difference is enough, and then one thing in common. */
export function together(...found: readonly Likeness[]): Likeness {
  if (found.includes('somebody_else')) return 'somebody_else';
  return found.includes('same') ? 'same' : 'unknown';
}

function hasId({ userId, anonymousId }: PersonIds): boolean {
  return userId !== undefined || anonymousId !== undefined;
}
