import { comparedName } from '../privacy/compared-name.ts';

/** By what a person is named: an e-mail as its hash, an id of the site's own, an id of the browser. */
export type PersonIds = {
  emailSha256?: string | undefined;
  userId?: string | undefined;
  anonymousId?: string | undefined;
  /** The e-mail that stands in the place of their id, as its hash. */
  emailInId?: string | undefined;
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
  const emails = emailsOfIds(one, other);
  if (both.some((kind) => one[kind] !== other[kind]) || emails === 'different') return 'somebody_else';
  if (both.length > 0 || emails === 'same') return 'same';
  return hasId(one) && hasId(other) ? 'somebody_else' : 'unknown';
}

/** An id that is an e-mail is as good as one, where only one of the two has an id and there are no two e-mails. */
function emailsOfIds(one: PersonIds, other: PersonIds): 'same' | 'different' | undefined {
  if (one.userId !== undefined && other.userId !== undefined) return undefined;
  if (one.emailSha256 !== undefined && other.emailSha256 !== undefined) return undefined;
  const here = one.emailSha256 ?? one.emailInId;
  const there = other.emailSha256 ?? other.emailInId;
  return here === undefined || there === undefined ? undefined : here === there ? 'same' : 'different';
}

/** This is true when two people have names, and not the same ones. */
export function areNamesDifferent(one: Names, other: Names): boolean {
  return (['firstName', 'lastName'] as const).some((name) => {
    const [here, there] = [one[name], other[name]];
    return here !== undefined && there !== undefined && comparedName(here) !== comparedName(there);
  });
}

type Names = { firstName?: string; lastName?: string };

/** What several comparisons of the same two people come to: one difference is enough, and then one thing in common. */
export function together(...found: readonly Likeness[]): Likeness {
  if (found.includes('somebody_else')) return 'somebody_else';
  return found.includes('same') ? 'same' : 'unknown';
}

function hasId({ userId, anonymousId }: PersonIds): boolean {
  return userId !== undefined || anonymousId !== undefined;
}
