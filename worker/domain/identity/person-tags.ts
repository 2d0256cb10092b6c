/**
 * Names a person without saying who they are: keyed hashes of their e-mail's hash, user ID and anonymous ID, by which
 * what waits for them is found and erased. Without `ENCRYPTION_KEY` they say nothing, and they go when the payload goes.
 */
export type Identifiers = {
  emailSha256: string | undefined;
  userId: string | undefined;
  anonymousId: string | undefined;
};

/** Gives a person's tags: one for each identifier. */
export type Tagger = (person: Identifiers) => Promise<string[]>;

/** Enough that two people of one source never share a tag, and no more. */
const TAG_BYTES = 12;

/** A person's tags by what they stand for; several where there are several keys. */
export type NamedTags = { readonly [Kind in keyof Identifiers]?: readonly string[] };

/** Gives a person's tags by what they stand for, so that two people can be told apart by them. */
export async function namedTags(person: Identifiers, tagger: Tagger): Promise<NamedTags> {
  const kinds = ['emailSha256', 'userId', 'anonymousId'] as const;
  const tags = await Promise.all(kinds.map((kind) => tagger({ ...NAMELESS, [kind]: person[kind] })));
  return Object.fromEntries(
    kinds.map((kind, index) => [kind, tags[index]] as const).filter(([kind]) => person[kind] !== undefined),
  );
}

/** A person that nothing names. */
export const NAMELESS: Identifiers = { emailSha256: undefined, userId: undefined, anonymousId: undefined };

/** Makes a tagger. With several keys it gives the tags under each, so that what was tagged before a rotation is found too. */
export async function personTagger(keyRing: readonly Uint8Array[]): Promise<Tagger> {
  const keys = await Promise.all(keyRing.map(tagKey));
  return async ({ emailSha256, userId, anonymousId }) => {
    const named = [
      ['email', emailSha256],
      ['user', userId],
      ['anonymous', anonymousId],
    ] as const;
    const identifiers = named.flatMap(([kind, value]) => (value === undefined ? [] : [`${kind}:${value}`]));
    return Promise.all(keys.flatMap((key) => identifiers.map((identifier) => tag(key, identifier))));
  };
}

async function tag(key: CryptoKey, identifier: string): Promise<string> {
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(identifier));
  return new Uint8Array(signature).slice(0, TAG_BYTES).toBase64({ alphabet: 'base64url', omitPadding: true });
}

/** A key for this purpose only, so that a tag says nothing about anything else that the key does. */
async function tagKey(key: Uint8Array): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveKey']);
  return crypto.subtle.deriveKey(
    {
      name: 'HKDF',
      hash: 'SHA-256',
      salt: new Uint8Array(),
      info: new TextEncoder().encode('directflight:person-tags'),
    },
    material,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign'],
  );
}
