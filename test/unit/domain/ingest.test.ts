import { describe, expect, it } from 'vitest';

import type { EventFacts } from '../../../worker/domain/collect/decide-for.ts';
import { ingest } from '../../../worker/domain/collect/ingest.ts';
import { maySetCookies } from '../../../worker/domain/collect/permitted-use.ts';
import type { Event } from '../../../worker/schema/events/event.ts';
import { aSourceConfig, anIntegration } from '../support/a-source-config.ts';
import { aPage, aTrack, anIdentify, DAY_MS, JOHNS_HASH, NOW } from '../support/an-event.ts';

const facts = (over: Partial<EventFacts> = {}): EventFacts => ({
  messageId: 'evt-1',
  happenedAtMs: NOW,
  receivedAtMs: NOW,
  identity: { emailSha256: JOHNS_HASH },
  cookies: { click: undefined, liFatId: undefined },
  ip: '203.0.113.9',
  consent: { categories: { advertising: true }, policy: 'denied', country: 'DE' },
  ...over,
});

const refused = { categories: { advertising: false }, policy: 'granted', country: 'US' } as const;

describe('an event that matches a mapping', () => {
  it('becomes a delivery, and a receipt without personal data', async () => {
    const event = aTrack({ properties: { total: 149.99, currency: 'USD', email: 'john.doe@example.com' } });

    const { deliveries, trace, ...receipt } = await ingest(event, facts(), aSourceConfig(anIntegration()));

    expect(deliveries).toEqual([
      {
        integrationId: 'int_1',
        ruleId: '1001',
        eventId: 'evt-1',
        element: {
          conversion: 'urn:lla:llaPartnerConversion:1001',
          conversionHappenedAt: NOW,
          conversionValue: { currencyCode: 'USD', amount: '149.99' },
          user: { userIds: [{ idType: 'SHA256_EMAIL', idValue: JOHNS_HASH }] },
          eventId: 'evt-1',
        },
      },
    ]);
    expect(receipt).toMatchObject({
      messageId: 'evt-1',
      type: 'track',
      name: 'Order Completed',
      hasClickId: false,
      hasEmail: true,
      hasNames: false,
      fields: ['properties.total', 'properties.currency', 'properties.email'],
      skipReason: undefined,
    });
    expect(JSON.stringify(receipt)).not.toMatch(new RegExp(`john|149\\.99|203\\.0\\.113|${JOHNS_HASH}`, 'i'));
    expect(trace).toEqual([
      {
        integrationId: 'int_1',
        ruleIds: ['1001'],
        triggers: undefined,
        isEnabled: true,
        isConsented: true,
        isMeant: true,
        isInTime: true,
      },
    ]);
  });

  it('becomes one delivery for each rule, all with the same event ID', async () => {
    const config = aSourceConfig(
      anIntegration({ config: { conversion_rule_id: { 'Order Completed': ['1001', '2001', '1001'] } } }),
      anIntegration({ id: 'int_2' }),
    );

    const { deliveries } = await ingest(aTrack(), facts(), config);

    expect(deliveries.map(({ integrationId, ruleId, eventId }) => [integrationId, ruleId, eventId])).toEqual([
      ['int_1', '1001', 'evt-1'],
      ['int_1', '2001', 'evt-1'],
      ['int_2', '1001', 'evt-1'],
    ]);
  });

  it('goes only to the integrations that have consent', async () => {
    const config = aSourceConfig(
      anIntegration({ id: 'int_1', consent_categories: ['advertising', 'analytics'] }),
      anIntegration({ id: 'int_2' }),
    );

    const { deliveries, skipReason } = await ingest(aTrack(), facts(), config);

    expect(deliveries.map(({ integrationId }) => integrationId)).toEqual(['int_2']);
    expect(skipReason).toBeUndefined();
  });

  it('never includes the user agent or an IPv6 address, whatever the settings', async () => {
    const all = { send_ip: true, send_external_id: true, hash_names: true, hold_for_identity_minutes: 5 };
    const event = aTrack({ context: { userAgent: 'Mozilla/5.0 (zyx)', ip: '2001:db8::1' } });

    const { deliveries } = await ingest(
      event,
      facts({ ip: '2001:db8::1' }),
      aSourceConfig(anIntegration({ config: all })),
    );

    expect(deliveries).toHaveLength(1);
    expect(JSON.stringify(deliveries)).not.toMatch(/Mozilla|zyx|2001:db8/);
  });

  it('includes the IP address and the user ID only when the integration asks for them', async () => {
    const known = facts({ identity: { emailSha256: JOHNS_HASH, userId: 'crm-42' } });
    const silent = aSourceConfig(anIntegration());
    const open = aSourceConfig(anIntegration({ config: { send_ip: true, send_external_id: true } }));

    const { deliveries: reserved } = await ingest(aTrack(), known, silent);
    const { deliveries: told } = await ingest(aTrack(), known, open);

    expect(JSON.stringify(reserved)).not.toMatch(/203\.0\.113\.9|crm-42/);
    expect(told[0]?.element?.user).toMatchObject({
      userIds: [{ idType: 'SHA256_EMAIL' }, { idType: 'PLAINTEXT_IP_ADDRESS', idValue: '203.0.113.9' }],
      externalIds: ['crm-42'],
    });
  });

  it.each([
    ['a click ID', { cookies: { click: { id: 'abc', atMs: NOW }, liFatId: undefined } }],
    ['first and last name', { identity: { firstName: 'John', lastName: 'Doe' } }],
    ['an e-mail', { identity: { emailSha256: JOHNS_HASH } }],
  ])('needs no more than %s to be sent', async (_, over) => {
    const { deliveries } = await ingest(aTrack(), facts({ identity: {}, ...over }), aSourceConfig(anIntegration()));

    expect(deliveries).toHaveLength(1);
  });

  it('can be sent until the last millisecond of its 90 days', async () => {
    const { deliveries } = await ingest(
      aTrack(),
      facts({ happenedAtMs: NOW - 90 * DAY_MS + 1 }),
      aSourceConfig(anIntegration()),
    );

    expect(deliveries).toHaveLength(1);
  });

  it('can be a page view, mapped under the key "page"', async () => {
    const config = aSourceConfig(anIntegration({ config: { conversion_rule_id: { page: '1001' } } }));

    const { deliveries } = await ingest(aPage(), facts(), config);

    expect(deliveries).toHaveLength(1);
  });
});

