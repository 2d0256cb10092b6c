import { describe, expect, it } from 'vitest';

import { identityOf } from '../../../../worker/domain/identity/identity.ts';
import { sha256Hex } from '../../../../worker/domain/identity/sha256.ts';
import type { Fields } from '../../../../worker/schema/fields.ts';
import { aTrack, JOHNS_HASH } from '../../support/an-event.ts';

const JANES = await sha256Hex('jane+news@example.com');
const of = (traits: Fields) => identityOf(aTrack({ traits }));

// S12, S13, S14, S18: each is jane+news@example.com.
const EMAILS: readonly unknown[] = [
  'jane%2Bnews%40example.com',
  'jane%2bnews%40example.com',
  'jane%252Bnews%2540example.com',
  'jane%2Bnews@example.com',
  '%6Aane%2Bnews%40example%2Ecom',
  'mailto:jane%2Bnews@example.com',
  'Jane <jane%2Bnews@example.com>',
  'jane&#43;news&#64;example.com',
  'jane&#x2B;news&#x40;example.com',
  'jane&plus;news&commat;example.com',
  'jane&amp;#43;news@example.com',
  'jane\\u002bnews\\u0040example.com',
  'ｊａｎｅ＋ｎｅｗｓ＠ｅｘａｍｐｌｅ．ｃｏｍ',
  'jane+news＠example.com',
  'jane+news@example。com',
  ['jane+news@example.com'],
  [['jane+news@example.com']],
  ...[
    '\u200e',
    '\u200f',
    '\u202a',
    '\u202b',
    '\u202c',
    '\u2066',
    '\u2067',
    '\u2068',
    '\u2069',
    '\u061c',
    '\u034f',
    '\u180e',
  ].map((mark) => `${mark}jane+news@example.com`),
  ...['\u2061', '\u2063', '\ufe0f', '\u{e0020}', '\u3164'].map((mark) => `jane+${mark}news@example.com${mark}`),
];

// S13, S14, S18: each is Zoë.
const NAMES: readonly unknown[] = [
  'Zo&euml;',
  'Zo&#235;',
  'Zo&#xEB;',
  'Zo&amp;euml;',
  'Zo&amp;amp;euml;',
  ' Zo&euml;&nbsp;',
  ['Zoë'],
  [['Zoë']],
  ...[
    '\u200e',
    '\u200f',
    '\u202a',
    '\u202b',
    '\u202c',
    '\u202d',
    '\u202e',
    '\u2066',
    '\u2067',
    '\u2068',
    '\u2069',
  ].flatMap((mark) => [`${mark}Zoë${mark}`, `Zo${mark}ë`]),
  ...['\u00ad', '\u200c', '\u200d', '\u061c', '\u034f', '\ufe0f'].map((mark) => `Zo${mark}ë`),
];

describe("a person's e-mail", () => {
  it.each(EMAILS)('is read from %j', async (email) => {
    expect(await of({ email })).toMatchObject({ emailSha256: JANES });
  });

  it('is tested in at least 30 spellings, and so is a name', () => {
    expect(EMAILS.length).toBeGreaterThanOrEqual(30);
    expect(NAMES.length).toBeGreaterThanOrEqual(30);
  });

  // Case S19.
  it.each([
    { Email: 'john.doe@example.com' },
    { EMAIL: 'john.doe@example.com' },
    { 'E-Mail': 'john.doe@example.com' },
    { $email: 'john.doe@example.com' },
    { emailAddress: 'john.doe@example.com' },
    { email_address: 'john.doe@example.com' },
    { 'Email Address': 'john.doe@example.com' },
    { sha256_email_address: JOHNS_HASH },
    { email: '', Email: 'john.doe@example.com' },
  ])('is found under other field names: %j', async (traits) => {
    expect(await of(traits)).toMatchObject({ emailSha256: JOHNS_HASH });
  });

  it("is found in the user_data of Google's tags", async () => {
    const user_data = { email_address: 'john.doe@example.com', address: [{ first_name: 'John', last_name: 'Doe' }] };

    expect(await identityOf(aTrack({ properties: { user_data } }))).toEqual({
      emailSha256: JOHNS_HASH,
      firstName: 'John',
      lastName: 'Doe',
    });
  });

  it('is missing when a list has two', async () => {
    expect(await of({ email: ['john.doe@example.com', 'jane@example.com'] })).toEqual({});
  });
});

