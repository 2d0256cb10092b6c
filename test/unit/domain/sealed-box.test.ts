import { assert, asyncProperty, integer, string, stringMatching, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { IV_BYTES, open, parseKeyRing, seal } from '../../../worker/domain/sealing/sealed-box.ts';

const KEY = new Uint8Array(32).fill(1);
const OTHER_KEY = new Uint8Array(32).fill(2);
const binding = { purpose: 'identity', owner: 'src_1' };
const iv = () => crypto.getRandomValues(new Uint8Array(IV_BYTES));
const sealed = (text: string, keyRing = [KEY]) => seal(text, { keyRing, binding, iv: iv() });

describe('a sealed text', () => {
  it('opens for its own owner and purpose', async () => {
    await assert(
      asyncProperty(string({ unit: 'grapheme' }), async (text) => {
        expect(await open(await sealed(text), { keyRing: [KEY], binding })).toBe(text);
      }),
    );
  });

  it('reveals nothing of its content', async () => {
    const text = await sealed('john.doe@example.com');

    expect(text).toMatch(/^v1(\.[A-Za-z0-9_-]+){3}$/);
    expect(text).not.toContain('john');
  });

  it('differs each time', async () => {
    expect(await sealed('same')).not.toBe(await sealed('same'));
  });

  it.each([
    ['another owner', { keyRing: [KEY], binding: { purpose: 'identity', owner: 'src_2' } }],
    ['another purpose', { keyRing: [KEY], binding: { purpose: 'credentials', owner: 'src_1' } }],
    ['another key', { keyRing: [OTHER_KEY], binding }],
    ['no key', { keyRing: [], binding }],
  ])("doesn't open with %s", async (_, opener) => {
    expect(await open(await sealed('secret'), opener)).toBeUndefined();
  });

  it('opens after a key rotation, until its key is removed', async () => {
    const old = await sealed('secret', [OTHER_KEY]);
    const fresh = await sealed('secret', [KEY, OTHER_KEY]);

    expect(await open(old, { keyRing: [KEY, OTHER_KEY], binding })).toBe('secret');
    expect(await open(fresh, { keyRing: [KEY], binding })).toBe('secret');
    expect(await open(old, { keyRing: [KEY], binding })).toBeUndefined();
  });

  it("doesn't open after any one character is changed, removed or inserted", async () => {
    const text = await sealed('john.doe@example.com');

    await assert(
      asyncProperty(
        integer({ min: 0, max: text.length - 1 }),
        stringMatching(/^[A-Za-z0-9._ =-]{0,2}$/),
        integer({ min: 0, max: 1 }),
        async (at, inserted, removed) => {
          const tampered = text.slice(0, at) + inserted + text.slice(at + removed);

          expect(await open(tampered, { keyRing: [KEY], binding })).toBe(
            tampered === text ? 'john.doe@example.com' : undefined,
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it("doesn't open when it is anything else", async () => {
    await assert(
      asyncProperty(string(), async (text) => {
        expect(await open(text, { keyRing: [KEY], binding })).toBeUndefined();
        expect(await open(`v1.${text}`, { keyRing: [KEY], binding })).toBeUndefined();
      }),
    );
  });
});

describe('ENCRYPTION_KEY', () => {
  it('is base64 of 32 bytes, or a list of such keys', async () => {
    await assert(
      asyncProperty(uint8Array({ minLength: 32, maxLength: 32 }), async (key) => {
        const text = key.toBase64();

        expect(parseKeyRing(text)).toEqual([key]);
        expect(parseKeyRing(` ${text} , ${KEY.toBase64()}`)).toEqual([key, KEY]);
      }),
    );
  });

  it.each(['', 'secret', 'AAAA', `${KEY.toBase64()},`, KEY.toHex(), `${KEY.toBase64()},c2VjcmV0`])(
    'is refused without repeating it: %j',
    (text) => {
      expect(() => parseKeyRing(text)).toThrow(/^Cannot read ENCRYPTION_KEY: key \d is not base64 of 32 bytes$/);
    },
  );
});
