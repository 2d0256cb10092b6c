import type { Identifiers, Tagger } from './person-tags.ts';

/** Under which keyed hashes a person's memberships are written, and under which they may stand. */
export type MemberTags = {
  tags: readonly string[];
  /** The same under every key there is: what was written before a rotation of keys is found too. */
  known: readonly string[];
};

/**
 * Names a person for his memberships: by user id and e-mail, of which either is enough to know him again; by the
 * anonymous id only where there is neither, since a browser may be used by several.
 *
 * @param taggers One with the first key, and one with all of them.
 */
export async function memberTags(
  { emailSha256, userId, anonymousId }: Identifiers,
  { write, find }: { write: Tagger; find: Tagger },
): Promise<MemberTags> {
  const isNamed = (emailSha256 ?? userId) !== undefined;
  const person = { emailSha256, userId, anonymousId: isNamed ? undefined : anonymousId };
  return { tags: await write(person), known: await find(person) };
}
