import { beforeEach, describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, aSource, ask } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const PURCHASES = {
  name: 'Purchases over 100',
  enabled: true,
  trigger: 'type = "track" and event = "Order Completed" and properties.total > 100',
  conversion_rule_id: '987654',
  fields: {
    conversionHappenedAt: { '@path': '$.timestamp' },
    conversionValue: { currencyCode: { '@path': '$.properties.currency' }, amount: { '@path': '$.properties.total' } },
    eventId: { '@path': '$.properties.order_id' },
    email: { '@path': '$.traits.email' },
  },
};

type View = { id: string; name: string; trigger: string; warnings: string[]; enabled: boolean };
type Body = { type: string; detail: string; pointer: string };

const made = async () => {
  const source = await aSource();
  const { id } = await anIntegrationOf(source);
  return { source, path: `/integrations/${id}/mappings`, integration: `/integrations/${id}` };
};

describe('/v1/admin/integrations/{id}/mappings', () => {
  it('creates, lists, changes and deletes mappings', async () => {
    const { path } = await made();

    const created = await admin(path, { body: PURCHASES });
    const mapping = await created.json<View>();
    const listed = await (await admin(path)).json<{ data: View[] }>();
    const changed = await admin(`${path}/${mapping.id}`, { method: 'PATCH', body: { enabled: false } });
    const deleted = await admin(`${path}/${mapping.id}`, { method: 'DELETE' });

    expect(created.status).toBe(201);
    expect(mapping).toEqual({
      ...PURCHASES,
      id: expect.stringMatching(/^map_\w{24}$/),
      default_value: null,
      once_per_membership: false,
      warnings: [],
    });
    expect(listed.data).toEqual([mapping]);
    expect(await changed.json()).toEqual({ ...mapping, enabled: false });
    expect(deleted.status).toBe(204);
    expect(await (await admin(path)).json()).toEqual({ data: [], next_cursor: null });
  });

  it('only needs a conversion rule', async () => {
    const { path } = await made();

    const response = await admin(path, { body: { conversion_rule_id: 'urn:lla:llaPartnerConversion:987654' } });

    expect(await response.json()).toMatchObject({
      name: 'Stream Conversion Event',
      enabled: true,
      trigger: 'type = "track"',
      fields: {},
    });
  });

  it.each([
    [{ trigger: 'type = "track" and' }, '/trigger', 'column 19: expected a field or a value, but found the end'],
    [{ trigger: 'event == "A"' }, '/trigger', 'column 7: expected "=" in place of "=="'],
    [{ fields: { email: { '@pth': '$.x' } } }, '/fields/email/@pth', "isn't a known directive"],
    [{ fields: { mail: 'x' } }, '/fields/mail', 'is not a known field'],
    [
      { fields: { conversionValue: { currency: 'EUR' } } },
      '/fields/conversionValue/currency',
      'expected one of currencyCode, amount',
    ],
    [{ fields: { userInfo: { city: 'Berlin' } } }, '/fields/userInfo/city', 'expected one of firstName'],
    [{ fields: { email: 'x'.repeat(20_000) } }, '/fields', 'expected at most 16384 characters'],
    [
      { conversion_rule_id: 'urn:lla:llaPartnerConversion:urn:lla:llaPartnerConversion:987654' },
      '/conversion_rule_id',
      'expected the number of a conversion rule',
    ],
    [{ conversion_rule_id: 'urn:li:share:1' }, '/conversion_rule_id', 'expected the number of a conversion rule'],
    [{ once_per_membership: 'yes' }, '/once_per_membership', 'expected true or false'],
    [{ default_value: { amount: 'much' } }, '/default_value/amount', 'expected an amount such as "50.00"'],
    [{ default_value: { amount: 5, currency: 'XXY' } }, '/default_value/currency', 'expected an ISO 4217 code'],
    [{ id: 'purchases' }, '/id', 'expected "map_"'],
    [{ colour: 'red' }, '/colour', 'is not a known field'],
  ])('refuses %.80j and says where the mistake is', async (over, pointer, detail) => {
    const { path } = await made();

    const created = await admin(path, { body: { ...PURCHASES, ...over } });
    const problem = await created.json<Body>();

    expect(created.status).toBe(400);
    expect(problem).toMatchObject({ type: 'urn:directflight:problem:field_invalid', pointer });
    expect(problem.detail).toContain(detail);
  });

  it('refuses a change that would break a mapping, and keeps the old one', async () => {
    const { path } = await made();
    const { id } = await (await admin(path, { body: PURCHASES })).json<View>();

    const refused = await admin(`${path}/${id}`, { method: 'PATCH', body: { trigger: 'event =' } });

    expect(await refused.json()).toMatchObject({ status: 400, pointer: '/trigger' });
    expect(await (await admin(path)).json()).toMatchObject({ data: [{ trigger: PURCHASES.trigger }] });
  });

  it('accepts a trigger that can never hold, with a warning', async () => {
    const { path } = await made();

    const response = await admin(path, { body: { ...PURCHASES, trigger: 'type = "a" and type = "b"' } });

    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      warnings: [
        'type = "a" and type = "b" can never hold: the events are track, page, identify, group, alias, and each has one type',
      ],
    });
  });

  it('accepts 50 mappings and refuses the 51st with the reason', async () => {
    const { path, integration } = await made();
    const fifty = Array.from({ length: 50 }, (_, index) => ({ conversion_rule_id: String(index + 1) }));

    const filled = await admin(integration, { method: 'PATCH', body: { config: { mappings: fifty } } });
    const refused = await admin(path, { body: PURCHASES });
    const tooMany = await admin(integration, {
      method: 'PATCH',
      body: { config: { mappings: [...fifty, PURCHASES] } },
    });
    const listed = await (await admin(`${path}?limit=30`)).json<{ data: View[]; next_cursor: string }>();
    const rest = await (
      await admin(`${path}?limit=30&cursor=${listed.next_cursor}`)
    ).json<{ data: View[]; next_cursor: null }>();

    expect(filled.status).toBe(200);
    expect(refused.status).toBe(400);
    expect((await refused.json<Body>()).detail).toContain('an integration has at most 50');
    expect(await tooMany.json()).toMatchObject({ status: 400, pointer: '/config/mappings' });
    expect([listed.data.length, rest.data.length, rest.next_cursor]).toEqual([30, 20, null]);
  });

  it('is a 404 for an unknown ID, and a 409 for one that is taken', async () => {
    const { path } = await made();
    await admin(path, { body: { ...PURCHASES, id: 'map_mine' } });

    expect((await admin(path, { body: { ...PURCHASES, id: 'map_mine' } })).status).toBe(409);
    expect((await admin(`${path}/map_other`, { method: 'PATCH', body: {} })).status).toBe(404);
    expect((await admin(`${path}/map_other`, { method: 'DELETE' })).status).toBe(404);
    expect((await admin('/integrations/int_none/mappings')).status).toBe(404);
  });
});

