import { NAMELESS } from './person-tags.ts';
import type { Identifiers, Tagger } from './person-tags.ts';

/** The keyed hashes under which a person's list memberships are stored and looked up. */
export type MemberTags = {
  tags: readonly string[];
  /**
   * The same hashes under every key, so that rows from before a key rotation are found. There is one list for each
   * identifier, the most reliable first.
   */
  known: readonly (readonly string[])[];
  /**
   * The tags of the person across all browsers. A server key may have stored the membership there, or an older version
   * that had no separate browsers. They are read only when the person's own browser has no answer, and a browser never
   * changes them.
   */
  elsewhere?: readonly string[];
};

/** Separates a person's tag from a browser's. Neither tag contains it. */
const TAG_SEPARATOR = '.';

/** Replaces the browser's tag for events that come with a write key and no browser. */
const NO_BROWSER = '-';

/**
 * Returns the tags for a person's memberships. The user ID or the e-mail alone is enough to recognise them. The
 * anonymous ID is used only when both are missing, because several people may share a browser.
 *
 * @param browsers The browsers to look in. Undefined for the person across the whole source. See `membershipBrowsers`.
 * @param taggers One with the first key, and one with all keys.
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
    // One browser is enough to find the membership. Each further one would be another write.
    tags: tags.flatMap((name) => within(name, writePlaces.slice(-1))),
    known: known.map((name) => within(name, findPlaces)),
    elsewhere: known.flat(),
  };
}

/**
 * Combines a person's tags with each browser's tags. Both have one tag for each key, and only tags of the same key are
 * combined.
 */
function within(name: readonly string[], places: readonly (readonly string[])[]): string[] {
  const all = places.length === 0 ? [name.map(() => NO_BROWSER)] : places;
  return all.flatMap((place) => name.map((tag, index) => `${tag}${TAG_SEPARATOR}${place[index] ?? NO_BROWSER}`));
}
