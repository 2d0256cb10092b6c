import { beforeEach, describe, expect, it } from 'vitest';

import { sha256Hex } from '../../../worker/domain/identity/sha256.ts';
import { admin, anIntegrationOf, anOrder, aSource, outcomes, send } from '../support/api.ts';
import { foundIn, kvAtRest, objectsAtRest } from '../support/at-rest.ts';
import { aLinkedIn, noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const DAY_MS = 24 * 60 * 60 * 1000;

describe('an event that matches a rule', () => {
  it("is queued for LinkedIn, and arrives in LinkedIn's format", async () => {
    const linkedin = aLinkedIn();
    const source = await aSource();
    await anIntegrationOf(source);
    const order = anOrder({ messageId: 'order-1', timestamp: new Date(Date.now() - 60_000).toISOString() });

    await send(source, [order]);

    expect(await linkedin.elementOf(source.id, 'order-1')).toEqual({
      conversion: 'urn:lla:llaPartnerConversion:1001',
      conversionHappenedAt: expect.any(Number),
      conversionValue: { currencyCode: 'USD', amount: '149.99' },
      user: {
        userIds: [
          { idType: 'SHA256_EMAIL', idValue: '836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f' },
        ],
      },
      eventId: 'order-1',
    });
    await expect
      .poll(() => outcomes(source))
      .toMatchObject([
        {
          state: 'delivered',
          sentence: 'LinkedIn has accepted it.',
          email: true,
          click_id: false,
          names: false,
          fields: expect.arrayContaining(['properties.total']),
        },
      ]);
  });

  it('is one delivery for each rule of each integration', async () => {
    const source = await aSource();
    const one = await anIntegrationOf(source, {
      config: { conversion_rule_id: { 'Order Completed': ['1001', '2001'] } },
    });
    const two = await anIntegrationOf(source);

    await send(source, [anOrder({ messageId: 'order-1' })]);

    const [event] = await outcomes(source);
    const named = event?.deliveries.map((delivery) => [
      delivery.integration_id,
      delivery.conversion_rule_id,
      delivery.event_id,
    ]);
    expect(named).toHaveLength(3);
    expect(named).toEqual(
      expect.arrayContaining([
        [one.id, '1001', 'order-1'],
        [one.id, '2001', 'order-1'],
        [two.id, '1001', 'order-1'],
      ]),
    );
  });

  it('is stored once, however often it is sent', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    const order = anOrder({ messageId: 'order-1' });

    const [twice] = await Promise.all([
      send(source, [order, order]),
      ...Array.from({ length: 20 }, () => send(source, [order])),
    ]);
    await send(source, [{ ...order, properties: { email: 'other@example.com' } }]);

    expect(await twice.json()).toEqual({ success: true, accepted: 2 });
    const events = await outcomes(source);
    expect(events.filter(({ deliveries }) => deliveries.length > 0)).toHaveLength(1);
  });

  it('is a different event when its ID differs in case', async () => {
    const source = await aSource();

    await send(source, [anOrder({ messageId: 'ORDER-1' }), anOrder({ messageId: 'order-1' })]);

    expect(await outcomes(source)).toHaveLength(2);
  });
});

describe('an event that matches no rule', () => {
  it.each([
    ['no_mapping', { event: 'Signed Up' }, {}],
    ['no_mapping', { event: '__proto__' }, {}],
    ['no_mapping', { event: 'constructor' }, {}],
    ['no_mapping', { type: 'page' }, {}],
    ['no_mapping', { type: 'identify', traits: { email: 'john.doe@example.com' } }, {}],
    ['unsupported_type', { type: 'group' }, {}],
    ['no_identity', { properties: {} }, {}],
    ['no_identity', { properties: { email: 'not-an-email', li_fat_id: '<svg>' } }, {}],
    ['too_old', { timestamp: new Date(Date.now() - 90 * DAY_MS - 1_000).toISOString() }, {}],
    ['no_consent', { context: { consent: { categoryPreferences: { advertising: false } } } }, {}],
    ['integration_disabled', {}, { enabled: false }],
  ])('is accepted, and shown as a skip: %s', async (reason, over, integration) => {
    const source = await aSource();
    await anIntegrationOf(source, integration);

    const response = await send(source, [anOrder(over)]);

    expect(await response.json()).toEqual({ success: true, accepted: 1 });
    expect(await outcomes(source)).toMatchObject([{ state: 'skipped', reason, deliveries: [] }]);
  });

  it('is shown even when the source has no integration yet', async () => {
    const source = await aSource();

    await send(source, [anOrder()]);

    expect(await outcomes(source)).toMatchObject([{ state: 'skipped', reason: 'no_integration' }]);
  });

  it('has its own skip reason in test mode', async () => {
    const source = await aSource();
    await anIntegrationOf(source, { config: { test_mode: true } });

    await send(source, [anOrder()]);

    await expect
      .poll(() => outcomes(source), { timeout: 5_000 })
      .toMatchObject([{ state: 'skipped', reason: 'test_mode' }]);
  });
});

