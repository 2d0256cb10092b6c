/** T7: distinguishes IDs that can be guessed by counting from those that only the browser knows. */
import { assert, asyncProperty, nat, property, uuid } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { isRandomUuid, isUnguessable } from '../../../worker/domain/identity/unguessable-id.ts';

const GUESSABLE = [
  '',
  '1',
  '1001',
  'cust-7',
  'anon-1',
  'user_42',
  'john.doe@example.com',
  'a',
  '+491701234567',
  // Times, counters, and IDs that tools make from them.
  '1795881352414',
  '1795881352414000',
  '20261128155552123',
  '1234567890.1795881352',
  'GA1.2.1234567890.1795881352',
  '507f1f77bcf86cd799439011',
  '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  'cjld2cjxh0000qzrmn831i7rn',
  '1541815603606036480',
  '0.8437261938475123',
  // UUIDs that contain a time, a name, a number or a pattern.
  '6ba7b810-9dad-11d1-80b4-00c04fd430c8',
  '018f3a2b-1c0d-7e4f-8a9b-0c1d2e3f4a5b',
  '5df41881-3aed-3515-88a7-2f4a814cf09e',
  '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  '1ec9414c-232a-6b00-b3c8-9e6bdeced846',
  'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa',
  'aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa',
  '12345678-1234-4123-8123-123456789012',
  '00000000-0000-0000-0000-000000000007',
  '00000000-0000-4000-8000-000000000007',
  '01234567-89ab-4cde-8f01-23456789abcd',
  'deadbeef-dead-4eef-8ead-beefdeadbeef',
  'abcd1234-abcd-4234-abcd-1234abcd1234',
  '11112222-3333-4444-8555-666677778888',
  'fedcba98-7654-4321-8fed-cba987654321',
  '7c1f0f4e-6a2b-4d39-9d0c-000000000007',
  '20261128-1555-4212-8345-202611281555',
  // Examples from documentation.
  'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  '550e8400-e29b-41d4-a716-446655440000',
  // A random but shared UUID, followed by a number.
  '7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f7:7',
  '7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f7-0007',
  'tenant7_7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f7',
  '7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f',
  // Long, but made of words.
  'customer-number-1001-of-the-shop-example',
  'CustomerNumber1001OfTheShop',
  'Anonymous_Visitor_Number_000000017',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabc123',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaA1',
  'A1b2C3d4A1b2C3d4A1b2C3d4A1b2C3d4A1',
  // Words with a year, a number or a device. They look as mixed as random text.
  'JohnDoe1980AtExampleDotCom',
  'HelloWorldThisIsMyUserId1',
  'ShopKunde4711WebsiteDeMainB2b',
  'Iphone15ProMaxSafari17DeDE',
  // {"id":4711,"t":1} in Base64, and the start of hashes of a number.
  'eyJpZCI6NDcxMSwidCI6MX0',
  'tSNAtN5FZrgEyYgKoLSvX',
  '3mUNYfW9FmqR-MzsMVgpfbGLnVDq7c',
  // nanoids: random, but not distinguishable from the IDs above.
  'V1StGXR8Z5jdHi6BmyT7k',
  'x7Kp2QzR9vLm4TnB8wYc3',
  // The MD5 of an empty text, with the version digits of a version 4 UUID.
  'd41d8cd9-8f00-4204-a980-0998ecf8427e',
];

describe('guessable IDs', () => {
  it.each(GUESSABLE)('include %j', (id) => {
    expect(isUnguessable(id)).toBe(false);
  });

  it('include every hash of a number, in hex and in Base64', async () => {
    const hashed = asyncProperty(nat(), async (number) => {
      for (const algorithm of ['MD5', 'SHA-1', 'SHA-256', 'SHA-512']) {
        const text = new TextEncoder().encode(`cust-${number}`);
        const hash = new Uint8Array(await crypto.subtle.digest(algorithm, text));
        const spelt = [hash.toHex(), hash.toBase64(), hash.toBase64({ alphabet: 'base64url', omitPadding: true })];
        expect(spelt.filter((id) => isUnguessable(id))).toEqual([]);
      }
    });
    await assert(hashed, { numRuns: 300 });
  });

  it('include every counter at the end of a UUID, and every plain number', () => {
    assert(
      property(nat(), (number) => {
        const digits = String(number);
        expect(isUnguessable(digits)).toBe(false);
        expect(isUnguessable(`00000000-0000-4000-8000-${digits.padStart(12, '0')}`)).toBe(false);
        expect(isUnguessable(`cust-${digits}`)).toBe(false);
      }),
    );
  });
});

describe('unguessable IDs', () => {
  it.each([
    '7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f7',
    '7C1F0F4E-6A2B-4D39-9D0C-3B5A8E21C6F7',
    'anon_7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f7',
  ])('include %j', (id) => {
    expect(isUnguessable(id)).toBe(true);
  });

  it('include nearly every random UUID', () => {
    const known = Array.from({ length: 20_000 }, () => crypto.randomUUID()).filter((id) => isRandomUuid(id)).length;

    expect(known).toBeGreaterThanOrEqual(19_995);
  });

  it('exclude UUIDs of other versions', () => {
    assert(property(uuid({ version: [1, 2, 3, 5, 6, 7, 8] }), (id) => !isUnguessable(id)));
  });

  it("have one spelling as a browser's ID", () => {
    const id = '7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f7';

    expect([id, id.toUpperCase(), `anon_${id}`, id.replaceAll('-', '')].map((text) => isRandomUuid(text))).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
