import { afterEach, describe, expect, it, vi } from 'vitest';

import { personTagger } from '../../../worker/domain/identity/person-tags.ts';
import { derivedKey } from '../../../worker/domain/sealing/derived-key.ts';
import { IV_BYTES, open, seal } from '../../../worker/domain/sealing/sealed-box.ts';

const aKey = (byte = 1) => new Uint8Array(32).fill(byte);
const binding = { purpose: 'identity', owner: 'src_1' };

afterEach(() => vi.restoreAllMocks());

describe('a derived key', () => {
  it('is derived once for each master key, use and purpose', async () => {
    const derive = vi.spyOn(crypto.subtle, 'deriveKey');
    const [one, other] = [aKey(1), aKey(2)];

    const first = await derivedKey(one, 'sealing', 'identity');
    const again = await derivedKey(one, 'sealing', 'identity');
    const others = [
      await derivedKey(one, 'sealing', 'credentials'),
      await derivedKey(one, 'tagging', 'identity'),
      await derivedKey(other, 'sealing', 'identity'),
      // A new key object with the same bytes: code that reads the setting again gets its own key.
      await derivedKey(aKey(1), 'sealing', 'identity'),
    ];

    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(5);
    expect(derive).toHaveBeenCalledTimes(5);
  });

  it('is derived again after a failure', async () => {
    const key = aKey();
    vi.spyOn(crypto.subtle, 'deriveKey').mockRejectedValueOnce(new Error('no entropy'));

    await expect(derivedKey(key, 'sealing', 'identity')).rejects.toThrow('no entropy');

    expect((await derivedKey(key, 'sealing', 'identity')).type).toBe('secret');
  });

  it('is forgotten when a master key has too many purposes', async () => {
    const derive = vi.spyOn(crypto.subtle, 'deriveKey');
    const key = aKey();

    for (let purpose = 0; purpose < 100; purpose += 1) await derivedKey(key, 'sealing', `purpose ${purpose}`);
    await derivedKey(key, 'sealing', 'purpose 0');

    expect(derive).toHaveBeenCalledTimes(101);
  });
});

describe('data that older versions sealed and tagged', () => {
  // Both were made by the code of commit 2825653.
  it('can still be opened', async () => {
    const sealed = 'v1.B1J_g-L-.AwMDAwMDAwMDAwMD.s--Y4Il8wGHnqqL8y-uPUYBbzlrPNA';

    expect(await open(sealed, { keyRing: [aKey()], binding })).toBe('secret');
    expect(await seal('secret', { keyRing: [aKey()], binding, iv: new Uint8Array(IV_BYTES).fill(3) })).toBe(sealed);
  });

  it('still has the same tags', async () => {
    const tagger = await personTagger([aKey(1), aKey(2)]);

    expect(await tagger({ emailSha256: '836f', userId: 'user-1', anonymousId: 'anon' })).toEqual([
      '9vzOu6RGdyvMapc3',
      'REmwfWwDxMJmvgA2',
      'aDD9CQXd9zK8TWZ0',
      'XbV2B1hfvZYpE3k1',
      's8cEijZrxr7BxaGl',
      '8SwfaZO5feE3mt31',
    ]);
  });
});

describe('a tagger', () => {
  it('signs an identifier once, however many events name it', async () => {
    const sign = vi.spyOn(crypto.subtle, 'sign');
    const tagger = await personTagger([aKey(1), aKey(2)]);
    const person = { emailSha256: undefined, userId: 'user-1', anonymousId: 'anon' };

    const tags = await Promise.all(Array.from({ length: 100 }, async () => tagger(person)));

    expect(new Set(tags.map((own) => own.join(' '))).size).toBe(1);
    expect(sign).toHaveBeenCalledTimes(4);
  });

  it('gives different tags to the same text as an e-mail, a user ID and an anonymous ID', async () => {
    const tagger = await personTagger([aKey()]);

    const tags = await tagger({ emailSha256: 'same', userId: 'same', anonymousId: 'same' });

    expect(new Set(tags).size).toBe(3);
  });

  it('gives the same tags after more identifiers than it remembers', async () => {
    const tagger = await personTagger([aKey()]);
    const nameless = { emailSha256: undefined, anonymousId: undefined };
    const first = await tagger({ ...nameless, userId: 'user-0' });

    const tags = await Promise.all(
      Array.from({ length: 2_500 }, async (_, index) => tagger({ ...nameless, userId: `user-${index}` })),
    );

    expect(new Set(tags.flat()).size).toBe(2_500);
    expect(tags[0]).toEqual(first);
    expect(await tagger({ ...nameless, userId: 'user-0' })).toEqual(first);
  });
});
