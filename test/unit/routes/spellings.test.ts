import { beforeEach, describe, expect, it } from 'vitest';

import { JOHNS_HASH } from '../support/an-event.ts';
import { admin, anIntegrationOf, anOrder, ask, aServerKey, aSource, outcomes, send, SITE } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const aClick = { li_fat_id: 'click-1' };

describe('an unusual spelling', () => {
  // Case S4.
  it.each([
    [{ messageId: 1001 }, { message_id: '1001' }],
    [{ messageId: ['order-7'] }, { message_id: 'order-7' }],
    [{ messageId: '' }, {}],
    [{ event: 404 }, { event: '404' }],
    [{ event: ['Order Completed'] }, { event: 'Order Completed' }],
    [{ userId: [7], anonymousId: 5 }, {}],
    // Cases S5 and S18.
    [{ properties: [] }, {}],
    [{ properties: '' }, {}],
    [{ properties: ' ' }, {}],
    [{ properties: [{ total: 5 }] }, {}],
    [{ traits: [] }, {}],
    [{ traits: '' }, {}],
    [{ context: [] }, {}],
    [{ context: '' }, {}],
    [{ properties: [], traits: [], context: [] }, {}],
    // Case S2.
    [{ timestamp: 'yesterday' }, { lint: [expect.objectContaining({ code: 'time_of_arrival' })] }],
    [{ timestamp: {} }, {}],
  ])('is accepted: %j', async (over, expected) => {
    const source = await aSource();

    const response = await send(source, [anOrder({ ...over })]);

    expect(await response.json()).toEqual({ success: true, accepted: 1 });
    expect(await outcomes(source)).toMatchObject([expected]);
  });

  it('is refused, with the field, when two IDs could become one', async () => {
    const source = await aSource();

    const response = await ask('/v1/t', {
      body: `{"writeKey":"${source.write_key}","event":"Seen","messageId":12345678901234567890}`,
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ pointer: '/messageId' });
  });

  it('counts when it is a no', async () => {
    const source = await aSource();
    await anIntegrationOf(source);

    await send(source, [anOrder({ context: [{ consent: { advertising: false } }] })]);

    expect(await outcomes(source)).toMatchObject([{ reason: 'no_consent' }]);
  });

  // Case S2.
  it("is refused as a server's time, because the event may be weeks old", async () => {
    const source = await aSource();
    const key = await aServerKey(source);

    const response = await ask('/v1/batch', {
      body: { batch: [anOrder({ timestamp: 'yesterday' })] },
      headers: { Authorization: `Bearer ${key}` },
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ pointer: '/batch/0/timestamp' });
  });

  // Case S6.
  it.each(['/v1/import', '/v1/import/', '/v1/batch/', '/v1/b/'])('is read as a batch at %s', async (path) => {
    const source = await aSource();

    const response = await ask(path, { body: { writeKey: source.write_key, batch: [anOrder()] } });

    expect(await response.json()).toEqual({ success: true, accepted: 1 });
  });

  it.each(['/v1/t/', '/v1/track/', '/v1/p/', '/v1/page/', '/v1/i/', '/v1/identify/'])(
    'is read as an event at %s',
    async (path) => {
      const source = await aSource();

      const response = await ask(path, { body: { writeKey: source.write_key, ...anOrder() } });

      expect(await response.json()).toEqual({ success: true, accepted: 1 });
    },
  );

  it("doesn't stop other sites' pages: they may call every path", async () => {
    const response = await ask('/v1/import/', {
      method: 'OPTIONS',
      headers: { Origin: SITE, 'Access-Control-Request-Method': 'POST' },
    });

    expect(response.status).toBe(204);
  });

  // Case S7.
  it.each([
    [{ properties: { email: 'john.doe@example.com', picture: 'x'.repeat(40_000) } }],
    [{ properties: { email: 'john.doe@example.com', cart: Array.from({ length: 9_000 }, () => 12_345) } }],
    [{ traits: { note: 'ü'.repeat(20_000) } }],
    [{ context: { page: { url: 'https://www.example.com/' }, dump: 'x'.repeat(40_000) } }],
    [{ properties: Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`p${index}`, 'x'.repeat(20)])) }],
  ])('is stored without the part that is too large, with a note', async (over) => {
    const source = await aSource();
    await anIntegrationOf(source);

    const response = await send(source, [anOrder({ ...over })], { beside: { consent: { advertising: true } } });

    expect(await response.json()).toEqual({ success: true, accepted: 1 });
    const [event] = await outcomes(source);
    expect(event?.lint).toContainEqual(expect.objectContaining({ code: 'event_cut' }));
  });

  it('in an event that is too large still counts as a no', async () => {
    const source = await aSource();
    await anIntegrationOf(source);

    await send(source, [anOrder({ context: { consent: { advertising: false }, dump: 'x'.repeat(40_000) } })]);

    expect(await outcomes(source)).toMatchObject([{ reason: 'no_consent' }]);
  });

  // Case S11.
  it.each([
    ['an empty one first', 'li_fat_id=; li_fat_id=good', 'good'],
    ['an invalid one first', 'li_fat_id=<x>; li_fat_id=good', 'good'],
    ['the older click first', '_df_click=1795255200000.old; _df_click=1795255300000.new', 'new'],
    ['the newer click first', '_df_click=1795255300000.new; _df_click=1795255200000.old', 'new'],
    ["one that isn't a click first", '_df_click=x; _df_click=1795255300000.new', 'new'],
  ])('of a cookie gives its newest valid value: %s', async (_, cookie, clickId) => {
    const source = await aSource();
    await anIntegrationOf(source);

    const response = await send(
      source,
      [anOrder({ type: 'page', properties: {}, context: { consent: { advertising: true } } })],
      {
        headers: { Cookie: cookie, Origin: SITE },
      },
    );

    expect(response.headers.getSetCookie().find((text) => text.startsWith('li_fat_id='))).toContain(
      `li_fat_id=${clickId};`,
    );
  });

  it('in a mapped field is read by the same readers', async () => {
    const source = await aSource();
    const integration = await anIntegrationOf(source, { config: { conversion_rule_id: {} } });
    const path = (field: string) => ({ '@path': `$.properties.${field}` });
    const fields = {
      conversionHappenedAt: path('when'),
      conversionValue: { amount: path('worth') },
      email: path('mail'),
      linkedInUUID: path('click'),
    };
    const body = { trigger: 'type = "track"', conversion_rule_id: '1001', fields };
    expect((await admin(`/integrations/${integration.id}/mappings`, { body })).status).toBe(201);
    const when = new Date(Date.now() - 60_000).toUTCString();

    const response = await admin(`/integrations/${integration.id}/preview`, {
      body: anOrder({
        properties: { ...aClick, when, worth: ['5 EUR'], mail: ['john.doe%40example.com'], click: 'abc123/' },
      }),
    });

    expect(await response.json()).toMatchObject({
      outcome: 'deliver',
      requests: [
        {
          body: {
            elements: [
              {
                conversionHappenedAt: Date.parse(when),
                conversionValue: { currencyCode: 'EUR', amount: '5.00' },
                user: {
                  userIds: [
                    { idType: 'SHA256_EMAIL', idValue: JOHNS_HASH },
                    { idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', idValue: 'abc123' },
                  ],
                },
              },
            ],
          },
        },
      ],
    });
  });
});