describe('an event that leads to no conversion', () => {
  const anUnsupported = (type: 'group' | 'alias' | 'screen'): Event => ({ ...aPage(), type });

  it.each([
    ['no_integration', aTrack(), facts(), aSourceConfig()],
    ['integration_disabled', aTrack(), facts(), aSourceConfig(anIntegration({ enabled: false }))],
    ['no_mapping', aTrack({ event: 'order completed' }), facts(), aSourceConfig(anIntegration())],
    ['no_mapping', aTrack({ event: 'constructor' }), facts(), aSourceConfig(anIntegration())],
    ['no_mapping', anIdentify({}), facts(), aSourceConfig(anIntegration())],
    ['no_mapping', aPage(), facts(), aSourceConfig(anIntegration())],
    ['unsupported_type', anUnsupported('group'), facts(), aSourceConfig(anIntegration())],
    ['unsupported_type', anUnsupported('alias'), facts(), aSourceConfig()],
    ['unsupported_type', anUnsupported('screen'), facts(), aSourceConfig(anIntegration())],
    ['no_consent', aTrack(), facts({ consent: refused }), aSourceConfig(anIntegration())],
    ['no_identity', aTrack(), facts({ identity: {} }), aSourceConfig(anIntegration())],
    ['no_identity', aTrack(), facts({ identity: { firstName: 'John' } }), aSourceConfig(anIntegration())],
    ['no_identity', aTrack(), facts({ identity: {} }), aSourceConfig(anIntegration({ config: { send_ip: true } }))],
    ['too_old', aTrack(), facts({ happenedAtMs: NOW - 90 * DAY_MS }), aSourceConfig(anIntegration())],
    ['too_old', aTrack(), facts({ happenedAtMs: 0 }), aSourceConfig(anIntegration())],
  ])('is skipped as %s', async (reason, event, known, config) => {
    const receipt = await ingest(event, known, config);

    expect(receipt).toMatchObject({ skipReason: reason, deliveries: [] });
  });

  it('is explained by the mapping that came closest', async () => {
    const config = aSourceConfig(
      anIntegration({ id: 'int_1', config: { conversion_rule_id: {} } }),
      anIntegration({ id: 'int_2', consent_categories: ['analytics'] }),
      anIntegration({ id: 'int_3', enabled: false }),
    );

    const { skipReason } = await ingest(aTrack(), facts(), config);

    expect(skipReason).toBe('no_consent');
  });
});

describe('a visitor', () => {
  const granted = { categories: { advertising: true }, policy: 'denied', country: 'DE' } as const;
  const analyticsOnly = {
    categories: { advertising: false, analytics: true },
    policy: 'denied',
    country: 'DE',
  } as const;

  it.each([
    ['one integration has consent', [anIntegration()], granted, true],
    ['no integration has consent', [anIntegration()], refused, false],
    [
      'one of two has consent',
      [anIntegration(), anIntegration({ consent_categories: ['analytics'] })],
      analyticsOnly,
      true,
    ],
    [
      'the integration with consent is disabled',
      [anIntegration({ consent_categories: [], enabled: false })],
      refused,
      false,
    ],
    ['no integration exists yet, and advertising was granted', [], granted, true],
    ['no integration exists yet, and advertising was refused', [], analyticsOnly, false],
  ])("is remembered, or isn't, when %s", (_, integrations, consent, expected) => {
    expect(maySetCookies(aSourceConfig(...integrations), consent)).toBe(expected);
  });
});