describe('consent', () => {
  const orderSaying = (categories: Record<string, boolean>) =>
    anOrder({ context: { consent: { categoryPreferences: categories } } });

  it.each([
    ['by_region', 'DE', undefined, {}, false],
    ['by_region', 'GB', undefined, {}, false],
    ['by_region', 'US', undefined, {}, true],
    ['by_region', undefined, undefined, {}, true],
    ['by_region', 'DE', { advertising: true }, {}, true],
    ['by_region', 'US', { advertising: false }, {}, false],
    ['by_region', 'DE', { analytics: true }, {}, false],
    ['by_region', 'DE', { advertising: false }, { advertising: true }, true],
    ['by_region', 'US', { advertising: true }, { advertising: false }, false],
    // A nonsense value doesn't cancel a refusal next to it.
    ['by_region', 'US', { advertising: false, vendors: 'some' }, {}, false],
    ['by_region', 'DE', { advertising: 'true' }, {}, true],
    ['by_region', 'US', { advertising: 'denied' }, {}, false],
    ['granted', 'DE', undefined, {}, true],
    ['granted', 'DE', { advertising: false }, {}, false],
    ['denied', 'US', undefined, {}, false],
    ['denied', 'US', { advertising: true }, {}, true],
  ])(
    'under %s in %s, with %j beside the batch and %j in the event, allows sending: %s',
    async (policy, country, beside, said, goes) => {
      const source = await aSource({ unknown_consent: policy });
      await anIntegrationOf(source);

      await send(source, [orderSaying(said)], {
        ...(country !== undefined && { country }),
        beside: beside === undefined ? {} : { consent: beside },
      });

      const [event] = await outcomes(source);
      expect(event?.deliveries).toHaveLength(goes ? 1 : 0);
      expect(event?.reason).toBe(goes ? null : 'no_consent');
      expect(event?.consent).toMatchObject({ policy });
    },
  );

  it('is decided for each event of a batch separately', async () => {
    const source = await aSource();
    await anIntegrationOf(source);

    await send(source, [orderSaying({ advertising: true }), orderSaying({ advertising: false })], { country: 'DE' });

    expect((await outcomes(source)).map(({ reason }) => reason)).toEqual(['no_consent', null]);
  });

  it('that is refused stores nothing about the person: no e-mail, hash, name or click ID', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    const order = anOrder({
      properties: { email: 'zyx.canary@pii.test', total: 1, currency: 'USD' },
      context: { page: { url: 'https://www.example.com/?li_fat_id=canary-click' }, traits: { firstName: 'Zyxcanary' } },
    });

    await send(source, [order], { country: 'DE', headers: { 'CF-Connecting-IP': '203.0.113.9' } });

    const atRest = await objectsAtRest();
    const hash = await sha256Hex('zyx.canary@pii.test');
    expect(foundIn(atRest, [String(order['messageId'])])).toHaveLength(1);
    expect(foundIn(atRest, ['zyx.canary', hash, 'Zyxcanary', 'canary-click', '203.0.113.9'])).toEqual([]);
  });
});

describe('the stored data', () => {
  it('never contains an unencrypted e-mail, on disk or in KV', async () => {
    const source = await aSource();
    await anIntegrationOf(source);
    const email = 'canary.person@pii.test';
    const forms = [email, encodeURIComponent(email), btoa(email).slice(0, -4), new TextEncoder().encode(email).toHex()];

    await send(source, [
      { type: 'identify', traits: { email } },
      anOrder({ properties: { email }, context: { traits: { email } } }),
      { type: 'page', context: { page: { url: `https://www.example.com/?email=${email}` } } },
    ]);
    const told = await (await admin(`/sources/${source.id}/events`)).text();

    const atRest = `${await objectsAtRest()}${await kvAtRest()}`;
    const order = (await outcomes(source)).find(({ type }) => type === 'track');
    expect(order?.deliveries).toHaveLength(1);
    expect(foundIn(atRest + told, forms)).toEqual([]);
  });
});

describe('a batch with some invalid events', () => {
  it('stores the valid events and names the invalid ones', async () => {
    const source = await aSource();
    const batch = [
      anOrder({ messageId: 'good-1' }),
      anOrder({ messageId: 'bad-1', event: '' }),
      'nonsense',
      anOrder({ messageId: 'bad-2', timestamp: '9999-12-31' }),
      anOrder({ messageId: 'good-2' }),
    ];

    const response = await send(source, batch);

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      success: true,
      accepted: 2,
      rejected: [
        {
          index: 1,
          messageId: 'bad-1',
          type: 'urn:directflight:problem:event_invalid',
          detail: '/event: expected at least one character',
          pointer: '/event',
        },
        { index: 2, type: 'urn:directflight:problem:event_invalid', detail: 'expected an object' },
        {
          index: 3,
          messageId: 'bad-2',
          type: 'urn:directflight:problem:event_invalid',
          detail: '/timestamp: expected a time that is not more than a day in the future',
          pointer: '/timestamp',
        },
      ],
    });
    expect((await outcomes(source)).map(({ message_id: id }) => id)).toEqual(['good-2', 'good-1']);
  });

  it('is a 400 without a valid event, and names the first field and all events', async () => {
    const source = await aSource();

    const response = await send(source, [anOrder({ event: {} }), { type: 'nonsense' }]);

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      type: 'urn:directflight:problem:event_invalid',
      pointer: '/batch/0/event',
      rejected: [
        { index: 0, pointer: '/event' },
        { index: 1, pointer: '/type' },
      ],
    });
    expect(await outcomes(source)).toEqual([]);
  });
});
