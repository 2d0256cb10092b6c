import { beforeAll, describe, expect, it } from 'vitest';

import { aToken } from '../support/access.ts';
import { admin, anIntegrationOf, anOrder, ask, aSource, problemOf, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

type Answer = { data: Record<string, unknown>[]; more: string[]; sources: number; has_more_sources: boolean };

let shop: MadeSource;
let other: MadeSource;
let orders: MadeSource;
let connection: { id: string };
beforeAll(async () => {
  shop = await aSource({ name: 'North shop', unknown_consent: 'granted' });
  other = await aSource({ name: 'South shop', unknown_consent: 'granted' });
  connection = await anIntegrationOf(shop, {
    name: 'Ads of the north',
    config: {
      access_token: null,
      conversion_rule_id: {},
      mappings: [
        {
          id: 'map_orders',
          name: 'Paid orders',
          trigger: 'event = "Order Completed"',
          conversion_rule_id: 'urn:lla:llaPartnerConversion:987654',
          fields: { eventId: { '@template': 'order-{{properties.order_id}}' } },
        },
      ],
    },
  });
  orders = await aSource({ name: 'Refusals', unknown_consent: 'granted' });
  await anIntegrationOf(orders, {
    name: 'Wants',
    config: { access_token: null, conversion_rule_id: { 'Order Completed': '1' } },
    consent_categories: ['advertising'],
  });
  const sent = anOrder({
    messageId: 'msg-100%_[north',
    properties: { order_id: 'A-17', email: 'john.doe@example.com' },
  });
  await send(shop, [sent, anOrder({ event: 'Newsletter Joined', messageId: 'msg-200' })]);
  await send(other, [anOrder({ messageId: 'msg-300' })]);
});

const search = async (q: string, token?: string): Promise<Answer> => {
  const path = `/search?q=${encodeURIComponent(q)}`;
  const response = await (token === undefined
    ? admin(path)
    : ask(`/v1/admin${path}`, { headers: { Authorization: `Bearer ${token}` } }));
  return response.json<Answer>();
};
const found = async (q: string, token?: string): Promise<unknown[]> =>
  (await search(q, token)).data.map(({ kind, source_id: of, id }) => [kind, of === shop.id ? 'north' : 'south', id]);

const CLICKED = { li_fat_id: 'abc123-def456' };
const REFUSED = { context: { consent: { categoryPreferences: { advertising: false } } } };

const ORDER_OF_THE_NORTH = [
  ['event', 'north', 'msg-100%_[north'],
  ['delivery', 'north', '987654:order-A-17'],
];

describe('a search', () => {
  it.each([
    ['a message ID', 'msg-100%_[north', [['event', 'north', 'msg-100%_[north']]],
    [
      'the beginning of message IDs',
      'msg-',
      [
        ['event', 'north', 'msg-100%_[north'],
        ['event', 'north', 'msg-200'],
        ['event', 'south', 'msg-300'],
      ],
    ],
    ['an event ID', 'order-A-17', [['delivery', 'north', '987654:order-A-17']]],
    ['an order, and its delivery if a mapping makes the event ID of it', 'A-17', ORDER_OF_THE_NORTH],
    ['an order in small letters', 'a-17', ORDER_OF_THE_NORTH],
    ['a message ID in capitals', 'MSG-200', [['event', 'north', 'msg-200']]],
    ['a delivery', '987654:order-A', [['delivery', 'north', '987654:order-A-17']]],
    ['an event by a part of its name, in any case', 'letter join', [['event_name', 'north', 'Newsletter Joined']]],
    ['a mapping', 'paid ord', [['mapping', 'north', 'map_orders']]],
    ['a mapping by its ID', 'map_orders', [['mapping', 'north', 'map_orders']]],
    ['a conversion rule', '98765', [['conversion_rule', 'north', '987654']]],
    ['a conversion rule by its URN', 'urn:lla:llaPartnerConversion:987654', [['conversion_rule', 'north', '987654']]],
    ['nothing', 'no such thing', []],
    ['nothing that is only a pattern', '%', []],
    ['nothing that is only a pattern', 'msg_100', []],
    ['nothing with dashes', '--', []],
  ])('finds %s', async (_what, text, expected) => {
    const answer = await found(text.length < 2 ? `${text}${text}` : text);

    expect(answer).toEqual(expect.arrayContaining(expected));
    expect(answer).toHaveLength(expected.length);
  });

  it('finds sources and connections by name and ID', async () => {
    expect(await found('SHOP')).toEqual(
      [
        ['source', 'north', shop.id],
        ['source', 'south', other.id],
      ].toSorted(([, , one = ''], [, , two = '']) => one.localeCompare(two)),
    );
    expect(await found('of the north')).toEqual([['connection', 'north', connection.id]]);
    expect(await found(connection.id)).toEqual([['connection', 'north', connection.id]]);
  });

  it('puts the sites first whose names begin with the text, the whole name before a longer one', async () => {
    const longer = await aSource({ name: 'Vineyard tours' });
    const whole = await aSource({ name: 'Vineyard' });
    await anIntegrationOf(whole, { name: 'LinkedIn Vineyard', config: { access_token: null, conversion_rule_id: {} } });

    const { data } = await search('vineyard');
    expect(data.map(({ kind, id }) => (kind === 'source' ? id : kind))).toEqual([whole.id, longer.id, 'connection']);
    expect((await search('yard')).data.map(({ kind }) => kind)).toEqual(['connection', 'source', 'source']);
  });

  it('finds the rule of an entry by event name', async () => {
    const source = await aSource({ name: 'Museum' });
    await anIntegrationOf(source, {
      config: { access_token: null, conversion_rule_id: { 'Ticket Bought': ['4711', '4712'] } },
    });

    const { data } = await search('ticket b');
    expect(data).toMatchObject([
      { kind: 'conversion_rule', id: '4711', title: 'Ticket Bought' },
      { kind: 'conversion_rule', id: '4712', title: 'Ticket Bought' },
    ]);
  });

  it('says what became of an event and a delivery', async () => {
    expect((await search('msg-200')).data).toMatchObject([
      { title: 'Newsletter Joined', state: 'skipped', sentence: expect.any(String), seq: expect.any(Number) },
    ]);
    expect((await search('A-17')).data).toMatchObject([
      { kind: 'event', is_of_order: true },
      {
        title: 'Order Completed',
        source_name: 'North shop',
        integration_id: connection.id,
        sentence: expect.any(String),
      },
    ]);
  });

  describe.each([
    ['that no mapping asks for', { event: 'order completed' }, CLICKED, 'No mapping'],
    ['that the visitor refused', REFUSED, CLICKED, 'consent'],
    ['without an identifier', {}, {}, 'identif'],
  ])('finds the order of an event %s', (kind, over, properties, because) => {
    it.each([
      ['order_id', { order_id: 'Z-17' }],
      ['orderId, a number', { orderId: 4_711_017 }],
      ['order_number', { order_number: '#Z-18' }],
      ['transaction_id, in a list', { transaction_id: [' Z-19 '] }],
    ])('by its %s', async (_name, said) => {
      const messageId = `msg-of-${kind}-${Object.keys(said).join()}`;
      const event = anOrder({ ...over, messageId, properties: { ...properties, ...said }, traits: {} });
      expect((await send(orders, [event])).status).toBe(200);

      const [text = ''] = Object.values(said)
        .flat()
        .map((one) => String(one).trim());
      for (const typed of [text, text.toLowerCase(), ` ${text.replace('#', '')} `]) {
        const { data } = await search(typed);
        expect(data).toContainEqual(
          expect.objectContaining({ kind: 'event', id: messageId, is_of_order: true, state: 'skipped' }),
        );
        expect(data.find(({ id }) => id === messageId)).toMatchObject({ sentence: expect.stringContaining(because) });
      }
      expect((await search(text.slice(0, -1))).data).toEqual([]);
    });
  });

  describe('finds, in any spelling that looks the same,', () => {
    let cafe: MadeSource;
    beforeAll(async () => {
      cafe = await aSource({ name: 'Café Zürich', unknown_consent: 'granted' });
      await anIntegrationOf(cafe, {
        name: 'Größe\u00a0Ads',
        config: {
          access_token: null,
          account_id: '500',
          conversion_rule_id: {},
          mappings: [
            {
              id: 'map_Lead',
              name: 'Lead\u00a0Généré',
              trigger: 'event = "Größe gewählt"',
              conversion_rule_id: '31337',
              fields: { eventId: { '@template': 'Wahl-{{properties.order_id}}' } },
            },
          ],
        },
      });
      await send(cafe, [
        anOrder({
          event: 'Größe gewählt',
          messageId: 'Bestellung-Ä1 b',
          properties: { ...CLICKED, order_id: 'InV-Ö40' },
        }),
        anOrder({
          event: 'Cafe\u0301\u00a0Visit',
          messageId: 'Seite-cafe\u0301-B2',
          properties: { ...CLICKED, order_id: '#ÄÖ\u00a0５' },
        }),
        anOrder({ event: 'Log\u200bin', messageId: 'Anna.Ä@example.com-7', properties: CLICKED }),
      ]);
    });

    it.each([
      [
        'a message ID of the outbox',
        'event',
        'Bestellung-Ä1 b',
        ['bestellung-ä1', 'BESTELLUNG-A\u0308', 'bEsTeLLung-ä1\u00a0B'],
      ],
      [
        'a message ID of the tally',
        'event',
        'Seite-cafe\u0301-B2',
        ['seite-café', 'SEITE-CAFÉ-b2', 'sEiTe\u2011cafe\u0301'],
      ],
      [
        'an event ID',
        'delivery',
        '31337:Wahl-InV-Ö40',
        ['wahl-inv-ö40', 'WAHL-INV-O\u0308', '31337:wahl-inv', 'inv-ö40'],
      ],
      ['an order', 'event', 'Bestellung-Ä1 b', ['INV-Ö40', 'inv-o\u0308 40', '# InV-ö40', 'ｉｎｖ－Ö４０']],
      ['another order', 'event', 'Seite-cafe\u0301-B2', ['äö 5', 'A\u0308O\u03085', '# ÄÖ 5']],
      ['an event name of the outbox', 'event_name', 'Größe gewählt', ['GRÖSSE', 'gro\u0308ße g', 'größe\u00a0gew']],
      ['an event name of the tally', 'event_name', 'Cafe\u0301\u00a0Visit', ['café visit', 'CAFÉ', 'ｃａｆé v']],
      ['an event name with an invisible character', 'event_name', 'Log\u200bin', ['login', 'LOGIN']],
      ['a mapping', 'mapping', 'map_Lead', ['lead généré', 'MAP_LEAD', 'LEAD GE\u0301NE\u0301RE\u0301']],
      ['a conversion rule', 'conversion_rule', '31337', ['３１３', 'URN:LLA:LLAPARTNERCONVERSION:31337']],
    ])('%s', async (_what, kind, id, typed) => {
      for (const text of typed) {
        const hits = (await search(text)).data.map((one) => [text, one['kind'], one['id']]);
        expect(hits).toContainEqual([text, kind, id]);
      }
    });

    it('a site and a connection', async () => {
      for (const text of ['cafe\u0301 zu\u0308rich', 'CAFÉ\u00a0ZÜRICH', cafe.id.toUpperCase()])
        expect((await search(text)).data).toMatchObject([{ kind: 'source', id: cafe.id }]);
      expect((await search('GRÖSSE ads')).data).toMatchObject([{ kind: 'connection' }]);
    });

    it('a hashed message ID', async () => {
      for (const text of ['Anna.A\u0308@example.com-7', 'Anna.Ä@example.com-7'])
        expect((await search(text)).data).toMatchObject([
          { kind: 'event', id: expect.stringMatching(/^[\da-f]{64}$/) },
        ]);
    });
  });

  it('finds an event whose ID holds an address, by the whole ID only', async () => {
    await send(shop, [anOrder({ event: 'Newsletter Joined', messageId: 'jane.roe@example.com-9' })]);

    expect(await found('jane.roe@example.com-9')).toMatchObject([
      ['event', 'north', expect.stringMatching(/^[\da-f]{64}$/)],
    ]);
    expect(await found('jane.roe@exam')).toEqual([]);
  });

  it('finds nothing of a source that the person may not see', async () => {
    const { token } = await aToken('viewer', { source_ids: [other.id] });

    expect(await found('msg-', token)).toEqual([['event', 'south', 'msg-300']]);
    expect(await found('paid', token)).toEqual([]);
    expect(await search('shop', token)).toMatchObject({
      data: [{ id: other.id }],
      sources: 1,
      has_more_sources: false,
    });
  });

  it('returns at most six of a kind, and says that there are more', async () => {
    await send(
      other,
      Array.from({ length: 8 }, (_, place) => anOrder({ messageId: `many-${place}` })),
    );

    const { data, more } = await search('many-');

    expect(data).toHaveLength(6);
    expect(more).toEqual(['event']);
  });

  it.each(['', ' ', 'x', 'x'.repeat(201), '%E2%80%8B%E2%80%8Bx', '%00%00x', '%CC%B6%CC%B6', '\u00a0x\u00ad'])(
    'refuses %j',
    async (text) => {
      expect(await problemOf(await admin(`/search?q=${text}`))).toEqual({
        status: 400,
        code: 'field_invalid',
        pointer: '/q',
      });
    },
  );
});
