import { assert, asyncProperty, constantFrom, emailAddress, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { emailSha256, normaliseEmail } from '../../../worker/domain/identity/email.ts';
import { sha256Hex } from '../../../worker/domain/identity/sha256.ts';
import { JOHNS_HASH } from '../support/an-event.ts';

/** The hashes of an empty input. */
const HASHES = {
  '': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  undefined: 'eb045d78d273107348b0300c01d29b7552d622abbc6faf81b3ec55359aa9950c',
  null: '74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b',
};

describe("LinkedIn's hash of an e-mail address", () => {
  it.each([
    ['john.doe@example.com', JOHNS_HASH],
    [' John.Doe@Example.com ', JOHNS_HASH],
    ['  User@Example.COM  ', 'b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514'],
    ['testing@testing.com', '584c4423c421df49955759498a71495aba49b8780eb9387dff333b6f0982c777'],
    ['\tjohn. doe@example .com\n', JOHNS_HASH],
  ])("matches LinkedIn's own example for %j", async (email, hash) => {
    expect(await emailSha256(email)).toBe(hash);
  });

  it.each([JOHNS_HASH, JOHNS_HASH.toUpperCase(), ` ${JOHNS_HASH}\n`])(
    'is used unchanged when the event already has a hash: %j',
    async (hash) => {
      expect(await emailSha256(hash)).toBe(JOHNS_HASH);
    },
  );

  it.each([
    'not-an-email',
    'a@b',
    'a@@b.c',
    '@x.y',
    'x@',
    'x@.y',
    'x@y.',
    'x@y..z',
    '',
    ' ',
    'undefined',
    'null',
    'a'.repeat(63),
    'f'.repeat(65),
    `${'a'.repeat(250)}@b.cd`,
    'a@'.repeat(32_000),
    'x'.repeat(65_536),
    // The Base64 form of a hash isn't a hash to us.
    'g2+C25kSGzSBAR8WtJ36X7xxSg0bG5/nhKHr2/W5OVdw=',
    ...Object.values(HASHES),
    undefined,
    null,
    42,
    true,
    {},
    ['john.doe@example.com', 'jane@example.com'].join(' '),
  ])("isn't made from something that isn't an address: %j", async (value) => {
    expect(await emailSha256(value)).toBeUndefined();
  });

  it.each([
    'Kate Doe <k@corp.de>',
    '"Doe, Kate" <k@corp.de>',
    'Kate <k@corp.de>;',
    'Kate Doe (k@corp.de)',
    'Kate Doe [k@corp.de]',
    'k@corp.de <k@corp.de>',
    'k@corp.de (Kate)',
    '[k@corp.de](mailto:k@corp.de)',
    '<mailto:k@corp.de>',
    'mailto:k@corp.de?subject=hi',
    'MAILTO: k@corp.de?subject=hi%20there&body=x y',
    'k@corp.de?subject=hi',
    'k@corp.de?cc=l@corp.de',
    'k@corp.de?',
    '(k@corp.de)',
    '<k@corp.de>',
    '[k@corp.de]',
    '{k@corp.de}',
    '{{k@corp.de}}',
    "'k@corp.de'",
    '"k@corp.de"',
    "'k@corp.de",
    '`k@corp.de`',
    '“k@corp.de”',
    '„k@corp.de“',
    '«k@corp.de»',
    "('k@corp.de')",
    'k@corp.de>',
    '<k@corp.de',
    'k@corp.de!',
    'k @ corp.de',
    'k@corp .de',
    'k@corp. de',
    'k @ c o r p . d e',
  ])('is of the address in %j', async (email) => {
    expect(await emailSha256(email)).toBe(await sha256Hex('k@corp.de'));
  });

  it.each([
    ['Kate Doe k@corp.de', 'email_malformed'],
    ['Kate k@corp.de', 'email_malformed'],
    ['Dr. k@corp.de', 'email_malformed'],
    ['k@corp.de Kate', 'email_malformed'],
    ['k@corp.de - old', 'email_malformed'],
    ['k@corp.de-old', 'email_malformed'],
    ['k@corp.de. Old', 'email_malformed'],
    ['k@corp.de . old', 'email_malformed'],
    ['old: k@corp.de', 'email_malformed'],
    ['Kate, k@corp.de', 'email_malformed'],
    ['kate,doe@corp.de', 'email_malformed'],
    ['kate doe@corp.de', 'email_malformed'],
    ['k@corp,de', 'email_malformed'],
    ['k@corp_de', 'email_malformed'],
    ['k@-corp.de', 'email_malformed'],
    ['k@10.0.0.1', 'email_malformed'],
    ['k@corp.d', 'email_malformed'],
    ['k@corp.de/l@corp.de', 'email_malformed'],
    ['k@corp.de <l@corp.de>', 'email_several'],
    ['k@corp.de|l@corp.de', 'email_several'],
    ['k@corp.de l@corp.de', 'email_several'],
    ['k@corp.de (l@corp.de)', 'email_several'],
    ['k\\l@corp.de', 'email_malformed'],
  ])("isn't of an address made up from %j", async (email, code) => {
    const codes: string[] = [];
    expect(await emailSha256(email, (each) => codes.push(each))).toBeUndefined();
    expect(codes).toEqual([code]);
  });

  // Spreadsheets put an apostrophe before a text.
  const isPlain = (email: string): boolean => !/%[\da-f]{2}|&|^'/i.test(email);

  it('is the same for every spelling of the address', async () => {
    await assert(
      // Text that looks escaped is decoded first, and becomes another address: see
      // test/unit/domain/spellings/person.test.ts.
      asyncProperty(emailAddress().filter(isPlain), constantFrom(' ', '\t', '\u00a0', ''), async (email, space) => {
        const hash = await emailSha256(email);

        expect(hash).toBe(await sha256Hex(normaliseEmail(email)));
        expect(await emailSha256(`${space}${email.toUpperCase()}${space}`)).toBe(hash);
      }),
    );
  });

  it('is never hashed a second time', async () => {
    await assert(
      asyncProperty(emailAddress(), async (email) => {
        const hash = await emailSha256(email);

        expect(await emailSha256(hash)).toBe(hash);
      }),
    );
  });
});

it('comes from the address in lower case, without white space', () => {
  assert(
    property(stringMatching(/^[\sA-Za-z@.]*$/), (text) => {
      expect(normaliseEmail(text)).toMatch(/^[a-z@.]*$/);
    }),
  );
});
