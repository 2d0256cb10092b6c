import { describe, expect, it } from 'vitest';

import { conversionElement } from '../../../worker/domain/collect/conversion-element.ts';
import type { ConversionFacts } from '../../../worker/domain/collect/conversion-element.ts';
import { eventIdOf } from '../../../worker/domain/collect/event-id.ts';
import { JOHNS_HASH, NOW } from '../support/an-event.ts';

const facts = (over: Partial<ConversionFacts> = {}): ConversionFacts => ({
  happenedAtMs: NOW,
  eventId: 'evt-1',
  value: undefined,
  identity: {},
  clickId: undefined,
  ip: undefined,
  externalId: undefined,
  ...over,
});

const elementOf = (ruleId: string, of: ConversionFacts): ReturnType<typeof conversionElement> =>
  conversionElement(ruleId, of, { hashNames: false });

describe("LinkedIn's element for an event", () => {
  it('has a hashed IPv4 address when the integration asks for it', async () => {
    const of = facts({ clickId: 'abc', ip: '203.0.113.9' });

    const element = await conversionElement('1', of, { hashNames: false, hashIp: true });

    expect(element?.user.userIds).toEqual([
      { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'abc' },
      { idType: 'SHA256_IP_ADDRESS', idValue: 'd861b7e91033ebc1c1e8e7af3929010158b3241b54ca87ef73e79c32f26400ec' },
    ]);
  });

  it("matches Datafly's document, field by field and in the same order", async () => {
    const element = await elementOf(
      '987654',
      facts({
        value: { currencyCode: 'USD', amount: '149.99' },
        identity: {
          emailSha256: JOHNS_HASH,
          firstName: 'John',
          lastName: 'Doe',
          companyName: 'Acme',
          title: 'CTO',
          countryCode: 'US',
        },
        clickId: 'abc123-def456-ghi789',
        ip: '203.0.113.9',
        externalId: 'crm-42',
      }),
    );

    expect(JSON.stringify(element)).toBe(
      JSON.stringify({
        conversion: 'urn:lla:llaPartnerConversion:987654',
        conversionHappenedAt: NOW,
        conversionValue: { currencyCode: 'USD', amount: '149.99' },
        user: {
          userIds: [
            { idType: 'SHA256_EMAIL', idValue: JOHNS_HASH },
            { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'abc123-def456-ghi789' },
            { idType: 'PLAINTEXT_IP_ADDRESS', idValue: '203.0.113.9' },
          ],
          userInfo: {
            firstName: 'John',
            lastName: 'Doe',
            companyName: 'Acme',
            title: 'CTO',
            countryCode: 'US',
          },
          externalIds: ['crm-42'],
        },
        eventId: 'evt-1',
      }),
    );
  });

  it('has an empty list of IDs when only a name identifies the person', async () => {
    const element = await elementOf('1', facts({ identity: { firstName: 'John', lastName: 'Doe' } }));

    expect(element?.user).toEqual({ userIds: [], userInfo: { firstName: 'John', lastName: 'Doe' } });
  });

  it.each([
    { by: 'an external id', given: { externalId: 'crm-42' }, user: { userIds: [], externalIds: ['crm-42'] } },
    {
      by: 'a lead',
      given: { leadUrn: 'urn:li:leadGenFormResponse:1' },
      user: { userIds: [], lead: 'urn:li:leadGenFormResponse:1' },
    },
  ])('has an empty list of IDs when only $by identifies the person', async ({ given, user }) => {
    const element = await elementOf('1', facts(given));

    expect(element?.user).toEqual(user);
  });

  it('has hashed names in the fields of version 202609 when the integration asks for it, and the rest unhashed', async () => {
    const identity = { firstName: "O'Neil ", lastName: 'M\u00fcller', companyName: 'Acme', title: 'CTO' };

    const element = await conversionElement('1', facts({ identity }), { hashNames: true });

    // SHA-256 of "oneil" and of "m\u00fcller", made with Python's hashlib.
    expect(element?.user.userInfo).toEqual({
      hashedFirstName: '67a42a846e98e3c1a96cd6ba14883a5ea05990cd93964ce8b832aa9497ca785c',
      hashedLastName: '2dbd218072117713f2d5996a726a9b216ed791ffd0783b6ba4ab6d61b8333192',
      companyName: 'Acme',
      title: 'CTO',
    });
  });

  it('has no userInfo when a name has nothing to hash', async () => {
    const element = await conversionElement('1', facts({ identity: { firstName: '--', lastName: 'Doe' } }), {
      hashNames: true,
    });

    expect(element).toBeUndefined();
  });

  it.each([{ firstName: 'John' }, { lastName: 'Doe' }, { companyName: 'Acme', title: 'CTO', countryCode: 'US' }])(
    'has no userInfo with only half a name: %j',
    async (identity) => {
      const element = await elementOf('1', facts({ identity, clickId: 'abc' }));

      expect(element?.user).toEqual({
        userIds: [{ idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'abc' }],
      });
    },
  );

  it('has no empty fields', async () => {
    const element = await elementOf('1', facts({ clickId: 'abc' }));

    expect(Object.keys(element ?? {})).toEqual(['conversion', 'conversionHappenedAt', 'user', 'eventId']);
  });

  it.each(['2001:db8::1', '999.1.1.1', '1.2.3', '1.2.3.4.5', '', 'localhost', '1.2.3.4\n5'])(
    'leaves out an address that LinkedIn refuses: %j',
    async (ip) => {
      const element = await elementOf('1', facts({ clickId: 'abc', ip }));

      expect(element?.user.userIds).toHaveLength(1);
    },
  );

  it("isn't built when nothing identifies the person", async () => {
    expect(await elementOf('1', facts())).toBeUndefined();
    expect(await elementOf('1', facts({ identity: { firstName: 'John', countryCode: 'US' } }))).toBeUndefined();
  });
});

describe('the ID of an event', () => {
  it.each(['a', 'evt-1', 'ajs-next-1732182000000-85929337-d448-42da-a095-0b3c5500fa50', 'x'.repeat(64), '__proto__'])(
    'is its messageId: %s',
    async (messageId) => {
      expect(await eventIdOf(messageId)).toBe(messageId);
    },
  );

  it('is always the same hash of a messageId that is too long for LinkedIn', async () => {
    const [first, again, other] = await Promise.all([
      eventIdOf('x'.repeat(65)),
      eventIdOf('x'.repeat(65)),
      eventIdOf('x'.repeat(66)),
    ]);

    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });
});
