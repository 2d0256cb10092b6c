import { NAMELESS } from './person-tags.ts';
import type { Identifiers, Tagger } from './person-tags.ts';

/** Under which keyed hashes a person's memberships are written, and under which they may stand. */
export type MemberTags = {
  tags: readonly string[];
  /**
   * The same under every key there is, so that what was written before a rotation is found too: a list for each name of
   * theirs, the one that tells best first.
   */
  known: readonly (readonly string[])[];
  /**
   * Under which a server key may have said that they are a member, or a version that kept nobody apart. It says so where
   * the person's own browser has said nothing, and is never changed from there.
   */
  elsewhere?: readonly string[];
};

/** Between a person's tag and their browser's, of which neither has one. */
export const TAG_SEPARATOR = '.';

/** In place of a browser's tag, for what comes with a write key and from no browser. */
const NO_BROWSER = '-';

/**
 * Names a person for their memberships: by user id and by e-mail, of which either is enough to know them again; by the
 * anonymous id only where there is neither, since a browser may be used by several.
 *
 * @param browsers Within which browsers; undefined for a person as the whole source knows them. See `membershipBrowsers`.
 * @param taggers One with the first key, and one with all of them.
 */
export async function memberTags(
  { emailSha256, userId, anonymousId }: Identifiers,
  browsers: readonly string[] | undefined,
  { write, find }: { write: Tagger; find: Tagger },
): Promise<MemberTags> {
  const isNamed = (emailSha256 ?? userId) !== undefined;
  const names = [
    { ...NAMELESS, userId },
    { ...NAMELESS, emailSha256 },
    { ...NAMELESS, anonymousId: isNamed ? undefined : anonymousId },
  ].filter((name) => Object.values(name).some((value) => value !== undefined));
  const [tags, known] = await Promise.all([Promise.all(names.map(write)), Promise.all(names.map(find))]);
  if (browsers === undefined) return { tags: tags.flat(), known };
  const places = browsers.map((id) => ({ ...NAMELESS, anonymousId: id }));
  const [writePlaces, findPlaces] = await Promise.all([Promise.all(places.map(write)), Promise.all(places.map(find))]);
  return {
    // One place is enough to be found by, and a row for each would be a write for each.
    tags: tags.flatMap((name) => within(name, writePlaces.slice(-1))),
    known: known.map((name) => within(name, findPlaces)),
    elsewhere: known.flat(),
  };
}

/** A name within each of some places; both have a tag for each key, and only those of the same key belong together. */
function within(name: readonly string[], places: readonly (readonly string[])[]): string[] {
  const all = places.length === 0 ? [name.map(() => NO_BROWSER)] : places;
  return all.flatMap((place) => name.map((tag, index) => `${tag}${TAG_SEPARATOR}${place[index] ?? NO_BROWSER}`));
}
