import { derivedKey } from '../sealing/derived-key.ts';
import { keyedTag } from '../sealing/keyed-tag.ts';

/**
 * The identifiers of a person. Their keyed hashes (tags) find a person's stored data, and erase it, without saying who
 * they are.
 *
 * The tags mean nothing without `ENCRYPTION_KEY`. They are deleted together with the payload.
 */
export type Identifiers = {
  emailSha256: string | undefined;
  userId: string | undefined;
  anonymousId: string | undefined;
  /** A lead form response. It is set only for what was sent with its ID. */
  leadUrn?: string;
};

/** Returns a person's tags, one for each identifier. */
export type Tagger = (person: Identifiers) => Promise<string[]>;

/** Just long enough that two people of one source never share a tag. */
const TAG_BYTES = 12;

/** A person's tags by identifier. Each has several tags when there are several keys. */
export type NamedTags = { readonly [Kind in keyof Identifiers]?: readonly string[] };

/** Returns a person's tags by identifier, to distinguish two people by them. */
export async function namedTags(person: Identifiers, tagger: Tagger): Promise<NamedTags> {
  const kinds = ['emailSha256', 'userId', 'anonymousId'] as const;
  const tags = await Promise.all(kinds.map((kind) => tagger({ ...NAMELESS, [kind]: person[kind] })));
  return Object.fromEntries(
    kinds.map((kind, index) => [kind, tags[index]] as const).filter(([kind]) => person[kind] !== undefined),
  );
}

/** A person without identifiers. */
export const NAMELESS: Identifiers = { emailSha256: undefined, userId: undefined, anonymousId: undefined };

/** The number of tags that a tagger remembers for each key. */
const MAX_REMEMBERED = 1_000;

/**
 * Creates a tagger for one request. With several keys it returns the tags under each key, so that data tagged before a key
 * rotation is found. It remembers its tags, because most requests have the events of one person.
 */
export async function personTagger(keyRing: readonly Uint8Array[]): Promise<Tagger> {
  const keys = await Promise.all(
    keyRing.map(async (masterKey) => taggerWith(await derivedKey(masterKey, 'tagging', 'person-tags'))),
  );
  return async ({ emailSha256, userId, anonymousId, leadUrn }) => {
    const named = [
      ['email', emailSha256],
      ['user', userId],
      ['anonymous', anonymousId],
      ['lead', leadUrn],
      // CRMs change the case of lead IDs. The spelling that came has a tag too, because older data has no other.
      ['lead', leadUrn?.toLowerCase()],
    ] as const;
    const identifiers = new Set(named.flatMap(([kind, value]) => (value === undefined ? [] : [`${kind}:${value}`])));
    return Promise.all(keys.flatMap((tagOf) => [...identifiers].map(tagOf)));
  };
}

function taggerWith(key: CryptoKey): (identifier: string) => Promise<string> {
  const remembered = new Map<string, Promise<string>>();
  return async (identifier) => {
    const known = remembered.get(identifier);
    if (known !== undefined) return known;
    const made = keyedTag(key, identifier, TAG_BYTES);
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(identifier, made);
    return made;
  };
}
