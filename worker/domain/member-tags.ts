import type { Identifiers, Tagger } from './person-tags.ts';

/** Under which keyed hashes a person's memberships are written, and under which they may stand. */
export type MemberTags = {
  tags: readonly string[];
  /**
   * The same under every key there is, so that what was written before a rotation is found too: a list for each of his
   * names, the one that tells him best first.
   */
  known: readonly (readonly string[])[];
};

/**
 * Names a person for his memberships: by user id and by e-mail, of which either is enough to know him again; by the
 * anonymous id only where there is neither, since a browser may be used by several.
 *
 * @param taggers One with the first key, and one with all of them.
 */
export async function memberTags(
  { emailSha256, userId, anonymousId }: Identifiers,
  { write, find }: { write: Tagger; find: Tagger },
): Promise<MemberTags> {
  const isNamed = (emailSha256 ?? userId) !== undefined;
  const names = [
    { ...NOBODY, userId },
    { ...NOBODY, emailSha256 },
    { ...NOBODY, anonymousId: isNamed ? undefined : anonymousId },
  ].filter((name) => Object.values(name).some((value) => value !== undefined));
  const [tags, known] = await Promise.all([Promise.all(names.map(write)), Promise.all(names.map(find))]);
  return { tags: tags.flat(), known };
}

const NOBODY: Identifiers = { emailSha256: undefined, userId: undefined, anonymousId: undefined };
