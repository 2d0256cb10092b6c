import { describe, expect, it } from 'vitest';

import { identityOf, mergeIdentity } from '../../../worker/domain/identity/identity.ts';
import { aPage, aTrack, anIdentify, JOHNS_HASH } from '../support/an-event.ts';

const OTHER_HASH = 'b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514';

describe('the identity in an event', () => {
  it('is read from the traits of an identify, with the e-mail as a hash', async () => {
    const event = anIdentify(
      {
        email: 'John.Doe@example.com',
        firstName: 'John',
        lastName: 'Doe',
        company: { name: 'Acme' },
        title: 'CTO',
        address: { country: 'us' },
      },
      { userId: 'crm-42' },
    );

    expect(await identityOf(event)).toEqual({
      emailSha256: JOHNS_HASH,
      firstName: 'John',
      lastName: 'Doe',
      companyName: 'Acme',
      title: 'CTO',
      countryCode: 'US',
      userId: 'crm-42',
    });
  });

  it.each([
    [
      'traits, then properties, for the e-mail',
      aTrack({
        traits: { email: 'john.doe@example.com' },
        properties: { email: 'user@example.com' },
        context: { traits: { email: 'testing@testing.com' } },
      }),
      JOHNS_HASH,
    ],
    [
      'properties, then context.traits, for the e-mail',
      aTrack({
        properties: { email: 'user@example.com' },
        context: { traits: { email: 'testing@testing.com' } },
      }),
      OTHER_HASH,
    ],
    [
      'the next place when the first has no address',
      aTrack({
        traits: { email: 'n/a' },
        properties: { email: '' },
        context: { traits: { email: ' John.doe@example.com' } },
      }),
      JOHNS_HASH,
    ],
  ])('is taken in this order: %s', async (_, event, hash) => {
    expect((await identityOf(event)).emailSha256).toBe(hash);
  });

  it.each([
    [{ first_name: 'John', last_name: 'Doe', company_name: 'Acme', job_title: 'CTO', country_code: 'US' }],
    [{ firstname: 'John', lastname: 'Doe', company: 'Acme', jobTitle: 'CTO', countryCode: 'us' }],
    [{ firstName: ' John ', lastName: 'Doe\n', companyName: 'Acme', title: 'CTO', country: 'US' }],
  ])('is recognized by the usual field names: %j', async (traits) => {
    expect(await identityOf(anIdentify(traits))).toEqual({
      firstName: 'John',
      lastName: 'Doe',
      companyName: 'Acme',
      title: 'CTO',
      countryCode: 'US',
    });
  });

  it('takes names from traits, then context.traits, then properties', async () => {
    const event = aTrack({
      traits: { firstName: 'Traits' },
      context: { traits: { firstName: 'Traits', lastName: 'Context' } },
      properties: { lastName: 'Context', company: 'Properties' },
    });

    expect(await identityOf(event)).toEqual({ firstName: 'Traits', lastName: 'Context', companyName: 'Properties' });
  });

  it('belongs to one person: a place with different names adds nothing', async () => {
    const event = aTrack({
      context: { traits: { firstName: 'Ann', lastName: 'Lee' } },
      properties: { firstName: 'Bob', company: 'Bobs' },
    });

    expect(await identityOf(event)).toEqual({ firstName: 'Ann', lastName: 'Lee' });
  });

  it("doesn't take a page's title for a job title", async () => {
    const event = aPage({ properties: { title: 'Pricing' }, context: { traits: {} } });

    expect(await identityOf(event)).toEqual({});
    expect(await identityOf(aPage({ traits: { title: 'CTO' } }))).toEqual({ title: 'CTO' });
  });

  it.each(['USAA', 'U1', '', 'Atlantis', 49, null])("has no country from %j, which isn't one", async (country) => {
    expect(await identityOf(anIdentify({ country }))).toEqual({});
  });

  it.each([null, 42, true, '', '   ', [], {}, { name: 7 }])('has no name from %j', async (firstName) => {
    expect(await identityOf(anIdentify({ firstName }))).toEqual({});
  });

  it('has no name that contains half a character', async () => {
    expect(await identityOf(anIdentify({ firstName: 'John\ud800' }))).toEqual({});
  });

  it("cuts names to LinkedIn's limit, never inside a character", async () => {
    const traits = { firstName: 'x'.repeat(36), lastName: `${'x'.repeat(34)}😀`, company: 'y'.repeat(300) };

    const { firstName, lastName, companyName } = await identityOf(anIdentify(traits));

    expect(firstName).toBe('x'.repeat(35));
    expect(lastName).toBe('x'.repeat(34));
    expect(companyName).toBe('y'.repeat(255));
  });

  it('keeps a name as text, even if it looks like a number', async () => {
    const name = '<img src=x onerror=1>';

    expect(await identityOf(anIdentify({ firstName: name }))).toEqual({ firstName: name });
  });

  it.each(['', null, undefined])('has no user ID from %j', async (userId) => {
    expect(await identityOf(aTrack({ userId }))).toEqual({});
  });
});

describe('the known identity of a visitor', () => {
  it('grows with each event, and newer values win', () => {
    const merged = mergeIdentity(
      { firstName: 'John', lastName: 'Doe' },
      { lastName: 'Smith', emailSha256: JOHNS_HASH },
    );

    expect(merged).toEqual({ firstName: 'John', lastName: 'Smith', emailSha256: JOHNS_HASH });
  });

  it('starts anew with another user ID', () => {
    const merged = mergeIdentity({ userId: 'john', emailSha256: JOHNS_HASH }, { userId: 'jane', firstName: 'Jane' });

    expect(merged).toEqual({ userId: 'jane', firstName: 'Jane' });
  });

  it('stays when a user ID is added later', () => {
    expect(mergeIdentity({ emailSha256: JOHNS_HASH }, { userId: 'john' })).toEqual({
      emailSha256: JOHNS_HASH,
      userId: 'john',
    });
    expect(mergeIdentity({ userId: 'john', emailSha256: JOHNS_HASH }, {})).toEqual({
      userId: 'john',
      emailSha256: JOHNS_HASH,
    });
  });
});