describe("a person's name", () => {
  it.each(NAMES)('is read from %j', async (firstName) => {
    expect(await of({ firstName })).toEqual({ firstName: 'Zoë' });
  });

  it.each([
    ['AT&amp;T', 'AT&T'],
    ['AT&amp;amp;T', 'AT&T'],
    ['M&uuml;ller &#38; S&ouml;hne', 'Müller & Söhne'],
    ['L&rsquo;Or&eacute;al', 'L’Oréal'],
    ['\u2068Acme\u2069', 'Acme'],
    [['Acme'], 'Acme'],
    [{ name: 'AT&amp;T' }, 'AT&T'],
    // Only text that was escaped for HTML is decoded.
    ['AT&region', 'AT&region'],
    ['Marks & Spencer; London', 'Marks & Spencer; London'],
  ])('is left out when it belongs to a company: %j', async (companyName, sent) => {
    expect(await of({ companyName })).toEqual({ companyName: sent });
  });

  // Case S19.
  it.each<Fields>([
    { FirstName: 'Jane', LastName: 'Doe' },
    { FIRST_NAME: 'Jane', LAST_NAME: 'Doe' },
    { 'First Name': 'Jane', 'Last Name': 'Doe' },
    { 'first-name': 'Jane', 'last-name': 'Doe' },
    { $first_name: 'Jane', $last_name: 'Doe' },
    { given_name: 'Jane', family_name: 'Doe' },
    { givenName: 'Jane', familyName: 'Doe' },
    { FNAME: 'Jane', LNAME: 'Doe' },
    { Firstname: 'Jane', Surname: 'Doe' },
    { name: 'Jane Doe' },
    { Name: ' Jane  Doe ' },
    { full_name: 'Jane Doe' },
    { name: 'Doe, Jane' },
    { address: [{ first_name: 'Jane', last_name: 'Doe' }] },
    { address: { firstName: 'Jane', lastName: 'Doe' } },
    { firstName: ['Jane'], lastName: ['Doe'] },
  ])('is found under other field names: %j', async (traits) => {
    expect(await of(traits)).toEqual({ firstName: 'Jane', lastName: 'Doe' });
  });

  it('is split at its last space, unless there is a separate first name', async () => {
    expect(await of({ name: 'Mary Ann Smith' })).toEqual({ firstName: 'Mary Ann', lastName: 'Smith' });
    expect(await of({ name: 'Acme Corp', firstName: 'Jane', lastName: 'Doe' })).toEqual({
      firstName: 'Jane',
      lastName: 'Doe',
    });
    expect(await of({ name: 'Jane' })).toEqual({});
  });

  it("isn't taken from a product's name in the properties", async () => {
    expect(await identityOf(aTrack({ properties: { name: 'Red Shoes' } }))).toEqual({});
  });

  it.each<[Fields, Fields]>([
    [{ jobtitle: 'CTO' }, { title: 'CTO' }],
    [{ JobTitle: 'CTO' }, { title: 'CTO' }],
    [{ 'Job Title': 'CTO' }, { title: 'CTO' }],
    [{ Title: 'CTO' }, { title: 'CTO' }],
    [{ Company: 'Acme' }, { companyName: 'Acme' }],
    [{ organization: 'Acme' }, { companyName: 'Acme' }],
    [{ 'Company Name': 'Acme' }, { companyName: 'Acme' }],
    [{ Country: 'Germany' }, { countryCode: 'DE' }],
    [{ CountryCode: 'DE' }, { countryCode: 'DE' }],
    [{ address: [{ country: 'DE' }] }, { countryCode: 'DE' }],
  ])('comes with %j', async (traits, identity) => {
    expect(await of(traits)).toEqual(identity);
  });
});