describe('config.mappings', () => {
  it('is sent with an integration, and is returned with IDs', async () => {
    const source = await aSource();

    const { id } = await anIntegrationOf(source, { config: { mappings: [PURCHASES, { ...PURCHASES, id: 'map_2' }] } });

    expect(await (await admin(`/integrations/${id}`)).json()).toMatchObject({
      config: {
        mappings: [
          { ...PURCHASES, id: expect.stringMatching(/^map_/) },
          { ...PURCHASES, id: 'map_2' },
        ],
      },
    });
  });

  it.each([
    [[PURCHASES, { ...PURCHASES, trigger: 'event' }], '/config/mappings/1/trigger'],
    [[{ ...PURCHASES, fields: { eventId: { '@path': 5 } } }], '/config/mappings/0/fields/eventId/@path'],
    [
      [
        { ...PURCHASES, id: 'map_1' },
        { ...PURCHASES, id: 'map_1' },
      ],
      '/config/mappings/1/id',
    ],
    [{ 0: PURCHASES }, '/config/mappings'],
  ])('is refused with a pointer below it (%#)', async (mappings, pointer) => {
    const { integration } = await made();

    const response = await admin(integration, { method: 'PATCH', body: { config: { mappings } } });

    expect(await response.json()).toMatchObject({ status: 400, pointer });
  });

  it('leaves the shorthand and the other settings unchanged', async () => {
    const { path, integration } = await made();

    await admin(path, { body: PURCHASES });

    expect(await (await admin(integration)).json()).toMatchObject({
      config: { account_id: '100', conversion_rule_id: { 'Order Completed': '1001' }, access_token: { set: true } },
    });
  });
});

