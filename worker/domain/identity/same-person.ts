import { comparedName } from '../privacy/compared-name.ts';

/** The identifiers of a person: the e-mail's hash, the site's own ID, and the browser's ID. */
export type PersonIds = {
  emailSha256?: string | undefined;
  userId?: string | undefined;
  anonymousId?: string | undefined;
  /** The hash of an e-mail that was sent in place of their ID. */
  emailInId?: string | undefined;
};

/** Whether two sets of identifiers name the same person. `unknown`: no identifier decides it. */
export type Likeness = 'same' | 'somebody_else' | 'unknown';

const KINDS = ['emailSha256', 'userId', 'anonymousId'] as const;

/**
 * Compares the identifiers of two people. All code that joins personal data calls this: for the sealed cookie, for the
 * events of a request, and for conversions that wait for an e-mail.
 *
 * One difference is enough: another e-mail means another person, even when other identifiers match. Two unconnected IDs
 * also mean two people, for example a user ID and an anonymous ID. An e-mail and a user ID don't contradict each other:
 * a person may log in first and fill in a form later.
 */
export function likeness(one: PersonIds, other: PersonIds): Likeness {
  const both = KINDS.filter((kind) => one[kind] !== undefined && other[kind] !== undefined);
  const emails = emailsOfIds(one, other);
  if (both.some((kind) => one[kind] !== other[kind]) || emails === 'different') return 'somebody_else';
  if (both.length > 0 || emails === 'same') return 'same';
  return hasId(one) && hasId(other) ? 'somebody_else' : 'unknown';
}

/**
 * Compares e-mails, including those sent as an ID. Decides nothing when both people have a user ID, or both have an
 * e-mail.
 */
function emailsOfIds(one: PersonIds, other: PersonIds): 'same' | 'different' | undefined {
  if (one.userId !== undefined && other.userId !== undefined) return undefined;
  if (one.emailSha256 !== undefined && other.emailSha256 !== undefined) return undefined;
  const here = one.emailSha256 ?? one.emailInId;
  const there = other.emailSha256 ?? other.emailInId;
  return here === undefined || there === undefined ? undefined : here === there ? 'same' : 'different';
}

/** Checks whether two people have different first or last names. */
export function areNamesDifferent(one: Names, other: Names): boolean {
  return (['firstName', 'lastName'] as const).some((name) => {
    const [here, there] = [one[name], other[name]];
    return here !== undefined && there !== undefined && comparedName(here) !== comparedName(there);
  });
}

type Names = { firstName?: string; lastName?: string };

/** Combines several comparisons of the same two people. One difference is enough; otherwise one match is. */
export function together(...found: readonly Likeness[]): Likeness {
  if (found.includes('somebody_else')) return 'somebody_else';
  return found.includes('same') ? 'same' : 'unknown';
}

function hasId({ userId, anonymousId }: PersonIds): boolean {
  return userId !== undefined || anonymousId !== undefined;
}