describe('an event that matches a mapping and the shorthand', () => {
  it('becomes one delivery for each rule, and the mapped one has its own event ID', async () => {
    const { source, path, integration } = await made();
    await admin(path, { body: PURCHASES });

    const response = await ask('/v1/track', {
      body: {
        writeKey: source.write_key,
        event: 'Order Completed',
        messageId: 'm-1',
        properties: { total: '1.234,50 €', currency: 'EUR', order_id: 'A-1' },
        traits: { email: 'john.doe@example.com' },
        context: { consent: { categoryPreferences: { advertising: true } } },
      },
    });
    const { data } = await (await admin(`${integration}/deliveries`)).json<{ data: { id: string }[] }>();

    expect(response.status).toBe(200);
    // "1.234,50 €" isn't a number to a trigger.
    expect(data.map(({ id }) => id)).toEqual(['1001:m-1']);
  });

  it.each([
    ['e-mail', { email: 'jane@example.com' }],
    ['external ID', { user_id: 'crm-7' }],
  ])('is found by the %s from the mapping when the person asks to be erased', async (_, person) => {
    const { source, path, integration } = await made();
    await admin(path, {
      body: {
        conversion_rule_id: '1',
        fields: { email: { '@path': '$.properties.billing' }, externalIds: { '@path': '$.properties.crm' } },
      },
    });
    await ask('/v1/track', {
      body: {
        writeKey: source.write_key,
        event: 'Billed',
        messageId: 'm-3',
        properties: { billing: 'Jane@example.com', crm: 'crm-7' },
        context: { consent: { categoryPreferences: { advertising: true } } },
      },
    });

    const erased = await admin('/people/erase', { body: person });

    expect(await erased.json()).toMatchObject({ erased: 1 });
    expect(await (await admin(`${integration}/deliveries?state=erased`)).json()).toMatchObject({
      data: [{ id: '1:m-3' }],
    });
  });

  it('compares plain numbers', async () => {
    const { source, path, integration } = await made();
    await admin(path, { body: PURCHASES });

    await ask('/v1/track', {
      body: {
        writeKey: source.write_key,
        event: 'Order Completed',
        messageId: 'm-2',
        properties: { total: '234.50', currency: 'EUR', order_id: 'A-1' },
        traits: { email: 'john.doe@example.com' },
        context: { consent: { categoryPreferences: { advertising: true } } },
      },
    });
    const { data } = await (await admin(`${integration}/deliveries`)).json<{ data: { id: string }[] }>();

    expect(data.map(({ id }) => id).toSorted()).toEqual(['1001:m-2', '987654:A-1']);
  });

  it('is explained by a preview, with the matching rules and the fields that would be sent', async () => {
    const { path, integration } = await made();
    await admin(path, { body: { conversion_rule_id: '7', fields: { leadId: { '@path': '$.properties.lead' } } } });

    const preview = await admin(`${integration}/preview`, {
      body: {
        type: 'track',
        event: 'Met',
        messageId: 'm-4',
        properties: { lead: 'abc-1' },
        consent: { advertising: true },
      },
    });

    expect(await preview.json()).toMatchObject({
      outcome: 'deliver',
      decisions: expect.arrayContaining([
        {
          decision: 'trigger',
          passed: true,
          conversion_rule_ids: ['7'],
          triggers: [
            {
              mapping_id: expect.any(String),
              name: 'Stream Conversion Event',
              outcome: 'fired',
              conditions: [
                { text: 'type = "track"', held: true, saw: [{ field: 'type', type: 'string', value: 'track' }] },
              ],
            },
          ],
        },
        expect.objectContaining({ decision: 'identity', passed: true }),
      ]),
      requests: [
        {
          conversion_rule_id: '7',
          body: { elements: [{ user: { userIds: [], lead: 'urn:li:leadGenFormResponse:abc-1' } }] },
        },
      ],
    });
  });
});
